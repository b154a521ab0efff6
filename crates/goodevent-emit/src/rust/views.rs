//! Conversions between a type whose strings stay in the input and the same type that owns them: `into_owned`,
//! `to_borrowed`.

use goodevent_model::{Extra, Item, ItemKind, Shape, Type};
use goodevent_schema::ir::SchemaId;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{context::Cx, types};

/// The direction of a conversion.
#[derive(Debug, Clone, Copy)]
enum To {
    /// From strings in the input to owned strings, which takes the value apart.
    Owned,
    /// From owned strings to slices of them. A place in the value is reached by a reference, to which methods are applied.
    Borrowed,
}

/// Both conversions of a generic item, for the `generic` of its module.
pub(crate) fn conversions(cx: &Cx<'_>, schema: SchemaId, item: &Item) -> TokenStream {
    let name = cx.name(schema);
    let (owned, borrowed) = (body(cx, schema, item, To::Owned), body(cx, schema, item, To::Borrowed));
    quote! {
        impl #name<::std::borrow::Cow<'_, str>> {
            #[doc = "The same value with owned strings."] #[must_use]
            pub fn into_owned(self) -> #name { #owned }
        }
        impl #name {
            #[doc = "The same value with slices of these strings."] #[must_use]
            pub fn to_borrowed(&self) -> #name<::std::borrow::Cow<'_, str>> { #borrowed }
        }
    }
}

fn body(cx: &Cx<'_>, schema: SchemaId, item: &Item, to: To) -> TokenStream {
    let name = cx.name(schema);
    match &item.kind {
        ItemKind::Record { fields, extra } => {
            let names = types::field_names(fields, extra);
            let held = fields.iter().zip(&names).filter(|(field, _)| cx.constants.value(field).is_none());
            let values = held.map(|(field, name)| {
                let place = quote!(self.#name);
                let value = match field.is_required {
                    true => converted(cx, Some(schema), &field.typed, &place, to),
                    false => of_option(cx, Some(schema), &field.typed, &place, to),
                };
                quote!(#name: #value)
            });
            let extra = names.get(fields.len()).map(|name| {
                let value = extra_value(cx, extra, &quote!(self.#name), to);
                quote!(#name: #value)
            });
            let values = values.chain(extra);
            quote!(#name { #(#values),* })
        }
        ItemKind::Wrapper(typed) => {
            let value = converted(cx, Some(schema), typed, &quote!(self.0), to);
            quote!(#name(#value))
        }
        // An enum of strings has none of its own.
        ItemKind::Enum(_) => TokenStream::new(),
        ItemKind::Union { by, variants } => {
            let names = types::union_names(cx, by, variants);
            let arms = variants.iter().zip(names).map(|(variant, variant_name)| {
                let value = converted(cx, Some(schema), &variant.typed, &quote!(value), to);
                quote!(Self::#variant_name(value) => #name::#variant_name(#value),)
            });
            quote!(match self { #(#arms)* })
        }
    }
}

/// The further members of an open object, whose names are owned in both.
fn extra_value(cx: &Cx<'_>, extra: &Extra, place: &TokenStream, to: To) -> TokenStream {
    let Extra::Open(typed) = extra else { return TokenStream::new() };
    if !cx.has_text(typed) {
        return kept(place, to);
    }
    let (members, value) = (parts(place, to), converted(cx, None, typed, &quote!(value), to));
    let key = kept(&quote!(name), to);
    quote!(#members.map(|(name, value)| (#key, #value)).collect())
}

/// The value at a place, converted; inside of the item `owner`.
fn converted(cx: &Cx<'_>, owner: Option<SchemaId>, typed: &Type, place: &TokenStream, to: To) -> TokenStream {
    if !cx.has_text(typed) {
        return kept(place, to);
    }
    match &typed.shape {
        Shape::Text(_) => text(place, to),
        Shape::Named(schema) => {
            let method = match to {
                To::Owned => quote!(into_owned),
                To::Borrowed => quote!(to_borrowed),
            };
            match owner.is_some_and(|owner| cx.is_boxed(owner, *schema)) {
                true => quote!(::std::boxed::Box::new(#place.#method())),
                false => quote!(#place.#method()),
            }
        }
        Shape::Array { item, .. } => {
            let (items, value) = (parts(place, to), converted(cx, None, item, &quote!(item), to));
            quote!(#items.map(|item| #value).collect())
        }
        Shape::Map { value } => {
            let (members, key) = (parts(place, to), text(&quote!(name), to));
            let value = converted(cx, None, value, &quote!(value), to);
            quote!(#members.map(|(name, value)| (#key, #value)).collect())
        }
        Shape::Tuple(items) => {
            let values = items.iter().enumerate().map(|(item_idx, item)| {
                let item_idx = Literal::usize_unsuffixed(item_idx);
                converted(cx, owner, item, &quote!(#place.#item_idx), to)
            });
            quote!((#(#values,)*))
        }
        Shape::Nullable(inner) => of_option(cx, owner, inner, place, to),
        Shape::Json | Shape::Null | Shape::Bool | Shape::Integer(..) | Shape::Number(_) | Shape::Decimal { .. } => {
            kept(place, to)
        }
    }
}

fn of_option(cx: &Cx<'_>, owner: Option<SchemaId>, typed: &Type, place: &TokenStream, to: To) -> TokenStream {
    if !cx.has_text(typed) {
        return kept(place, to);
    }
    let value = converted(cx, owner, typed, &quote!(value), to);
    match to {
        To::Owned => quote!(#place.map(|value| #value)),
        To::Borrowed => quote!(#place.as_ref().map(|value| #value)),
    }
}

/// A value without strings, which is the same in both types.
fn kept(place: &TokenStream, to: To) -> TokenStream {
    match to {
        To::Owned => quote!(#place),
        To::Borrowed => quote!(#place.clone()),
    }
}

fn text(place: &TokenStream, to: To) -> TokenStream {
    match to {
        To::Owned => quote!(#place.into_owned()),
        To::Borrowed => quote!(#place.as_str().into()),
    }
}

fn parts(place: &TokenStream, to: To) -> TokenStream {
    match to {
        To::Owned => quote!(#place.into_iter()),
        To::Borrowed => quote!(#place.iter()),
    }
}
