//! The event part of a type: `impl Event`, constants, and the table of all contracts.

use std::collections::BTreeSet;

use goodevent_model::{Constant, Event, names::unique};
use goodevent_schema::config::Envelope;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::escape::rust_doc;

use super::{
    context::{Cx, Module, ident},
    names,
    tables::Tables,
};

/// `impl Event` for the root of a module.
pub(crate) fn implementation(
    cx: &Cx<'_>,
    tables: &Tables<'_>,
    module: &Module,
    event: &Event,
    deprecated: Option<&TokenStream>,
) -> TokenStream {
    let name = cx.name(module.root);
    let name_text = &module.type_name;
    let twin = ident(&module.twin_name());
    let generics = cx.is_generic(module.root).then(|| quote!(<'a>));
    let Event { event_type, context, version, topic, routing_key, dedup_key, .. } = event;
    let schema_text = cx.model.schemas.bundle(module.root).to_string();
    let version = Literal::u32_unsuffixed(*version);
    let partition_key = match &event.partition_key {
        Some(key) => quote!(Some(#key)),
        None => quote!(None),
    };
    let max_bytes = match event.max_bytes.map(Literal::u64_unsuffixed) {
        Some(max_bytes) => quote!(Some(#max_bytes)),
        None => quote!(None),
    };
    let changes = Some(&event.changes).filter(|changes| !changes.is_empty());
    let changes = changes.map(|changes| quote!(changes: &[#(#changes),*],));
    let per_second = event.per_second.map(Literal::f64_unsuffixed).map(|rate| quote!(per_second: Some(#rate),));
    let envelope = match event.envelope {
        Envelope::None => TokenStream::new(),
        Envelope::Octopus => quote!(envelope: g::Envelope::Octopus,),
        Envelope::Cloudevents => quote!(envelope: g::Envelope::CloudEvents,),
    };
    let headers = (!event.headers.is_empty()).then(|| headers(module, event));
    let node = tables.path(cx, module, module.root);
    let upgrade = event.upgrades.map(|old| {
        let old = cx.path(module, old, &cx.name(old));
        quote! {
            #[allow(deprecated)] impl ::core::convert::TryFrom<#old> for #name {
                type Error = ::goodevent::Error;
                fn try_from(old: #old) -> ::core::result::Result<Self, ::goodevent::Error> { g::upgrade(&old) }
            }
        }
    });
    quote! {
        g::event! {
            #deprecated pub type #twin #generics of #name;
            #headers
            {
                name: #name_text, event_type: #event_type, context: #context, version: #version, topic: #topic,
                routing_key: #routing_key, dedup_key: &[#(#dedup_key),*], partition_key: #partition_key,
                #changes #per_second #envelope max_bytes: #max_bytes, node: &#node, schema: #schema_text
            }
        }
        #upgrade
    }
}

/// The struct of an event's headers.
fn headers(module: &Module, event: &Event) -> TokenStream {
    let mut taken = BTreeSet::new();
    let fields = event.headers.iter().map(|(name, meaning)| {
        let field = ident(&unique(names::snake(name), &mut taken));
        let meaning = rust_doc(meaning);
        quote!(#[doc = #meaning] #field = #name)
    });
    let fields: Vec<TokenStream> = fields.collect();
    let name = ident(&module.headers_name());
    quote!(pub struct #name { #(#fields),* })
}

/// Constants of a context.
pub(crate) fn constants(constants: &[Constant]) -> TokenStream {
    let mut taken = BTreeSet::new();
    let items = constants.iter().map(|Constant { name, value, docs }| {
        let name = ident(&unique(names::constant(name), &mut taken));
        let docs = rust_doc(docs);
        quote!(#[doc = #docs] pub const #name: &str = #value;)
    });
    items.collect()
}

/// The table of all contracts, in the order of their names.
pub(crate) fn contracts(cx: &Cx<'_>) -> TokenStream {
    let mut events: Vec<&Module> = cx.modules.iter().filter(|module| module.is_event).collect();
    events.sort_by_key(|module| (&module.type_name, &module.path));
    let n_events = Literal::usize_unsuffixed(events.len());
    let contracts = events.iter().map(|module| {
        let (path, name) = (module.path.iter().map(|part| ident(part)), ident(&module.type_name));
        let path = cx.external(module, module.root, &name).unwrap_or_else(|| quote!(super::#(#path::)* #name));
        quote!(&<#path as ::goodevent::Event>::CONTRACT)
    });
    quote! {
        #[doc = "The contracts of all events, in the order of their names."]
        pub static CONTRACTS: [&::goodevent::Contract; #n_events] = [#(#contracts),*];
    }
}
