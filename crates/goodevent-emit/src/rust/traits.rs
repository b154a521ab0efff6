//! The traits that a type can have beyond those that all have, and the members that its `Debug` must not show.

use std::collections::BTreeSet;

use goodevent_model::{Field, Item, ItemKind, Shape, Type};
use goodevent_schema::ir::SchemaId;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::context::Cx;

/// The traits of the types of one run.
#[derive(Debug)]
pub(crate) struct Traits<'g> {
    /// Items whose values are equal to themselves, all the way down: no doubles, and no types whose traits nobody knows.
    total: BTreeSet<SchemaId>,
    /// Records whose members are all optional, or such records themselves.
    defaults: BTreeSet<SchemaId>,
    /// Schemas of properties that some event marks as personal data.
    personal: &'g BTreeSet<SchemaId>,
}

/// Types of formats that are known to have `Eq`, `Ord` and `Hash`: those that the runtime implements its trait for.
const KNOWN: [&str; 5] =
    ["uuid::Uuid", "jiff::Timestamp", "jiff::civil::Date", "std::net::Ipv4Addr", "std::net::Ipv6Addr"];

impl<'g> Traits<'g> {
    /// Looks through all items.
    pub(crate) fn new(cx: &Cx<'g>) -> Self {
        let personal = &cx.model.personal;
        // A recursive type is total unless a type on its cycle is not, so that items are only removed.
        let is_implied = |schema: &SchemaId| cx.constants.implied().contains(schema);
        let is_ours = |schema: &SchemaId| {
            is_implied(schema) || cx.external(cx.module(*schema), *schema, &cx.name(*schema)).is_none()
        };
        let mut total: BTreeSet<SchemaId> = cx.model.items.keys().copied().filter(is_ours).collect();
        loop {
            let is_total =
                |schema: &SchemaId| cx.model.items[schema].parts().into_iter().all(|typed| is_total(cx, typed, &total));
            let kept: BTreeSet<SchemaId> = total.iter().copied().filter(is_total).collect();
            if kept.len() == total.len() {
                return Self { total, defaults: defaults(cx, is_ours), personal };
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
        let default: &[&str] = if self.defaults.contains(&schema) { &["Default"] } else { &[] };
        let all = ["Clone", "PartialEq"].iter().chain(total).chain(default).filter(|name| !own.contains(**name));
        all.map(|name| format_ident!("{name}")).collect()
    }
}

/// The records that are valid without any member of their own.
fn defaults(cx: &Cx<'_>, is_ours: impl Fn(&SchemaId) -> bool) -> BTreeSet<SchemaId> {
    let is_default = |item: &Item, known: &BTreeSet<SchemaId>| match &item.kind {
        ItemKind::Record { fields, .. } => {
            let held = fields.iter().filter(|field| cx.constants.value(field).is_none());
            let has_default = |field: &Field| match &field.typed.shape {
                _ if !field.is_required => true,
                Shape::Named(schema) => known.contains(schema),
                _ => false,
            };
            !item.is_checked && held.clone().all(has_default)
        }
        _ => false,
    };
    let mut known = BTreeSet::new();
    loop {
        let grown: BTreeSet<SchemaId> = cx
            .model
            .items
            .iter()
            .filter(|(schema, item)| is_ours(schema) && is_default(item, &known))
            .map(|(schema, _)| *schema)
            .collect();
        if grown.len() == known.len() {
            return known;
        }
        known = grown;
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

fn is_total(cx: &Cx<'_>, typed: &Type, total: &BTreeSet<SchemaId>) -> bool {
    match &typed.shape {
        Shape::Json | Shape::Number(_) | Shape::Decimal { .. } => false,
        Shape::Null | Shape::Bool | Shape::Integer(..) => true,
        Shape::Text(text) => {
            cx.format_type(text.format).is_none_or(|path| KNOWN.contains(&path.trim_start_matches("::")))
        }
        Shape::Named(schema) => total.contains(schema),
        Shape::Array { item, .. } | Shape::Map { value: item } | Shape::Nullable(item) => is_total(cx, item, total),
        Shape::Tuple(items) => items.iter().all(|item| is_total(cx, item, total)),
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
