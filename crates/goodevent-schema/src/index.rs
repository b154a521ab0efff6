//! Which schemas there are, by place and by URI ([JSON Schema Core §8.2](https://json-schema.org/draft/2020-12/json-schema-core#section-8.2)).

use std::{cell::OnceCell, collections::HashMap};

use crate::{
    diagnostic::Diagnostic,
    dialect::{self, Dialect, Holds},
    ir::{Draft, ResourceId},
    source::SourceId,
    suggest,
    syntax::{Kind, Node},
    trees::Trees,
    uri,
};

/// A node by its place: no two begin at the same byte of a text.
pub(crate) type Key = (SourceId, u32);

/// A schema with a URI of its own, and what can be found in it by name.
#[derive(Debug)]
pub(crate) struct Resource {
    /// Its URI, without fragment.
    pub(crate) uri: String,
    pub(crate) dialect: Dialect,
    pub(crate) root: Key,
    anchors: HashMap<String, Key>,
    dynamic_anchors: HashMap<String, Key>,
    is_recursive_anchor: bool,
}

/// All resources of a registry, and all schemas in them.
#[derive(Debug)]
pub(crate) struct Index<'t> {
    trees: &'t Trees,
    /// The schemas, and the resources that they belong to.
    pub(crate) entries: HashMap<Key, ResourceId>,
    pub(crate) resources: Vec<Resource>,
    by_uri: HashMap<String, ResourceId>,
    /// All documents by URI, where a dialect of somebody's own is looked up; few registries have one.
    metaschemas: OnceCell<HashMap<String, SourceId>>,
    pub(crate) found: Vec<Diagnostic>,
    /// The documents that are no JSON, or no schemas.
    pub(crate) broken: Vec<SourceId>,
}

pub(crate) fn key(node: &Node) -> Key {
    (node.span.source, node.span.start)
}

impl<'t> Index<'t> {
    pub(crate) fn new(trees: &'t Trees) -> Self {
        Self {
            trees,
            entries: HashMap::new(),
            resources: Vec::new(),
            by_uri: HashMap::new(),
            metaschemas: OnceCell::new(),
            found: Vec::new(),
            broken: Vec::new(),
        }
    }

    /// The text of a schema.
    pub(crate) fn node(&self, key: Key) -> Option<Node> {
        self.trees.get(key.0)?.at(key.1).cloned()
    }

    pub(crate) fn resource(&self, id: ResourceId) -> &Resource {
        &self.resources[id.0 as usize]
    }

    /// Adds a document.
    pub(crate) fn add(&mut self, root: &Node) -> ResourceId {
        let dialect = self.dialect(root, Dialect::of(Draft::Draft202012));
        let uri = self.trees.uri(root.span.source).to_owned();
        let id = self.open(key(root), uri.clone(), dialect);
        self.by_uri.entry(uri).or_insert(id);
        self.walk(root, id, true);
        id
    }

    fn open(&mut self, root: Key, uri: String, dialect: Dialect) -> ResourceId {
        let id = ResourceId(self.resources.len() as u32);
        self.resources.push(Resource {
            uri,
            dialect,
            root,
            anchors: HashMap::new(),
            dynamic_anchors: HashMap::new(),
            is_recursive_anchor: false,
        });
        id
    }

    fn dialect(&mut self, node: &Node, inherited: Dialect) -> Dialect {
        let Some(schema) = node.get("$schema") else {
            return inherited;
        };
        let Some(uri) = schema.as_str() else { return inherited };
        if let Some(dialect) = Dialect::official(uri) {
            return dialect;
        }
        let metaschemas = self.metaschemas.get_or_init(|| by_uri(self.trees));
        if let Some(metaschema) = metaschemas.get(uri.trim_end_matches('#')).and_then(|id| self.trees.get(*id)) {
            return Dialect::custom(&metaschema);
        }
        let headline = format!("the dialect \"{uri}\" is unknown");
        let help = "use \"https://json-schema.org/draft/2020-12/schema\"; until then the schema is read as of 2020-12";
        self.found.push(
            Diagnostic::warning("unknown-dialect", schema.span, headline).label("no metaschema of this URI").help(help),
        );
        Dialect::of(Draft::Draft202012)
    }

    fn walk(&mut self, node: &Node, parent: ResourceId, is_root: bool) {
        if !matches!(node.kind, Kind::Object(_) | Kind::Bool(_)) || self.entries.contains_key(&key(node)) {
            return;
        }
        let resource = self.identify(node, parent, is_root);
        self.entries.insert(key(node), resource);
        for member in node.members() {
            let Some(holds) = dialect::holds(&member.key.value) else {
                continue;
            };
            match (holds, &member.value.kind) {
                (Holds::One | Holds::OneOrList, Kind::Object(_) | Kind::Bool(_)) => {
                    self.walk(&member.value, resource, false);
                }
                (Holds::List | Holds::OneOrList, Kind::Array(items)) => {
                    items.iter().for_each(|item| self.walk(item, resource, false));
                }
                (Holds::Map, Kind::Object(members)) => {
                    members.iter().for_each(|member| self.walk(&member.value, resource, false));
                }
                _ => {}
            }
        }
    }

    /// The resource that a schema belongs to: its own if it has an id, else its parent's. Notes its anchors.
    fn identify(&mut self, node: &Node, parent: ResourceId, is_root: bool) -> ResourceId {
        let inherited = self.resource(parent).dialect;
        let has_id = node.get("$id").or_else(|| node.get("id")).is_some_and(|id| id.as_str().is_some());
        let dialect = if is_root || !has_id { inherited } else { self.dialect(node, inherited) };
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
                    resource = self.open(key(node), absolute.clone(), dialect);
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
        let is_root = key(node) == resource.root;
        resource.is_recursive_anchor |= is_root && node.get("$recursiveAnchor").and_then(Node::as_bool) == Some(true);
    }

    /// The schema that `reference`, in a schema of `resource`, leads to.
    pub(crate) fn resolve(&mut self, resource: ResourceId, reference: &str) -> Option<Key> {
        let (address, fragment) = uri::split_fragment(reference);
        let from = self.resource(resource);
        let target = match address {
            "" => resource,
            // What its URI leads nowhere with is looked up from its file.
            _ => *[from.uri.as_str(), self.trees.uri(from.root.0)]
                .into_iter()
                .find_map(|base| self.by_uri.get(&uri::resolve(base, address)))?,
        };
        let fragment = uri::decode(fragment);
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return self.resource(target).anchors.get(&fragment).copied();
        }
        self.at_pointer(target, &fragment)
    }

    /// The URI that `reference`, in a schema of `resource`, names.
    pub(crate) fn absolute(&self, resource: ResourceId, reference: &str) -> String {
        let (address, fragment) = uri::split_fragment(reference);
        format!("{}#{fragment}", uri::resolve(&self.resource(resource).uri, address))
    }

    /// Whether `reference` names a document that is there, but no schema.
    pub(crate) fn is_broken(&self, resource: ResourceId, reference: &str) -> bool {
        let (address, _) = uri::split_fragment(reference);
        let from = self.resource(resource);
        let bases = [from.uri.as_str(), self.trees.uri(from.root.0)];
        let targets = bases.map(|base| uri::resolve(base, address));
        // The URI that it gives itself can't be read, but is found in its text.
        let is_named = |id: SourceId| targets.iter().any(|target| self.trees.mentions(id, target));
        !address.is_empty()
            && self.broken.iter().any(|id| targets.iter().any(|target| target == self.trees.uri(*id)) || is_named(*id))
    }

    /// What a reference to a file that is not there may have meant: a file of nearly the same name, wherever it is.
    pub(crate) fn nearest_file(&self, resource: ResourceId, reference: &str) -> Option<String> {
        fn name(path: &str) -> &str {
            path.rsplit('/').next().unwrap_or_default()
        }
        let (address, fragment) = uri::split_fragment(reference);
        let from = self.trees.uri(self.resource(resource).root.0);
        let files: Vec<String> = self.trees.ids().filter_map(|id| uri::relative(from, self.trees.uri(id))).collect();
        let nearest = suggest::nearest(name(address), files.iter().map(|file| name(file)))?;
        let file = files.iter().filter(|file| name(file) == nearest).min_by_key(|file| file.len())?;
        let is_other = file != address;
        is_other.then(|| if fragment.is_empty() { file.clone() } else { format!("{file}#{fragment}") })
    }

    /// Follows a JSON Pointer; what lies where no schema is expected is walked only now.
    fn at_pointer(&mut self, resource: ResourceId, fragment: &str) -> Option<Key> {
        let root = self.resource(resource).root;
        if fragment.is_empty() {
            return self.entries.contains_key(&root).then_some(root);
        }
        let root = self.node(root)?;
        let mut node = &root;
        let mut resource = resource;
        for token in fragment.split('/').skip(1) {
            node = node.child(token)?;
            resource = self.entries.get(&key(node)).copied().unwrap_or(resource);
        }
        if !matches!(node.kind, Kind::Object(_) | Kind::Bool(_)) {
            return None;
        }
        if !self.entries.contains_key(&key(node)) {
            self.walk(node, resource, false);
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
        self.resource(self.entries[&key]).dynamic_anchors.get(name) == Some(&key)
    }

    /// The roots of resources with `$recursiveAnchor: true`.
    pub(crate) fn recursive_anchors(&self) -> Vec<(ResourceId, Key)> {
        let with_anchor = self.resources.iter().enumerate().filter(|(_, resource)| resource.is_recursive_anchor);
        with_anchor.map(|(resource_idx, resource)| (ResourceId(resource_idx as u32), resource.root)).collect()
    }

    /// Whether the root of `resource` has `$recursiveAnchor: true`.
    pub(crate) fn is_recursive_anchor(&self, resource: ResourceId) -> bool {
        self.resource(resource).is_recursive_anchor
    }
}

/// All documents by the URIs that they give themselves, and by those of their files.
fn by_uri(trees: &Trees) -> HashMap<String, SourceId> {
    let own = |id| Some(trees.get(id)?.get("$id")?.as_str()?.trim_end_matches('#').to_owned());
    let named =
        trees.ids().flat_map(|id| own(id).into_iter().chain([trees.uri(id).to_owned()]).map(move |uri| (uri, id)));
    named.collect()
}
