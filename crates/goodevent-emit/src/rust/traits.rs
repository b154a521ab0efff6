//! The traits that a type can have beyond those that all have, and the members that its `Debug` must not show.

use std::{borrow::Cow, collections::BTreeSet};

use goodevent_json::pointer;
use goodevent_schema::ir::{Graph, SchemaId};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::{
    context::Cx,
    typed::{Field, Shape, Typed, parts},
};

/// The traits of the types of one run.
#[derive(Debug)]
pub(crate) struct Traits {
    /// Items whose values are equal to themselves, all the way down: no doubles, and no types whose traits nobody knows.
    total: BTreeSet<SchemaId>,
    /// Schemas of properties that some event marks as personal data.
    personal: BTreeSet<SchemaId>,
}

/// Types of formats that are known to have `Eq`, `Ord` and `Hash`: those that the runtime implements its trait for.
const KNOWN: [&str; 5] =
    ["uuid::Uuid", "jiff::Timestamp", "jiff::civil::Date", "std::net::Ipv4Addr", "std::net::Ipv6Addr"];

impl Traits {
    /// Looks through all items, and all that events mark.
    pub(crate) fn new(cx: &Cx<'_>) -> Self {
        let mut personal = BTreeSet::new();
        for module in &cx.modules {
            for pointer in &module.personal_data {
                let tokens: Vec<_> = pointer::names(pointer).collect();
                mark(cx.graph, module.root, &tokens, &mut personal, &mut BTreeSet::new());
            }
        }
        // A recursive type is total unless a type on its cycle is not, so that items are only removed.
        let is_ours = |schema: &SchemaId| cx.external(cx.module(*schema), *schema, &cx.name(*schema)).is_none();
        let mut total: BTreeSet<SchemaId> = cx.shapes.items.keys().copied().filter(is_ours).collect();
        loop {
            let is_total = |schema: &SchemaId| {
                parts(&cx.shapes.items[schema]).into_iter().all(|typed| is_total(cx, typed, &total))
            };
            let kept: BTreeSet<SchemaId> = total.iter().copied().filter(is_total).collect();
            if kept.len() == total.len() {
                return Self { total, personal };
            }
            total = kept;
        }
    }

    /// Whether the value of a field is personal data.
    pub(crate) fn is_personal(&self, field: &Field) -> bool {
        field.schema.is_some_and(|schema| self.personal.contains(&schema))
    }

    /// The traits of an item beyond `Debug`, but for those that the user's own attributes derive.
    pub(crate) fn derives(&self, schema: SchemaId, attributes: &TokenStream) -> Vec<Ident> {
        let mut own = BTreeSet::new();
        derived(attributes.clone(), false, &mut own);
        let total: &[&str] = if self.total.contains(&schema) { &["Eq", "PartialOrd", "Ord", "Hash"] } else { &[] };
        let all = ["Clone", "PartialEq"].iter().chain(total).filter(|name| !own.contains(**name));
        all.map(|name| format_ident!("{name}")).collect()
    }
}

/// The names within `derive(…)`.
fn derived(tokens: TokenStream, is_within: bool, names: &mut BTreeSet<String>) {
    let mut is_derive = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => derived(group.stream(), is_within || is_derive, names),
            TokenTree::Ident(ident) => {
                is_derive = ident == "derive";
                names.extend(is_within.then(|| ident.to_string()));
                continue;
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        is_derive = false;
    }
}

fn is_total(cx: &Cx<'_>, typed: &Typed, total: &BTreeSet<SchemaId>) -> bool {
    match &typed.shape {
        Shape::Json | Shape::Number(_) | Shape::Digits => false,
        Shape::Null | Shape::Bool | Shape::Integer(..) => true,
        Shape::Text(text) => {
            cx.format_type(text.format).is_none_or(|path| KNOWN.contains(&path.trim_start_matches("::")))
        }
        Shape::Named(schema) => total.contains(schema),
        Shape::Array { item, .. } | Shape::Map { value: item } | Shape::Nullable(item) => is_total(cx, item, total),
        Shape::Tuple(items) => items.iter().all(|item| is_total(cx, item, total)),
    }
}

/// Marks the properties that a pointer leads to; it may leave out the indices of items.
fn mark(
    graph: &Graph,
    schema: SchemaId,
    tokens: &[Cow<'_, str>],
    marked: &mut BTreeSet<SchemaId>,
    seen: &mut BTreeSet<(SchemaId, usize)>,
) {
    let Some((token, rest)) = tokens.split_first().filter(|_| seen.insert((schema, tokens.len()))) else { return };
    let keywords = &graph[schema].keywords;
    let properties = &keywords.object.properties;
    for property in properties.iter().filter(|property| property.name.value.as_str() == &**token) {
        if rest.is_empty() {
            marked.insert(property.schema);
        }
        mark(graph, property.schema, rest, marked, seen);
    }
    let is_property = |schema: SchemaId| properties.iter().any(|property| property.schema == schema);
    for below in keywords.children().chain(keywords.targets()).filter(|below| !is_property(*below)) {
        mark(graph, below, tokens, marked, seen);
        if token.bytes().all(|byte| byte.is_ascii_digit()) {
            mark(graph, below, rest, marked, seen);
        }
    }
}

/// `impl Debug` of a struct some of whose fields are personal.
pub(crate) fn debug(name: &Ident, is_generic: bool, fields: &[(Ident, bool)]) -> TokenStream {
    let text = name.to_string();
    let fields = fields.iter().map(|(field, is_personal)| {
        let name = field.to_string();
        let name = name.trim_start_matches("r#");
        if *is_personal { quote!(.field(#name, &g::Redacted)) } else { quote!(.field(#name, &self.#field)) }
    });
    let (bound, generics) = match is_generic {
        true => (quote!(<S: ::core::fmt::Debug>), quote!(<S>)),
        false => (TokenStream::new(), TokenStream::new()),
    };
    quote! {
        impl #bound ::core::fmt::Debug for #name #generics {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#text) #(#fields)* .finish()
            }
        }
    }
}
