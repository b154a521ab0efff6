//! `inconsistent-property-case`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the properties of a contract do not mix `camelCase`, `snake_case` and `kebab-case`.
    /// ## Why is this bad?
    /// Developers have to look up the spelling of every name.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": null, "order_reason": { "description": "Why.", "enum": ["gift"] } }, "required": ["orderId", "order_reason", "placedTimeUtc"], "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "order_reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc"] }
    /// ```
    "inconsistent-property-case" {
        summary: "property names use one spelling convention",
        category: Formats, level: Warn, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let schemas = cx.schemas_of(contract);
    let properties: Vec<_> = schemas.iter().flat_map(|id| cx.properties(*id)).collect();
    let mut first = None;
    for property in properties {
        let Some(case) = case(&property.name.value) else { continue };
        match first {
            None => first = Some((case, property.name.span)),
            Some((known, place)) if known != case => {
                let headline = format!("`{}` is in {case}, others are in {known}", property.name.value);
                let finding =
                    cx.finding(property.name.span, headline).related(place, format!("this one is in {known}"));
                return cx.push(finding.help("choose one convention for the next version"));
            }
            Some(_) => {}
        }
    }
}

/// How a name is written; nothing can be said of one word in lower case, nor of `-1`.
fn case(name: &str) -> Option<&'static str> {
    if !name.starts_with(char::is_alphabetic) {
        return None;
    }
    let has_capital = name.chars().any(char::is_uppercase);
    match (name.contains('_'), name.contains('-'), name.starts_with(char::is_uppercase)) {
        (true, false, _) => Some("snake_case"),
        (false, true, _) => Some("kebab-case"),
        (false, false, true) => Some("PascalCase"),
        (false, false, false) if has_capital => Some("camelCase"),
        _ => None,
    }
}
