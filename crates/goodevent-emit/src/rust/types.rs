//! Definitions of types: structs, enums, and aliases of what has a name but no item.
//!
//! A type with strings is defined in the `generic` of its module, and is an alias of `String` beside it: a literal such as
//! `Voucher { code: "X".into() }` names the alias, so that nothing is left to be inferred. Defaults of parameters play no
//! part in expressions.

use goodevent_model::{
    Discriminator, Extra, Field, Integer, Item, ItemKind, Model, Shape, Type, Variant, names::unique,
};
use goodevent_schema::ir::{SchemaId, Types};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::BTreeSet;

use crate::escape::rust_doc;

use super::{
    context::{Cx, Module, Scope, ident},
    names,
    traits::{self, Traits},
    words,
};

/// What a module has of a type.
#[derive(Debug, Default)]
pub(crate) struct Definition {
    /// What stands in the module itself.
    pub(crate) outside: TokenStream,
    /// What stands in its `generic`.
    pub(crate) generic: TokenStream,
}

/// The Rust type of `typed`, inside of the item `owner`.
pub(crate) fn path(cx: &Cx<'_>, scope: Scope<'_>, owner: Option<SchemaId>, typed: &Type) -> TokenStream {
    if let Some(alias) = typed.alias.filter(|alias| has_alias(cx, *alias)) {
        return cx.definition(scope, alias, &alias_name(cx, alias), cx.has_text(typed));
    }
    match &typed.shape {
        Shape::Json => quote!(g::Json),
        Shape::Null => quote!(()),
        Shape::Bool => quote!(bool),
        Shape::Integer(Integer::Signed(..), _) => quote!(i64),
        Shape::Integer(Integer::Unsigned(..), _) => quote!(u64),
        Shape::Integer(Integer::Signed128(..), _) => quote!(i128),
        Shape::Integer(Integer::Unsigned128(..), _) => quote!(u128),
        Shape::Number(_) => quote!(f64),
        Shape::Decimal { .. } => quote!(g::Number),
        Shape::Text(text) => match cx.format_type(text.format) {
            Some(path) => path.parse().unwrap_or_else(|_| scope.text()),
            None => scope.text(),
        },
        Shape::Named(schema) => {
            let name = cx.definition(scope, *schema, &cx.name(*schema), cx.is_generic(*schema));
            if owner.is_some_and(|owner| cx.is_boxed(owner, *schema)) { quote!(::std::boxed::Box<#name>) } else { name }
        }
        Shape::Array { item, .. } => {
            let item = path(cx, scope, None, item);
            quote!(::std::vec::Vec<#item>)
        }
        Shape::Tuple(items) => {
            let items = items.iter().map(|item| path(cx, scope, owner, item));
            quote!((#(#items,)*))
        }
        Shape::Map { value } => {
            let (name, value) = (scope.text(), path(cx, scope, None, value));
            quote!(::std::collections::BTreeMap<#name, #value>)
        }
        Shape::Nullable(inner) => {
            let inner = path(cx, scope, owner, inner);
            quote!(::core::option::Option<#inner>)
        }
    }
}

/// The definition of an item; `deprecated` is the attribute that it has if it is.
pub(crate) fn item(
    cx: &Cx<'_>,
    traits: &Traits<'_>,
    module: &Module,
    (schema, item): (SchemaId, &Item),
    deprecated: Option<&TokenStream>,
) -> Definition {
    let docs = docs(cx.model, Some(schema));
    let name = cx.name(schema);
    if !cx.is_generic(schema) {
        return Definition {
            outside: defined(cx, traits, module, (schema, item), &quote!(#docs #deprecated)),
            ..Definition::default()
        };
    }
    // An alias is not called as the struct is.
    let constructor = match &item.kind {
        ItemKind::Wrapper(typed) => {
            let ty = path(cx, Scope { module, is_generic: false }, Some(schema), typed);
            let about = format!("[`{name}`](type@{name}) of its value.");
            quote! {
                #[doc = #about] #[allow(non_snake_case)] #[must_use]
                pub const fn #name(value: #ty) -> #name { generic::#name(value) }
            }
        }
        _ => TokenStream::new(),
    };
    // The twin comes with the traits: see `part!` and `event!`.
    let outside = quote! {
        #docs #deprecated pub type #name = generic::#name<::std::string::String>;
        #constructor
    };
    // Documentation stands at the alias, which people see first.
    let about = deprecated.cloned().unwrap_or_default();
    Definition { outside, generic: defined(cx, traits, module, (schema, item), &about) }
}

/// The struct or enum that is an item, in the `generic` of the module if it is generic.
fn defined(
    cx: &Cx<'_>,
    traits: &Traits<'_>,
    module: &Module,
    (schema, item): (SchemaId, &Item),
    about: &TokenStream,
) -> TokenStream {
    let scope = Scope { module, is_generic: cx.is_generic(schema) };
    let name = cx.name(schema);
    let generics = cx.is_generic(schema).then(|| quote!(<S = ::std::string::String>));
    let dotted = cx.dotted(schema);
    let attributes = Cx::attributes(&cx.style.type_attributes, &dotted);
    let more = traits.derives(schema, &attributes);
    let derives = quote!(#[derive(Debug, #(#more),*)] #attributes);
    match &item.kind {
        ItemKind::Record { fields, extra } => {
            let names = field_names(fields, extra);
            let members = fields.iter().zip(&names).map(|(field, name)| {
                let docs = docs(cx.model, field.schema);
                let ty = path(cx, scope, Some(schema), &field.typed);
                let ty = if field.is_required { ty } else { quote!(::core::option::Option<#ty>) };
                let attributes = Cx::attributes(&cx.style.field_attributes, &format!("{dotted}.{}", field.name));
                quote!(#docs #attributes pub #name: #ty,)
            });
            let extra = extra_type(cx, scope, extra).map(|ty| {
                let name = &names[fields.len()];
                quote!(#[doc = "Further members, which the contract leaves open."] pub #name: #ty,)
            });
            let is_personal = |field_idx: usize| fields.get(field_idx).is_some_and(|field| traits.is_personal(field));
            let shown: Vec<(Ident, bool)> =
                names.iter().cloned().enumerate().map(|(field_idx, name)| (name, is_personal(field_idx))).collect();
            if !shown.iter().any(|(_, is_personal)| *is_personal) {
                return quote!(#about #derives pub struct #name #generics { #(#members)* #extra });
            }
            let debug = traits::debug(&name, cx.is_generic(schema), &shown);
            let derives = quote!(#[derive(#(#more),*)] #attributes);
            quote!(#about #derives pub struct #name #generics { #(#members)* #extra } #debug)
        }
        ItemKind::Wrapper(typed) => {
            let ty = path(cx, scope, Some(schema), typed);
            quote!(#about #derives pub struct #name #generics(pub #ty);)
        }
        ItemKind::Enum(values) => {
            // The names of the constants beside the variants, which a value such as `a-l-l` becomes as well.
            let taken = ["ALL", "TEXTS"].map(str::to_owned);
            let names = variant_names(taken.into(), values.iter().map(|value| names::pascal(value)));
            let table = words::table(&values.iter().collect::<Vec<_>>());
            quote!(g::string_enum! { #about #attributes pub enum #name { #(#names = #values,)* } #table })
        }
        ItemKind::Union { by, variants } => {
            let names = union_names(cx, by, variants);
            let variants = variants.iter().zip(names).map(|(variant, name)| {
                let docs = docs(cx.model, variant.schema);
                let ty = path(cx, scope, Some(schema), &variant.typed);
                quote!(#docs #name(#ty),)
            });
            quote!(#about #derives pub enum #name #generics { #(#variants)* })
        }
    }
}

/// `pub type LicenseKey = String;` for a schema of that name, which other types can refer to.
pub(crate) fn alias(cx: &Cx<'_>, module: &Module, schema: SchemaId, typed: &Type) -> Definition {
    let docs = docs(cx.model, Some(schema));
    let name = alias_name(cx, schema);
    let is_generic = cx.has_text(typed);
    let ty = path(cx, Scope { module, is_generic }, None, &Type { alias: None, ..typed.clone() });
    if !is_generic {
        return Definition { outside: quote!(#docs pub type #name = #ty;), ..Definition::default() };
    }
    let twin = cx.twin(schema);
    let about = format!("[`{name}`] with strings that stay in the input.");
    Definition {
        outside: quote! {
            #docs pub type #name = generic::#name<::std::string::String>;
            #[doc = #about] pub type #twin<'a> = generic::#name<::std::borrow::Cow<'a, str>>;
        },
        generic: quote!(pub type #name<S = ::std::string::String> = #ty;),
    }
}

/// Only the roots of documents have aliases: they are files, made to be shared.
fn has_alias(cx: &Cx<'_>, schema: SchemaId) -> bool {
    let module = cx.module(schema);
    module.root == schema && module.is_shared
}

fn alias_name(cx: &Cx<'_>, schema: SchemaId) -> Ident {
    ident(&cx.module(schema).type_name)
}

/// The map of an open object's further members.
pub(crate) fn extra_type(cx: &Cx<'_>, scope: Scope<'_>, extra: &Extra) -> Option<TokenStream> {
    let Extra::Open(typed) = extra else { return None };
    let value = path(cx, scope, None, typed);
    Some(quote!(::std::collections::BTreeMap<::std::string::String, #value>))
}

/// Names of the fields, and behind them of the one for further members.
pub(crate) fn field_names(fields: &[Field], extra: &Extra) -> Vec<Ident> {
    let mut taken = BTreeSet::new();
    let has_extra = matches!(extra, Extra::Open(_));
    let names = fields.iter().map(|field| names::snake(&field.name)).chain(has_extra.then(|| "extra".to_owned()));
    names.map(|name| ident(&unique(name, &mut taken))).collect()
}

/// Names of the variants of an enum.
fn variant_names(mut taken: BTreeSet<String>, names: impl Iterator<Item = String>) -> Vec<Ident> {
    names.map(|name| ident(&unique(name, &mut taken))).collect()
}

/// Names of the variants of a union: the tag, the name of the type, or the JSON type.
pub(crate) fn union_names(cx: &Cx<'_>, by: &Discriminator, variants: &[Variant]) -> Vec<Ident> {
    let names = variants.iter().enumerate().map(|(variant_idx, variant)| match (by, &variant.typed.shape) {
        (Discriminator::Tag(_), _) => {
            variant.tags.first().map_or_else(|| format!("Variant{variant_idx}"), |tag| names::pascal(tag))
        }
        (_, Shape::Named(schema)) => cx.name(*schema).to_string(),
        _ => kind_name(variant.types, &variant.typed).to_owned(),
    });
    variant_names(BTreeSet::new(), names)
}

fn kind_name(types: Types, typed: &Type) -> &'static str {
    match types {
        Types::NULL => "Null",
        Types::BOOLEAN => "Bool",
        Types::INTEGER => "Integer",
        Types::NUMBER => "Number",
        Types::STRING => "Text",
        Types::ARRAY => "List",
        Types::OBJECT => "Object",
        _ => match typed.shape {
            Shape::Json => "Json",
            _ => "Other",
        },
    }
}

/// The description of a schema as documentation, or its title.
fn docs(model: &Model<'_>, schema: Option<SchemaId>) -> TokenStream {
    let text = schema.and_then(|schema| model.docs(schema)).map(rust_doc);
    text.map(|text| quote!(#[doc = #text])).unwrap_or_default()
}
