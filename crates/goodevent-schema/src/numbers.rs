//! Numbers of a schema that exceed exact arithmetic.

use goodevent_json::decimal::{Decimal, MAX_DIVISOR_DIGITS, MAX_NUMBER_BYTES};

use crate::{
    diagnostic::Diagnostic,
    syntax::{Kind, Node},
};

/// The keywords whose values are compared with those of instances.
const COMPARED: [&str; 7] =
    ["const", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

/// The numbers of a schema's keywords that are too long to be compared, or to divide by.
pub(crate) fn beyond(schema: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for value in COMPARED.iter().filter_map(|keyword| schema.get(keyword)) {
        look(value, &mut found);
    }
    if let Some(node) = schema.get("multipleOf")
        && let Kind::Number(text) = &node.kind
        && Decimal::parse(text).is_some_and(|divisor| divisor.n_significant() > MAX_DIVISOR_DIGITS)
    {
        let headline = format!("`multipleOf` has more than {MAX_DIVISOR_DIGITS} digits");
        let found_here = Diagnostic::error("invalid-schema", node.span, headline);
        found.push(found_here.label("not divided by exactly").help("divide by a number of fewer digits"));
    }
    found
}

fn look(value: &Node, found: &mut Vec<Diagnostic>) {
    if let Kind::Number(text) = &value.kind
        && (text.len() > MAX_NUMBER_BYTES || Decimal::parse(text).is_none())
    {
        let headline = format!("the number has more than {MAX_NUMBER_BYTES} characters, or an exponent beyond 2^60");
        let found_here = Diagnostic::error("invalid-schema", value.span, headline);
        found.push(found_here.label("no message holds it").help("choose a number that payloads can have"));
    }
    value.items().iter().for_each(|item| look(item, found));
    value.members().iter().for_each(|member| look(&member.value, found));
}
