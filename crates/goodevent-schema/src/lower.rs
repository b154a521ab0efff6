//! From parsed schemas to the [IR](crate::ir): each keyword as its draft means it, each reference by its target.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use goodevent_json::decimal::Decimal;
use smol_str::SmolStr;

use crate::{
    diagnostic::Diagnostic,
    dialect::{self, Dialect},
    index::{Index, Key, key},
    ir::{
        AppliedKeywords, ArrayKeywords, Condition, Contains, ContentEncoding, Docs, Draft, DynamicReference, Graph,
        Keywords, Number, NumberKeywords, ObjectKeywords, Property, ResourceId, Schema, SchemaId, TextKeywords, Types,
        Value,
    },
    source::{SourceId, Span, Spanned},
    suggest,
    syntax::{Kind, Node},
};

/// Lowers schemas on demand, each once.
pub(crate) struct Lowering<'i, 't> {
    pub(crate) index: &'i mut Index<'t>,
    ids: HashMap<Key, SchemaId>,
    queue: Vec<Key>,
    schemas: Vec<Option<Schema>>,
    dangling: Dangling,
    suggestions: suggest::Budget,
    /// The targets of references by more than a fragment, by their locations.
    pub(crate) links: BTreeMap<Span, SchemaId>,
}

/// References that lead nowhere.
#[derive(Default)]
pub(crate) struct Dangling {
    /// One finding for each place that is not there, and the other references to it.
    pub(crate) found: Vec<(Diagnostic, Vec<Span>)>,
    /// The findings by URI.
    by_uri: HashMap<String, usize>,
    /// The files that they stand in.
    pub(crate) files: BTreeSet<SourceId>,
}

impl<'i, 't> Lowering<'i, 't> {
    pub(crate) fn new(index: &'i mut Index<'t>) -> Self {
        Self {
            index,
            ids: HashMap::new(),
            queue: Vec::new(),
            schemas: Vec::new(),
            dangling: Dangling::default(),
            suggestions: suggest::Budget::default(),
            links: BTreeMap::new(),
        }
    }

    /// The number of a schema, which is lowered now or later.
    pub(crate) fn id(&mut self, key: Key) -> SchemaId {
        *self.ids.entry(key).or_insert_with(|| {
            self.schemas.push(None);
            self.queue.push(key);
            SchemaId(self.schemas.len() as u32 - 1)
        })
    }

    /// Lowers all that was asked for, and all below.
    pub(crate) fn run(&mut self) {
        while let Some(key) = self.queue.pop() {
            let resource = self.index.entries[&key];
            let node = self.index.node(key).expect("what is indexed was parsed");
            let schema = self.schema(&node, resource);
            let id = self.ids[&key];
            self.schemas[id.0 as usize] = Some(schema);
        }
    }

    pub(crate) fn into_graph(self) -> (Graph, BTreeMap<Span, SchemaId>, Dangling) {
        let schemas =
            self.schemas.into_iter().map(|schema| schema.expect("every schema in the queue is lowered by `run`"));
        (Graph { schemas: schemas.collect() }, self.links, self.dangling)
    }

    fn schema(&mut self, node: &Node, resource: ResourceId) -> Schema {
        let dialect = self.index.resource(resource).dialect;
        let hidden = dialect.ref_hides_siblings() && node.get("$ref").is_some();
        let keywords = match (hidden, &node.kind) {
            (_, Kind::Bool(_)) => Keywords::default(),
            (true, _) => Keywords { reference: self.reference(node, resource), ..Keywords::default() },
            (false, _) => self.keywords(node, resource, dialect),
        };
        Schema { span: node.span, resource, draft: dialect.draft, docs: docs(node), always: node.as_bool(), keywords }
    }

    fn keywords(&mut self, node: &Node, resource: ResourceId, dialect: Dialect) -> Keywords {
        let draft = dialect.draft;
        let mut keywords = Keywords::default();
        let mut text = TextKeywords::default();
        let mut array = ArrayKeywords::default();
        let mut object = ObjectKeywords::default();
        let mut applied = AppliedKeywords::default();
        if dialect.validates {
            values(node, draft, &mut keywords);
            keywords.number = numeric(node, draft).into();
            text = textual(node, draft);
            array.min_items = count(node, "minItems");
            array.max_items = count(node, "maxItems");
            array.unique_items =
                node.get("uniqueItems").filter(|unique| unique.as_bool() == Some(true)).map(|unique| unique.span);
            object.min_properties = count(node, "minProperties");
            object.max_properties = count(node, "maxProperties");
            object.required = required(node);
        }
        text.format = node
            .get("format")
            .and_then(|node| Some(Spanned { value: dialect::format(draft, node.as_str()?)?, span: node.span }));
        if dialect.applies {
            self.applicators(node, draft, &mut applied);
            self.properties(node, draft, &mut object);
            self.items(node, draft, &mut array);
        }
        if dialect.unevaluated && draft >= Draft::Draft201909 {
            array.unevaluated_items = self.one(node, "unevaluatedItems");
            object.unevaluated_properties = self.one(node, "unevaluatedProperties");
        }
        keywords.reference = self.reference(node, resource);
        match draft {
            Draft::Draft202012 => self.dynamic_reference(node, resource, &mut keywords, &mut applied),
            Draft::Draft201909 => self.recursive_reference(node, resource, &mut keywords, &mut applied),
            _ => {}
        }
        keywords.text = text.into();
        keywords.array = array.into();
        keywords.object = object.into();
        keywords.applied = applied.into();
        keywords
    }

    fn applicators(&mut self, node: &Node, draft: Draft, applied: &mut AppliedKeywords) {
        applied.all_of = self.list(node, "allOf");
        applied.any_of = self.list(node, "anyOf");
        applied.one_of = self.list(node, "oneOf");
        applied.not = self.one(node, "not");
        if draft >= Draft::Draft7 {
            applied.condition = self.condition(node, draft);
        }
    }

    fn properties(&mut self, node: &Node, draft: Draft, object: &mut ObjectKeywords) {
        object.properties = self.map(node, "properties");
        object.pattern_properties = self.map(node, "patternProperties");
        object.additional_properties = self.one(node, "additionalProperties");
        if draft >= Draft::Draft6 {
            object.property_names = self.one(node, "propertyNames");
        }
        if draft >= Draft::Draft201909 {
            object.dependent_schemas = self.map(node, "dependentSchemas");
            object.dependent_required.extend(dependent_required(node, "dependentRequired"));
        }
        object.dependent_schemas.extend(self.map(node, "dependencies"));
        object.dependent_required.extend(dependent_required(node, "dependencies"));
    }

    fn items(&mut self, node: &Node, draft: Draft, array: &mut ArrayKeywords) {
        if draft >= Draft::Draft6 {
            array.contains = self.contains(node, draft);
        }
        if draft == Draft::Draft202012 {
            array.prefix_items = self.list(node, "prefixItems");
            array.items = self.one(node, "items");
            return;
        }
        array.prefix_items = self.list(node, "items");
        let is_list = node.get("items").is_some_and(|items| matches!(items.kind, Kind::Array(_)));
        array.items = self.one(node, if is_list { "additionalItems" } else { "items" });
    }

    fn contains(&mut self, node: &Node, draft: Draft) -> Option<Contains> {
        let schema = self.one(node, "contains")?;
        let bound = |name: &str| {
            if draft >= Draft::Draft201909 { count(node, name).map(|count| count.value) } else { None }
        };
        Some(Contains { schema, min: bound("minContains").unwrap_or(1), max: bound("maxContains") })
    }

    fn condition(&mut self, node: &Node, draft: Draft) -> Option<Condition> {
        let condition = self.one(node, "if")?;
        let (then, otherwise) = (self.one(node, "then"), self.one(node, "else"));
        // Alone it asserts nothing, but `unevaluated…` sees what it evaluates.
        let matters = then.is_some() || otherwise.is_some() || draft >= Draft::Draft201909;
        matters.then_some(Condition { condition, then, otherwise })
    }

    fn one(&mut self, node: &Node, keyword: &str) -> Option<SchemaId> {
        let value = node.get(keyword).filter(|value| matches!(value.kind, Kind::Object(_) | Kind::Bool(_)))?;
        Some(self.id(key(value)))
    }

    fn list(&mut self, node: &Node, keyword: &str) -> Vec<SchemaId> {
        let items = node.get(keyword).map(Node::items).unwrap_or_default();
        let schemas = items.iter().filter(|item| matches!(item.kind, Kind::Object(_) | Kind::Bool(_)));
        exactly(schemas.map(|item| self.id(key(item))))
    }

    fn map(&mut self, node: &Node, keyword: &str) -> Vec<Property> {
        let members = node.get(keyword).map(Node::members).unwrap_or_default();
        let schemas = members.iter().filter(|member| matches!(member.value.kind, Kind::Object(_) | Kind::Bool(_)));
        let schemas = schemas.map(|member| Property { name: member.key.clone(), schema: self.id(key(&member.value)) });
        exactly(schemas)
    }

    fn reference(&mut self, node: &Node, resource: ResourceId) -> Option<Spanned<SchemaId>> {
        let node = node.get("$ref")?;
        let key = self.target(node, resource)?;
        let target = self.id(key);
        if node.as_str().is_some_and(|reference| !reference.starts_with('#')) {
            self.links.insert(node.span, target);
        }
        Some(Spanned { value: target, span: node.span })
    }

    /// The schema that a reference leads to, or a finding.
    fn target(&mut self, node: &Node, resource: ResourceId) -> Option<Key> {
        let reference = node.as_str()?;
        let target = self.index.resolve(resource, reference);
        if target.is_none() {
            self.note_dangling(node, resource, reference);
        }
        target
    }

    /// One place that is not there is one finding, however many references lead to it; a file that is no JSON has its
    /// own.
    fn note_dangling(&mut self, node: &Node, resource: ResourceId, reference: &str) {
        self.dangling.files.insert(node.span.source);
        if self.index.is_broken(resource, reference) {
            return;
        }
        let uri = self.index.absolute(resource, reference);
        let known = self.dangling.by_uri.get(&uri).copied();
        if let Some(known) = known.filter(|known| self.dangling.found[*known].0.span <= node.span) {
            self.dangling.found[known].1.push(node.span);
            return;
        }
        let found = self.unresolved(node, resource, reference);
        match known {
            // The first in the order of files and places is shown.
            Some(known) => {
                let (first, others) = &mut self.dangling.found[known];
                others.push(first.span);
                *first = found;
            }
            None => {
                self.dangling.by_uri.insert(uri, self.dangling.found.len());
                self.dangling.found.push((found, Vec::new()));
            }
        }
    }

    fn unresolved(&self, node: &Node, resource: ResourceId, reference: &str) -> Diagnostic {
        let found = Diagnostic::error("unresolved-ref", node.span, format!("nothing is at \"{reference}\""));
        let root = self.index.node(self.index.resource(resource).root);
        let draft = self.index.resource(resource).dialect.draft;
        let has_unknown = root.as_ref().is_some_and(|root| root.get("$defs").is_some()) && draft < Draft::Draft201909;
        if has_unknown && !reference.starts_with("#/") {
            let found =
                found.label("`$defs` is a keyword since 2019-09: in this draft no id or anchor below it counts");
            return found.help("call it `definitions`, or refer to the schema by its pointer: \"#/$defs/…\"");
        }
        if let Some(pointer) = reference.strip_prefix('#').filter(|pointer| pointer.starts_with('/')) {
            let (folder, name) = pointer.rsplit_once('/').unwrap_or_default();
            let siblings = root.as_ref().and_then(|root| root.pointer(folder)).map(Node::members).unwrap_or_default();
            let names = siblings.iter().map(|member| member.key.value.as_str());
            return match self.suggestions.nearest(name, names) {
                Some(nearest) => {
                    found.label(format!("no `{name}` there")).help(format!("did you mean \"#{folder}/{nearest}\"?"))
                }
                None => {
                    found.label("no schema at this pointer").help("define it under `$defs`, or correct the pointer")
                }
            };
        }
        if reference.contains("://") {
            let help = "nothing is fetched from the network: put the schema into the registry, with this `$id`";
            return found.label("no schema of the registry has this URI").help(help);
        }
        let found = found.label("no such file or anchor");
        match self.index.nearest_file(resource, reference, &self.suggestions) {
            Some(nearest) => found.help(format!("did you mean \"{nearest}\"?")),
            None => found.help(
                "a reference to a file is relative to the file that contains it, such as \"types/LicenseKey.json\"",
            ),
        }
    }

    fn dynamic_reference(
        &mut self,
        node: &Node,
        resource: ResourceId,
        keywords: &mut Keywords,
        applied: &mut AppliedKeywords,
    ) {
        let Some(node) = node.get("$dynamicRef") else {
            return;
        };
        let Some(target) = self.target(node, resource) else { return };
        let name = node.as_str().and_then(|reference| reference.split_once('#')).map_or("", |(_, name)| name);
        let is_dynamic = self.index.is_dynamic_anchor(target, name);
        let anchors = if is_dynamic { self.index.dynamic_anchors(name) } else { Vec::new() };
        let dynamic = self.scoped(node, target, anchors, keywords);
        applied.dynamic_reference = dynamic;
    }

    fn recursive_reference(
        &mut self,
        node: &Node,
        resource: ResourceId,
        keywords: &mut Keywords,
        applied: &mut AppliedKeywords,
    ) {
        let Some(node) = node.get("$recursiveRef") else {
            return;
        };
        let Some(target) = self.target(node, resource) else { return };
        let is_dynamic = self.index.is_recursive_anchor(resource);
        let anchors = if is_dynamic { self.index.recursive_anchors() } else { Vec::new() };
        let dynamic = self.scoped(node, target, anchors, keywords);
        applied.dynamic_reference = dynamic;
    }

    /// A reference whose target depends on the scope, unless there is but one.
    fn scoped(
        &mut self,
        node: &Node,
        target: Key,
        anchors: Vec<(ResourceId, Key)>,
        keywords: &mut Keywords,
    ) -> Option<DynamicReference> {
        let target_id = self.id(target);
        if anchors.iter().all(|(_, anchor)| *anchor == target) && keywords.reference.is_none() {
            keywords.reference = Some(Spanned { value: target_id, span: node.span });
            return None;
        }
        let anchors = anchors.into_iter().map(|(resource, anchor)| (resource, self.id(anchor))).collect();
        Some(DynamicReference { span: node.span, target: target_id, anchors })
    }
}

fn values(node: &Node, draft: Draft, keywords: &mut Keywords) {
    keywords.types = node.get("type").and_then(types);
    keywords.enumeration = node.get("enum").filter(|list| matches!(list.kind, Kind::Array(_))).map(|list| {
        let values = list.items().iter().map(|item| Spanned { value: item.to_value(), span: item.span });
        Box::new(Spanned { value: values.collect(), span: list.span })
    });
    if draft >= Draft::Draft6 {
        keywords.constant = node.get("const").map(spanned_value);
    }
}

/// Bounds; in draft 4 the exclusive ones are booleans beside the others.
fn numeric(node: &Node, draft: Draft) -> NumberKeywords {
    let mut keywords = NumberKeywords {
        minimum: number(node, "minimum"),
        maximum: number(node, "maximum"),
        multiple_of: number(node, "multipleOf"),
        ..NumberKeywords::default()
    };
    if draft > Draft::Draft4 {
        keywords.exclusive_minimum = number(node, "exclusiveMinimum");
        keywords.exclusive_maximum = number(node, "exclusiveMaximum");
        return keywords;
    }
    let is_set = |name: &str| node.get(name).and_then(Node::as_bool) == Some(true);
    if is_set("exclusiveMinimum") {
        keywords.exclusive_minimum = keywords.minimum.take();
    }
    if is_set("exclusiveMaximum") {
        keywords.exclusive_maximum = keywords.maximum.take();
    }
    keywords
}

fn textual(node: &Node, draft: Draft) -> TextKeywords {
    let mut keywords = TextKeywords {
        min_length: count(node, "minLength"),
        max_length: count(node, "maxLength"),
        pattern: text(node, "pattern"),
        ..TextKeywords::default()
    };
    if matches!(draft, Draft::Draft6 | Draft::Draft7) {
        keywords.content_encoding = node.get("contentEncoding").and_then(encoding);
        // What a text of another encoding says nobody knows.
        let is_read = node.get("contentEncoding").is_none() || keywords.content_encoding.is_some();
        let media_type =
            node.get("contentMediaType").filter(|node| is_read && node.as_str() == Some("application/json"));
        keywords.content_json = media_type.map(|node| node.span);
    }
    keywords
}

fn required(node: &Node) -> Vec<Spanned<SmolStr>> {
    let names = node.get("required").map(Node::items).unwrap_or_default().iter().filter_map(spanned_text);
    let mut known = HashSet::new();
    exactly(names.filter(|name| known.insert(name.value.clone())))
}

/// A list without room for more: most of what a registry takes are lists that are never added to.
fn exactly<T>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.shrink_to_fit();
    items
}

fn types(node: &Node) -> Option<Spanned<Types>> {
    let names = match &node.kind {
        Kind::String(_) => std::slice::from_ref(node),
        _ => node.items(),
    };
    let types = names.iter().filter_map(Node::as_str).map(|name| match name {
        "null" => Types::NULL,
        "boolean" => Types::BOOLEAN,
        "integer" => Types::INTEGER,
        "number" => Types::NUMBER,
        "string" => Types::STRING,
        "array" => Types::ARRAY,
        "object" => Types::OBJECT,
        _ => Types::NONE,
    });
    let value = types.fold(Types::NONE, Types::union);
    (!names.is_empty()).then_some(Spanned { value, span: node.span })
}

fn encoding(node: &Node) -> Option<Spanned<ContentEncoding>> {
    let value = match node.as_str()? {
        "base16" => ContentEncoding::Base16,
        "base32" => ContentEncoding::Base32,
        "base32hex" => ContentEncoding::Base32Hex,
        "base64" => ContentEncoding::Base64,
        "base64url" => ContentEncoding::Base64Url,
        _ => return None,
    };
    Some(Spanned { value, span: node.span })
}

fn number(node: &Node, keyword: &str) -> Option<Spanned<Number>> {
    let node = node.get(keyword)?;
    match &node.kind {
        Kind::Number(text) => Some(Spanned { value: Number(text.clone()), span: node.span }),
        _ => None,
    }
}

/// A count; `2.0` and `1e300` are counts, too. One beyond 64 bits is the largest one: no instance has as many of anything.
fn count(node: &Node, keyword: &str) -> Option<Spanned<u64>> {
    let number = number(node, keyword)?;
    let count = Decimal::parse(number.value.0.as_str()).filter(Decimal::is_integer)?;
    let value = match count.as_u128() {
        Some(count) => u64::try_from(count).unwrap_or(u64::MAX),
        None if count.is_negative() => return None,
        None => u64::MAX,
    };
    Some(Spanned { value, span: number.span })
}

fn text(node: &Node, keyword: &str) -> Option<Spanned<SmolStr>> {
    node.get(keyword).and_then(spanned_text)
}

fn spanned_text(node: &Node) -> Option<Spanned<SmolStr>> {
    match &node.kind {
        Kind::String(text) => Some(Spanned { value: text.clone(), span: node.span }),
        _ => None,
    }
}

fn spanned_value(node: &Node) -> Box<Spanned<Value>> {
    Box::new(Spanned { value: node.to_value(), span: node.span })
}

fn dependent_required(node: &Node, keyword: &str) -> Vec<(Spanned<SmolStr>, Vec<Spanned<SmolStr>>)> {
    let members = node.get(keyword).map(Node::members).unwrap_or_default();
    let with_names = members.iter().filter(|member| matches!(member.value.kind, Kind::Array(_)));
    with_names
        .map(|member| (member.key.clone(), member.value.items().iter().filter_map(spanned_text).collect()))
        .collect()
}

fn docs(node: &Node) -> Docs {
    let examples = node.get("examples").map(Node::items).unwrap_or_default();
    Docs {
        title: text(node, "title").map(Box::new),
        description: text(node, "description").map(Box::new),
        deprecated: node.get("deprecated").and_then(Node::as_bool) == Some(true),
        examples: examples.iter().map(|example| Spanned { value: example.to_value(), span: example.span }).collect(),
        default: node.get("default").map(spanned_value),
    }
}
