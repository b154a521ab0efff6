//! Synthetic events: about 12 properties each, as a registry for us, as a bundle for typify, and as types for serde.

use std::fmt::Write;

use goodevent_schema::source::{Source, Sources};

use goodevent_check::random::Random;

/// The context that all events belong to.
pub(crate) const CONTEXT: &str = "synthetic";

const SUBJECTS: [&str; 16] = [
    "Account", "Address", "Booking", "Claim", "Delivery", "Device", "Invoice", "Licence", "Member", "Meter", "Order",
    "Parcel", "Policy", "Tariff", "Ticket", "Vehicle",
];
const VERBS: [&str; 8] =
    ["Activated", "Cancelled", "Confirmed", "Expired", "Moved", "Registered", "Renewed", "Transferred"];
const WORDS: [&str; 16] = [
    "alpha", "batch", "carrier", "depot", "engine", "filter", "grade", "holder", "index", "junction", "label",
    "margin", "number", "origin", "period", "region",
];
/// Forms of identifiers that many contracts share.
const PATTERNS: [&str; 6] =
    ["^[A-Z]{2}$", "^[A-Z]{3}$", "^[0-9]{4,10}$", "^[A-Z0-9]{6,12}$", "^[a-z][a-z0-9-]{2,30}$", "^v[0-9]+\\\\.[0-9]+$"];

/// An event.
pub(crate) struct Event {
    /// Its name, `Account17MovedV1Event`.
    pub(crate) name: String,
    properties: Vec<Property>,
}

struct Property {
    name: String,
    kind: Kind,
    is_required: bool,
}

enum Kind {
    Uuid,
    DateTime,
    /// A regular expression, escaped as in JSON.
    Pattern(String),
    Text {
        max: usize,
    },
    Integer {
        max: usize,
    },
    Boolean,
    Enum(Vec<&'static str>),
    /// The type that all events share.
    Money,
    Object(Vec<Property>),
    Array {
        max: usize,
        items: Vec<Property>,
    },
}

/// That many events, the same in every run.
pub(crate) fn events(n_events: usize) -> Vec<Event> {
    let mut random = Random::new(2);
    (0..n_events).map(|event_idx| event(event_idx, &mut random)).collect()
}

fn event(event_idx: usize, random: &mut Random) -> Event {
    let subject = SUBJECTS[random.below(SUBJECTS.len())];
    let verb = VERBS[random.below(VERBS.len())];
    let words = words(random, 8);
    let lower = subject.to_lowercase();
    let named = |word_idx: usize, suffix: &str| format!("{}{suffix}", words[word_idx]);
    let properties = vec![
        required(format!("{lower}Id"), Kind::Uuid),
        required(format!("{lower}Code"), own_pattern(random)),
        required(named(0, "Reference"), common_pattern(random)),
        required(named(1, "Status"), status(random)),
        required(named(2, "Title"), Kind::Text { max: 40 + random.below(100) }),
        optional(named(3, "Comment"), Kind::Text { max: 200 + random.below(800) }),
        required(named(4, "Count"), Kind::Integer { max: 100 + random.below(1_000_000) }),
        required(named(5, "Price"), Kind::Money),
        required(format!("is{}", capital(words[6])), Kind::Boolean),
        required(named(6, "Details"), Kind::Object(details(random))),
        required(named(7, "Items"), Kind::Array { max: 10 + random.below(90), items: details(random) }),
        required("occurredTimeUtc".to_owned(), Kind::DateTime),
    ];
    Event { name: format!("{subject}{event_idx}{verb}V1Event"), properties }
}

fn details(random: &mut Random) -> Vec<Property> {
    let words = words(random, 4);
    vec![
        required(format!("{}Name", words[0]), Kind::Text { max: 20 + random.below(60) }),
        required(format!("{}Code", words[1]), common_pattern(random)),
        required(format!("{}Number", words[2]), Kind::Integer { max: 10 + random.below(10_000) }),
        optional(format!("{}Note", words[3]), Kind::Text { max: 50 + random.below(100) }),
    ]
}

fn required(name: String, kind: Kind) -> Property {
    Property { name, kind, is_required: true }
}

fn optional(name: String, kind: Kind) -> Property {
    Property { name, kind, is_required: false }
}

/// Different words.
fn words(random: &mut Random, n_words: usize) -> Vec<&'static str> {
    let start = random.below(WORDS.len());
    (0..n_words).map(|word_idx| WORDS[(start + word_idx * 3) % WORDS.len()]).collect()
}

fn common_pattern(random: &mut Random) -> Kind {
    Kind::Pattern(PATTERNS[random.below(PATTERNS.len())].to_owned())
}

/// A form of identifier that only this event has.
fn own_pattern(random: &mut Random) -> Kind {
    let prefix: String = (0..3).map(|_| char::from(b'A' + random.below(26) as u8)).collect();
    Kind::Pattern(format!("^{prefix}-[0-9]{{{}}}$", 6 + random.below(4)))
}

fn status(random: &mut Random) -> Kind {
    Kind::Enum(words(random, 3 + random.clone().below(3)))
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

/// The events as a registry: one file each, and the shared type.
pub(crate) fn registry(events: &[Event]) -> Sources {
    let file = |path: String, text: String| Source { path, uri: None, bytes: text.into_bytes().into() };
    let settings = "owner = \"team@example.org\"\ndescription = \"Synthetic events.\"\nenvelope = \"none\"\n";
    let mut files = vec![
        file("goodevent.toml".to_owned(), "organization = \"bench\"\n".to_owned()),
        file(format!("{CONTEXT}/context.toml"), settings.to_owned()),
        file("types/Money.json".to_owned(), document("Money", "", &money())),
    ];
    let facts = "\"x-event\": { \"since\": \"2026-11-20\", \"frequency\": \"10s/hour\", \"status\": \"draft\" }, ";
    for event in events {
        let schema = object_schema(&event.properties, "../types/Money.json");
        files.push(file(format!("{CONTEXT}/{}.json", event.name), document(&event.name, facts, &schema)));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Sources { root: "schemas".to_owned(), files }
}

fn document(title: &str, facts: &str, schema: &str) -> String {
    let dialect = "https://json-schema.org/draft/2020-12/schema";
    let description = "Something that happened.";
    format!(
        "{{ \"$schema\": \"{dialect}\", \"title\": \"{title}\", \"description\": \"{description}\", {facts}{schema} }}"
    )
}

/// The events as definitions of one document, which is what typify reads.
pub(crate) fn bundle(events: &[Event]) -> String {
    let schema_of = |event: &Event| object_schema(&event.properties, "#/definitions/Money");
    let definitions = events.iter().map(|event| format!("\"{}\": {{ {} }}", event.name, schema_of(event)));
    let definitions: Vec<String> = definitions.chain([format!("\"Money\": {{ {} }}", money())]).collect();
    let dialect = "http://json-schema.org/draft-07/schema#";
    format!("{{ \"$schema\": \"{dialect}\", \"definitions\": {{ {} }} }}", definitions.join(", "))
}

fn money_properties() -> Vec<Property> {
    vec![
        required("amountCents".to_owned(), Kind::Integer { max: 100_000_000 }),
        required("currency".to_owned(), Kind::Pattern("^[A-Z]{3}$".to_owned())),
    ]
}

fn money() -> String {
    object_schema(&money_properties(), "")
}

/// The members of an object's schema; `money` is the reference to the shared type.
fn object_schema(properties: &[Property], money: &str) -> String {
    let required = properties.iter().filter(|property| property.is_required);
    let required: Vec<String> = required.map(|property| format!("\"{}\"", property.name)).collect();
    let members = properties.iter().map(|property| {
        let schema = kind_schema(&property.kind, money);
        format!("\"{}\": {{ \"description\": \"Says what it is.\", {schema} }}", property.name)
    });
    format!(
        "\"type\": \"object\", \"additionalProperties\": false, \"required\": [{}], \"properties\": {{ {} }}",
        required.join(", "),
        members.collect::<Vec<_>>().join(", ")
    )
}

fn kind_schema(kind: &Kind, money: &str) -> String {
    match kind {
        Kind::Uuid => "\"type\": \"string\", \"format\": \"uuid\"".to_owned(),
        Kind::DateTime => "\"type\": \"string\", \"format\": \"date-time\"".to_owned(),
        Kind::Pattern(pattern) => format!("\"type\": \"string\", \"pattern\": \"{pattern}\""),
        Kind::Text { max } => format!("\"type\": \"string\", \"minLength\": 1, \"maxLength\": {max}"),
        Kind::Integer { max } => format!("\"type\": \"integer\", \"minimum\": 0, \"maximum\": {max}"),
        Kind::Boolean => "\"type\": \"boolean\"".to_owned(),
        Kind::Enum(values) => format!("\"type\": \"string\", \"enum\": {values:?}"),
        Kind::Money => format!("\"$ref\": \"{money}\""),
        Kind::Object(properties) => object_schema(properties, money),
        Kind::Array { max, items } => {
            format!("\"type\": \"array\", \"maxItems\": {max}, \"items\": {{ {} }}", object_schema(items, money))
        }
    }
}

/// The events as types for serde to derive the rest, as one would write them by hand.
pub(crate) fn serde_code(events: &[Event]) -> String {
    let mut code = String::from("use serde::{Deserialize, Serialize};\n");
    serde_struct(&mut code, "Money", &money_properties());
    for event in events {
        serde_struct(&mut code, &event.name, &event.properties);
    }
    code
}

fn serde_struct(code: &mut String, name: &str, properties: &[Property]) {
    let mut inner = String::new();
    *code += "\n#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]\n";
    *code += "#[serde(deny_unknown_fields, rename_all = \"camelCase\")]\n";
    *code += &format!("pub struct {name} {{\n");
    for property in properties {
        let field_type = serde_type(&mut inner, &format!("{name}{}", capital(&property.name)), &property.kind);
        let field = snake(&property.name);
        let line = match property.is_required {
            true => format!("    pub {field}: {field_type},"),
            false => format!(
                "    #[serde(skip_serializing_if = \"Option::is_none\")]\n    pub {field}: Option<{field_type}>,"
            ),
        };
        *code += &line;
        code.push('\n');
    }
    *code += "}\n";
    *code += &inner;
}

/// The type of a member; what it needs is added to `code`.
fn serde_type(code: &mut String, name: &str, kind: &Kind) -> String {
    match kind {
        Kind::Uuid | Kind::DateTime | Kind::Pattern(_) | Kind::Text { .. } => "String".to_owned(),
        Kind::Integer { .. } => "u64".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Money => "Money".to_owned(),
        Kind::Enum(values) => {
            *code += "\n#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]\n";
            *code += "#[serde(rename_all = \"camelCase\")]\n";
            let variants: String = values.iter().fold(String::new(), |mut variants, value| {
                let _ = writeln!(variants, "    {},", capital(value));
                variants
            });
            *code += &format!("pub enum {name} {{\n{variants}}}\n");
            name.to_owned()
        }
        Kind::Object(properties) => {
            serde_struct(code, name, properties);
            name.to_owned()
        }
        Kind::Array { items, .. } => {
            serde_struct(code, name, items);
            format!("Vec<{name}>")
        }
    }
}

fn snake(name: &str) -> String {
    name.chars().fold(String::new(), |mut snake, character| {
        if character.is_uppercase() {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
        snake
    })
}
