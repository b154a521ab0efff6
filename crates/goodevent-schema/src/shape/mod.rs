//! The values that the official metaschemas demand of keywords, as a table, and the violations of it.
//!
//! `tests` compares the table with the metaschemas themselves, evaluated by the reference validator.

use std::collections::{BTreeMap, HashSet};

use goodevent_json::pointer;
use smol_str::SmolStr;

use crate::{
    decimal::Decimal,
    draft::Draft,
    ir::Number,
    pattern,
    source::Span,
    syntax::{Kind, Node},
    uri,
};

/// The value that a keyword demands.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Schema,
    /// A schema, or a boolean in draft 4, whose schemas are objects.
    SchemaOrBool,
    SchemaOrSchemas,
    Schemas,
    SchemaMap,
    /// The names are patterns.
    PatternMap,
    /// Each value is a schema or a list of names.
    Dependencies,
    Bool,
    /// The values are booleans.
    BoolMap,
    Text(Text),
    Number,
    PositiveNumber,
    /// An integer that is not negative.
    Count,
    Types,
    Names,
    NamesMap,
    Array,
}

/// What a text has to be.
#[derive(Debug, Clone, Copy)]
enum Text {
    Any,
    Regex,
    Uri,
    UriReference,
    /// This pattern must match.
    Pattern(&'static str, fn(&str) -> bool),
}

/// The kind of a violation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Violated {
    Type,
    AnyOf,
    Other,
}

/// A place at which a document violates its metaschema.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) span: Span,
    /// The last token of the place's JSON Pointer; empty for the whole document.
    pub(crate) token: String,
    pub(crate) message: String,
    pub(crate) violated: Violated,
}

impl Shape {
    /// The shape that a draft demands of a keyword, if it demands one.
    fn of(draft: Draft, keyword: &str) -> Option<Self> {
        use Draft::{Draft4, Draft6, Draft7, Draft201909, Draft202012};
        let since = |first: Draft, shape: Self| (draft >= first).then_some(shape);
        let until = |last: Draft, shape: Self| (draft <= last).then_some(shape);
        // Formats are asserted up to draft 7, and are annotations from then on.
        let format = |text: Text| if draft <= Draft7 { text } else { Text::Any };
        match keyword {
            "allOf" | "anyOf" | "oneOf" => Some(Self::Schemas),
            "prefixItems" => since(Draft202012, Self::Schemas),
            "items" => Some(if draft == Draft202012 { Self::Schema } else { Self::SchemaOrSchemas }),
            "additionalItems" => until(Draft201909, Self::SchemaOrBool),
            "additionalProperties" => Some(Self::SchemaOrBool),
            "not" => Some(Self::Schema),
            "contains" | "propertyNames" => since(Draft6, Self::Schema),
            "if" | "then" | "else" => since(Draft7, Self::Schema),
            "contentSchema" | "unevaluatedItems" | "unevaluatedProperties" => since(Draft201909, Self::Schema),
            "properties" | "definitions" => Some(Self::SchemaMap),
            "patternProperties" => {
                Some(if matches!(draft, Draft6 | Draft7) { Self::PatternMap } else { Self::SchemaMap })
            }
            "$defs" | "dependentSchemas" => since(Draft201909, Self::SchemaMap),
            "dependencies" => Some(Self::Dependencies),
            "dependentRequired" => since(Draft201909, Self::NamesMap),
            "required" => Some(Self::Names),
            "type" => Some(Self::Types),
            "enum" => Some(Self::Array),
            "examples" => since(Draft6, Self::Array),
            "multipleOf" => Some(Self::PositiveNumber),
            "minimum" | "maximum" => Some(Self::Number),
            "exclusiveMinimum" | "exclusiveMaximum" => Some(if draft == Draft4 { Self::Bool } else { Self::Number }),
            "maxLength" | "minLength" | "maxItems" | "minItems" | "maxProperties" | "minProperties" => {
                Some(Self::Count)
            }
            "maxContains" | "minContains" => since(Draft201909, Self::Count),
            "uniqueItems" => Some(Self::Bool),
            "readOnly" | "writeOnly" => since(Draft7, Self::Bool),
            "deprecated" => since(Draft201909, Self::Bool),
            "$recursiveAnchor" => match draft {
                Draft201909 => Some(Self::Bool),
                _ => since(Draft202012, Self::Text(ANCHOR)),
            },
            "$vocabulary" => since(Draft201909, Self::BoolMap),
            "title" | "description" | "format" => Some(Self::Text(Text::Any)),
            "$comment" | "contentEncoding" | "contentMediaType" => since(Draft7, Self::Text(Text::Any)),
            "pattern" => Some(Self::Text(format(Text::Regex))),
            "id" => until(Draft4, Self::Text(Text::Any)),
            "$schema" => Some(Self::Text(if draft == Draft4 { Text::Any } else { format(Text::Uri) })),
            "$id" if draft >= Draft201909 => Some(Self::Text(ID)),
            "$id" | "$ref" => since(Draft6, Self::Text(format(Text::UriReference))),
            "$anchor" => since(Draft201909, Self::Text(if draft == Draft201909 { OLD_ANCHOR } else { ANCHOR })),
            "$dynamicAnchor" => since(Draft202012, Self::Text(ANCHOR)),
            "$recursiveRef" => since(Draft201909, Self::Text(Text::Any)),
            "$dynamicRef" => since(Draft202012, Self::Text(Text::Any)),
            _ => None,
        }
    }
}

/// `$id` from draft 2019-09 on.
const ID: Text = Text::Pattern("^[^#]*#?$", |text| !text.contains('#') || text.find('#') == Some(text.len() - 1));

/// `$anchor` in draft 2019-09.
const OLD_ANCHOR: Text = Text::Pattern("^[A-Za-z][-A-Za-z0-9.:_]*$", |text| {
    let is_rest = |char: char| char.is_ascii_alphanumeric() || "-.:_".contains(char);
    text.starts_with(|char: char| char.is_ascii_alphabetic()) && text.chars().all(is_rest)
});

/// Anchors in draft 2020-12.
const ANCHOR: Text = Text::Pattern("^[A-Za-z_][-A-Za-z0-9._]*$", |text| {
    let is_rest = |char: char| char.is_ascii_alphanumeric() || "-._".contains(char);
    text.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_') && text.chars().all(is_rest)
});

/// The violations of the metaschema of a draft by a document, in which some texts are to be `spelled` otherwise.
pub(crate) fn faults(root: &Node, draft: Draft, spelled: &BTreeMap<Span, SmolStr>) -> Vec<Fault> {
    let mut check = Check { draft, spelled, found: Vec::new() };
    check.value(Shape::Schema, root, &Token::Root);
    check.found
}

/// Whether `value` has the shape that the draft demands of the keyword.
pub(crate) fn takes(draft: Draft, keyword: &str, value: &Node) -> bool {
    let spelled = BTreeMap::new();
    let mut check = Check { draft, spelled: &spelled, found: Vec::new() };
    // In draft 4 they are about another keyword.
    let is_alone = draft > Draft::Draft4 || !keyword.starts_with("exclusive");
    if let Some(shape) = Shape::of(draft, keyword) {
        check.value(shape, value, &Token::Name(keyword));
    }
    is_alone && check.found.is_empty()
}

/// The last token of a JSON Pointer.
enum Token<'n> {
    Root,
    Name(&'n str),
    Place(usize),
}

struct Check<'s> {
    draft: Draft,
    spelled: &'s BTreeMap<Span, SmolStr>,
    found: Vec<Fault>,
}

impl Check<'_> {
    fn push(&mut self, node: &Node, token: &Token<'_>, violated: Violated, message: String) {
        let token = match token {
            Token::Root => String::new(),
            Token::Name(name) => pointer::of([name]).split_off(1),
            Token::Place(place) => place.to_string(),
        };
        self.found.push(Fault { span: node.span, token, message, violated });
    }

    fn wrong_type(&mut self, node: &Node, token: &Token<'_>, expected: &str) {
        self.push(node, token, Violated::Type, format!("{} is not of type \"{expected}\"", node.to_json()));
    }

    /// Whether a value has a shape, without a report.
    fn has(&self, shape: Shape, node: &Node) -> bool {
        let mut check = Check { draft: self.draft, spelled: self.spelled, found: Vec::new() };
        check.value(shape, node, &Token::Root);
        check.found.is_empty()
    }

    fn any_of(&mut self, shapes: [Shape; 2], node: &Node, token: &Token<'_>) {
        if !shapes.into_iter().any(|shape| self.has(shape, node)) {
            self.none_of(node, token);
        }
    }

    fn none_of(&mut self, node: &Node, token: &Token<'_>) {
        let message = format!("{} is not valid under any of the schemas listed in the 'anyOf' keyword", node.to_json());
        self.push(node, token, Violated::AnyOf, message);
    }

    fn value(&mut self, shape: Shape, node: &Node, token: &Token<'_>) {
        match shape {
            Shape::Schema => self.schema(node, token),
            Shape::SchemaOrBool => match node.kind {
                Kind::Bool(_) => {}
                _ if self.draft == Draft::Draft4 => self.any_of([Shape::Bool, Shape::Schema], node, token),
                _ => self.schema(node, token),
            },
            Shape::SchemaOrSchemas => self.any_of([Shape::Schema, Shape::Schemas], node, token),
            Shape::Schemas => {
                self.has_an_item(node, token);
                self.items(Shape::Schema, node, token);
            }
            Shape::SchemaMap => self.members(Shape::Schema, node, token),
            Shape::PatternMap => {
                for member in node.members() {
                    if !is_regex(&member.key.value) {
                        let name = serde_json::Value::from(member.key.value.as_str());
                        self.push(node, token, Violated::Other, format!("{name} is not a \"regex\""));
                    }
                }
                self.members(Shape::Schema, node, token);
            }
            Shape::Dependencies => match &node.kind {
                Kind::Object(members) => {
                    for member in members.iter() {
                        self.any_of([Shape::Schema, Shape::Names], &member.value, &Token::Name(&member.key.value));
                    }
                }
                _ => self.wrong_type(node, token, "object"),
            },
            Shape::BoolMap => self.members(Shape::Bool, node, token),
            Shape::NamesMap => self.members(Shape::Names, node, token),
            Shape::Bool if !matches!(node.kind, Kind::Bool(_)) => self.wrong_type(node, token, "boolean"),
            Shape::Array if !matches!(node.kind, Kind::Array(_)) => self.wrong_type(node, token, "array"),
            Shape::Bool | Shape::Array => {}
            Shape::Text(text) => self.text(text, node, token),
            Shape::Number | Shape::PositiveNumber | Shape::Count => self.number(shape, node, token),
            Shape::Types => self.types(node, token),
            Shape::Names => {
                if self.draft == Draft::Draft4 {
                    self.has_an_item(node, token);
                }
                self.are_different(node, token);
                self.items(Shape::Text(Text::Any), node, token);
            }
        }
    }

    fn schema(&mut self, node: &Node, token: &Token<'_>) {
        match &node.kind {
            Kind::Object(members) => {
                if self.draft == Draft::Draft4 {
                    self.bounds_of_draft_4(node, token);
                }
                for member in members.iter() {
                    let name = member.key.value.as_str();
                    if let Some(shape) = Shape::of(self.draft, name) {
                        self.value(shape, &member.value, &Token::Name(name));
                    }
                }
            }
            Kind::Bool(_) if self.draft > Draft::Draft4 => {}
            _ if self.draft == Draft::Draft4 => self.wrong_type(node, token, "object"),
            _ => {
                let message = format!("{} is not of types \"boolean\", \"object\"", node.to_json());
                self.push(node, token, Violated::Type, message);
            }
        }
    }

    /// `exclusiveMaximum` and `exclusiveMinimum` of draft 4 are about the keyword without `exclusive`.
    fn bounds_of_draft_4(&mut self, node: &Node, token: &Token<'_>) {
        for (exclusive, bound) in [("exclusiveMaximum", "maximum"), ("exclusiveMinimum", "minimum")] {
            if node.get(exclusive).is_some() && node.get(bound).is_none() {
                self.push(node, token, Violated::Other, format!("\"{bound}\" is a required property"));
            }
        }
    }

    fn members(&mut self, shape: Shape, node: &Node, token: &Token<'_>) {
        match &node.kind {
            Kind::Object(members) => {
                members.iter().for_each(|own| self.value(shape, &own.value, &Token::Name(&own.key.value)));
            }
            _ => self.wrong_type(node, token, "object"),
        }
    }

    fn items(&mut self, shape: Shape, node: &Node, token: &Token<'_>) {
        match &node.kind {
            Kind::Array(items) => {
                items.iter().enumerate().for_each(|(at, item)| self.value(shape, item, &Token::Place(at)));
            }
            _ => self.wrong_type(node, token, "array"),
        }
    }

    fn has_an_item(&mut self, node: &Node, token: &Token<'_>) {
        if matches!(&node.kind, Kind::Array(items) if items.is_empty()) {
            self.push(node, token, Violated::Other, "[] has less than 1 item".to_owned());
        }
    }

    fn are_different(&mut self, node: &Node, token: &Token<'_>) {
        if !has_different_items(node) {
            let message = format!("{} has non-unique elements", node.to_json());
            self.push(node, token, Violated::Other, message);
        }
    }

    fn types(&mut self, node: &Node, token: &Token<'_>) {
        const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];
        let is_type = |node: &Node| node.as_str().is_some_and(|name| TYPES.contains(&name));
        let is_list = |items: &[Node]| !items.is_empty() && items.iter().all(is_type) && has_different_items(node);
        if !is_type(node) && !matches!(&node.kind, Kind::Array(items) if is_list(items)) {
            self.none_of(node, token);
        }
    }

    fn text(&mut self, text: Text, node: &Node, token: &Token<'_>) {
        let Some(own) = node.as_str() else { return self.wrong_type(node, token, "string") };
        let own = self.spelled.get(&node.span).map_or(own, SmolStr::as_str);
        let quoted = || serde_json::Value::from(own).to_string();
        let message = match text {
            Text::Any => return,
            Text::Regex if is_regex(own) => return,
            Text::Uri if uri::is_absolute(own) => return,
            Text::UriReference if uri::is_reference(own) => return,
            Text::Pattern(_, matches) if matches(own) => return,
            Text::Regex => format!("{} is not a \"regex\"", quoted()),
            Text::Uri => format!("{} is not a \"uri\"", quoted()),
            Text::UriReference => format!("{} is not a \"uri-reference\"", quoted()),
            Text::Pattern(pattern, _) => format!("{} does not match \"{pattern}\"", quoted()),
        };
        self.push(node, token, Violated::Other, message);
    }

    fn number(&mut self, shape: Shape, node: &Node, token: &Token<'_>) {
        let Kind::Number(text) = &node.kind else {
            let expected = if matches!(shape, Shape::Count) { "integer" } else { "number" };
            return self.wrong_type(node, token, expected);
        };
        let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
        let is_zero = !mantissa.contains(|char: char| ('1'..='9').contains(&char));
        let is_negative = text.starts_with('-') && !is_zero;
        match shape {
            Shape::Count => {
                let is_integer = match self.draft {
                    Draft::Draft4 => !text.contains(['.', 'e', 'E']),
                    _ => Decimal::of(&Number(text.clone())).is_none_or(|number| number.is_integer()),
                };
                if !is_integer {
                    self.wrong_type(node, token, "integer");
                }
                if is_negative {
                    let message = format!("{} is less than the minimum of 0", node.to_json());
                    self.push(node, token, Violated::Other, message);
                }
            }
            Shape::PositiveNumber if is_negative || is_zero => {
                let message = format!("{} is less than or equal to the minimum of 0", node.to_json());
                self.push(node, token, Violated::Other, message);
            }
            _ => {}
        }
    }
}

fn is_regex(text: &str) -> bool {
    pattern::is_unicode(text).is_ok()
}

/// Whether no two items of an array are equal. Where this is asked, items other than texts are violations by themselves.
fn has_different_items(node: &Node) -> bool {
    let mut seen = HashSet::new();
    let text = |item: &Node| match &item.kind {
        Kind::Number(digits) => {
            let number = Number(digits.clone());
            Decimal::of(&number).map_or(number, |number| number.print()).0.to_string()
        }
        _ => item.to_text(),
    };
    node.items().iter().all(|item| seen.insert(text(item)))
}

#[cfg(test)]
mod tests;
