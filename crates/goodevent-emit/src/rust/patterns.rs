//! Automata of patterns, shared by the whole output.

use std::collections::BTreeMap;

use goodevent_schema::pattern::{self, Automaton};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

/// The patterns met so far, each with its number and, if it is regular, its automaton.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    known: BTreeMap<String, (usize, Option<Automaton>)>,
}

impl Patterns {
    /// An expression of the type `Pattern`; `way` leads from its place to the module of patterns.
    pub(crate) fn expression(&mut self, pattern: &str, way: &TokenStream) -> TokenStream {
        let next = self.known.len();
        let (number, automaton) =
            self.known.entry(pattern.to_owned()).or_insert_with(|| (next, pattern::compile(pattern).ok()));
        let name = name(*number);
        match automaton {
            Some(_) => quote!(::goodevent::pattern::Pattern::Dfa(&#way patterns::#name)),
            None => quote!(::goodevent::pattern::Pattern::Regex(&#way patterns::#name)),
        }
    }

    /// The statics, in the order of their numbers.
    pub(crate) fn items(&self) -> TokenStream {
        let mut patterns: Vec<_> = self.known.iter().collect();
        patterns.sort_by_key(|(_, (number, _))| *number);
        patterns.into_iter().map(|(pattern, (number, automaton))| item(pattern, *number, automaton.as_ref())).collect()
    }
}

fn name(number: usize) -> Ident {
    format_ident!("P{number}")
}

fn item(pattern: &str, number: usize, automaton: Option<&Automaton>) -> TokenStream {
    let name = name(number);
    let Some(automaton) = automaton else {
        return quote!(pub static #name: ::goodevent::pattern::Regex = ::goodevent::pattern::Regex::new(#pattern););
    };
    let (n_classes, start) = (automaton.n_classes, automaton.start);
    let classes = Literal::byte_string(&automaton.classes);
    let next: Vec<u8> = automaton.next.iter().flat_map(|state| state.to_le_bytes()).collect();
    let (next, accepts) = (Literal::byte_string(&next), Literal::byte_string(&automaton.accepts));
    quote! {
        pub static #name: ::goodevent::pattern::Dfa = ::goodevent::pattern::Dfa {
            source: #pattern, classes: #classes, n_classes: #n_classes, next: #next, accepts: #accepts, start: #start
        };
    }
}
