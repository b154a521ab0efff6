//! `unitless-quantity`

use goodevent_schema::ir::{SchemaId, Types};

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that the name of a number that measures something contains its unit.
    /// ## Why is this bad?
    /// Seconds or milliseconds, grams or pounds: a consumer that assumes the wrong unit notices it late.
    /// ## Example
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc", "duration"], "properties": { "duration": { "description": "How long it took.", "type": "integer", "minimum": 0, "maximum": 99 } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "duration": 1 }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc", "durationSeconds"], "properties": { "durationSeconds": { "description": "How long it took.", "type": "integer", "minimum": 0, "maximum": 99 } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "durationSeconds": 1 }] }
    /// ```
    "unitless-quantity" {
        summary: "the name of a quantity contains its unit",
        category: Formats, level: Warn, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    for property in cx.properties(id) {
        let words = words::split(&property.name.value);
        let is_number = !cx.types(property.schema).intersection(Types::NUMBER).is_empty()
            && cx.types(property.schema).without(Types::NUMBER).is_empty();
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        if is_number && has(&QUANTITIES) && !has(&UNITS) && !cx.is_listed(property.schema) {
            let name = &property.name.value;
            let finding = cx.finding(property.name.span, format!("`{name}` does not name its unit"));
            let quantity = words.iter().rev().find_map(|word| QUANTITIES.iter().position(|own| own == word));
            let unit = quantity.map_or("Units", |at| EXAMPLES[at]);
            cx.push(finding.help(format!("put the unit into the name: `{}`", words::extended(name, unit))));
        }
    }
}

pub(super) const QUANTITIES: [&str; 22] = [
    "age",
    "area",
    "capacity",
    "delay",
    "depth",
    "distance",
    "duration",
    "elapsed",
    "height",
    "interval",
    "latency",
    "length",
    "lifetime",
    "pressure",
    "radius",
    "size",
    "speed",
    "temperature",
    "timeout",
    "volume",
    "weight",
    "width",
];

/// A unit of each quantity.
const EXAMPLES: [&str; 22] = [
    "Years", "M2", "Bytes", "Ms", "Mm", "Km", "Seconds", "Ms", "Mm", "Seconds", "Ms", "Mm", "Days", "Bar", "Km",
    "Bytes", "Kmh", "Celsius", "Seconds", "Liters", "Grams", "Mm",
];

pub(super) const UNITS: [&str; 62] = [
    "acres",
    "bar",
    "bits",
    "bytes",
    "c",
    "celsius",
    "cents",
    "chars",
    "cm",
    "count",
    "days",
    "degrees",
    "f",
    "fahrenheit",
    "feet",
    "ft",
    "g",
    "gb",
    "grams",
    "hectares",
    "hours",
    "hz",
    "inches",
    "items",
    "kb",
    "kelvin",
    "kg",
    "kilograms",
    "kilometers",
    "km",
    "kmh",
    "kwh",
    "lb",
    "liters",
    "litres",
    "m",
    "m2",
    "m3",
    "mb",
    "meters",
    "metres",
    "micros",
    "miles",
    "millis",
    "min",
    "minutes",
    "ml",
    "mm",
    "months",
    "ms",
    "nanos",
    "ns",
    "pages",
    "pascal",
    "percent",
    "pixels",
    "px",
    "ratio",
    "s",
    "seconds",
    "weeks",
    "years",
];
