//! Random schemas: all keywords of all drafts, references, recursion, and numbers as they are written.

use std::fmt::Write as _;

use goodevent_check::random::Random;
use goodevent_schema::ir::{Number, Value};

use crate::{
    corpus::dialect,
    values::{NUMBERS, TYPES},
};

/// The drafts.
const DRAFTS: [&str; 5] = ["draft4", "draft6", "draft7", "draft2019-09", "draft2020-12"];

/// Grows schemas of one draft.
#[derive(Debug)]
struct Grower<'r> {
    random: &'r mut Random,
    /// Number of the draft, from the oldest on.
    draft: usize,
    /// Definitions that can be referred to.
    n_definitions: usize,
    /// Schemas that may still be made.
    n_left: usize,
}

/// A document of a random draft.
pub(super) fn document(random: &mut Random) -> Value {
    let draft = random.below(DRAFTS.len());
    let n_definitions = random.below(5);
    let n_left = 4 + random.below(40);
    Grower { random, draft, n_definitions, n_left }.document()
}

/// A changed copy of a document: some of its parts removed, doubled, or made anew.
pub(super) fn mutated(document: &Value, random: &mut Random) -> Value {
    let mut copy = document.clone();
    for _ in 0..=random.below(3) {
        let n_nodes = size(&copy);
        change(&mut copy, &mut (1 + random.below(n_nodes.saturating_sub(1))), random);
    }
    copy
}

fn text(text: &str) -> Value {
    Value::String(text.into())
}

fn number(text: &str) -> Value {
    Value::Number(Number(text.into()))
}

fn object(members: Vec<(&str, Value)>) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

const NAMES: [&str; 14] =
    ["a", "b", "id", "type", "kind", "next", "items", "Ref", "self", "a b", "é", "$x", "a/b~c", "__proto__"];

const FORMATS: [&str; 22] = [
    "date",
    "date-time",
    "time",
    "duration",
    "email",
    "idn-email",
    "hostname",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "iri",
    "iri-reference",
    "uri-template",
    "uuid",
    "json-pointer",
    "relative-json-pointer",
    "regex",
    "int32",
    "byte",
    "phone",
];

const PATTERNS: [&str; 26] = [
    "^a",
    "b$",
    "^[a-z]+$",
    "^.{0,5}$",
    "^[^\\n]{0,5}$",
    "\\d{3}",
    "^\\w+$",
    "\\s",
    "^$",
    "",
    "a|b",
    "^(a|b)*$",
    "[\\w-.]",
    "^(?!0)[0-9]{2}$",
    "(?<n>x)y",
    "\\bfoo\\b",
    "^\\p{L}+$",
    "^[a-zA-Z_][a-zA-Z0-9_]*$",
    "\\u0041",
    "[^]",
    "[]",
    "^(ab?c){2,4}$",
    "(?=a)b",
    "(a)\\1",
    "^pkg:",
    ".*",
];

/// Keywords whose place and kind are the same in each draft that has them.
#[derive(Debug, Clone, Copy)]
enum Of {
    Schema,
    Schemas,
    /// Schemas by names or patterns.
    Named,
    ByPattern,
    /// Names by names.
    Names,
    Count,
    Number,
    /// A number above 0.
    Positive,
    Text(&'static [&'static str]),
    Bool,
    Required,
    Enum,
    Const,
}

/// The keywords, the first draft that has each, the last one, and the type that each is about.
const KEYWORDS: [(&str, usize, usize, &str, Of); 54] = [
    ("multipleOf", 0, 4, "number", Of::Positive),
    ("minimum", 0, 4, "number", Of::Number),
    ("maximum", 0, 4, "number", Of::Number),
    ("exclusiveMinimum", 0, 0, "number", Of::Bool),
    ("exclusiveMaximum", 0, 0, "number", Of::Bool),
    ("exclusiveMinimum", 1, 4, "number", Of::Number),
    ("exclusiveMaximum", 1, 4, "number", Of::Number),
    ("minLength", 0, 4, "string", Of::Count),
    ("maxLength", 0, 4, "string", Of::Count),
    ("pattern", 0, 4, "string", Of::Text(&PATTERNS)),
    ("format", 0, 4, "string", Of::Text(&FORMATS)),
    ("contentEncoding", 2, 4, "string", Of::Text(&["base64", "quoted-printable"])),
    ("contentMediaType", 2, 4, "string", Of::Text(&["application/json", "text/plain"])),
    ("contentSchema", 3, 4, "string", Of::Schema),
    ("items", 0, 3, "array", Of::Schemas),
    ("items", 0, 4, "array", Of::Schema),
    ("prefixItems", 4, 4, "array", Of::Schemas),
    ("additionalItems", 0, 3, "array", Of::Schema),
    ("unevaluatedItems", 3, 4, "array", Of::Schema),
    ("contains", 1, 4, "array", Of::Schema),
    ("minContains", 3, 4, "array", Of::Count),
    ("maxContains", 3, 4, "array", Of::Count),
    ("minItems", 0, 4, "array", Of::Count),
    ("maxItems", 0, 4, "array", Of::Count),
    ("uniqueItems", 0, 4, "array", Of::Bool),
    ("properties", 0, 4, "object", Of::Named),
    ("properties", 0, 4, "object", Of::Named),
    ("patternProperties", 0, 4, "object", Of::ByPattern),
    ("additionalProperties", 0, 4, "object", Of::Schema),
    ("additionalProperties", 0, 4, "object", Of::Bool),
    ("unevaluatedProperties", 3, 4, "object", Of::Schema),
    ("propertyNames", 1, 4, "object", Of::Schema),
    ("required", 0, 4, "object", Of::Required),
    ("required", 0, 4, "object", Of::Required),
    ("minProperties", 0, 4, "object", Of::Count),
    ("maxProperties", 0, 4, "object", Of::Count),
    ("dependencies", 0, 2, "object", Of::Named),
    ("dependencies", 0, 2, "object", Of::Names),
    ("dependentSchemas", 3, 4, "object", Of::Named),
    ("dependentRequired", 3, 4, "object", Of::Names),
    ("allOf", 0, 4, "", Of::Schemas),
    ("anyOf", 0, 4, "", Of::Schemas),
    ("oneOf", 0, 4, "", Of::Schemas),
    ("not", 0, 4, "", Of::Schema),
    ("if", 2, 4, "", Of::Schema),
    ("then", 2, 4, "", Of::Schema),
    ("else", 2, 4, "", Of::Schema),
    ("enum", 0, 4, "", Of::Enum),
    ("const", 1, 4, "", Of::Const),
    ("title", 0, 4, "", Of::Text(&["T", "", "A title"])),
    ("description", 0, 4, "", Of::Text(&["What it is.", "", "*/ \" {}"])),
    ("examples", 1, 4, "", Of::Enum),
    ("default", 0, 4, "", Of::Const),
    ("deprecated", 3, 4, "", Of::Bool),
];

impl Grower<'_> {
    fn document(mut self) -> Value {
        let definitions = if self.draft >= 3 { "$defs" } else { "definitions" };
        let mut members = vec![("$schema", text(dialect(DRAFTS[self.draft])))];
        if self.random.once_in(8) {
            let id = if self.draft == 0 { "id" } else { "$id" };
            members.push((id, text("https://example.org/schemas/OrderPlacedV1Event.json")));
        }
        let named: Vec<(String, Value)> =
            (0..self.n_definitions).map(|nth| (format!("d{nth}"), self.definition(nth))).collect();
        if !named.is_empty() {
            members
                .push((definitions, Value::Object(named.into_iter().map(|(name, own)| (name.into(), own)).collect())));
        }
        // The payload of an event is an object, mostly.
        let kind = if self.random.once_in(6) { "" } else { "object" };
        let mut root = self.keywords(kind, 0);
        root.retain(|(name, _)| !members.iter().any(|(own, _)| own == name));
        object(members.into_iter().chain(root).collect())
    }

    fn definition(&mut self, nth: usize) -> Value {
        let own = self.schema(1);
        match own {
            Value::Object(mut members) if self.draft >= 3 && self.random.once_in(4) => {
                members.insert(0, ("$anchor".into(), text(&format!("anchor{nth}"))));
                Value::Object(members)
            }
            Value::Object(mut members) if self.draft == 4 && self.random.once_in(6) => {
                members.insert(0, ("$dynamicAnchor".into(), text("node")));
                Value::Object(members)
            }
            other => other,
        }
    }

    fn reference(&mut self) -> Value {
        let definitions = if self.draft >= 3 { "$defs" } else { "definitions" };
        let target = match self.random.below(8) {
            0 => "#".to_owned(),
            1 if self.draft >= 3 => format!("#anchor{}", self.random.below(4)),
            _ => {
                let mut pointer = String::new();
                let _ = write!(pointer, "#/{definitions}/d{}", self.random.below(self.n_definitions.max(1)));
                pointer
            }
        };
        let keyword = match (self.draft, self.random.below(12)) {
            (3, 0) => return object(vec![("$recursiveRef", text("#"))]),
            (4, 0) => return object(vec![("$dynamicRef", text("#node"))]),
            _ => "$ref",
        };
        let mut members = vec![(keyword, text(&target))];
        if self.random.once_in(5) {
            members.extend(self.keywords("", 4).into_iter().take(2));
        }
        object(members)
    }

    fn schema(&mut self, depth: usize) -> Value {
        self.n_left = self.n_left.saturating_sub(1);
        if self.random.once_in(12) && self.draft >= 1 {
            return Value::Bool(!self.random.once_in(3));
        }
        if self.n_definitions > 0 && self.random.once_in(4) {
            return self.reference();
        }
        let kind = *self
            .random
            .pick(&["", "null", "boolean", "integer", "number", "string", "string", "array", "object"])
            .unwrap_or(&"");
        let members = self.keywords(kind, depth);
        object(members)
    }

    /// Keywords of a schema, most of them about the type.
    fn keywords(&mut self, kind: &'static str, depth: usize) -> Vec<(&'static str, Value)> {
        let mut members: Vec<(&'static str, Value)> = Vec::new();
        if !kind.is_empty() && !self.random.once_in(8) {
            let mut types = vec![text(kind)];
            if self.random.once_in(5) {
                types.extend(self.random.pick(&TYPES).filter(|other| **other != kind).map(|other| text(other)));
            }
            members.push(("type", if types.len() == 1 { types.remove(0) } else { Value::Array(types) }));
        }
        let about = if kind == "integer" { "number" } else { kind };
        for _ in 0..self.random.below(6) {
            let (name, first, last, of, how) = KEYWORDS[self.random.below(KEYWORDS.len())];
            let fits = of.is_empty() || of == about || self.random.once_in(10);
            let is_there = members.iter().any(|(own, _)| *own == name);
            let nests = matches!(how, Of::Schema | Of::Schemas | Of::Named | Of::ByPattern);
            if !fits || is_there || !(first..=last).contains(&self.draft) || (nests && (self.n_left == 0 || depth > 6))
            {
                continue;
            }
            let value = self.value(how, depth);
            // A bound that draft 4 demands beside the keyword.
            if matches!(name, "exclusiveMinimum" | "exclusiveMaximum") && self.draft == 0 {
                let bound = if name == "exclusiveMinimum" { "minimum" } else { "maximum" };
                if !members.iter().any(|(own, _)| *own == bound) {
                    members.push((bound, self.number()));
                }
            }
            members.push((name, value));
        }
        members
    }

    fn value(&mut self, how: Of, depth: usize) -> Value {
        match how {
            Of::Schema => self.schema(depth + 1),
            Of::Schemas => Value::Array((0..=self.random.below(3)).map(|_| self.schema(depth + 1)).collect()),
            Of::Named | Of::ByPattern => {
                let is_pattern = matches!(how, Of::ByPattern);
                let mut members: Vec<(&str, Value)> = Vec::new();
                for _ in 0..=self.random.below(4) {
                    let names: &[&str] = if is_pattern { &PATTERNS } else { &NAMES };
                    let name = self.random.pick(names).copied().unwrap_or("a");
                    if !members.iter().any(|(own, _)| *own == name) {
                        members.push((name, self.schema(depth + 1)));
                    }
                }
                object(members)
            }
            Of::Names => {
                let name = self.random.pick(&NAMES).copied().unwrap_or("a");
                object(vec![(name, self.names())])
            }
            Of::Count => number(self.random.pick(&["0", "1", "2", "3", "5", "10", "2.0", "100"]).unwrap_or(&"1")),
            Of::Number => self.number(),
            Of::Positive => number(
                self.random
                    .pick(&["1", "2", "3", "0.1", "0.01", "1.5", "1e-3", "1e3", "9007199254740993"])
                    .unwrap_or(&"1"),
            ),
            Of::Text(texts) => text(self.random.pick(texts).unwrap_or(&"")),
            Of::Bool => Value::Bool(self.random.once_in(2)),
            Of::Required => self.names(),
            Of::Enum => {
                let mut values: Vec<Value> = Vec::new();
                for _ in 0..=self.random.below(4) {
                    let value = self.instance(0);
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
                Value::Array(values)
            }
            Of::Const => self.instance(0),
        }
    }

    fn number(&mut self) -> Value {
        number(self.random.pick(&NUMBERS).unwrap_or(&"0"))
    }

    fn names(&mut self) -> Value {
        let mut names: Vec<Value> = Vec::new();
        for _ in 0..=self.random.below(3) {
            let name = text(self.random.pick(&NAMES).unwrap_or(&"a"));
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Value::Array(names)
    }

    /// Any JSON value.
    fn instance(&mut self, depth: usize) -> Value {
        match self.random.below(if depth > 2 { 5 } else { 7 }) {
            0 => Value::Null,
            1 => Value::Bool(self.random.once_in(2)),
            2 => self.number(),
            3 | 4 => text(self.random.pick(&["", "a", "b", "2020-02-29", "é😀", "pkg:x", "\n"]).unwrap_or(&"")),
            5 => Value::Array((0..self.random.below(3)).map(|_| self.instance(depth + 1)).collect()),
            _ => {
                let name = self.random.pick(&NAMES).copied().unwrap_or("a");
                object(vec![(name, self.instance(depth + 1))])
            }
        }
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.iter().map(|(_, value)| size(value)).sum::<usize>(),
        _ => 0,
    }
}

/// Changes the node that is reached after `n_before` others; the draft stays.
fn change(value: &mut Value, n_before: &mut usize, random: &mut Random) -> bool {
    if *n_before == 0 {
        change_here(value, random);
        return true;
    }
    *n_before -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| change(item, n_before, random)),
        Value::Object(members) => {
            members.iter_mut().any(|(name, member)| name != "$schema" && change(member, n_before, random))
        }
        _ => false,
    }
}

fn change_here(value: &mut Value, random: &mut Random) {
    match value {
        Value::Bool(own) => *own = !*own,
        Value::Number(_) => *value = number(random.pick(&NUMBERS).unwrap_or(&"0")),
        Value::String(own) => {
            let lists: [&[&str]; 4] = [&TYPES, &NAMES, &PATTERNS, &FORMATS];
            let list = lists.into_iter().find(|list| list.contains(&own.as_str())).unwrap_or(&NAMES);
            *own = random.pick(list).copied().unwrap_or("a").into();
        }
        Value::Array(items) if random.once_in(2) => drop(items.pop()),
        Value::Array(items) => items.extend(items.last().cloned()),
        Value::Object(members) if !members.is_empty() => {
            let at = random.below(members.len());
            if members[at].0 != "$schema" {
                let (name, member) = members.remove(at);
                if random.once_in(3) {
                    members.push((random.pick(&NAMES).copied().unwrap_or("a").into(), member));
                } else if random.once_in(3) && KEYWORDS.iter().any(|(own, ..)| *own == name) {
                    members.push((name, Value::Bool(true)));
                }
            }
        }
        Value::Object(members) => members.push(("type".into(), text(random.pick(&TYPES).unwrap_or(&"null")))),
        Value::Null => *value = Value::Bool(true),
    }
}
