//! Rust code for the services that publish and consume the events: types, codecs, tables, constants.
//!
//! A document becomes a module with its types; a context a module of its events' modules and constants. Names come from
//! `names`, types from `shape`. Paths between modules are relative, so that the whole can be included anywhere.

mod codec;
mod constants;
mod context;
mod event;
mod integers;
mod layout;
mod names;
pub(crate) mod package;
mod patterns;
mod style;
mod tables;
mod traits;
mod tree;
mod types;
mod views;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use goodevent_json::width::Width;
use goodevent_model::{Context, Document, Item, ItemKind, Model, Profile, names::unique};
use goodevent_schema::ir::{Role, SchemaId};
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

pub use self::style::Style;
use crate::{
    emitter::{self, Emitter, Files, Request},
    escape::rust_doc,
};

use self::{
    codec::Codec,
    context::{Cx, Module, ident},
    tables::Tables,
    traits::Traits,
    tree::Tree,
};

/// The limits of Rust. The compiler examines each member and variant inside the one before, so that their number is
/// bounded; no event of 64 KB has more. The standard library implements its traits for tuples up to twelve.
pub const PROFILE: Profile = Profile {
    integers: &[Width::I64, Width::U64, Width::I128, Width::U128],
    max_tuple: 12,
    max_depth: 24,
    max_parts: 2_000,
};

/// Generates a crate with all contracts.
#[derive(Debug)]
pub struct Rust;

impl Emitter for Rust {
    fn id(&self) -> &'static str {
        "rust"
    }

    fn profile(&self) -> Profile {
        PROFILE
    }

    fn emit(&self, model: &Model<'_>, request: &Request<'_>) -> Result<Files, emitter::Error> {
        let options = request.options;
        let style = options.style_for(request.settings);
        let manifest = package::manifest(model, &request.settings.rust, &style, &options.made_by);
        let files = crate_files(model, &style, &options.made_by).into_iter();
        let sources = files.map(|(path, text)| (format!("src/{path}"), text));
        Ok(sources.chain([("Cargo.toml".to_owned(), manifest)]).collect())
    }
}

/// The files of a crate's `src` folder.
#[must_use]
pub fn crate_files(model: &Model<'_>, style: &Style, made_by: &str) -> BTreeMap<String, String> {
    tree(model, style).into_files(made_by)
}

/// All modules in the text of one file, to be included.
#[must_use]
pub fn single_file(model: &Model<'_>, style: &Style, made_by: &str) -> String {
    tree(model, style).into_text(made_by)
}

fn tree(model: &Model<'_>, style: &Style) -> Tree {
    let cx = Cx::new(model, modules(model), style);
    let (tables, traits) = (Tables::new(&cx), Traits::new(&cx));
    let mut tree = Tree::default();
    tree.needed = package::features_of_types(model, style);
    for context in &model.contexts {
        let Context { name, description, topics, routing_keys, queues, .. } = context;
        let module = tree.child(&[names::module(name)]);
        module.docs = rust_doc(description);
        let constants = [("topics", topics), ("routing_keys", routing_keys), ("queues", queues)];
        for (name, constants) in constants.into_iter().filter(|(_, constants)| !constants.is_empty()) {
            module.child(&[name.to_owned()]).text = layout::to_text(event::constants(constants));
        }
    }
    for (module, document) in cx.modules.iter().zip(&model.documents) {
        let text = module_text(&cx, (&tables, &traits), module, document);
        if !text.is_empty() {
            let name = module.type_name.clone();
            let (last, parents) = module.path.split_last().expect("the path of a module ends with its name");
            let is_external = cx.external(module, module.root, &ident(&name)).is_some();
            if (module.is_event || module.is_shared) && !is_external {
                tree.child(parents).exports.push((last.clone(), name));
            }
            let node = tree.child(&module.path);
            node.origin = Some(module.origin.clone());
            node.text = text;
        }
    }
    let patterns = cx.patterns.borrow().items();
    if !patterns.is_empty() {
        let prelude = prelude();
        let patterns = layout::to_text(quote!(#prelude #patterns));
        let node = tree.child(&[PATTERNS.to_owned()]);
        (node.text, node.is_hidden) = (patterns, true);
    }
    let contracts = event::contracts(&cx);
    tree.child(&[CONTRACTS.to_owned()]).text = layout::to_text(contracts);
    tree.exports.push((CONTRACTS.to_owned(), "CONTRACTS".to_owned()));
    tree
}

fn modules(model: &Model<'_>) -> Vec<Module> {
    let (mut modules, mut types): (Taken, Taken) = (BTreeMap::new(), BTreeMap::new());
    model
        .documents
        .iter()
        .map(|document| {
            let parents = parents(&document.role);
            let name = unique(names::module(&document.stem), modules.entry(parents.clone()).or_default());
            let type_name = match document.event {
                // The name of an event is one of Rust as it is, and is the same in all languages.
                Some(_) => document.stem.clone(),
                None => names::pascal(&document.stem),
            };
            let type_name = unique(type_name, types.entry(parents.clone()).or_default());
            let dotted = dotted(&document.role).into_iter().chain([type_name.as_str()]).collect::<Vec<_>>().join(".");
            Module {
                source: document.source,
                path: parents.into_iter().chain([name]).collect(),
                origin: document.origin.clone(),
                type_name,
                dotted,
                root: document.root,
                is_event: document.event.is_some(),
                personal_data: document.event.iter().flat_map(|event| event.personal_data.clone()).collect(),
                is_shared: document.is_shared(),
            }
        })
        .collect()
}

/// The names within each module, by its path.
type Taken = BTreeMap<Vec<String>, BTreeSet<String>>;

/// Path of the module that the module of a document lies in.
fn parents(role: &Role) -> Vec<String> {
    match role {
        Role::Event { context } => vec![names::module(context)],
        Role::Type { context } => {
            context.iter().map(|context| names::module(context)).chain([TYPES.to_owned()]).collect()
        }
        Role::External => vec![EXTERNAL.to_owned()],
    }
}

/// The name of that module in attributes and external paths.
fn dotted(role: &Role) -> Vec<&str> {
    match role {
        Role::Event { context } => vec![context],
        Role::Type { context } => context.iter().map(String::as_str).chain([TYPES]).collect(),
        Role::External => vec![EXTERNAL],
    }
}

/// The text of a module; empty if nothing of it is used.
fn module_text(
    cx: &Cx<'_>,
    (tables, traits): (&Tables<'_>, &Traits<'_>),
    module: &Module,
    document: &Document,
) -> String {
    let codec = Codec { cx, module, tables };
    let items: Vec<(SchemaId, &Item)> = cx.items(module);
    let mut definitions = Vec::new();
    let mut parts = Vec::new();
    // A shared document whose root has no item still has a name.
    let is_external = cx.external(module, module.root, &ident(&module.type_name)).is_some();
    let alias = cx.model.alias(document).filter(|_| !is_external);
    definitions.extend(alias.map(|typed| types::alias(cx, module, module.root, typed)));
    let deprecated_event = document.event.as_ref().and_then(|event| event.deprecated.as_ref());
    let deprecated_event = deprecated_event.map(|note| quote!(#[deprecated(note = #note)]));
    let is_ours = |schema: SchemaId| cx.external(module, schema, &cx.name(schema)).is_none();
    for (schema, item) in items.into_iter().filter(|(schema, _)| is_ours(*schema)) {
        // Of an event, `x-event` says so, and what to use instead.
        let is_event = module.is_event && schema == module.root;
        let deprecated = match is_event {
            true => deprecated_event.clone(),
            false => cx.graph[schema].docs.deprecated.then(|| quote!(#[deprecated])),
        };
        let mut definition = types::item(cx, traits, module, (schema, item), deprecated.as_ref());
        if cx.is_generic(schema) {
            definition.generic.extend(views::conversions(cx, schema, item));
        }
        definitions.push(definition);
        parts.push(codec.item(schema, item));
        // Events and enums of strings have it by the macros that define them.
        if !is_event && !matches!(item.kind, ItemKind::Enum(_)) {
            let name = cx.name(schema);
            parts.push(match cx.is_generic(schema) {
                true => {
                    let twin = cx.twin(schema);
                    quote!(g::part!(#deprecated pub type #twin<'a> of #name);)
                }
                false => quote!(g::impl_serde_value!(#name);),
            });
        }
    }
    let event = document.event.as_ref().filter(|_| !is_external);
    parts.extend(event.map(|event| event::implementation(cx, tables, module, event, deprecated_event.as_ref())));
    parts.push(tables.items(cx, module));
    let (outside, generic): (Vec<_>, Vec<_>) =
        definitions.into_iter().map(|definition| (definition.outside, definition.generic)).unzip();
    let generic = generic_module(generic.into_iter().collect());
    let text: String = outside.into_iter().chain([generic]).chain(parts).map(layout::to_text).collect();
    if text.is_empty() { text } else { layout::to_text(prelude()) + &text }
}

/// The module of the generic definitions, if there are some.
fn generic_module(definitions: TokenStream) -> TokenStream {
    if definitions.is_empty() {
        return definitions;
    }
    let prelude = names_runtime(definitions.clone()).then(prelude);
    quote! {
        #[doc = "The same types with strings of any type: `String`, `Cow<'a, str>` where a name ends with `Ref`, or `&str`."]
        pub mod generic { #prelude #definitions }
    }
}

/// Whether code has a path that begins with `g`.
fn names_runtime(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => names_runtime(group.stream()),
        TokenTree::Ident(ident) => ident == "g",
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// What each module names the runtime by. Types begin with a capital, so that none is called the same.
fn prelude() -> TokenStream {
    quote!(
        #[allow(unused_imports)]
        use ::goodevent::code as g;
    )
}

/// Module of the documents that are not files of the registry.
pub(crate) const EXTERNAL: &str = "external";

/// Module of the shared types, within the root and within a context.
pub(crate) const TYPES: &str = "types";

/// Module of the automata.
const PATTERNS: &str = "patterns";

/// Module of the table of all contracts.
const CONTRACTS: &str = "contracts";
