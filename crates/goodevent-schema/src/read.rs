//! The door of this crate's first half: from source texts to the graph of schemas.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diagnostic::Diagnostic,
    dialect::Dialect,
    index::{Index, key},
    ir::{Document, Graph, Role, SchemaId},
    lower::Lowering,
    metaschema,
    source::{SourceId, Sources},
    syntax::{self, Node},
    uri,
};

/// All schemas of a registry.
#[derive(Debug, Default)]
pub struct Schemas {
    /// The schemas and how they are linked.
    pub graph: Graph,
    /// The documents that were asked for, and behind them those that they refer to.
    pub documents: Vec<Document>,
    /// The documents' texts, parsed.
    pub trees: BTreeMap<SourceId, Node>,
}

/// Base of the URIs of files without an `$id`; it never leaves this crate.
pub(crate) const BASE: &str = "registry:///";

/// Reads `documents` of `sources`; the other `.json` files only serve as targets of references.
#[must_use]
pub fn read(sources: &Sources, documents: &[(SourceId, Role)]) -> (Schemas, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut trees = BTreeMap::new();
    for (id, source) in sources.iter().filter(|(_, source)| source.path.ends_with(".json") || source.uri.is_some()) {
        let (tree, faults) = syntax::parse(id, &source.bytes);
        found.extend(faults);
        trees.extend(tree.map(|tree| (id, tree)));
    }
    add_metaschemas(sources, &mut trees);
    let is_own = |id: SourceId| (id.0 as usize) < sources.files.len() && sources[id].uri.is_none();
    let (graph, roots, more) = lower(sources, &trees, documents, is_own);
    found.extend(more);
    found.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.rule));
    let roles: BTreeMap<SourceId, &Role> = documents.iter().map(|(id, role)| (*id, role)).collect();
    let documents = roots.into_iter().map(|(source, root)| {
        let role = roles.get(&source).map_or(Role::External, |role| (*role).clone());
        Document { source, root, role }
    });
    let documents = documents.collect();
    (Schemas { graph, documents, trees }, found)
}

/// The metaschemas that some schema refers to, as sources behind the others.
fn add_metaschemas(sources: &Sources, trees: &mut BTreeMap<SourceId, Node>) {
    let mentions = |uri: &str| {
        let quoted = format!("\"{uri}");
        sources.files.iter().any(|source| {
            let text = String::from_utf8_lossy(&source.bytes);
            // A `$schema` alone needs no tree.
            text.match_indices(&quoted)
                .any(|(at, _)| !text[..at].trim_end().trim_end_matches(':').trim_end().ends_with("\"$schema\""))
        })
    };
    let mut next = sources.files.len() as u32;
    let mut add = |uri: &str, trees: &mut BTreeMap<SourceId, Node>| {
        if let Some(text) = metaschema::text(uri) {
            let id = SourceId(next);
            next += 1;
            trees.extend(syntax::parse(id, text.as_bytes()).0.map(|tree| (id, tree)));
        }
    };
    const PARTS: [&str; 9] = [
        "core",
        "applicator",
        "unevaluated",
        "validation",
        "meta-data",
        "format",
        "format-annotation",
        "format-assertion",
        "content",
    ];
    for uri in metaschema::URIS {
        let vocabularies =
            uri.strip_suffix("schema").filter(|_| uri.starts_with("https")).map(|base| format!("{base}meta/"));
        if !mentions(uri) && !vocabularies.as_deref().is_some_and(&mentions) {
            continue;
        }
        add(uri, trees);
        for vocabulary in vocabularies.iter().flat_map(|base| PARTS.map(|part| format!("{base}{part}"))) {
            add(&vocabulary, trees);
        }
    }
}

type Lowered = (Graph, Vec<(SourceId, SchemaId)>, Vec<Diagnostic>);

fn lower(
    sources: &Sources,
    trees: &BTreeMap<SourceId, Node>,
    documents: &[(SourceId, Role)],
    is_own: impl Fn(SourceId) -> bool,
) -> Lowered {
    let address = |id: SourceId, tree: &Node| match sources.files.get(id.0 as usize) {
        Some(source) => source.uri.clone().unwrap_or_else(|| format!("{BASE}{}", source.path)),
        None => tree.get("$id").or_else(|| tree.get("id")).and_then(Node::as_str).unwrap_or(BASE).to_owned(),
    };
    let addresses: BTreeMap<SourceId, String> =
        trees.iter().map(|(id, tree)| (*id, uri::split_fragment(&address(*id, tree)).0.to_owned())).collect();
    let metaschemas = trees.iter().flat_map(|(id, tree)| {
        let own = tree.get("$id").and_then(Node::as_str).map(|id| id.trim_end_matches('#').to_owned());
        own.into_iter().chain([addresses[id].clone()]).map(move |uri| (uri, tree))
    });
    let metaschemas: BTreeMap<String, &Node> = metaschemas.collect();
    let roles: BTreeMap<SourceId, &Role> = documents.iter().map(|(id, role)| (*id, role)).collect();
    let mut index = Index::default();
    let mut found = Vec::new();
    let mut broken = BTreeSet::new();
    for (id, tree) in trees {
        let resource = index.add(tree, &addresses[id], &metaschemas);
        let dialect = index.resource(resource).dialect;
        if is_own(*id) && roles.contains_key(id) {
            let faults = check(tree, dialect);
            broken.extend((!faults.is_empty()).then_some(*id));
            found.extend(faults);
        }
    }
    found.append(&mut index.found);
    found.retain(|diagnostic: &Diagnostic| is_own(diagnostic.span.source));
    found.extend(metaschema::look(&index, |entry| is_own(entry.node.span.source)));
    let mut lowering = Lowering::new(&mut index, &metaschemas);
    let mut roots: Vec<(SourceId, SchemaId)> = Vec::new();
    for (id, _) in documents {
        let tree = trees.get(id).filter(|tree| metaschema::is_schema(tree) && !broken.contains(id));
        roots.extend(tree.map(|tree| (*id, lowering.id(key(tree)))));
    }
    lowering.run();
    let (graph, more) = lowering.into_graph();
    // A reference that leads nowhere counts wherever it stands; the metaschemas have none.
    found.extend(more.into_iter().filter(|diagnostic| (diagnostic.span.source.0 as usize) < sources.files.len()));
    found.extend(cycles(&graph));
    let known: BTreeSet<SourceId> = roots.iter().map(|(id, _)| *id).collect();
    let mut others: BTreeMap<SourceId, SchemaId> = BTreeMap::new();
    for (id, schema) in (0..).map(SchemaId).zip(&graph.schemas) {
        if !known.contains(&schema.span.source) {
            others.entry(schema.span.source).or_insert(id);
        }
    }
    roots.extend(others);
    (graph, roots, found)
}

fn check(tree: &Node, dialect: Dialect) -> Vec<Diagnostic> {
    if !metaschema::is_schema(tree) {
        let headline = "the document is no JSON Schema";
        let found = Diagnostic::error("invalid-schema", tree.span, headline);
        return vec![found.label("expected an object").help("a schema is an object of keywords, or `true` or `false`")];
    }
    metaschema::check(tree, dialect)
}

/// References that lead back to where they started without a step into the instance: no evaluation of them ends.
fn cycles(graph: &Graph) -> Vec<Diagnostic> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; graph.schemas.len()];
    let mut found = Vec::new();
    for start in (0..graph.schemas.len() as u32).map(SchemaId) {
        // A stack of its own: chains of references can be long.
        let mut stack = vec![(start, 0)];
        while let Some((schema, next)) = stack.pop() {
            let idx = schema.0 as usize;
            if next == 0 {
                if marks[idx] != Mark::New {
                    continue;
                }
                marks[idx] = Mark::Open;
            }
            let Some(target) = graph[schema].keywords.in_place().nth(next) else {
                marks[idx] = Mark::Done;
                continue;
            };
            stack.push((schema, next + 1));
            match marks[target.0 as usize] {
                Mark::Open => found.push(cycle(graph, schema)),
                Mark::New => stack.push((target, 0)),
                Mark::Done => {}
            }
        }
    }
    found
}

fn cycle(graph: &Graph, schema: SchemaId) -> Diagnostic {
    let at = &graph[schema];
    let span = at.keywords.reference.as_ref().map_or(at.span, |reference| reference.span);
    Diagnostic::error("circular-ref", span, "the schema refers to itself without a step into the instance")
        .label("this leads back here")
        .help("put a property, an array or the like between: a tree's children, not the tree itself")
}
