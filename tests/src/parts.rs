//! Parts of events of every kind in every place, and the code of a consumer that builds them from literals without a single
//! annotation.

use goodevent_schema::source::Source;
use serde_json::{Value, json};

/// How a consumer's types keep their strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// As `String`.
    Owned,
    /// As `Cow`, in the types whose names end with `Ref`.
    Borrowed,
}

impl Text {
    const fn suffix(self) -> &'static str {
        match self {
            Self::Owned => "",
            Self::Borrowed => "Ref",
        }
    }
}

/// A kind of part: what the schema says, and an expression of it.
struct Kind {
    name: &'static str,
    schema: Value,
    /// Where `@` is the path to the module of the part, and `%` the end of the names of generic types.
    rust: &'static str,
    /// A pattern of it, written in the same way.
    pattern: &'static str,
}

/// A place of a part: a member of the event that has one, and an expression of the member where `$` is that of the part.
struct Place {
    name: &'static str,
    schema: fn(&Value) -> Value,
    is_required: bool,
    rust: &'static str,
}

fn kinds() -> Vec<Kind> {
    let text = json!({ "type": "string" });
    let object = |properties: Value| {
        let required: Vec<&String> = properties.as_object().into_iter().flat_map(|members| members.keys()).collect();
        json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
    };
    let of = |name, schema, rust: &'static str| {
        let pattern = match rust {
            _ if rust.contains("%::from") => "_",
            _ if rust.starts_with("@Part%::Mail(") => "@Part%::Mail(@Mail% { .. })",
            _ if rust.starts_with("@Part%::Text(") => "@Part%::Text(_)",
            _ if rust.starts_with("@Part%::PartVariant0(") => "@Part%::PartVariant0(@PartVariant0% { .. })",
            _ => "@Part% { .. }",
        };
        Kind { name, schema, rust, pattern }
    };
    let tagged = |tag: &str| object(json!({ "kind": { "const": tag }, "name": text }));
    vec![
        of("Record", object(json!({ "name": text })), r#"@Part% { name: "x".into() }"#),
        of(
            "Optional",
            json!({ "type": "object", "properties": { "name": text }, "additionalProperties": false }),
            r#"@Part% { name: Some("x".into()) }"#,
        ),
        of(
            "Nullable",
            object(json!({ "name": { "type": ["string", "null"] } })),
            r#"@Part% { name: Some("x".into()) }"#,
        ),
        of(
            "Open",
            json!({ "type": "object", "required": ["name"], "properties": { "name": text }, "additionalProperties": text }),
            r#"@Part% { name: "x".into(), extra: [("more".into(), "y".into())].into() }"#,
        ),
        of(
            "Default",
            json!({ "type": "object", "properties": { "name": text }, "additionalProperties": false }),
            "@Part%::default()",
        ),
        of(
            "New",
            json!({
                "type": "object", "required": ["name", "count"], "additionalProperties": text,
                "properties": { "kind": { "const": "new" }, "name": text, "count": { "type": "integer" }, "note": text }
            }),
            r#"@Part%::new("x", 1)"#,
        ),
        of(
            "Formatted",
            object(json!({ "name": { "type": "string", "format": "hostname" } })),
            r#"@Part% { name: "x".into() }"#,
        ),
        of(
            "Map",
            object(json!({ "names": { "type": "object", "additionalProperties": text } })),
            r#"@Part% { names: [("x".into(), "y".into())].into() }"#,
        ),
        of(
            "Keys",
            object(json!({ "counts": { "type": "object", "additionalProperties": { "type": "integer" } } })),
            r#"@Part% { counts: [("x".into(), 1)].into() }"#,
        ),
        of(
            "List",
            object(json!({ "names": { "type": "array", "items": text } })),
            r#"@Part% { names: vec!["x".into(), "y".into()] }"#,
        ),
        of(
            "Tuple",
            object(json!({ "pair": {
                "type": "array", "prefixItems": [text, { "type": "boolean" }], "items": false, "minItems": 2
            } })),
            r#"@Part% { pair: ("x".into(), true) }"#,
        ),
        of(
            "Nested",
            object(json!({ "inner": object(json!({ "deep": object(json!({ "name": text })) })) })),
            r#"@Part% { inner: @Inner% { deep: @Deep% { name: "x".into() } } }"#,
        ),
        of(
            "Tagged",
            json!({ "oneOf": [tagged("mail"), tagged("phone")] }),
            r#"@Part%::Mail(@Mail% { name: "x".into() })"#,
        ),
        of("ByType", json!({ "type": ["string", "integer"] }), r#"@Part%::Text("x".into())"#),
        of(
            "Tried",
            json!({ "oneOf": [object(json!({ "name": text })), object(json!({ "title": text }))] }),
            r#"@Part%::PartVariant0(@PartVariant0% { name: "x".into() })"#,
        ),
        of(
            "Recursive",
            json!({
                "type": "object", "required": ["name", "more"], "additionalProperties": false,
                "properties": {
                    "name": text, "next": { "$ref": "#/$defs/Part" },
                    "more": { "type": "array", "items": { "$ref": "#/$defs/Part" } }
                }
            }),
            r#"@Part% {
                name: "x".into(),
                next: Some(Box::new(@Part% { name: "y".into(), next: None, more: vec![] })),
                more: vec![@Part% { name: "z".into(), next: None, more: Vec::new() }],
            }"#,
        ),
        of("Alias", text.clone(), r#"@Part%::from("x")"#),
    ]
}

fn places() -> Vec<Place> {
    let of = |name, schema, is_required, rust| Place { name, schema, is_required, rust };
    vec![
        of("required", |part| part.clone(), true, "$"),
        of("optional", |part| part.clone(), false, "Some($)"),
        of("nullable", |part| json!({ "anyOf": [part, { "type": "null" }] }), true, "Some($)"),
        of("listed", |part| json!({ "type": "array", "items": part }), true, "vec![$, $]"),
        of(
            "tupled",
            |part| json!({ "type": "array", "prefixItems": [part, { "type": "boolean" }], "items": false, "minItems": 2 }),
            true,
            "($, true)",
        ),
        of(
            "mapped",
            |part| json!({ "type": "object", "additionalProperties": part }),
            true,
            r#"[("k".into(), $)].into()"#,
        ),
        of(
            "held",
            |part| json!({ "type": "object", "required": ["part"], "properties": { "part": part }, "additionalProperties": false }),
            true,
            "&Held% { part: $ }",
        ),
        of(
            "chosen",
            |part| {
                let branch = |tag: &str| {
                    json!({ "type": "object", "required": ["of", "part"], "additionalProperties": false,
                        "properties": { "of": { "const": tag }, "part": part } })
                };
                json!({ "oneOf": [branch("left"), branch("right")] })
            },
            true,
            "&Chosen%::Right(&Right% { part: $ })",
        ),
    ]
}

/// Where the part of an event is defined.
const HOMES: [&str; 2] = ["Own", "Shared"];

/// Every kind of part in every place: an event for each kind and home, with a member for each place, and one that is a list.
#[must_use]
pub fn files() -> Vec<Source> {
    let mut files = Vec::new();
    let mut add = |path: String, schema: &Value| {
        files.push(Source { path, uri: None, bytes: schema.to_string().into_bytes().into() });
    };
    for Kind { name, schema, .. } in kinds() {
        // A root refers to itself as such.
        let text = schema.to_string().replace("#/$defs/Part", "#");
        let shared: Value = serde_json::from_str(&text).expect("the schema is JSON");
        add(format!("corpus/types/{name}Part.json"), &shared);
        for home in HOMES {
            let (part, definitions) = match home {
                "Own" => (json!({ "$ref": "#/$defs/Part" }), json!({ "Part": schema })),
                _ => (json!({ "$ref": format!("types/{name}Part.json") }), json!({})),
            };
            let members = places().into_iter().map(|place| (place.name.to_owned(), (place.schema)(&part)));
            let properties: serde_json::Map<String, Value> = members.collect();
            let required = places().into_iter().filter(|place| place.is_required).map(|place| place.name);
            let required: Vec<&str> = required.collect();
            let event = json!({
                "type": "object", "required": required, "properties": properties, "additionalProperties": false,
                "$defs": definitions
            });
            add(format!("corpus/{home}{name}V1Event.json"), &event);
            let list = json!({ "type": "array", "items": part, "$defs": definitions });
            add(format!("corpus/List{home}{name}V1Event.json"), &list);
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files
}

/// The function `check` of a consumer, which returns how many values it built; `shared` is the module of the shared types.
#[must_use]
pub fn consumer(contracts: &str, shared: &str) -> String {
    let mut checks = Vec::new();
    for kind in kinds() {
        // Only a file gives a string a name.
        for home in HOMES.into_iter().filter(|home| kind.name != "Alias" || *home == "Shared") {
            for text in [Text::Owned, Text::Borrowed] {
                checks.push(check(&kind, home, text, contracts, shared));
            }
        }
    }
    let n_checks = checks.len();
    format!(
        "pub fn check() -> usize {{\n    let mut n_built = 0;\n{}    assert!(n_built > {n_checks});\n    n_built\n}}\n",
        checks.concat()
    )
}

fn check(kind: &Kind, home: &str, text: Text, contracts: &str, shared: &str) -> String {
    let (name, suffix) = (kind.name, text.suffix());
    let snake = |name: &str| {
        let mut snake = String::new();
        for char in name.chars() {
            if char.is_ascii_uppercase() && !snake.is_empty() {
                snake.push('_');
            }
            snake.push(char.to_ascii_lowercase());
        }
        snake
    };
    let (module, list) = (
        format!("{contracts}::corpus::{}_v1_event::", snake(&format!("{home}{name}"))),
        format!("{contracts}::corpus::{}_v1_event::", snake(&format!("List{home}{name}"))),
    );
    let in_module = |rust: &str, module: &str| {
        let rust = match home {
            "Own" => rust.replace('@', module),
            _ => {
                let module = format!("{shared}::{}_part::", snake(name));
                let rust = rust.replace("@PartVariant", &format!("@{name}PartVariant"));
                let rust = rust.replace("::PartVariant", &format!("::{name}PartVariant"));
                rust.replace("@Part%", &format!("@{name}Part%")).replace('@', &module)
            }
        };
        rust.replace('%', suffix)
    };
    let part_in = |module: &str| in_module(kind.rust, module);
    let (part, pattern) = (part_in(&module), in_module(kind.pattern, &module));
    // By itself, a value says nothing about what it is for.
    let alone = format!("let part = {part}; assert!(matches!(part, {pattern})); n_built += 1;");
    let members = places().into_iter().map(|place| {
        let rust = place.rust.replace('$', &part).replace('&', &module).replace('%', suffix);
        format!("        {}: {{ n_built += 1; {rust} }},\n", place.name)
    });
    let (event, event_list) = (format!("{home}{name}V1Event"), format!("List{home}{name}V1Event"));
    let whole = format!("{module}{event}{suffix} {{\n{}    }}", members.collect::<String>());
    let list_part = part_in(&list);
    let whole_list = match text {
        Text::Owned => format!("{list}{event_list}(vec![{list_part}, {list_part}])"),
        // An alias has no constructor of its own.
        Text::Borrowed => format!("{list}{event_list}Ref {{ 0: vec![{list_part}, {list_part}] }}"),
    };
    let same = |value: &str, module: &str, event: &str| match text {
        Text::Owned => format!(
            "let bytes = ::goodevent::Event::encode(&{value}).expect(\"it is valid\");\n    \
             assert_eq!(<{module}{event} as ::goodevent::Event>::decode(&bytes).expect(\"it is valid\"), {value});\n    \
             let read = <{module}{event} as ::goodevent::Event>::decode_borrowed(&bytes).expect(\"it is valid\");\n    \
             assert_eq!({value}.to_borrowed(), read);\n    \
             assert_eq!(read.into_owned(), {value});"
        ),
        Text::Borrowed => format!(
            "let node = <{module}{event} as ::goodevent::Event>::CONTRACT.node;\n    \
             let bytes = ::goodevent::event::encode(&{value}, node).expect(\"it is valid\");\n    \
             assert_eq!(<{module}{event} as ::goodevent::Event>::decode_borrowed(&bytes).expect(\"it is valid\"), {value});"
        ),
    };
    format!(
        "    {alone}\n    let whole = {whole};\n    {}\n    let list = {whole_list}; n_built += 1;\n    {}\n",
        same("whole", &module, &event),
        same("list", &list, &event_list)
    )
}
