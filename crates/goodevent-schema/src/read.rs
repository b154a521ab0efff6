//! Entry point of the first half of this crate: source texts to the graph of schemas.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::{
    diagnostic::{Diagnostic, MAX_FINDINGS},
    dialect::Dialect,
    draft::{URIS, official_text},
    index::Index,
    ir::{Document, Draft, Graph, Group, Role, SchemaId},
    key::{Key, key},
    lower::Lowering,
    metaschema,
    source::{SourceId, Sources, Span},
    syntax::{Node, Parsed},
    trees::Trees,
    uri,
};

/// All schemas of a registry.
#[derive(Debug, Default)]
pub struct Schemas {
    /// The schemas and how they are linked.
    pub graph: Graph,
    /// The documents that were asked for, and behind them those that they refer to.
    pub documents: Vec<Document>,
    /// The documents' texts.
    pub trees: Trees,
    /// The files with references that lead nowhere.
    pub dangling: BTreeSet<SourceId>,
    /// The targets of references by more than a fragment, by their locations: others may start from elsewhere.
    pub(crate) links: BTreeMap<Span, SchemaId>,
    /// Other texts as others have to read them, by their places: references and ids as RFC 3986 spells them, and the official
    /// name of a dialect.
    pub(crate) spellings: BTreeMap<Span, SmolStr>,
}

impl Schemas {
    /// JSON Pointer of a schema within its file.
    #[must_use]
    pub fn pointer(&self, id: SchemaId) -> String {
        let Span { source, start, .. } = self.graph[id].span;
        self.trees.get(source).and_then(|tree| tree.pointer_to(start)).unwrap_or_default()
    }
}

/// Base of the URIs of files without an `$id`; it never leaves this crate.
pub(crate) const BASE: &str = "registry:///";

/// Reads `documents` of `sources`; the other `.json` files only serve as targets of references.
///
/// `dialects` maps URIs in `$schema` that JSON Schema does not define to drafts.
#[must_use]
pub fn read(
    sources: &Sources,
    documents: &[(SourceId, Role)],
    dialects: &BTreeMap<String, Draft>,
) -> (Schemas, Vec<Diagnostic>) {
    let trees = trees(sources);
    let roles: BTreeMap<SourceId, &Role> = documents.iter().map(|(id, role)| (*id, role)).collect();
    let (mut index, roots, mut found) = index(sources, &trees, &roles, dialects);
    let mut lowering = Lowering::new(&mut index);
    let asked = documents.iter().filter_map(|(id, _)| Some((*id, *roots.get(id)?)));
    let asked: Vec<(SourceId, SchemaId)> = asked.map(|(id, root)| (id, lowering.id(root))).collect();
    lowering.run();
    let (mut graph, links, dangling) = lowering.into_graph();
    let (spellings, late) = (std::mem::take(&mut index.spellings), std::mem::take(&mut index.found));
    let doubled = index.doubled();
    // A reference that leads nowhere counts wherever it stands; the metaschemas have none.
    let is_own = |place: &Span| (place.source.0 as usize) < sources.files.len();
    let more = dangling.found.into_iter().filter(|(finding, _)| is_own(&finding.span));
    found.extend(more.map(|(finding, others)| with_others(finding, &others)));
    let dangling = dangling.files;
    let is_seen = |found: &Diagnostic| is_own(&found.span) && found.related.iter().all(|(span, _)| is_own(span));
    found.extend(late.into_iter().chain(doubled).filter(is_seen));
    found.extend(cycles(&mut graph));
    found.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.rule));
    let others = referred_to(&graph, &asked);
    let documents = asked.into_iter().chain(others).map(|(source, root)| {
        let role = roles.get(&source).map_or(Role::External, |role| (*role).clone());
        Document { source, root, role }
    });
    let documents = documents.collect();
    (Schemas { graph, documents, trees, dangling, links, spellings }, found)
}

/// Other references that lead to the same place, of which a few are shown.
fn with_others(mut finding: Diagnostic, others: &[Span]) -> Diagnostic {
    const FEW: usize = 5;
    let mut others = others.to_vec();
    others.sort();
    for other in others.iter().take(FEW) {
        finding = finding.related(*other, "the same here");
    }
    match others.len() {
        0..=FEW => finding,
        n => finding.related(others[FEW], format!("the same here, and at {} other places", n - FEW - 1)),
    }
}

/// All documents that something can be said about or refer to.
fn trees(sources: &Sources) -> Trees {
    let mut trees = Trees::default();
    for (id, source) in sources.iter().filter(|(_, source)| source.path.ends_with(".json") || source.uri.is_some()) {
        let uri = source.uri.as_deref().map(|uri| uri::canonical(uri::split_fragment(uri).0));
        trees.insert(id, uri.unwrap_or_else(|| format!("{BASE}{}", uri::of_path(&source.path))), source.bytes.clone());
    }
    let behind = (sources.files.len() as u32..).map(SourceId);
    for (id, uri) in behind.zip(metaschemas(sources)) {
        if let Some(text) = official_text(&uri) {
            trees.insert(id, uri, text.as_bytes().into());
        }
    }
    trees
}

/// The metaschemas that some schema refers to.
fn metaschemas(sources: &Sources) -> Vec<String> {
    let mentions = |uri: &str| {
        let quoted = format!("\"{uri}");
        sources.files.iter().any(|source| {
            let text = String::from_utf8_lossy(&source.bytes);
            // A `$schema` alone needs no tree.
            text.match_indices(&quoted)
                .any(|(at, _)| !text[..at].trim_end().trim_end_matches(':').trim_end().ends_with("\"$schema\""))
        })
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
    let mut mentioned = Vec::new();
    for uri in URIS {
        let vocabularies =
            uri.strip_suffix("schema").filter(|_| uri.starts_with("https")).map(|base| format!("{base}meta/"));
        if mentions(uri) || vocabularies.as_deref().is_some_and(&mentions) {
            mentioned.push(uri.to_owned());
            mentioned.extend(vocabularies.iter().flat_map(|base| PARTS.map(|part| format!("{base}{part}"))));
        }
    }
    mentioned
}

/// Goes through all documents, each of which is forgotten behind its turn: the roots of those that are schemas.
fn index<'t>(
    sources: &Sources,
    trees: &'t Trees,
    roles: &BTreeMap<SourceId, &Role>,
    dialects: &BTreeMap<String, Draft>,
) -> (Index<'t>, BTreeMap<SourceId, Key>, Vec<Diagnostic>) {
    let is_own = |id: SourceId| (id.0 as usize) < sources.files.len() && sources[id].uri.is_none();
    let (mut index, mut roots, mut found) = (Index::new(trees, dialects), BTreeMap::new(), Vec::new());
    let mut n_values = 0;
    let closed = sources.files.iter().filter(|source| source.bytes.unreadable().is_some());
    index.closed = closed.map(|source| format!("{BASE}{}/", uri::of_path(&source.path))).collect();
    for id in trees.ids() {
        if let Some(source) = sources.get(id)
            && source.bytes.unreadable().is_some()
        {
            found.extend(source.bytes.finding(id, &source.path));
            index.broken.push(id);
            continue;
        }
        // Of what is too much nothing is read, and one finding says so.
        let is_more = n_values <= MAX_REGISTRY_VALUES && found.len() <= MAX_FINDINGS;
        let parsed = is_more.then(|| trees.parse(id)).flatten();
        let Some(Parsed { tree, found: faults, n_values: n_own }) = parsed else {
            index.broken.push(id);
            continue;
        };
        found.extend(faults);
        n_values += n_own;
        if n_values > MAX_REGISTRY_VALUES {
            found.push(too_much(id));
        }
        let Some(tree) = tree.filter(|_| n_values <= MAX_REGISTRY_VALUES) else {
            index.broken.push(id);
            continue;
        };
        if !metaschema::is_schema(&tree) {
            index.broken.push(id);
        }
        let resource = index.add(&tree);
        let dialect = index.resource(resource).dialect;
        let is_asked = roles.contains_key(&id);
        let faults = if is_own(id) && is_asked { check(&tree, dialect, &index.spellings) } else { Vec::new() };
        if is_asked && faults.is_empty() && metaschema::is_schema(&tree) {
            roots.insert(id, key(&tree));
        }
        found.extend(faults);
        if is_own(id) {
            found.append(&mut index.found);
            found.extend(metaschema::look(&index, &tree));
        }
        index.found.clear();
    }
    if found.len() > MAX_FINDINGS {
        found.truncate(MAX_FINDINGS);
        found.push(Diagnostic::too_many());
    }
    (index, roots, found)
}

/// Most values of all documents of a registry together, of which each takes up memory until the end.
pub(crate) const MAX_REGISTRY_VALUES: usize = 2_000_000;

fn too_much(id: SourceId) -> Diagnostic {
    let headline = format!("the documents of the registry have more than {MAX_REGISTRY_VALUES} values");
    Diagnostic::error("file-too-large", Span { source: id, start: 0, end: 0 }, headline)
        .label("with this one")
        .help("keep data out of the registry, or split the file")
}

fn check(tree: &Node, dialect: Dialect, spelled: &BTreeMap<Span, SmolStr>) -> Vec<Diagnostic> {
    if !metaschema::is_schema(tree) {
        let headline = "the document is not a JSON Schema";
        let found = Diagnostic::error("invalid-schema", tree.span, headline);
        return vec![found.label("expected an object").help("a schema is an object of keywords, or `true` or `false`")];
    }
    metaschema::check(tree, dialect, spelled)
}

/// The documents that were not asked for, each with the first of its schemas that is referred to.
fn referred_to(graph: &Graph, asked: &[(SourceId, SchemaId)]) -> BTreeMap<SourceId, SchemaId> {
    let asked: BTreeSet<SourceId> = asked.iter().map(|(id, _)| *id).collect();
    let mut others = BTreeMap::new();
    for (id, schema) in (0..).map(SchemaId).zip(&graph.schemas) {
        if !asked.contains(&schema.span.source) {
            others.entry(schema.span.source).or_insert(id);
        }
    }
    others
}

/// More schemas than these, one within the next, are not followed for one value: each takes up stack.
const MAX_IN_PLACE: usize = 512;

/// References that lead back to where they started without a step into the instance, of which no evaluation ends; and those
/// at the end of a longer way than is followed, which are cut.
fn cycles(graph: &mut Graph) -> Vec<Diagnostic> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; graph.schemas.len()];
    // The longest way down from each schema.
    let mut heights = vec![0; graph.schemas.len()];
    let mut is_deep = false;
    let mut found = Vec::new();
    for start in (0..graph.schemas.len() as u32).map(SchemaId) {
        if marks[start.0 as usize] != Mark::New {
            continue;
        }
        // A stack of its own: chains of references can be long.
        let mut stack: Vec<(SchemaId, Vec<SchemaId>)> = Vec::new();
        let mut next = Some(start);
        loop {
            if let Some(schema) = next.take() {
                marks[schema.0 as usize] = Mark::Open;
                let mut targets: Vec<SchemaId> = graph[schema].keywords.in_place().collect();
                targets.reverse();
                stack.push((schema, targets));
            }
            let Some((schema, targets)) = stack.last_mut() else { break };
            match targets.pop().map(|target| (target, marks[target.0 as usize])) {
                None => {
                    let schema = *schema;
                    marks[schema.0 as usize] = Mark::Done;
                    stack.pop();
                    let below = graph[schema].keywords.in_place().map(|below| heights[below.0 as usize]);
                    let height = below.max().unwrap_or(0) + 1;
                    if height > MAX_IN_PLACE {
                        // One is enough to know where to begin.
                        if !is_deep {
                            found.push(deep(graph, schema));
                        }
                        is_deep = true;
                        let keywords = &mut graph.schemas[schema.0 as usize].keywords;
                        keywords.reference = None;
                        keywords.applied = Group::default();
                        if !keywords.object.dependent_schemas.is_empty() {
                            keywords.object = Group::default();
                        }
                        continue;
                    }
                    heights[schema.0 as usize] = height;
                }
                Some((_, Mark::Open)) => found.push(cycle(graph, *schema)),
                Some((target, Mark::New)) => next = Some(target),
                Some((_, Mark::Done)) => {}
            }
        }
    }
    found
}

fn deep(graph: &Graph, schema: SchemaId) -> Diagnostic {
    let at = &graph[schema];
    let span = at.keywords.reference.as_ref().map_or(Span { end: at.span.start + 1, ..at.span }, |own| own.span);
    let headline = format!("more than {MAX_IN_PLACE} schemas, one within the next, are about the same value");
    Diagnostic::error("invalid-schema", span, headline)
        .label("the way on from here is too long")
        .help("refer to the schema at the end of the way, without those between")
}

fn cycle(graph: &Graph, schema: SchemaId) -> Diagnostic {
    let at = &graph[schema];
    let span = at.keywords.reference.as_ref().map_or(at.span, |reference| reference.span);
    Diagnostic::error("circular-ref", span, "the schema refers to itself without a step into the instance")
        .label("this leads back here")
        .help("put a property, an array or the like between: a tree's children, not the tree itself")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analyze, source::Source, syntax::MAX_VALUES};

    /// A registry of so many shared types, each of about so many values.
    fn registry(n_files: usize, n_values: usize, value: &str) -> Sources {
        let text = format!("{{\"examples\": [{}{value}]}}", format!("{value},").repeat(n_values - 4));
        let file = |at| Source { path: format!("types/T{at}.json"), uri: None, bytes: text.as_bytes().into() };
        Sources { root: "schemas".to_owned(), files: (0..n_files).map(file).collect() }
    }

    fn found(sources: &Sources) -> Vec<(&'static str, u32)> {
        analyze(sources).1.iter().map(|found| (found.rule, found.span.source.0)).collect()
    }

    #[test]
    fn a_registry_has_a_bounded_number_of_values() {
        let most = MAX_REGISTRY_VALUES / MAX_VALUES;
        assert_eq!(found(&registry(most, MAX_VALUES, "0")), []);
        // The first one that is too much is reported, and what follows is not read.
        assert_eq!(found(&registry(most + 3, MAX_VALUES, "0")), [("file-too-large", most as u32)]);
    }

    #[test]
    fn a_registry_has_a_bounded_number_of_findings() {
        let name = "\"x-a\":0,".repeat(MAX_VALUES - 10);
        let text = format!("{{{name}\"x-b\":0}}");
        let file = |at| Source { path: format!("types/T{at}.json"), uri: None, bytes: text.as_bytes().into() };
        let sources = Sources { root: "schemas".to_owned(), files: (0..4).map(file).collect() };
        let all = analyze(&sources).1;
        let listed = all.iter().filter(|found| found.rule == "duplicate-member").count();
        assert_eq!(listed, MAX_FINDINGS);
        assert_eq!(all.iter().filter(|found| found.rule == "too-many-findings").count(), 1);
    }
}
