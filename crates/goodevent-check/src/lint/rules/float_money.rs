//! `float-money`

use goodevent_schema::ir::{SchemaId, Types};

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that a property whose name speaks of money (`amount`, `price`, `cost`, `fee`, `total`, `balance`) is no `number` with a fraction.
    /// ## Why is this bad?
    /// Binary fractions do not hold most decimal ones: 0.1 + 0.2 is not 0.3, and sums drift.
    /// ## Example
    /// ```json
    /// { "properties": { "price": { "description": "What it costs.", "type": "number", "minimum": 0, "maximum": 1000 } }, "required": ["orderId", "reason", "placedTimeUtc", "price"] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "priceCents": { "description": "What it costs.", "type": "integer", "minimum": 0, "maximum": 100000 } }, "required": ["orderId", "reason", "placedTimeUtc", "priceCents"] }
    /// ```
    "float-money" {
        summary: "an amount of money is a whole number of the smallest unit",
        category: Formats, level: Warn, fix: None, check: Schema(check)
    }
}

const MONEY: [&str; 7] = ["amount", "price", "cost", "fee", "total", "balance", "salary"];

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    for property in cx.properties(id) {
        let is_money = words::split(&property.name.value).iter().any(|word| MONEY.contains(&word.as_str()));
        let keywords = &cx.schema(cx.behind_refs(property.schema)).keywords;
        let is_fraction = keywords.types.as_ref().is_some_and(|types| types.value.contains(Types::NUMBER))
            && keywords.number.multiple_of.as_ref().is_none_or(|unit| unit.value.as_i128().is_none());
        if is_money && is_fraction && !cx.is_listed(property.schema) {
            let finding =
                cx.finding(property.name.span, format!("`{}` is an amount in binary fractions", property.name.value));
            cx.push(finding.help(format!(
                "send whole numbers of the smallest unit: `{}Cents`, an `integer`",
                property.name.value
            )));
        }
    }
}
