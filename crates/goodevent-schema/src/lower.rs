//! From parsed schemas to the [IR](crate::ir): each keyword as its draft means it, each reference by its target.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use goodevent_json::decimal::Decimal;
use smol_str::SmolStr;

use crate::{
    diagnostic::Diagnostic,
    dialect::{self, Dialect},
    format::{ContentEncoding, Format},
    index::Index,
    ir::{
        AppliedKeywords, ArrayKeywords, Condition, Contains, Docs, Draft, DynamicReference, Graph, Keywords, Number,
        NumberKeywords, ObjectKeywords, Property, ResourceId, Schema, SchemaId, TextKeywords, Types, Value,
    },
    key::{Key, key},
    metaschema::is_schema,
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
        let of = |is_read: bool| Own { node: is_read.then_some(node), draft };
        let (asserted, applying) = (of(dialect.validates), of(dialect.applies));
        let mut applied = AppliedKeywords {
            all_of: self.list(applying, "allOf"),
            any_of: self.list(applying, "anyOf"),
            one_of: self.list(applying, "oneOf"),
            not: self.one(applying, "not"),
            condition: self.condition(applying),
            dynamic_reference: None,
        };
        let mut object = self.object(asserted, applying);
        let mut array = self.array(asserted, applying);
        array.unevaluated_items = self.one(of(dialect.unevaluated), "unevaluatedItems");
        object.unevaluated_properties = self.one(of(dialect.unevaluated), "unevaluatedProperties");
        let mut reference = self.reference(node, resource);
        if let Some(dynamic) = self.dynamic_reference(of(true), resource) {
            match dynamic.is_alone() && reference.is_none() {
                true => reference = Some(Spanned { value: dynamic.target, span: dynamic.span }),
                false => applied.dynamic_reference = Some(dynamic),
            }
        }
        Keywords {
            types: asserted.get("type").and_then(types),
            enumeration: asserted.get("enum").and_then(values),
            constant: asserted.get("const").map(spanned_value),
            number: numeric(asserted).into(),
            text: textual(asserted, of(true)).into(),
            array: array.into(),
            object: object.into(),
            applied: applied.into(),
            reference,
        }
    }

    fn object(&mut self, asserted: Own<'_>, applying: Own<'_>) -> ObjectKeywords {
        let mut object = ObjectKeywords {
            properties: self.map(applying, "properties"),
            pattern_properties: self.map(applying, "patternProperties"),
            additional_properties: self.one(applying, "additionalProperties"),
            property_names: self.one(applying, "propertyNames"),
            required: asserted.get("required").map(required).unwrap_or_default(),
            min_properties: count(asserted, "minProperties"),
            max_properties: count(asserted, "maxProperties"),
            dependent_required: dependent_required(applying, "dependentRequired"),
            dependent_schemas: self.map(applying, "dependentSchemas"),
            unevaluated_properties: None,
        };
        object.dependent_schemas.extend(self.map(applying, "dependencies"));
        object.dependent_required.extend(dependent_required(applying, "dependencies"));
        object
    }

    fn array(&mut self, asserted: Own<'_>, applying: Own<'_>) -> ArrayKeywords {
        // Before 2020-12 an array of `items` is the prefix, and `additionalItems` is about what follows it.
        let has_prefix = applying.draft == Draft::Draft202012;
        let is_list = !has_prefix && applying.get("items").is_some_and(|items| matches!(items.kind, Kind::Array(_)));
        ArrayKeywords {
            contains: self.contains(applying),
            prefix_items: self.list(applying, if has_prefix { "prefixItems" } else { "items" }),
            items: self.one(applying, if is_list { "additionalItems" } else { "items" }),
            min_items: count(asserted, "minItems"),
            max_items: count(asserted, "maxItems"),
            unique_items: asserted.get("uniqueItems").filter(|own| own.as_bool() == Some(true)).map(|own| own.span),
            unevaluated_items: None,
        }
    }

    fn contains(&mut self, own: Own<'_>) -> Option<Contains> {
        let schema = self.one(own, "contains")?;
        let bound = |name: &str| count(own, name).map(|count| count.value);
        Some(Contains { schema, min: bound("minContains").unwrap_or(1), max: bound("maxContains") })
    }

    fn condition(&mut self, own: Own<'_>) -> Option<Condition> {
        let condition = self.one(own, "if")?;
        let (then, otherwise) = (self.one(own, "then"), self.one(own, "else"));
        // Alone it asserts nothing, but `unevaluated…` sees what it evaluates.
        let matters = then.is_some() || otherwise.is_some() || own.draft >= Draft::Draft201909;
        matters.then_some(Condition { condition, then, otherwise })
    }

    fn one(&mut self, own: Own<'_>, keyword: &str) -> Option<SchemaId> {
        let value = own.get(keyword).filter(|value| is_schema(value))?;
        Some(self.id(key(value)))
    }

    fn list(&mut self, own: Own<'_>, keyword: &str) -> Vec<SchemaId> {
        let items = own.get(keyword).map(Node::items).unwrap_or_default();
        exactly(items.iter().filter(|item| is_schema(item)).map(|item| self.id(key(item))))
    }

    fn map(&mut self, own: Own<'_>, keyword: &str) -> Vec<Property> {
        let members = own.get(keyword).map(Node::members).unwrap_or_default();
        let schemas = members.iter().filter(|member| is_schema(&member.value));
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

    /// `$dynamicRef` of 2020-12, or `$recursiveRef` of 2019-09.
    fn dynamic_reference(&mut self, own: Own<'_>, resource: ResourceId) -> Option<DynamicReference> {
        let (node, anchors): (&Node, Vec<(ResourceId, Key)>);
        let target;
        if let Some(dynamic) = own.get("$dynamicRef") {
            (node, target) = (dynamic, self.target(dynamic, resource)?);
            let name = node.as_str().and_then(|reference| reference.split_once('#')).map_or("", |(_, name)| name);
            let is_dynamic = self.index.is_dynamic_anchor(target, name);
            anchors = if is_dynamic { self.index.dynamic_anchors(name) } else { Vec::new() };
        } else {
            let recursive = own.get("$recursiveRef")?;
            (node, target) = (recursive, self.target(recursive, resource)?);
            let is_dynamic = self.index.is_recursive_anchor(resource);
            anchors = if is_dynamic { self.index.recursive_anchors() } else { Vec::new() };
        }
        let target = self.id(target);
        let anchors = anchors.into_iter().map(|(resource, anchor)| (resource, self.id(anchor))).collect();
        Some(DynamicReference { span: node.span, target, anchors })
    }
}

/// A schema of which the keywords of its draft are read, or none.
#[derive(Clone, Copy)]
struct Own<'n> {
    node: Option<&'n Node>,
    draft: Draft,
}

impl<'n> Own<'n> {
    fn get(self, keyword: &str) -> Option<&'n Node> {
        dialect::get(self.node?, self.draft, keyword)
    }
}

fn values(list: &Node) -> Option<Box<Spanned<Vec<Spanned<Value>>>>> {
    let values = list.items().iter().map(|item| Spanned { value: item.to_value(), span: item.span });
    let is_list = matches!(list.kind, Kind::Array(_));
    is_list.then(|| Box::new(Spanned { value: values.collect(), span: list.span }))
}

/// Bounds; in draft 4 the exclusive ones are booleans beside the others.
fn numeric(own: Own<'_>) -> NumberKeywords {
    let mut keywords = NumberKeywords {
        minimum: number(own, "minimum"),
        maximum: number(own, "maximum"),
        exclusive_minimum: number(own, "exclusiveMinimum").filter(|_| own.draft > Draft::Draft4),
        exclusive_maximum: number(own, "exclusiveMaximum").filter(|_| own.draft > Draft::Draft4),
        multiple_of: number(own, "multipleOf"),
    };
    let is_set = |name: &str| own.draft == Draft::Draft4 && own.get(name).and_then(Node::as_bool) == Some(true);
    if is_set("exclusiveMinimum") {
        keywords.exclusive_minimum = keywords.minimum.take();
    }
    if is_set("exclusiveMaximum") {
        keywords.exclusive_maximum = keywords.maximum.take();
    }
    keywords
}

/// Formats are asserted whatever a metaschema leaves out.
fn textual(asserted: Own<'_>, always: Own<'_>) -> TextKeywords {
    let encoding = |node: &Node| Some(Spanned { value: ContentEncoding::named(node.as_str()?)?, span: node.span });
    let format = |node: &Node| Some(Spanned { value: Format::named(always.draft, node.as_str()?)?, span: node.span });
    // Later drafts take the content for an annotation.
    let content = |keyword: &str| asserted.get(keyword).filter(|_| asserted.draft <= Draft::Draft7);
    let content_encoding = content("contentEncoding").and_then(encoding);
    // What a text of another encoding says nobody knows.
    let is_read = content("contentEncoding").is_none() || content_encoding.is_some();
    let media_type = content("contentMediaType").filter(|node| is_read && node.as_str() == Some("application/json"));
    TextKeywords {
        min_length: count(asserted, "minLength"),
        max_length: count(asserted, "maxLength"),
        pattern: asserted.get("pattern").and_then(spanned_text),
        format: always.get("format").and_then(format),
        content_encoding,
        content_json: media_type.map(|node| node.span),
    }
}

fn required(list: &Node) -> Vec<Spanned<SmolStr>> {
    let names = list.items().iter().filter_map(spanned_text);
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

fn number(own: Own<'_>, keyword: &str) -> Option<Spanned<Number>> {
    let node = own.get(keyword)?;
    match &node.kind {
        Kind::Number(text) => Some(Spanned { value: Number(text.clone()), span: node.span }),
        _ => None,
    }
}

/// A count; `2.0` and `1e300` are counts, too. One beyond 64 bits is the largest one: no instance has as many of anything.
fn count(own: Own<'_>, keyword: &str) -> Option<Spanned<u64>> {
    let number = number(own, keyword)?;
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

fn dependent_required(own: Own<'_>, keyword: &str) -> Vec<(Spanned<SmolStr>, Vec<Spanned<SmolStr>>)> {
    let members = own.get(keyword).map(Node::members).unwrap_or_default();
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
