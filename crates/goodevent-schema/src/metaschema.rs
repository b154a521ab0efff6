//! Validity of a schema: its metaschema decides, and checks that a metaschema cannot express.

use std::collections::{BTreeMap, HashMap};

use smol_str::SmolStr;

use crate::{
    diagnostic::{Diagnostic, Edit},
    dialect::{self, Dialect},
    draft::Draft,
    facts,
    format::Format,
    index::Index,
    key::key,
    numbers,
    pattern::{self, Unsupported},
    shape::{self, Fault, Violated},
    source::Span,
    suggest,
    syntax::{Kind, Member, Node},
};

/// The violations of the metaschema by a document, in which some texts are to be `spelled` otherwise.
pub(crate) fn check(root: &Node, dialect: Dialect, spelled: &BTreeMap<Span, SmolStr>) -> Vec<Diagnostic> {
    let faults = shape::faults(root, dialect.draft, spelled);
    let mut found: Vec<Diagnostic> = faults.into_iter().map(of_fault).collect();
    // One wrong value can fail in several ways.
    found.dedup_by_key(|diagnostic| diagnostic.span);
    found
}

fn of_fault(fault: Fault) -> Diagnostic {
    let headline = match fault.token.as_str() {
        "" => "the document is not a JSON Schema".to_owned(),
        keyword => format!("`{keyword}` is not what a schema may have here"),
    };
    Diagnostic::error("invalid-schema", fault.span, headline)
        .label(shortened(&fault.message))
        .help(remedy(fault.violated))
}

fn shortened(message: &str) -> String {
    const MAX_CHARS: usize = 160;
    if message.chars().count() <= MAX_CHARS {
        return message.to_owned();
    }
    message.chars().take(MAX_CHARS).chain(['…']).collect()
}

fn remedy(violated: Violated) -> &'static str {
    match violated {
        Violated::Type => "give the keyword a value of the expected type",
        Violated::AnyOf => "the types are null, boolean, integer, number, string, array, object",
        Violated::Other => "see the specification of the keyword",
    }
}

/// Keywords and formats that are not what they seem, in every schema of a document.
pub(crate) fn look(index: &Index<'_>, tree: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut rest = vec![tree];
    while let Some(node) = rest.pop() {
        rest.extend(node.items().iter().chain(node.members().iter().map(|member| &member.value)));
        let Some(resource) = index.entries.get(&key(node)) else { continue };
        let dialect = index.resource(*resource).dialect;
        keywords(node, dialect, &mut found);
        let is_root = key(node) == key(tree);
        if is_root {
            found.extend(misspelt_facts(node, dialect));
        }
        let facts = node.member("x-event").filter(|_| !is_root);
        found.extend(facts.map(|member| facts::ignored(member.key.span)));
        found.extend(format(node, dialect));
        found.extend(numbers::beyond(node));
        found.extend(node.get("$ref").filter(|_| dialect.draft == Draft::Draft4).and_then(no_reference));
        found.extend(node.get("pattern").and_then(|node| pattern(node.as_str()?, node.span)));
        let patterns = node.get("patternProperties").map(Node::members).unwrap_or_default();
        found.extend(patterns.iter().filter_map(|member| pattern(&member.key.value, member.key.span)));
    }
    found
}

/// A `$ref` that is not text: the metaschema of draft 4 does not describe the keyword.
fn no_reference(node: &Node) -> Option<Diagnostic> {
    if node.as_str().is_some() {
        return None;
    }
    let found = Diagnostic::error("invalid-schema", node.span, "`$ref` is not what a schema may have here");
    let label = format!("{} is not of type \"string\"", shortened(&node.to_value().to_string()));
    Some(found.label(label).help("a reference is a URI, such as `#/definitions/name`"))
}

fn keywords(node: &Node, dialect: Dialect, found: &mut Vec<Diagnostic>) {
    let mut counts = None;
    for member in node.members() {
        let name = member.key.value.as_str();
        if name.starts_with("x-") || dialect::is_keyword(name) {
            continue;
        }
        let headline = format!("`{name}` is not a keyword of JSON Schema");
        let diagnostic = Diagnostic::warning("unknown-keyword", member.key.span, headline).label("this has no effect");
        // `tsAdditionalProperties` is a keyword of somebody's own and no slip.
        let is_prefixed = |keyword: &str| {
            let tail = name.len().checked_sub(keyword.len()).and_then(|at| name.get(at..)).filter(|tail| *tail != name);
            tail.is_some_and(|tail| tail.eq_ignore_ascii_case(keyword) && tail.starts_with(char::is_uppercase))
        };
        found.push(match suggest::nearest(name, dialect::keywords()).filter(|nearest| !is_prefixed(nearest)) {
            Some(nearest) => {
                let counts = counts.get_or_insert_with(|| counts_of(node));
                let edits = renamed(counts, member, nearest, dialect);
                diagnostic.help(format!("did you mean `{nearest}`?")).suggest(edits)
            }
            None => diagnostic.help(format!("remove it, or mark it as an extension: `x-{name}`")),
        });
    }
}

/// An extension of a document without `x-event` that seems to be meant as that.
fn misspelt_facts(root: &Node, dialect: Dialect) -> Option<Diagnostic> {
    let is_there = root.get("x-event").is_some();
    let mut slips = root.members().iter().filter(|_| !is_there).filter(|own| {
        let name = own.key.value.as_str();
        name.starts_with("x-") && suggest::nearest(name, ["x-event"]).is_some()
    });
    let slip = slips.next()?;
    let headline = format!("`{}` is neither a keyword of JSON Schema nor `x-event`", slip.key.value);
    let finding = Diagnostic::warning("unknown-keyword", slip.key.span, headline).label("this has no effect");
    Some(finding.help("did you mean `x-event`?").suggest(renamed(&counts_of(root), slip, "x-event", dialect)))
}

/// How often each name stands in an object.
fn counts_of(node: &Node) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    node.members().iter().for_each(|member| *counts.entry(member.key.value.as_str()).or_default() += 1);
    counts
}

/// The edits that make `name` of the member, if the schema has no such keyword yet and it takes the value.
fn renamed(counts: &HashMap<&str, usize>, member: &Member, name: &str, dialect: Dialect) -> Vec<Edit> {
    let has = |name: &str| counts.get(name).copied().unwrap_or(0);
    let hides = dialect.ref_hides_siblings() && (name == "$ref" || has("$ref") > 0);
    if has(name) > 0 || has(&member.key.value) > 1 || hides {
        return Vec::new();
    }
    let key = Edit { span: member.key.span, text: format!("\"{name}\"") };
    // One example is an item of `examples`.
    if member.key.value == "example" {
        let span = member.value.span;
        let at = |place: u32| Span { start: place, end: place, ..span };
        let open = Edit { span: at(span.start), text: "[".to_owned() };
        return vec![key, open, Edit { span: at(span.end), text: "]".to_owned() }];
    }
    if shape::takes(dialect.draft, name, &member.value) { vec![key] } else { Vec::new() }
}

fn format(node: &Node, dialect: Dialect) -> Option<Diagnostic> {
    let node = node.get("format")?;
    let name = node.as_str()?;
    if Format::named(dialect.draft, name).is_some() {
        return None;
    }
    let found = Diagnostic::warning("unknown-format", node.span, format!("the format `{name}` is not checked"));
    Some(match (Format::is_known(name), Format::nearest(name)) {
        (true, _) => found
            .label("a later draft knows this")
            .help("use \"$schema\": \"https://json-schema.org/draft/2020-12/schema\""),
        (false, Some(nearest)) => found
            .label("no format of JSON Schema")
            .help(format!("did you mean `{nearest}`?"))
            .suggest([Edit { span: node.span, text: format!("\"{nearest}\"") }]),
        (false, None) => found.label("not a format of JSON Schema").help("use a `pattern`, or remove it"),
    })
}

fn pattern(pattern: &str, span: Span) -> Option<Diagnostic> {
    let found = |headline: &str| Diagnostic::error("invalid-pattern", span, headline);
    Some(match pattern::check(pattern).err()? {
        Unsupported::Malformed => found("the pattern is not a regular expression")
            .label("as ECMA-262 has them")
            .help("check brackets and escapes; a backslash is written twice in JSON"),
        Unsupported::Peculiar => found("the pattern refers back to a group that may not have taken part")
            .label("validators disagree about such a reference")
            .help("refer only to groups that always take part before, outside of a look behind"),
        Unsupported::Units => found("the pattern is about units of UTF-16, and no engine decides it")
            .label("an error with the flag `u`, so that it is read without")
            .help("escape unpaired braces and brackets, and do not escape other letters"),
        Unsupported::NotRegular | Unsupported::TooLarge => found("the pattern is too large")
            .label("no engine decides it within bounds")
            .help("use `maxLength` for lengths"),
        Unsupported::NoEngine => found("no automaton decides the pattern, and there is no other engine")
            .label("it refers back, or its automaton is too large")
            .help("enable the feature `backtracking` of `goodevent-build`"),
    })
}

/// Whether a value can be a schema.
pub(crate) fn is_schema(node: &Node) -> bool {
    matches!(node.kind, Kind::Object(_) | Kind::Bool(_))
}
