//! Index of schemas, by span and by URI ([JSON Schema Core §8.2](https://json-schema.org/draft/2020-12/json-schema-core#section-8.2)).

use std::{
    cell::OnceCell,
    collections::{BTreeMap, HashMap, HashSet},
};

use goodevent_json::percent;
use smol_str::SmolStr;

use crate::{
    diagnostic::{Diagnostic, Level},
    dialect::{self, Dialect, Holds},
    ir::{Draft, ResourceId},
    key::{Key, key},
    members::Members,
    source::{SourceId, Span, Spanned},
    suggest::Budget,
    syntax::{Kind, Node},
    trees::Trees,
    uri,
};

/// A schema with a URI of its own, and what can be found in it by name.
#[derive(Debug)]
pub(crate) struct Resource {
    /// Its URI, without fragment.
    pub(crate) uri: String,
    pub(crate) dialect: Dialect,
    pub(crate) root: Key,
    /// Where it is given its URI, or begins.
    place: Span,
    anchors: HashMap<String, Spanned<Key>>,
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
    /// The members of large objects that references lead through.
    members: Members,
    /// URIs that two schemas of one document have, which matters to those who refer to them.
    doubled: Vec<(String, Diagnostic)>,
    /// URIs that references lead to.
    asked_for: HashSet<String>,
    /// The drafts that a registry's own `$schema` mean, by their URIs.
    dialects: BTreeMap<String, Draft>,
    /// Texts in schemas that others would not read as they stand, as they are to be spelled.
    pub(crate) spellings: BTreeMap<Span, SmolStr>,
    /// All documents by URI, where a dialect of somebody's own is looked up; few registries have one.
    metaschemas: OnceCell<HashMap<String, SourceId>>,
    pub(crate) found: Vec<Diagnostic>,
    /// The documents that are no JSON, or no schemas.
    pub(crate) broken: Vec<SourceId>,
    /// The URIs of folders that are not read.
    pub(crate) closed: Vec<String>,
}

impl<'t> Index<'t> {
    pub(crate) fn new(trees: &'t Trees, dialects: &BTreeMap<String, Draft>) -> Self {
        let dialects = dialects.iter().map(|(uri, draft)| (without_fragment(uri), *draft));
        Self {
            trees,
            dialects: dialects.collect(),
            spellings: BTreeMap::new(),
            entries: HashMap::new(),
            resources: Vec::new(),
            by_uri: HashMap::new(),
            members: Members::default(),
            doubled: Vec::new(),
            asked_for: HashSet::new(),
            metaschemas: OnceCell::new(),
            found: Vec::new(),
            broken: Vec::new(),
            closed: Vec::new(),
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
        let id = self.open(key(root), root.opening(), uri, dialect);
        self.walk(root, id, true);
        id
    }

    fn open(&mut self, root: Key, place: Span, uri: String, dialect: Dialect) -> ResourceId {
        let id = ResourceId(self.resources.len() as u32);
        self.resources.push(Resource {
            uri: uri.clone(),
            dialect,
            root,
            place,
            anchors: HashMap::new(),
            dynamic_anchors: HashMap::new(),
            is_recursive_anchor: false,
        });
        self.register(uri, id);
        id
    }

    /// Notes the URI of a resource, which no other one may have.
    fn register(&mut self, uri: String, id: ResourceId) {
        let first = *self.by_uri.entry(uri.clone()).or_insert(id);
        let (own, other) = (self.resource(id), self.resource(first));
        if own.root == other.root || self.trees.is_same_file(own.root.0, other.root.0) {
            return;
        }
        let found = duplicate(format!("two schemas have the URI \"{uri}\""), own.place, other.place);
        match own.root.0 == other.root.0 {
            true => self.doubled.push((uri, found)),
            false => self.found.push(found),
        }
    }

    /// The findings about names that two schemas of one document have: copies of a schema that nothing refers to, as tools
    /// make them that put references in place, are one to look at and no reason to stop.
    pub(crate) fn doubled(&mut self) -> Vec<Diagnostic> {
        let doubled = std::mem::take(&mut self.doubled).into_iter();
        let graded = doubled.map(|(uri, found)| match self.asked_for.contains(&uri) {
            true => found,
            false => Diagnostic { level: Level::Warning, ..found },
        });
        graded.collect()
    }

    /// Notes a name within a resource, which no other schema of it may have.
    fn anchor(&mut self, resource: ResourceId, name: &str, span: Span, at: Key) {
        let anchors = &mut self.resources[resource.0 as usize].anchors;
        let first = *anchors.entry(name.to_owned()).or_insert(Spanned { value: at, span });
        if first.value != at {
            let headline = format!("two schemas have the anchor `{name}`");
            self.found.push(duplicate(headline, span, first.span));
        }
    }

    /// Notes how a reference or an id is spelled, where it has characters that may not stand in one.
    fn spell(&mut self, node: &Node, keyword: &str) {
        let Some(node) = node.get(keyword) else { return };
        let spelled = node.as_str().map(|text| (text, uri::encoded(text)));
        if let Some((_, encoded)) = spelled.filter(|(text, encoded)| text != encoded) {
            self.spellings.insert(node.span, encoded.into());
        }
    }

    fn dialect(&mut self, node: &Node, inherited: Dialect) -> Dialect {
        let Some(schema) = node.get("$schema") else {
            return inherited;
        };
        let Some(uri) = schema.as_str() else { return inherited };
        if let Some(dialect) = Dialect::official(uri) {
            return dialect;
        }
        if let Some(draft) = self.dialects.get(&without_fragment(uri)).copied() {
            self.spellings.insert(schema.span, draft.uri().into());
            return Dialect::of(draft);
        }
        let metaschemas = self.metaschemas.get_or_init(|| by_uri(self.trees));
        if let Some(metaschema) = metaschemas.get(&without_fragment(uri)).and_then(|id| self.trees.get(*id)) {
            return Dialect::custom(&metaschema);
        }
        self.spellings.insert(schema.span, Draft::Draft202012.uri().into());
        let headline = format!("the dialect \"{uri}\" is unknown");
        let help = format!(
            "map it to a draft in goodevent.toml, such as `[dialects]` and below it `{uri:?} = \"draft-04\"`, or use \
             \"https://json-schema.org/draft/2020-12/schema\"; until then the schema is read as of 2020-12"
        );
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
        self.spell(node, "$ref");
        let draft = self.resource(resource).dialect.draft;
        for member in node.members() {
            let Some(holds) = dialect::holds_in(draft, &member.key.value) else {
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
            let place = node.get(dialect.id_keyword()).map_or(node.opening(), |id| id.span);
            if !address.is_empty() {
                let absolute = uri::canonical(&uri::resolve(&self.resource(parent).uri, address));
                if is_root {
                    let root = &mut self.resources[parent.0 as usize];
                    root.uri.clone_from(&absolute);
                    root.place = place;
                    self.register(absolute, parent);
                } else {
                    resource = self.open(key(node), place, absolute, dialect);
                }
                self.spell(node, dialect.id_keyword());
            }
            // A fragment that begins with a slash is a pointer, and names nothing.
            if dialect.draft <= Draft::Draft7 && !fragment.is_empty() && !fragment.starts_with('/') {
                self.anchor(resource, fragment, place, key(node));
            }
        }
        self.note_anchors(node, resource, dialect.draft);
        resource
    }

    fn note_anchors(&mut self, node: &Node, resource: ResourceId, draft: Draft) {
        let text = |name: &str| node.get(name).and_then(|node| Some((node.as_str()?, node.span)));
        if draft >= Draft::Draft201909
            && let Some((anchor, span)) = text("$anchor")
        {
            self.anchor(resource, anchor, span, key(node));
        }
        if draft == Draft::Draft202012
            && let Some((anchor, span)) = text("$dynamicAnchor")
        {
            self.anchor(resource, anchor, span, key(node));
            self.resources[resource.0 as usize].dynamic_anchors.entry(anchor.to_owned()).or_insert(key(node));
        }
        let resource = &mut self.resources[resource.0 as usize];
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
            _ => {
                let bases = [from.uri.as_str(), self.trees.uri(from.root.0)];
                let uris = bases.map(|base| uri::canonical(&uri::resolve(base, address)));
                let (target, uri) = uris.into_iter().find_map(|uri| Some((*self.by_uri.get(&uri)?, uri)))?;
                self.asked_for.insert(uri);
                target
            }
        };
        let fragment = percent::decode(fragment);
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return self.resource(target).anchors.get(&fragment).map(|anchor| anchor.value);
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
        let is_closed = |folder: &String| targets.iter().any(|target| target.starts_with(folder.as_str()));
        !address.is_empty()
            && (self.closed.iter().any(is_closed)
                || self
                    .broken
                    .iter()
                    .any(|id| targets.iter().any(|target| target == self.trees.uri(*id)) || is_named(*id)))
    }

    /// What a reference to a file that is not there may have meant: a file of nearly the same name, wherever it is.
    pub(crate) fn nearest_file(&self, resource: ResourceId, reference: &str, budget: &Budget) -> Option<String> {
        fn name(path: &str) -> &str {
            path.rsplit('/').next().unwrap_or_default()
        }
        let (address, fragment) = uri::split_fragment(reference);
        let from = self.trees.uri(self.resource(resource).root.0);
        let uris = || self.trees.ids().map(|id| self.trees.uri(id));
        let nearest = budget.nearest(name(address), uris().map(name))?;
        let files = uris().filter(|uri| name(uri) == nearest).filter_map(|uri| uri::relative(from, uri));
        let file = files.min_by_key(String::len)?;
        let is_other = file != address;
        is_other.then(|| if fragment.is_empty() { file } else { format!("{file}#{fragment}") })
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
            node = self.members.child(node, token)?;
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

/// The second of two schemas of one name.
fn duplicate(headline: String, second: Span, first: Span) -> Diagnostic {
    let found = Diagnostic::error("duplicate-id", second, headline).label("the second").related(first, "the first");
    found.help("give each a name of its own, so that a reference has one target")
}

fn without_fragment(uri: &str) -> String {
    uri::canonical(uri.trim_end_matches('#'))
}

/// All documents by the URIs that they give themselves, and by those of their files.
fn by_uri(trees: &Trees) -> HashMap<String, SourceId> {
    let own = |id| Some(without_fragment(trees.get(id)?.get("$id")?.as_str()?));
    let named =
        trees.ids().flat_map(|id| own(id).into_iter().chain([trees.uri(id).to_owned()]).map(move |uri| (uri, id)));
    named.collect()
}
