//! `float-money`

use goodevent_schema::ir::{SchemaId, Types};

use super::unitless_quantity;
use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that a property whose name denotes money (`price`, `cost`, `fee`, `orderTotal`, `amount`, `balance`) is not a `number` with a fraction. A name with a unit, a time or a count (`total_time_ms`, `totalHits`) does not denote money.
    /// ## Why is this bad?
    /// Binary floating point cannot represent most decimal fractions: 0.1 + 0.2 is not 0.3, and sums accumulate errors.
    /// ## Example
    /// ```json
    /// { "properties": { "price": { "description": "What it costs.", "type": "number", "minimum": 0, "maximum": 1000 } }, "required": ["orderId", "reason", "placedTimeUtc", "price"] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "priceCents": { "description": "What it costs.", "type": "integer", "minimum": 0, "maximum": 100000 } }, "required": ["orderId", "reason", "placedTimeUtc", "priceCents"] }
    /// ```
    "float-money" {
        summary: "an amount of money is an integer in the smallest unit",
        category: Formats, level: Warn, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let properties = cx.properties(id);
    let words: Vec<Vec<String>> = properties.iter().map(|property| words::split(&property.name.value)).collect();
    let is_beside_money = words.iter().any(|words| words.iter().any(|word| word == "currency" || is_in(&MONEY, word)));
    for (property, words) in properties.iter().zip(&words) {
        let keywords = &cx.schema(cx.behind_refs(property.schema)).keywords;
        let is_fraction = keywords.types.as_ref().is_some_and(|types| types.value.contains(Types::NUMBER))
            && keywords.number.multiple_of.as_ref().is_none_or(|unit| unit.value.as_i128().is_none());
        if is_money(words, is_beside_money) && is_fraction && !cx.is_listed(property.schema) {
            let finding = cx.finding(
                property.name.span,
                format!("`{}` is an amount in binary floating point", property.name.value),
            );
            let name = words::extended(&property.name.value, "Cents");
            cx.push(finding.help(format!("use an integer in the smallest unit: `{name}`, an `integer`")));
        }
    }
}

/// Words that are about money.
const MONEY: [&str; 16] = [
    "cost",
    "costs",
    "fare",
    "fee",
    "fees",
    "payout",
    "price",
    "prices",
    "refund",
    "revenue",
    "salary",
    "subtotal",
    "surcharge",
    "tax",
    "taxes",
    "wage",
];

/// Words that can be about money, and about anything else that is counted.
const AMOUNTS: [&str; 6] = ["amount", "balance", "discount", "due", "sum", "total"];

/// Words that may stand beside an amount of money.
const PARTNERS: [&str; 22] = [
    "account",
    "available",
    "bill",
    "booking",
    "cart",
    "credit",
    "debit",
    "grand",
    "gross",
    "invoice",
    "invoiced",
    "net",
    "opening",
    "order",
    "outstanding",
    "paid",
    "pay",
    "payment",
    "remaining",
    "sub",
    "transaction",
    "value",
];

/// Words that make a number something other than money: a share, a rank, an id.
const OTHERS: [&str; 28] = [
    "average",
    "calls",
    "center",
    "code",
    "events",
    "factor",
    "hits",
    "id",
    "index",
    "level",
    "num",
    "number",
    "pct",
    "percentage",
    "quantity",
    "rank",
    "rate",
    "requests",
    "score",
    "share",
    "time",
    "times",
    "timestamp",
    "tokens",
    "type",
    "units",
    "users",
    "version",
];

fn is_in(list: &[&str], word: &str) -> bool {
    list.contains(&word)
}

/// Whether the words of a name are about money.
fn is_money(words: &[String], is_beside_money: bool) -> bool {
    let is_measure =
        |word: &String| is_in(&unitless_quantity::UNITS, word) || is_in(&unitless_quantity::QUANTITIES, word);
    // The smallest unit of a currency is no other measure.
    let measures = words.iter().filter(|word| *word != "cents" && (is_measure(word) || is_in(&OTHERS, word)));
    let is_rated = words.iter().any(|word| word == "per");
    if measures.count() > 0 && !is_rated {
        return false;
    }
    if words.iter().any(|word| is_in(&MONEY, word)) {
        return true;
    }
    let has_amount = words.iter().any(|word| is_in(&AMOUNTS, word));
    let is_plain = words.iter().all(|word| is_in(&AMOUNTS, word) || is_in(&PARTNERS, word));
    // A total of nothing that is named is one of money only among money.
    let is_bare_total = matches!(words, [one] if matches!(one.as_str(), "total" | "sum" | "due" | "discount"));
    has_amount && (is_beside_money || (is_plain && !is_bare_total))
}
