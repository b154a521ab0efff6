//! Which schemas there are, by place and by URI ([JSON Schema Core §8.2](https://json-schema.org/draft/2020-12/json-schema-core#section-8.2)).

use std::collections::{BTreeMap, HashMap};

use smol_str::SmolStr;

use crate::{
    diagnostic::Diagnostic,
    dialect::{self, Dialect, Holds},
    ir::{Draft, ResourceId},
    source::SourceId,
    syntax::{Kind, Node},
    uri,
};

/// A node by its place: no two begin at the same byte of a text.
pub(crate) type Key = (SourceId, u32);

/// A schema in its text.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'t> {
    pub(crate) node: &'t Node,
    pub(crate) resource: ResourceId,
    pub(crate) pointer: SmolStr,
}

/// A schema with a URI of its own, and what can be found in it by name.
#[derive(Debug)]
pub(crate) struct Resource<'t> {
    /// Its URI, without fragment.
    pub(crate) uri: String,
    /// URI of the file it is in, where relative references are looked up that the URI leads nowhere with.
    pub(crate) file_uri: String,
    pub(crate) dialect: Dialect,
    pub(crate) root: &'t Node,
    pub(crate) pointer: String,
    anchors: HashMap<String, Key>,
    dynamic_anchors: HashMap<String, Key>,
    is_recursive_anchor: bool,
}

/// All resources of a registry, and all schemas in them.
#[derive(Debug, Default)]
pub(crate) struct Index<'t> {
    pub(crate) entries: HashMap<Key, Entry<'t>>,
    pub(crate) resources: Vec<Resource<'t>>,
    by_uri: HashMap<String, ResourceId>,
    pub(crate) found: Vec<Diagnostic>,
}

pub(crate) fn key(node: &Node) -> Key {
    (node.span.source, node.span.start)
}

impl<'t> Index<'t> {
    pub(crate) fn resource(&self, id: ResourceId) -> &Resource<'t> {
        &self.resources[id.0 as usize]
    }

    /// Adds a document. `metaschemas` are the roots of all documents by URI.
    pub(crate) fn add(
        &mut self,
        root: &'t Node,
        file_uri: &str,
        metaschemas: &BTreeMap<String, &'t Node>,
    ) -> ResourceId {
        let dialect = self.dialect(root, Dialect::of(Draft::Draft202012), metaschemas);
        let id = self.open(root, file_uri.to_owned(), file_uri, String::new(), dialect);
        self.by_uri.entry(file_uri.to_owned()).or_insert(id);
        self.walk(root, id, &mut String::new(), metaschemas, true);
        id
    }

    fn open(&mut self, root: &'t Node, uri: String, file_uri: &str, pointer: String, dialect: Dialect) -> ResourceId {
        let id = ResourceId(self.resources.len() as u32);
        self.resources.push(Resource {
            uri,
            file_uri: file_uri.to_owned(),
            dialect,
            root,
            pointer,
            anchors: HashMap::new(),
            dynamic_anchors: HashMap::new(),
            is_recursive_anchor: false,
        });
        id
    }

    fn dialect(&mut self, node: &'t Node, inherited: Dialect, metaschemas: &BTreeMap<String, &'t Node>) -> Dialect {
        let Some(schema) = node.get("$schema") else {
            return inherited;
        };
        let Some(uri) = schema.as_str() else { return inherited };
        if let Some(dialect) = Dialect::official(uri) {
            return dialect;
        }
        if let Some(metaschema) = metaschemas.get(uri.trim_end_matches('#')) {
            return Dialect::custom(metaschema);
        }
        let headline = format!("the dialect \"{uri}\" is unknown");
        let help = "use \"https://json-schema.org/draft/2020-12/schema\"; until then the schema is read as of 2020-12";
        self.found.push(
            Diagnostic::warning("unknown-dialect", schema.span, headline).label("no metaschema of this URI").help(help),
        );
        Dialect::of(Draft::Draft202012)
    }

    fn walk(
        &mut self,
        node: &'t Node,
        parent: ResourceId,
        pointer: &mut String,
        metaschemas: &BTreeMap<String, &'t Node>,
        is_root: bool,
    ) {
        if !matches!(node.kind, Kind::Object(_) | Kind::Bool(_)) || self.entries.contains_key(&key(node)) {
            return;
        }
        let resource = self.identify(node, parent, pointer, metaschemas, is_root);
        self.entries.insert(key(node), Entry { node, resource, pointer: pointer.as_str().into() });
        for member in node.members() {
            let Some(holds) = dialect::holds(&member.key.value) else {
                continue;
            };
            let length = pointer.len();
            push(pointer, &member.key.value);
            match (holds, &member.value.kind) {
                (Holds::One | Holds::OneOrList, Kind::Object(_) | Kind::Bool(_)) => {
                    self.walk(&member.value, resource, pointer, metaschemas, false);
                }
                (Holds::List | Holds::OneOrList, Kind::Array(items)) => {
                    for (item_idx, item) in items.iter().enumerate() {
                        let length = pointer.len();
                        push(pointer, &item_idx.to_string());
                        self.walk(item, resource, pointer, metaschemas, false);
                        pointer.truncate(length);
                    }
                }
                (Holds::Map, Kind::Object(members)) => {
                    for member in members {
                        let length = pointer.len();
                        push(pointer, &member.key.value);
                        self.walk(&member.value, resource, pointer, metaschemas, false);
                        pointer.truncate(length);
                    }
                }
                _ => {}
            }
            pointer.truncate(length);
        }
    }

    /// The resource that a schema belongs to: its own if it has an id, else its parent's. Notes its anchors.
    fn identify(
        &mut self,
        node: &'t Node,
        parent: ResourceId,
        pointer: &str,
        metaschemas: &BTreeMap<String, &'t Node>,
        is_root: bool,
    ) -> ResourceId {
        let inherited = self.resource(parent).dialect;
        let has_id = node.get("$id").or_else(|| node.get("id")).is_some_and(|id| id.as_str().is_some());
        let dialect = if is_root || !has_id { inherited } else { self.dialect(node, inherited, metaschemas) };
        if dialect.ref_hides_siblings() && node.get("$ref").is_some() {
            return parent;
        }
        let mut resource = parent;
        if let Some(id) = node.get(dialect.id_keyword()).and_then(Node::as_str) {
            let (address, fragment) = uri::split_fragment(id);
            if !address.is_empty() {
                let absolute = uri::resolve(&self.resource(parent).uri, address);
                if is_root {
                    self.resources[parent.0 as usize].uri.clone_from(&absolute);
                } else {
                    let file_uri = self.resource(parent).file_uri.clone();
                    resource = self.open(node, absolute.clone(), &file_uri, pointer.to_owned(), dialect);
                }
                self.by_uri.entry(absolute).or_insert(resource);
            }
            if dialect.draft <= Draft::Draft7 && !fragment.is_empty() {
                self.resources[resource.0 as usize].anchors.insert(fragment.to_owned(), key(node));
            }
        }
        self.note_anchors(node, resource, dialect.draft);
        resource
    }

    fn note_anchors(&mut self, node: &Node, resource: ResourceId, draft: Draft) {
        let resource = &mut self.resources[resource.0 as usize];
        let text = |name: &str| node.get(name).and_then(Node::as_str).map(str::to_owned);
        if draft >= Draft::Draft201909 {
            resource.anchors.extend(text("$anchor").map(|anchor| (anchor, key(node))));
        }
        if draft == Draft::Draft202012
            && let Some(anchor) = text("$dynamicAnchor")
        {
            resource.anchors.insert(anchor.clone(), key(node));
            resource.dynamic_anchors.insert(anchor, key(node));
        }
        let is_root = key(node) == key(resource.root);
        resource.is_recursive_anchor |= is_root && node.get("$recursiveAnchor").and_then(Node::as_bool) == Some(true);
    }

    /// The schema that `reference`, in a schema of `resource`, leads to.
    pub(crate) fn resolve(
        &mut self,
        resource: ResourceId,
        reference: &str,
        metaschemas: &BTreeMap<String, &'t Node>,
    ) -> Option<Key> {
        let (address, fragment) = uri::split_fragment(reference);
        let from = self.resource(resource);
        let target = match address {
            "" => resource,
            _ => *[&from.uri, &from.file_uri]
                .into_iter()
                .find_map(|base| self.by_uri.get(&uri::resolve(base, address)))?,
        };
        let fragment = uri::decode(fragment);
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return self.resource(target).anchors.get(&fragment).copied();
        }
        self.at_pointer(target, &fragment, metaschemas)
    }

    /// Follows a JSON Pointer; what lies where no schema is expected is walked only now.
    fn at_pointer(
        &mut self,
        resource: ResourceId,
        fragment: &str,
        metaschemas: &BTreeMap<String, &'t Node>,
    ) -> Option<Key> {
        let mut node = self.resource(resource).root;
        let (mut resource, mut pointer) = (resource, self.resource(resource).pointer.clone());
        for token in fragment.split('/').skip(1) {
            node = node.child(token)?;
            pointer.push('/');
            pointer.push_str(token);
            if let Some(entry) = self.entries.get(&key(node)) {
                resource = entry.resource;
            }
        }
        if !matches!(node.kind, Kind::Object(_) | Kind::Bool(_)) {
            return None;
        }
        if !self.entries.contains_key(&key(node)) {
            self.walk(node, resource, &mut pointer, metaschemas, false);
        }
        Some(key(node))
    }

    /// The dynamic anchors of this name, by resource.
    pub(crate) fn dynamic_anchors(&self, name: &str) -> Vec<(ResourceId, Key)> {
        let with_anchor = self.resources.iter().enumerate().filter_map(|(resource_idx, resource)| {
            Some((ResourceId(resource_idx as u32), *resource.dynamic_anchors.get(name)?))
        });
        with_anchor.collect()
    }

    /// Whether `key` is a dynamic anchor of this name.
    pub(crate) fn is_dynamic_anchor(&self, key: Key, name: &str) -> bool {
        self.resource(self.entries[&key].resource).dynamic_anchors.get(name) == Some(&key)
    }

    /// The roots of resources with `$recursiveAnchor: true`.
    pub(crate) fn recursive_anchors(&self) -> Vec<(ResourceId, Key)> {
        let with_anchor = self.resources.iter().enumerate().filter(|(_, resource)| resource.is_recursive_anchor);
        with_anchor.map(|(resource_idx, resource)| (ResourceId(resource_idx as u32), key(resource.root))).collect()
    }

    /// Whether the root of `resource` has `$recursiveAnchor: true`.
    pub(crate) fn is_recursive_anchor(&self, resource: ResourceId) -> bool {
        self.resource(resource).is_recursive_anchor
    }
}

/// Appends a token to a JSON Pointer.
fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
}
