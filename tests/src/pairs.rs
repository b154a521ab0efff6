//! Every construct of a schema in every place where one can stand: what the types that are generated have to hold.
//!
//! Places that do not touch each other are members of one object, each with a copy of the construct; those at the root of an
//! event are schemas of their own. Earlier drafts say the same in their own words: 4 and 7 in members for every construct,
//! 6 and 2019-09, and each draft at the root, where a keyword is spelled or means something else than in the drafts beside.

use goodevent_schema::{ir::Draft, source::Source};
use serde_json::{Map, Value, json};

/// A schema with a construct in some places.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Construct, place and draft.
    pub name: String,
    /// The draft.
    pub draft: Draft,
    /// The schema.
    pub schema: Value,
    /// The shared type that it refers to.
    pub remotes: Vec<Source>,
    /// False if the construct has no instance.
    pub has_instances: bool,
}

/// Something that a schema can say.
struct Construct {
    name: &'static str,
    /// The first draft that can say it.
    since: Draft,
    schema: Value,
    definitions: Value,
}

/// All pairs of a construct and a place, in each draft.
#[must_use]
pub fn all() -> Vec<Pair> {
    let mut pairs = Vec::new();
    for draft in [Draft::Draft202012, Draft::Draft201909, Draft::Draft7, Draft::Draft6, Draft::Draft4] {
        for construct in constructs().into_iter().filter(|construct| construct.since <= draft) {
            let is_own = is_spelled_anew(&construct, draft);
            let is_between = matches!(draft, Draft::Draft201909 | Draft::Draft6);
            if is_own || !is_between {
                pairs.push(pair(&construct, draft, "members", members(&construct.schema)));
            }
            let roots = roots(&construct.schema).into_iter().filter(|(place, _)| match draft {
                Draft::Draft202012 => true,
                _ => is_own && !is_between && SPELLED_ROOTS.contains(place),
            });
            pairs.extend(roots.map(|(place, schema)| pair(&construct, draft, place, schema)));
        }
    }
    pairs
}

/// The places at the root whose keywords are spelled, or mean, something else in earlier drafts: `$ref` excludes all that
/// stands beside it, and the items of a tuple are `items`.
const SPELLED_ROOTS: [&str; 3] = ["the root", "a reference at the root", "a tuple at the root"];

/// Tests if a construct is new in a draft, or spelled otherwise than in a draft beside it.
fn is_spelled_anew(construct: &Construct, draft: Draft) -> bool {
    let words = |draft| older(json!([construct.schema, construct.definitions]), draft);
    let others: &[Draft] = match draft {
        Draft::Draft201909 => &[Draft::Draft202012, Draft::Draft7],
        Draft::Draft6 => &[Draft::Draft4],
        _ => &[Draft::Draft202012],
    };
    let is_new = construct.since == draft && draft != Draft::Draft4;
    is_new || others.iter().any(|other| words(*other) != words(draft))
}

fn pair(construct: &Construct, draft: Draft, place: &str, mut schema: Value) -> Pair {
    let add = |schema: &mut Value, more: &Value| {
        let Value::Object(definitions) = more else { return };
        let Value::Object(members) = schema else { return };
        let own = members.entry("$defs").or_insert_with(|| json!({}));
        own.as_object_mut().expect("definitions are an object").extend(definitions.clone());
    };
    let dialect = |schema: &mut Value| {
        if let Value::Object(members) = schema {
            members.insert("$schema".to_owned(), draft.uri().into());
        }
    };
    if construct.definitions != json!({}) {
        add(&mut schema, &construct.definitions);
    }
    let uses_shared = schema.to_string().contains("types/Shared.json");
    let mut shared = construct.schema.clone();
    if construct.definitions != json!({}) {
        add(&mut shared, &construct.definitions);
    }
    let (mut schema, mut shared) = (older(schema, draft), older(shared, draft));
    dialect(&mut schema);
    dialect(&mut shared);
    let bytes = shared.to_string().into_bytes();
    let shared = Source { path: "corpus/types/Shared.json".to_owned(), uri: None, bytes: bytes.into() };
    Pair {
        name: format!("{} in {place}, {draft:?}", construct.name),
        draft,
        schema,
        remotes: if uses_shared { vec![shared] } else { Vec::new() },
        has_instances: !construct.name.starts_with("never"),
    }
}

/// An object with a member for each place that can be one.
fn members(construct: &Value) -> Value {
    let c = construct;
    let nothing = json!({ "type": "null" });
    let tagged = |kind: &str, value: &Value| {
        json!({
            "type": "object", "required": ["kind"], "additionalProperties": false,
            "properties": { "kind": { "const": kind }, "value": value }
        })
    };
    let properties = json!({
        "required": c,
        "optional": c,
        "nullable": { "anyOf": [c, nothing] },
        "exclusive null": { "oneOf": [nothing, c] },
        "item": { "type": "array", "items": c, "maxItems": 3 },
        "only item": { "type": "array", "prefixItems": [c], "items": false, "minItems": 1 },
        "tuple item": { "type": "array", "prefixItems": [c, { "type": "boolean" }, c], "items": false, "minItems": 3 },
        "open tuple item": { "type": "array", "prefixItems": [c], "items": { "type": "boolean" }, "maxItems": 3 },
        "map value": { "type": "object", "additionalProperties": c, "maxProperties": 2 },
        "pattern property": { "type": "object", "patternProperties": { "^x": c }, "additionalProperties": false },
        "inner record": { "type": "object", "required": ["v"], "properties": { "v": c, "w": c }, "additionalProperties": c },
        "branch of oneOf": { "oneOf": [c, { "type": "array", "items": { "type": "integer" }, "minItems": 1, "maxItems": 2 }] },
        "branch of anyOf": { "anyOf": [{ "type": "object", "required": ["other"] }, c] },
        "tagged branch": { "oneOf": [tagged("a", c), tagged("b", &json!({ "type": "boolean" }))] },
        "allOf": { "allOf": [c] },
        "allOf of two": { "allOf": [c, { "description": "More of it." }] },
        "definition": { "$ref": "#/$defs/Definition" },
        "nullable definition": { "anyOf": [{ "$ref": "#/$defs/Definition" }, nothing] },
        "items of a definition": { "type": "array", "items": { "$ref": "#/$defs/Definition" }, "maxItems": 2 },
        "shared type": { "$ref": "types/Shared.json" },
        "shared types": { "type": "object", "additionalProperties": { "$ref": "types/Shared.json" }, "maxProperties": 2 },
    });
    json!({
        "type": "object", "properties": properties, "additionalProperties": false, "$defs": { "Definition": c },
        "required": ["required", "tuple item", "nullable"]
    })
}

/// The places at the root of an event.
fn roots(construct: &Value) -> Vec<(&'static str, Value)> {
    let c = construct;
    vec![
        ("the root", c.clone()),
        ("a reference at the root", json!({ "$ref": "#/$defs/Definition", "$defs": { "Definition": c } })),
        ("a shared type at the root", json!({ "$ref": "types/Shared.json" })),
        ("allOf at the root", json!({ "allOf": [c] })),
        ("a nullable root", json!({ "anyOf": [c, { "type": "null" }] })),
        ("an array at the root", json!({ "type": "array", "items": c, "maxItems": 2 })),
        ("a tuple at the root", json!({ "type": "array", "prefixItems": [c, c], "items": false, "minItems": 2 })),
        ("a map at the root", json!({ "type": "object", "additionalProperties": c, "maxProperties": 2 })),
        (
            "the other members of a record",
            json!({
                "type": "object", "required": ["id"], "properties": { "id": { "type": "boolean" } },
                "additionalProperties": c, "maxProperties": 3
            }),
        ),
        ("a branch at the root", json!({ "oneOf": [c, { "type": "object", "required": ["other"] }] })),
        (
            "then at the root",
            json!({ "type": "object", "if": { "required": ["v"] }, "then": { "properties": { "v": c } } }),
        ),
    ]
}

fn constructs() -> Vec<Construct> {
    use Draft::{Draft4, Draft6, Draft7, Draft201909, Draft202012};
    let closed = |properties: Value, required: Value| json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    let tuple = |n_items: usize| {
        let kinds = ["string", "integer", "number", "boolean"];
        let items: Vec<Value> = (0..n_items).map(|item_idx| json!({ "type": kinds[item_idx % 4] })).collect();
        json!({ "type": "array", "prefixItems": items, "items": false, "minItems": n_items })
    };
    let tagged = |name: &str, kind: &str| {
        closed(json!({ "kind": { "const": kind }, name: { "type": "string" } }), json!(["kind"]))
    };
    let plain: Vec<(&'static str, Draft, Value)> = vec![
        ("null", Draft4, json!({ "type": "null" })),
        ("boolean", Draft4, json!({ "type": "boolean" })),
        ("integer", Draft4, json!({ "type": "integer" })),
        ("small integer", Draft4, json!({ "type": "integer", "minimum": -3, "maximum": 12 })),
        ("unsigned integer", Draft4, json!({ "type": "integer", "minimum": 0, "maximum": u64::MAX })),
        ("signed integer", Draft4, json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX })),
        ("exclusive integer", Draft4, json!({ "type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 5 })),
        ("multiple", Draft4, json!({ "type": "integer", "multipleOf": 3, "minimum": 0 })),
        ("number", Draft4, json!({ "type": "number" })),
        ("bounded number", Draft4, json!({ "type": "number", "minimum": 0.5, "exclusiveMaximum": 7.25 })),
        ("string", Draft4, json!({ "type": "string" })),
        ("bounded string", Draft4, json!({ "type": "string", "minLength": 1, "maxLength": 5 })),
        ("pattern", Draft4, json!({ "type": "string", "pattern": "^[a-z]{2,4}$" })),
        ("alternating pattern", Draft4, json!({ "type": "string", "pattern": "^(a|bc)*d$", "maxLength": 9 })),
        ("date-time", Draft4, json!({ "type": "string", "format": "date-time" })),
        ("email", Draft4, json!({ "type": "string", "format": "email", "maxLength": 40 })),
        ("uri", Draft4, json!({ "type": "string", "format": "uri" })),
        ("ipv4", Draft4, json!({ "type": "string", "format": "ipv4" })),
        ("date", Draft7, json!({ "type": "string", "format": "date" })),
        ("time", Draft7, json!({ "type": "string", "format": "time" })),
        ("uuid", Draft201909, json!({ "type": "string", "format": "uuid" })),
        ("duration", Draft201909, json!({ "type": "string", "format": "duration" })),
        ("enum", Draft4, json!({ "enum": ["gift", "all", "A_L_L", "Self", "", "1"] })),
        ("enum of one", Draft4, json!({ "type": "string", "enum": ["only"] })),
        ("enum of integers", Draft4, json!({ "enum": [1, 2, 300] })),
        ("enum of all kinds", Draft4, json!({ "enum": [1, "a", null, true, [1], { "b": 2.5 }] })),
        ("constant", Draft4, json!({ "const": "fixed" })),
        ("constant integer", Draft4, json!({ "const": -7 })),
        ("constant object", Draft4, json!({ "const": { "a": [1, null] } })),
        ("array", Draft4, json!({ "type": "array", "items": { "type": "string" } })),
        (
            "bounded array",
            Draft4,
            json!({ "type": "array", "items": { "type": "integer" }, "minItems": 1, "maxItems": 2 }),
        ),
        ("set", Draft4, json!({ "type": "array", "items": { "enum": ["a", "b", "c"] }, "uniqueItems": true })),
        ("untyped array", Draft4, json!({ "type": "array", "maxItems": 2 })),
        ("tuple of 1", Draft4, tuple(1)),
        ("tuple of 2", Draft4, tuple(2)),
        ("tuple of 3", Draft4, tuple(3)),
        ("tuple of 12", Draft4, tuple(12)),
        ("tuple of 13", Draft4, tuple(13)),
        (
            "tuple by length",
            Draft4,
            json!({ "type": "array", "prefixItems": [{ "type": "string" }, {}], "minItems": 2, "maxItems": 2 }),
        ),
        (
            "tuple of tuples",
            Draft4,
            json!({ "type": "array", "prefixItems": [tuple(1), tuple(2)], "items": false, "minItems": 2 }),
        ),
        (
            "tuple with records",
            Draft4,
            json!({
                "type": "array", "items": false, "minItems": 3,
                "prefixItems": [closed(json!({ "a": { "type": "string" } }), json!(["a"])), { "enum": ["x", "y"] }, { "type": ["string", "null"] }]
            }),
        ),
        (
            "open tuple",
            Draft4,
            json!({ "type": "array", "prefixItems": [{ "type": "string" }], "items": { "type": "integer" } }),
        ),
        (
            "short tuple",
            Draft4,
            json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "items": false }),
        ),
        (
            "unique tuple",
            Draft4,
            json!({ "type": "array", "prefixItems": [{}, {}], "items": false, "minItems": 2, "uniqueItems": true }),
        ),
        ("map", Draft4, json!({ "type": "object", "additionalProperties": { "type": "integer" }, "maxProperties": 3 })),
        ("map of tuples", Draft4, json!({ "type": "object", "additionalProperties": tuple(2) })),
        (
            "map by names",
            Draft6,
            json!({ "type": "object", "propertyNames": { "pattern": "^[a-c]$" }, "additionalProperties": { "type": "string" } }),
        ),
        ("untyped object", Draft4, json!({ "type": "object", "maxProperties": 2 })),
        ("record", Draft4, closed(json!({ "a": { "type": "string" }, "b": { "type": "integer" } }), json!(["a"]))),
        ("empty record", Draft4, json!({ "type": "object", "additionalProperties": false })),
        (
            "open record",
            Draft4,
            json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } }),
        ),
        (
            "record of all kinds",
            Draft4,
            closed(
                json!({
                    "n": { "type": "null" }, "t": { "type": ["string", "null"] }, "l": { "type": "array", "items": tuple(1) },
                    "e": { "enum": ["x"] }, "o": { "type": "object", "additionalProperties": { "type": "boolean" } }, "j": {}
                }),
                json!(["t", "e"]),
            ),
        ),
        ("required without a property", Draft4, json!({ "type": "object", "required": ["ghost"] })),
        (
            "patterned record",
            Draft4,
            json!({
                "type": "object", "properties": { "xa": { "type": "string" } }, "additionalProperties": false,
                "patternProperties": { "^x": { "maxLength": 3 }, "^[0-9]+$": { "type": "integer" } }
            }),
        ),
        (
            "dependent names",
            Draft4,
            json!({
                "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "string" } }, "dependentRequired": { "a": ["b"] }
            }),
        ),
        (
            "dependent schema",
            Draft4,
            json!({
                "type": "object", "properties": { "a": { "type": "string" } }, "dependentSchemas": { "a": { "required": ["b"] } }
            }),
        ),
        ("union of kinds", Draft4, json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }, tuple(2)] })),
        ("tagged union", Draft4, json!({ "oneOf": [tagged("x", "a"), tagged("y", "b")] })),
        ("tagged union by anyOf", Draft4, json!({ "anyOf": [tagged("x", "a"), tagged("y", "b")] })),
        (
            "exclusive union",
            Draft4,
            json!({ "oneOf": [
            { "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } },
            { "type": "object", "required": ["b"], "properties": { "b": { "type": "integer" } } }
        ] }),
        ),
        (
            "overlapping union",
            Draft4,
            json!({ "anyOf": [
            { "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } },
            { "type": "object", "required": ["b"], "properties": { "b": { "type": "integer" } } }
        ] }),
        ),
        ("union of tuples", Draft4, json!({ "oneOf": [tuple(1), tuple(2), { "type": "null" }] })),
        (
            "union with a record beside",
            Draft4,
            json!({
                "type": "object", "properties": { "c": { "type": "boolean" } }, "oneOf": [{ "required": ["a"] }, { "required": ["b"] }]
            }),
        ),
        (
            "list of types",
            Draft4,
            json!({ "type": ["string", "integer", "array"], "maxLength": 3, "items": { "type": "boolean" } }),
        ),
        ("nullable string", Draft4, json!({ "type": ["string", "null"], "maxLength": 3 })),
        (
            "nullable tuple",
            Draft4,
            json!({ "type": ["array", "null"], "prefixItems": [{ "type": "string" }], "items": false, "minItems": 1 }),
        ),
        (
            "nullable record",
            Draft4,
            json!({ "anyOf": [closed(json!({ "a": { "type": "string" } }), json!(["a"])), { "type": "null" }] }),
        ),
        ("any", Draft4, json!({})),
        ("any, as a boolean", Draft6, json!(true)),
        ("never", Draft4, json!({ "not": {} })),
        ("never, as a boolean", Draft6, json!(false)),
        ("not", Draft4, json!({ "type": "string", "not": { "enum": ["a"] }, "maxLength": 2 })),
        ("untyped not", Draft4, json!({ "not": { "type": "string" } })),
        ("untyped keywords", Draft4, json!({ "maxLength": 3, "minimum": 2 })),
        (
            "contains",
            Draft6,
            json!({ "type": "array", "items": { "type": "integer" }, "contains": { "minimum": 5 }, "maxItems": 4 }),
        ),
        (
            "counted contains",
            Draft201909,
            json!({ "type": "array", "contains": { "type": "integer" }, "minContains": 1, "maxContains": 2 }),
        ),
        (
            "if and then",
            Draft7,
            json!({
                "type": "object", "properties": { "a": { "type": "string" } }, "if": { "required": ["a"] },
                "then": { "required": ["b"] }, "else": { "maxProperties": 1 }
            }),
        ),
        (
            "unevaluated members",
            Draft201909,
            json!({
                "type": "object", "allOf": [{ "properties": { "a": { "type": "string" } } }], "unevaluatedProperties": false
            }),
        ),
        (
            "unevaluated items",
            Draft202012,
            json!({
                "type": "array", "prefixItems": [{ "type": "string" }], "unevaluatedItems": false
            }),
        ),
        (
            "merged record",
            Draft4,
            json!({ "allOf": [
            { "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } },
            { "properties": { "b": { "type": "integer" }, "a": { "maxLength": 3 } } }
        ] }),
        ),
    ];
    let mut constructs: Vec<Construct> = plain
        .into_iter()
        .map(|(name, since, schema)| Construct { name, since, schema, definitions: json!({}) })
        .collect();
    let tree = closed(
        json!({ "value": { "type": "string" }, "children": { "type": "array", "items": { "$ref": "#/$defs/Tree" }, "maxItems": 2 } }),
        json!(["value"]),
    );
    let list =
        closed(json!({ "next": { "anyOf": [{ "$ref": "#/$defs/List" }, { "type": "null" }] } }), json!(["next"]));
    let pair = json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "$ref": "#/$defs/Maybe" }], "items": false, "minItems": 2 });
    let maybe = json!({ "anyOf": [{ "$ref": "#/$defs/Pair" }, { "type": "null" }] });
    let to = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    for (name, schema, definitions) in [
        ("tree", to("Tree"), json!({ "Tree": tree })),
        ("list", to("List"), json!({ "List": list })),
        ("tuple that nests", to("Pair"), json!({ "Pair": pair, "Maybe": maybe })),
        ("alias", to("Alias"), json!({ "Alias": to("Name"), "Name": { "type": "string", "maxLength": 4 } })),
        ("tuple by reference", to("Point"), json!({ "Point": tuple(2) })),
    ] {
        constructs.push(Construct { name, since: Draft4, schema, definitions });
    }
    constructs
}

/// A schema of 2020-12 in the words of an earlier draft.
fn older(schema: Value, draft: Draft) -> Value {
    let members = match schema {
        Value::Object(members) => members,
        Value::Array(items) => return items.into_iter().map(|item| older(item, draft)).collect(),
        Value::String(text) if draft < Draft::Draft201909 => return text.replace("#/$defs/", "#/definitions/").into(),
        other => return other,
    };
    let is_tuple = members.contains_key("prefixItems");
    let mut older_members = Map::new();
    for (name, value) in members {
        let value = if matches!(name.as_str(), "const" | "enum") { value } else { older(value, draft) };
        match name.as_str() {
            "$defs" if draft < Draft::Draft201909 => older_members.insert("definitions".to_owned(), value),
            "dependentRequired" | "dependentSchemas" if draft < Draft::Draft201909 => {
                older_members.insert("dependencies".to_owned(), value)
            }
            "prefixItems" if draft < Draft::Draft202012 => older_members.insert("items".to_owned(), value),
            "items" if draft < Draft::Draft202012 && is_tuple => {
                older_members.insert("additionalItems".to_owned(), value)
            }
            "const" if draft == Draft::Draft4 => older_members.insert("enum".to_owned(), json!([value])),
            "exclusiveMinimum" | "exclusiveMaximum" if draft == Draft::Draft4 => {
                older_members.insert(name.replace("exclusiveM", "m"), value);
                older_members.insert(name, true.into())
            }
            _ => older_members.insert(name, value),
        };
    }
    Value::Object(older_members)
}
