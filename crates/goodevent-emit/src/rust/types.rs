//! Definitions of types: structs, enums, and aliases of what has a name but no item.
//!
//! A type with strings is defined in the `generic` of its module, and is an alias of `String` beside it: a literal such as
//! `Voucher { code: "X".into() }` names the alias, so that nothing is left to be inferred. Defaults of parameters play no
//! part in expressions.

use goodevent_model::{Discriminator, Extra, Field, Item, ItemKind, Model, Shape, Type, Variant, names::unique};
use goodevent_schema::ir::{SchemaId, Types};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::BTreeSet;

use crate::{
    docs::{example, limits},
    escape::rust_doc,
};

use super::{
    context::{Cx, Module, Scope, ident},
    integers, names,
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
        Shape::Integer(integer, _) => {
            let name = ident(integers::name(*integer, cx.style.integers));
            quote!(#name)
        }
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
            let held = || fields.iter().zip(&names).filter(|(field, _)| cx.constants.value(field).is_none());
            let members = held().map(|(field, name)| {
                let docs = field_docs(cx, traits, schema, field);
                let ty = path(cx, scope, Some(schema), &field.typed);
                let ty = if field.is_required { ty } else { quote!(::core::option::Option<#ty>) };
                let attributes = Cx::attributes(&cx.style.field_attributes, &format!("{dotted}.{}", field.name));
                quote!(#docs #attributes pub #name: #ty,)
            });
            let new = constructor(cx, scope, (schema, &name), fields, &names);
            let extra = extra_type(cx, scope, extra).map(|ty| {
                let name = &names[fields.len()];
                quote!(#[doc = "Further members, which the contract leaves open."] pub #name: #ty,)
            });
            let further = names.get(fields.len()).map(|name| (name.clone(), false));
            let shown = held().map(|(field, name)| (name.clone(), traits.is_personal(field))).chain(further);
            let shown: Vec<(Ident, bool)> = shown.collect();
            if !shown.iter().any(|(_, is_personal)| *is_personal) {
                return quote!(#about #derives pub struct #name #generics { #(#members)* #extra } #new);
            }
            let debug = traits::debug(&name, cx.is_generic(schema), &shown);
            let derives = quote!(#[derive(#(#more),*)] #attributes);
            quote!(#about #derives pub struct #name #generics { #(#members)* #extra } #debug #new)
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

/// `new`, which takes the required members, for a record that also has others.
fn constructor(
    cx: &Cx<'_>,
    scope: Scope<'_>,
    (schema, name): (SchemaId, &Ident),
    fields: &[Field],
    names: &[Ident],
) -> TokenStream {
    let held = || fields.iter().zip(names).filter(|(field, _)| cx.constants.value(field).is_none());
    let further = names.get(fields.len());
    let has_others = further.is_some() || held().any(|(field, _)| !field.is_required);
    if !has_others || !held().any(|(field, _)| field.is_required) {
        return TokenStream::new();
    }
    let is_text =
        |field: &Field| matches!(&field.typed.shape, Shape::Text(text) if cx.format_type(text.format).is_none());
    let parameters = held().filter(|(field, _)| field.is_required).map(|(field, name)| {
        let ty = path(cx, scope, Some(schema), &field.typed);
        if is_text(field) { quote!(#name: impl ::core::convert::Into<#ty>) } else { quote!(#name: #ty) }
    });
    let values = held().map(|(field, name)| match field.is_required {
        true if is_text(field) => quote!(#name: #name.into()),
        true => quote!(#name),
        false => quote!(#name: None),
    });
    let further = further.map(|name| quote!(#name: ::std::collections::BTreeMap::new()));
    let values = values.chain(further);
    let generics = scope.is_generic.then(|| quote!(<S>));
    quote! {
        impl #generics #name #generics {
            #[doc = "The required members; the others are absent."] #[must_use]
            pub fn new(#(#parameters),*) -> Self { Self { #(#values),* } }
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
        _ => {
            let title = variant.schema.and_then(|schema| cx.model.short_title(schema)).map(names::pascal);
            title.or_else(|| format_name(&variant.typed.shape)).unwrap_or_else(|| {
                let name = kind_name(variant.types, &variant.typed);
                let is_shared = |other: &&Variant| kind_name(other.types, &other.typed) == name;
                let is_first = variants.iter().position(|other| is_shared(&other)) == Some(variant_idx);
                if is_first { name.to_owned() } else { format!("{name}Variant{variant_idx}") }
            })
        }
    });
    variant_names(BTreeSet::new(), names)
}

/// `Ipv4` for strings of the format `ipv4`.
fn format_name(shape: &Shape) -> Option<String> {
    let Shape::Text(text) = shape else { return None };
    text.format.map(|format| names::pascal(format.name()))
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

/// The description of a member as documentation, with its constraints and an example.
fn field_docs(cx: &Cx<'_>, traits: &Traits<'_>, record: SchemaId, field: &Field) -> TokenStream {
    let description = field.schema.and_then(|schema| cx.model.docs(schema)).map(rust_doc);
    let limits = Some(limits(&field.typed.shape)).filter(|limits| !limits.is_empty());
    let example = (!traits.is_personal(field)).then(|| example(cx.model, record, &field.name, field.schema)).flatten();
    let about = [limits.map(|limits| format!("Limits: {limits}.")), example.map(|json| format!("Example: `{json}`."))];
    let about = about.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let absent = (!field.is_required && matches!(field.typed.shape, Shape::Nullable(_)))
        .then(|| "`None` if the member is absent, `Some(None)` if it is `null`.".to_owned());
    let about = Some(rust_doc(&about)).filter(|about| !about.is_empty());
    let parts: Vec<String> = description.into_iter().chain(about).chain(absent).collect();
    let text = parts.join("\n\n");
    if text.is_empty() { TokenStream::new() } else { quote!(#[doc = #text]) }
}

/// The description of a schema as documentation, or its title.
fn docs(model: &Model<'_>, schema: Option<SchemaId>) -> TokenStream {
    let text = schema.and_then(|schema| model.docs(schema)).map(rust_doc);
    text.map(|text| quote!(#[doc = #text])).unwrap_or_default()
}
