//! Decoders and encoders of items.

use goodevent_schema::ir::{SchemaId, Types};
use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};

use super::{
    context::{Cx, Module},
    shape::{By, Extra, Field, Integer, Item, ItemKind, Shape, Text, Typed, Variant, Written},
    tables::{self, Tables},
    types,
};

/// What the codecs of one module share.
pub(crate) struct Codec<'a, 'g> {
    pub(crate) cx: &'a Cx<'g>,
    pub(crate) module: &'a Module,
    pub(crate) tables: &'a Tables<'g>,
    /// Rules of strings, each a function of the module.
    pub(crate) rules: Vec<Text>,
}

impl Codec<'_, '_> {
    /// `impl Decode` and `impl Encode` of an item.
    pub(crate) fn item(&mut self, schema: SchemaId, item: &Item) -> TokenStream {
        let name = self.cx.name(schema);
        let (read, write, statics) = match &item.kind {
            // The macro that defines such an enum implements its codec, too.
            ItemKind::Strings(_) => return TokenStream::new(),
            ItemKind::Struct { fields, extra } => self.structure(&name, fields, extra),
            ItemKind::Newtype(typed) => {
                let (read, write) = (self.read(typed), self.write(typed, &quote!(&self.0)));
                (quote!(#read.map(Self)), write, TokenStream::new())
            }
            ItemKind::Union { by, variants } => self.union(by, variants),
        };
        let (read, write) = match item.is_checked {
            true => {
                let node = self.tables.path(self.cx, self.module, schema);
                (quote!(c.checked(&#node, |c| { #read })), quote!(w.checked(&#node, |w| { #write });))
            }
            false => (read, write),
        };
        let (generics, bound, ty) = match self.cx.is_generic(schema) {
            true => (quote!(<'a, S: ::goodevent::text::Text<'a>>), quote!(<S: AsRef<str> + Ord>), quote!(#name<S>)),
            false => (quote!(<'a>), TokenStream::new(), quote!(#name)),
        };
        quote! {
            #statics
            impl #generics ::goodevent::decode::Decode<'a> for #ty {
                fn read(c: &mut ::goodevent::cursor::Cursor<'a>) -> Result<Self, ::goodevent::cursor::No> { #read }
            }
            impl #bound ::goodevent::encode::Encode for #ty {
                fn write(&self, w: &mut ::goodevent::encode::Writer) { #write }
            }
        }
    }

    /// The function of a rule, made at its first use.
    fn rule(&mut self, text: &Text) -> TokenStream {
        if *text == Text::default() {
            return quote!(::goodevent::text::any);
        }
        let rule_idx = self.rules.iter().position(|rule| rule == text).unwrap_or_else(|| {
            self.rules.push(text.clone());
            self.rules.len() - 1
        });
        let name = rule_name(rule_idx);
        quote!(#name)
    }

    /// An expression that reads `typed` from the cursor `c`.
    fn read(&mut self, typed: &Typed) -> TokenStream {
        let read = match &typed.shape {
            Shape::Json | Shape::Null | Shape::Bool | Shape::Named(_) => quote!(c.value()),
            Shape::Integer(integer, written) => {
                let (method, bounds) = integer_call(*integer, *written);
                quote!(c.#method(#bounds))
            }
            Shape::Number(bounds) => {
                let rule = tables::number_rule(bounds);
                quote!(c.f64(&#rule))
            }
            Shape::Text(text) => {
                let rule = self.rule(text);
                match self.cx.format_type(text.format) {
                    Some(_) => quote!(c.parsed(#rule)),
                    None => quote!(c.text(#rule)),
                }
            }
            Shape::Array { item, min, max } => {
                let (item, (min, max)) = (self.read(item), lengths(*min, *max));
                quote!(c.array(#min, #max, |c| #item))
            }
            Shape::Tuple(items) => {
                let items = items.iter().enumerate().map(|(item_idx, item)| {
                    let (bracket, read) = (if item_idx == 0 { '[' } else { ',' }, self.read(item));
                    quote!({ c.tuple(#bracket)?; #read? })
                });
                let items: Vec<TokenStream> = items.collect();
                quote!({ let tuple = (#(#items,)*); c.tuple(']').map(|()| tuple) })
            }
            Shape::Map { value } => {
                let value = self.read(value);
                quote!(c.map(::goodevent::text::any, |c| #value))
            }
            Shape::Nullable(inner) => {
                let inner = self.read(inner);
                quote!(c.nullable(|c| #inner))
            }
        };
        match typed.check {
            Some(schema) => {
                let node = self.tables.path(self.cx, self.module, schema);
                quote!(c.checked(&#node, |c| #read))
            }
            None => read,
        }
    }

    /// Statements that write `typed`, at the reference `place`, to the writer `w`.
    fn write(&mut self, typed: &Typed, place: &TokenStream) -> TokenStream {
        let write = match &typed.shape {
            Shape::Json | Shape::Null | Shape::Bool | Shape::Named(_) => quote!(w.value(#place);),
            Shape::Integer(integer, written) => {
                let ((_, bounds), value) = (integer_call(*integer, *written), dereferenced(place));
                match integer {
                    Integer::Signed(..) => quote!(w.i64(#value, #bounds);),
                    Integer::Unsigned(..) => quote!(w.u64(#value, #bounds);),
                }
            }
            Shape::Number(bounds) => {
                let (rule, value) = (tables::number_rule(bounds), dereferenced(place));
                quote!(w.f64(#value, &#rule);)
            }
            Shape::Text(text) => {
                let rule = self.rule(text);
                match self.cx.format_type(text.format) {
                    Some(_) => quote!(w.formatted(#place, #rule);),
                    None if tables::is_plain(self.cx, text) => quote!(w.plain(#place, #rule);),
                    None => quote!(w.text(#place, #rule);),
                }
            }
            Shape::Array { item, min, max } => {
                let (item, (min, max)) = (self.write(item, &quote!(item)), lengths(*min, *max));
                quote!(w.array(#place, #min, #max, |w, item| { #item });)
            }
            Shape::Tuple(items) => {
                let items = items.iter().enumerate().map(|(item_idx, item)| {
                    let field = Literal::usize_unsuffixed(item_idx);
                    let comma = (item_idx > 0).then(|| quote!(w.raw(",");));
                    let write = self.write(item, &quote!(&tuple.#field));
                    quote!(#comma #write)
                });
                let items: Vec<TokenStream> = items.collect();
                quote!(let tuple = #place; if w.open('[') { #(#items)* w.close(']'); })
            }
            Shape::Map { value } => {
                let value = self.write(value, &quote!(value));
                quote!(w.map(#place, ::goodevent::text::any, |w, value| { #value });)
            }
            Shape::Nullable(inner) => {
                let inner = self.write(inner, &quote!(value));
                quote!(match #place { Some(value) => { #inner } None => w.raw("null"), })
            }
        };
        match typed.check {
            Some(schema) => {
                let node = self.tables.path(self.cx, self.module, schema);
                quote!(w.checked(&#node, |w| { #write });)
            }
            None => write,
        }
    }

    fn structure(&mut self, name: &Ident, fields: &[Field], extra: &Extra) -> (TokenStream, TokenStream, TokenStream) {
        let known = format_ident!("{}_NAMES", super::names::snake(&name.to_string()).replace("r#", "").to_uppercase());
        let properties = fields.iter().map(|field| &field.name);
        let statics = quote!(static #known: ::goodevent::words::Words = ::goodevent::words![#(#properties),*];);
        let names = types::field_names(fields, extra);
        (self.read_struct(&known, &names, fields, extra), self.write_struct(&known, &names, fields, extra), statics)
    }

    /// Reads members in the order of the schema first, as producers write them, and then whatever is left.
    fn read_struct(&mut self, known: &Ident, names: &[Ident], fields: &[Field], extra: &Extra) -> TokenStream {
        let slots: Vec<Ident> = (0..fields.len()).map(|field_idx| format_ident!("f{field_idx}")).collect();
        let reads: Vec<TokenStream> = fields.iter().map(|field| self.read(&field.typed)).collect();
        let last = fields.len().saturating_sub(1);
        let is_open = matches!(extra, Extra::Kept(_));
        let arms = slots.iter().zip(&reads).enumerate().map(|(field_idx, (slot, read))| {
            let key = Literal::usize_unsuffixed(field_idx);
            let key = if field_idx == last { quote!(_) } else { quote!(#key) };
            let key = if is_open { quote!(::goodevent::object::Key::Known(#key)) } else { key };
            quote!(#key => ::goodevent::object::put(&mut #slot, #read?)?,)
        });
        let (next, other) = match extra {
            Extra::Kept(typed) => {
                let read = self.read(typed);
                let put = quote!(::goodevent::object::put_other(&mut extra, name.into_owned(), #read?)?);
                let known = fields.is_empty().then(|| quote!(::goodevent::object::Key::Known(_) => {}));
                (quote!(next), quote!(#known ::goodevent::object::Key::Other(name) => #put,))
            }
            // A closed object without properties has no known key.
            Extra::Refused if fields.is_empty() => (quote!(next_known), quote!(_ => {})),
            Extra::Refused => (quote!(next_known), TokenStream::new()),
        };
        let values = fields.iter().zip(&slots).zip(names).map(|((field, slot), name)| match field.is_required {
            true => quote!(#name: #slot.ok_or(::goodevent::cursor::No)?),
            false => quote!(#name: #slot),
        });
        let nothing = slots.iter().map(|_| quote!(None));
        let declared = (!slots.is_empty()).then(|| quote!(let (#(mut #slots,)*) = (#(#nothing,)*);));
        let extra_slot = is_open.then(|| quote!(let mut extra = ::std::collections::BTreeMap::new();));
        let extra_value = names.get(fields.len()).map(|name| quote!(#name: extra));
        let values = values.chain(extra_value);
        let mut in_order =
            fields.iter().zip(&slots).zip(&reads).enumerate().map(|(field_idx, ((field, slot), read))| {
                let key = key(field_idx, field);
                match field_idx {
                    0 => quote!(#slot = Some(#read?);),
                    _ => quote!(if members.follows(c, #key) { #slot = Some(#read?); }),
                }
            });
        let first = in_order.next();
        let in_order = first.map(|first| {
            let key = key(0, &fields[0]);
            quote!(if members.begin(c, #key) { #first #(#in_order)* })
        });
        quote! {
            #declared #extra_slot
            let mut members = ::goodevent::object::Members::open(c)?;
            #in_order
            while let Some(key) = members.#next(c, &#known)? { match key { #(#arms)* #other } }
            Ok(Self { #(#values),* })
        }
    }

    fn write_struct(&mut self, known: &Ident, names: &[Ident], fields: &[Field], extra: &Extra) -> TokenStream {
        let mut is_behind_required = false;
        let mut writes = Vec::new();
        for (field_idx, (field, name)) in fields.iter().zip(names).enumerate() {
            let key = key(field_idx, field);
            // Behind a member that is always there, the comma is, too.
            let key = match is_behind_required || field_idx == 0 {
                true => quote!(w.raw(#key);),
                false => quote!(w.key(#key);),
            };
            writes.push(match field.is_required {
                true => {
                    let write = self.write(&field.typed, &quote!(&self.#name));
                    quote!(#key #write)
                }
                false => {
                    let write = self.write(&field.typed, &quote!(value));
                    quote!(if let Some(value) = &self.#name { #key #write })
                }
            });
            is_behind_required |= field.is_required;
        }
        let extra = match extra {
            Extra::Kept(typed) => {
                let name = &names[fields.len()];
                let write = self.write(typed, &quote!(value));
                quote!(w.others(&self.#name, &#known, |w, value| { #write });)
            }
            Extra::Refused => TokenStream::new(),
        };
        quote!(if w.open('{') { #(#writes)* #extra w.close('}'); })
    }

    fn union(&mut self, by: &By, variants: &[Variant]) -> (TokenStream, TokenStream, TokenStream) {
        let names = types::union_names(self.cx, by, variants);
        let reads: Vec<TokenStream> = variants.iter().map(|variant| self.read(&variant.typed)).collect();
        let read = match by {
            By::Kind => {
                let kinds = variants.iter().map(|variant| kinds(variant.types));
                quote! {
                    match c.kind()? {
                        #(#kinds => #reads.map(Self::#names),)*
                        #[allow(unreachable_patterns)]
                        _ => Err(::goodevent::cursor::No),
                    }
                }
            }
            By::Tag(tag) => {
                let tags: Vec<&String> = variants.iter().flat_map(|variant| &variant.tags).collect();
                let mut next = 0_usize;
                let ranges = variants.iter().enumerate().map(|(variant_idx, variant)| {
                    let (first, last) = (next, next + variant.tags.len() - 1);
                    next = last + 1;
                    let is_one = first == last;
                    let (first, last) = (Literal::usize_unsuffixed(first), Literal::usize_unsuffixed(last));
                    match (variant_idx + 1 == variants.len(), is_one) {
                        (true, _) => quote!(_),
                        (false, true) => quote!(#first),
                        (false, false) => quote!(#first..=#last),
                    }
                });
                quote!(match c.tag(#tag, &::goodevent::words![#(#tags),*])? { #(#ranges => #reads.map(Self::#names),)* })
            }
            By::Trial => {
                let tries = reads.iter().zip(&names).map(
                    |(read, name)| quote!(if let Ok(value) = c.attempt(|c| #read) { return Ok(Self::#name(value)); }),
                );
                quote!(#(#tries)* Err(::goodevent::cursor::No))
            }
        };
        let writes = variants.iter().zip(&names).map(|(variant, name)| {
            let write = self.write(&variant.typed, &quote!(value));
            quote!(Self::#name(value) => { #write })
        });
        let writes: Vec<TokenStream> = writes.collect();
        (read, quote!(match self { #(#writes)* }), TokenStream::new())
    }

    /// The functions of all rules that were used.
    pub(crate) fn rule_items(&self) -> TokenStream {
        let items = self.rules.iter().enumerate().map(|(rule_idx, text)| {
            let (name, rule) = (rule_name(rule_idx), tables::text_rule(self.cx, self.module, text));
            quote!(#[inline] fn #name(text: &str) -> bool { #rule })
        });
        items.collect()
    }
}

/// `self.x` for `&self.x`, `*value` for `value`.
fn dereferenced(place: &TokenStream) -> TokenStream {
    let mut tokens = place.clone().into_iter();
    match tokens.next() {
        Some(TokenTree::Punct(first)) if first.as_char() == '&' => tokens.collect(),
        _ => quote!(*#place),
    }
}

/// The key of a field, as it stands between members: `,"reason":`.
fn key(field_idx: usize, field: &Field) -> String {
    let comma = if field_idx == 0 { "" } else { "," };
    format!("{comma}{}:", json_string(&field.name))
}

fn rule_name(rule_idx: usize) -> Ident {
    format_ident!("r{rule_idx}")
}

fn lengths(min: u64, max: u64) -> (TokenStream, TokenStream) {
    let bound = |n: u64| Literal::u64_unsuffixed(n);
    let min = bound(min);
    let max = if max == u64::MAX { quote!(usize::MAX) } else { bound(max).into_token_stream() };
    (quote!(#min), max)
}

/// The cursor's method for an integer, and its bounds.
fn integer_call(integer: Integer, written: Written) -> (Ident, TokenStream) {
    let name = match integer {
        Integer::Signed(..) => "i64",
        Integer::Unsigned(..) => "u64",
    };
    let method = match written {
        Written::Anyhow => format_ident!("{name}"),
        Written::Plainly => format_ident!("plain_{name}"),
    };
    let bounds = match integer {
        Integer::Signed(min, max) => {
            let min = if min == i64::MIN { quote!(i64::MIN) } else { tables::signed(min) };
            let max = if max == i64::MAX { quote!(i64::MAX) } else { tables::signed(max) };
            quote!(#min, #max)
        }
        Integer::Unsigned(min, max) => {
            let min = Literal::u64_unsuffixed(min);
            let max = match max {
                u64::MAX => quote!(u64::MAX),
                max => Literal::u64_unsuffixed(max).into_token_stream(),
            };
            quote!(#min, #max)
        }
    };
    (method, bounds)
}

/// A pattern of the kinds of values that `types` have.
fn kinds(types: Types) -> TokenStream {
    let all = [
        (Types::NULL, "Null"),
        (Types::BOOLEAN, "Bool"),
        (Types::INTEGER, "Number"),
        (Types::STRING, "String"),
        (Types::ARRAY, "Array"),
        (Types::OBJECT, "Object"),
    ];
    let kinds = all.into_iter().filter(|(kind, _)| types.contains(*kind)).map(|(_, name)| format_ident!("{name}"));
    quote!(#(::goodevent::cursor::Kind::#kinds)|*)
}

/// A JSON string literal.
pub(crate) fn json_string(text: &str) -> String {
    let mut json = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => json.extend(['\\', char]),
            '\u{0}'..='\u{1f}' => json.push_str(&format!("\\u{:04x}", u32::from(char))),
            _ => json.push(char),
        }
    }
    json.push('"');
    json
}
