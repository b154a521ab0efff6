//! Automata of patterns, shared by the whole output.

use std::{collections::BTreeMap, sync::Arc};

use goodevent_schema::pattern::{self, Automaton, Chain};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

/// The patterns met so far, each with its number.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    known: BTreeMap<String, (usize, Engine)>,
}

/// What decides a pattern.
#[derive(Debug)]
enum Engine {
    Chain(Chain),
    Dfa(Arc<Automaton>),
    /// It is not regular: the pattern as Rust's engines read it.
    Regex(String),
}

impl Engine {
    fn of(pattern: &str) -> Self {
        match pattern::compile(pattern) {
            Ok(automaton) => match automaton.chain() {
                Some(chain) => Self::Chain(chain),
                None => Self::Dfa(automaton),
            },
            Err(_) => Self::Regex(pattern::translate(pattern).unwrap_or_else(|_| pattern.to_owned())),
        }
    }

    fn kind(&self) -> Ident {
        format_ident!(
            "{}",
            match self {
                Self::Chain(_) => "Chain",
                Self::Dfa(_) => "Dfa",
                Self::Regex(_) => "Regex",
            }
        )
    }
}

impl Patterns {
    /// An expression of the type `Pattern`; `way` leads from its place to the module of patterns.
    pub(crate) fn expression(&mut self, pattern: &str, way: &TokenStream) -> TokenStream {
        let path = self.path(pattern, way);
        let kind = self.known[pattern].1.kind();
        quote!(g::Pattern::#kind(&#path))
    }

    /// The path of the static that decides `pattern`.
    pub(crate) fn path(&mut self, pattern: &str, way: &TokenStream) -> TokenStream {
        let name = name(self.known(pattern).0);
        quote!(#way patterns::#name)
    }

    /// Whether a text that matches has, for sure, no character that is escaped in JSON.
    pub(crate) fn is_plain(&mut self, pattern: &str) -> bool {
        const ESCAPED: u128 = 0xFFFF_FFFF | 1 << b'"' | 1 << b'\\';
        match &self.known(pattern).1 {
            Engine::Chain(chain) => chain.places.iter().chain([&chain.rest]).all(|set| set & ESCAPED == 0),
            Engine::Dfa(_) | Engine::Regex(_) => false,
        }
    }

    fn known(&mut self, pattern: &str) -> &(usize, Engine) {
        let next = self.known.len();
        self.known.entry(pattern.to_owned()).or_insert_with(|| (next, Engine::of(pattern)))
    }

    /// The statics, in the order of their numbers.
    pub(crate) fn items(&self) -> TokenStream {
        let mut patterns: Vec<_> = self.known.iter().collect();
        patterns.sort_by_key(|(_, (number, _))| *number);
        patterns.into_iter().map(|(pattern, (number, engine))| item(pattern, *number, engine)).collect()
    }
}

fn name(number: usize) -> Ident {
    format_ident!("P{number}")
}

fn item(pattern: &str, number: usize, engine: &Engine) -> TokenStream {
    let (name, kind) = (name(number), engine.kind());
    let value = match engine {
        Engine::Chain(Chain { places, rest, accepts }) => {
            let n_places = Literal::usize_unsuffixed(places.len());
            let runs = places.chunk_by(|set, next| set == next).map(|run| {
                let (set, n_places) = (ranges(run[0]), Literal::usize_unsuffixed(run.len()));
                quote!((#set, #n_places))
            });
            let (rest, accepts) = (ranges(*rest), format!("{accepts:#x}").parse::<Literal>());
            let accepts = accepts.expect("a number in hexadecimal digits is a literal");
            quote!(::new(#pattern, &g::Chain::places::<#n_places>(&[#(#runs),*]), #rest, #accepts))
        }
        Engine::Dfa(automaton) => {
            let (n_classes, start) = (automaton.n_classes, automaton.start);
            let classes = Literal::byte_string(&automaton.classes);
            let next: Vec<u8> = automaton.next.iter().flat_map(|state| state.to_le_bytes()).collect();
            let (next, accepts) = (Literal::byte_string(&next), Literal::byte_string(&automaton.accepts));
            quote!({
                source: #pattern, classes: #classes, n_classes: #n_classes, next: #next, accepts: #accepts, start: #start
            })
        }
        Engine::Regex(translated) => quote!(::new(#pattern, #translated)),
    };
    quote!(pub static #name: g::#kind = g::#kind #value;)
}

/// A set of ASCII characters as its ranges, the first and the last character of each.
fn ranges(set: u128) -> Literal {
    let has = |char: u8| set >> char & 1 == 1;
    let members: Vec<u8> = (0..128).filter(|char| has(*char)).collect();
    let ranges = members.chunk_by(|char, next| char + 1 == *next);
    Literal::byte_string(&ranges.flat_map(|range| [range[0], range[range.len() - 1]]).collect::<Vec<u8>>())
}
