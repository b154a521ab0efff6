//! The JSON Pointers of `x-event`, followed through the schemas of a payload.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use goodevent_json::{fault::MAX_DEPTH, pointer};

use crate::{
    config::Unread,
    diagnostic::Diagnostic,
    facts::Facts,
    ir::{Graph, SchemaId, Types},
    pattern::Matcher,
    source::{SourceId, Span},
    suggest::Budget,
    syntax::Node,
};

/// The schemas of one payload, at the places that its pointers pass.
pub(crate) struct Pointers<'g> {
    graph: &'g Graph,
    /// Files with errors, whose schemas may have any property.
    unread: &'g BTreeMap<SourceId, Unread>,
    root: SchemaId,
    /// By the pointer to a place, and whether indices of items may be left out.
    places: BTreeMap<(String, bool), Place<'g>>,
    suggestions: Budget,
}

/// What may be at a place: the schemas that apply to it, in any branch.
#[derive(Default)]
struct Place<'g> {
    named: BTreeMap<&'g str, Vec<SchemaId>>,
    patterns: Vec<(&'g str, SchemaId)>,
    /// Of members with other names.
    others: Vec<SchemaId>,
    tuples: Vec<&'g [SchemaId]>,
    items: Vec<SchemaId>,
    /// Whether it may be an object or an array of anything.
    is_open: bool,
}

/// Where a pointer leads.
enum Way<'g> {
    There,
    /// Nowhere: how many of its tokens are right, and the names that the next one may be.
    Nowhere(usize, Vec<&'g str>),
}

impl<'g> Pointers<'g> {
    pub(crate) fn new(graph: &'g Graph, unread: &'g BTreeMap<SourceId, Unread>, root: SchemaId) -> Self {
        Self { graph, unread, root, places: BTreeMap::new(), suggestions: Budget::default() }
    }

    /// Reports every pointer that leads to no property.
    pub(crate) fn check(&mut self, tree: &Node, facts: &Facts, found: &mut Vec<Diagnostic>) {
        let Some(node) = tree.get("x-event") else { return };
        let key = facts.partition_key.as_slice();
        // Personal data in items are named without index, since every item has them.
        let lists: [(&str, &[String], bool); 5] = [
            ("dedupKey", &facts.dedup_key, false),
            ("changes", &facts.changes, false),
            ("personalData", &facts.personal_data, true),
            ("identifiedBy", &facts.identified_by, false),
            ("partitionKey", key, false),
        ];
        for (keyword, pointers, skips_items) in lists {
            let Some(value) = node.get(keyword) else { continue };
            for (pointer_idx, pointer) in pointers.iter().enumerate() {
                let span = value.items().get(pointer_idx).map_or(value.span, |item| item.span);
                found.extend(self.finding(pointer, span, skips_items));
            }
        }
    }

    fn finding(&mut self, pointer: &str, span: Span, skips_items: bool) -> Option<Diagnostic> {
        let finding = Diagnostic::error("dangling-pointer", span, format!("\"{pointer}\" leads to no property"));
        let tokens: Vec<_> = pointer::names(pointer).collect();
        if tokens.is_empty() {
            return Some(finding.help("a JSON Pointer begins with a slash and names a property of the payload"));
        }
        let Way::Nowhere(n_right, names) = self.follow(&tokens, skips_items) else { return None };
        let nearest = self.suggestions.nearest(&tokens[n_right], names.iter().copied());
        let help = match (nearest, names.is_empty()) {
            (Some(nearest), _) => {
                let start = tokens[..n_right].iter().map(|token| &**token);
                let end = tokens[n_right + 1..].iter().map(|token| &**token);
                format!("did you mean \"{}\"?", pointer::of(start.chain([nearest]).chain(end)))
            }
            (None, false) => "a JSON Pointer names a property of the payload".to_owned(),
            (None, true) => {
                let before = pointer::of(&tokens[..n_right]);
                format!("\"{before}\" has no properties")
            }
        };
        Some(finding.help(help))
    }

    fn follow(&mut self, tokens: &[Cow<'_, str>], skips_items: bool) -> Way<'g> {
        let mut schemas = vec![self.root];
        for (token_idx, token) in tokens.iter().enumerate() {
            // A message has no more levels.
            if token_idx >= MAX_DEPTH as usize {
                return Way::Nowhere(token_idx, Vec::new());
            }
            let path = (pointer::of(&tokens[..token_idx]), skips_items);
            let (graph, unread) = (self.graph, self.unread);
            let place = self.places.entry(path).or_insert_with(|| Place::of(graph, unread, &schemas, skips_items));
            schemas = place.behind(token);
            match schemas.is_empty() {
                true if place.is_open => return Way::There,
                true => {
                    return Way::Nowhere(token_idx, place.named.keys().copied().collect());
                }
                false => {}
            }
        }
        Way::There
    }
}

impl<'g> Place<'g> {
    fn of(graph: &'g Graph, unread: &BTreeMap<SourceId, Unread>, schemas: &[SchemaId], skips_items: bool) -> Self {
        let mut place = Self::default();
        let mut is_known = true;
        let mut is_named = false;
        // Whether some type is asked for, and whether one of those has members.
        let (mut is_typed, mut may_hold) = (false, false);
        let (mut seen, mut queue) = (BTreeSet::new(), schemas.to_vec());
        while let Some(id) = queue.pop() {
            if !seen.insert(id) {
                continue;
            }
            is_known &= !unread.contains_key(&graph[id].span.source);
            let keywords = &graph[id].keywords;
            let (object, array) = (&keywords.object, &keywords.array);
            for property in &object.properties {
                place.named.entry(property.name.value.as_str()).or_default().push(property.schema);
            }
            let patterns = object.pattern_properties.iter();
            place.patterns.extend(patterns.map(|property| (property.name.value.as_str(), property.schema)));
            let says = |id: &SchemaId| graph[*id].always.is_none();
            let others = [object.additional_properties, object.unevaluated_properties];
            place.others.extend(others.into_iter().flatten().filter(says));
            let items = [array.items, array.unevaluated_items];
            place.items.extend(items.into_iter().flatten().filter(|id| graph[*id].always != Some(false)));
            if !array.prefix_items.is_empty() {
                place.tuples.push(&array.prefix_items);
            }
            is_named |= !object.properties.is_empty() || !array.prefix_items.is_empty() || array.items.is_some();
            is_named |= !object.pattern_properties.is_empty() || others.iter().flatten().any(says);
            if let Some(types) = &keywords.types {
                is_typed = true;
                may_hold |= !types.value.intersection(Types::OBJECT.union(Types::ARRAY)).is_empty();
            }
            let negated = keywords.applied.not;
            queue.extend(keywords.in_place().chain(keywords.targets()).filter(|below| Some(*below) != negated));
            if skips_items {
                queue.extend(array.prefix_items.iter().copied().chain(array.items));
            }
        }
        place.is_open = !is_known || ((may_hold || !is_typed) && !is_named);
        place
    }

    /// The schemas of what a token names.
    fn behind(&self, token: &str) -> Vec<SchemaId> {
        let mut schemas = self.named.get(token).cloned().unwrap_or_default();
        // What takes too long to decide may match.
        let matches = |pattern: &str| Matcher::new(pattern).map_or(true, |own| own.is_match(token).unwrap_or(true));
        schemas.extend(self.patterns.iter().filter(|(pattern, _)| matches(pattern)).map(|(_, schema)| *schema));
        if schemas.is_empty() {
            schemas.extend(&self.others);
        }
        let is_index = token == "0" || (!token.starts_with('0') && token.bytes().all(|byte| byte.is_ascii_digit()));
        if let Some(item_idx) = token.parse::<usize>().ok().filter(|_| is_index) {
            let own = self.tuples.iter().filter_map(|items| items.get(item_idx));
            schemas.extend(own.chain(&self.items));
        }
        schemas
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{
        analyze,
        source::{Source, Sources},
    };

    /// What is said of pointers into a payload: the helps of the findings.
    fn said(schema: &Value, keyword: &str, pointers: &Value) -> Vec<String> {
        let mut schema = schema.clone();
        schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        schema["title"] = json!("OrderPlacedV1Event");
        schema["x-event"] = json!({ keyword: pointers });
        let path = "orders/OrderPlacedV1Event.json".to_owned();
        let source = Source { path, uri: None, bytes: schema.to_string().into_bytes().into() };
        let (_, found) = analyze(&Sources { root: "schemas".to_owned(), files: vec![source] });
        let told = found.into_iter().filter(|finding| finding.rule == "dangling-pointer");
        told.map(|finding| format!("{}: {}", finding.headline, finding.help)).collect()
    }

    #[test]
    fn every_token_leads_to_a_property_wherever_it_is_described() {
        let text = json!({ "type": "string" });
        let inner = json!({ "type": "object", "properties": { "id": text, "a/b": text, "c~d": text } });
        let schema = json!({
            "$defs": { "base": { "properties": { "deep": inner } }, "self": { "properties": { "next": { "$ref": "#/$defs/self" } } } },
            "allOf": [{ "$ref": "#/$defs/base" }],
            "oneOf": [{ "properties": { "left": text } }, { "then": { "properties": { "right": inner } }, "if": true }],
            "patternProperties": { "^x-": inner },
            "not": { "properties": { "never": text } },
            "properties": {
                "text": text, "list": { "type": "array", "items": inner }, "map": { "additionalProperties": inner },
                "tuple": { "prefixItems": [text, inner], "items": false }, "open": { "type": "object" }, "any": true,
                "chain": { "$ref": "#/$defs/self" },
            },
        });
        for there in [
            "/text",
            "/deep/id",
            "/deep/a~1b",
            "/deep/c~0d",
            "/left",
            "/right/id",
            "/x-y/id",
            "/list/0/id",
            "/map/k/id",
            "/tuple/1/id",
            "/open/what",
            "/any/what",
            "/chain/next/next/next",
        ] {
            assert_eq!(said(&schema, "dedupKey", &json!([there])), Vec::<String>::new(), "{there}");
            assert_eq!(said(&schema, "partitionKey", &json!(there)), Vec::<String>::new(), "{there}");
        }
        for (gone, help) in [
            ("/text/region", "\"/text\" has no properties"),
            ("/deep/ix", "did you mean \"/deep/id\"?"),
            ("/deep/a/b", "a JSON Pointer names a property of the payload"),
            ("/dep/id", "did you mean \"/deep/id\"?"),
            ("/never", "a JSON Pointer names a property of the payload"),
            ("/list/id", "\"/list\" has no properties"),
            ("/list/00/id", "\"/list\" has no properties"),
            ("/tuple/2", "\"/tuple\" has no properties"),
            ("/map/k/id/x", "\"/map/k/id\" has no properties"),
            ("text", "a JSON Pointer begins with a slash and names a property of the payload"),
        ] {
            let expected = [format!("\"{gone}\" leads to no property: {help}")];
            for keyword in ["dedupKey", "changes", "identifiedBy"] {
                assert_eq!(said(&schema, keyword, &json!([gone])), expected);
            }
            assert_eq!(said(&schema, "partitionKey", &json!(gone)), expected);
        }
        // Personal data are marked in all items at once.
        assert_eq!(
            said(&schema, "personalData", &json!(["/list/id", "/tuple/id", "/list/0/id"])),
            Vec::<String>::new()
        );
        assert_eq!(said(&schema, "personalData", &json!(["/list/ix"])).len(), 1);
        let deep = "/next".repeat(200);
        assert_eq!(said(&schema, "dedupKey", &json!([format!("/chain{deep}")])).len(), 1, "no message is as deep");
    }
}
