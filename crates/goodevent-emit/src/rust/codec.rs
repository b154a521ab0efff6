//! Decoders and encoders of items.

use goodevent_json::string;
use goodevent_model::{Discriminator, Extra, Field, Item, ItemKind, Notation, Shape, Text, Type, Variant};
use goodevent_schema::ir::{SchemaId, Types};
use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};

use super::{
    context::{Cx, Module, up},
    integers,
    tables::{self, Tables},
    types, words,
};

/// What the codecs of one module share.
pub(crate) struct Codec<'a, 'g> {
    pub(crate) cx: &'a Cx<'g>,
    pub(crate) module: &'a Module,
    pub(crate) tables: &'a Tables<'g>,
}

impl Codec<'_, '_> {
    /// `impl Decode` and `impl Encode` of an item.
    pub(crate) fn item(&self, schema: SchemaId, item: &Item) -> TokenStream {
        let name = self.cx.name(schema);
        let (read, write) = match &item.kind {
            // The macro that defines such an enum implements its codec, too.
            ItemKind::Enum(_) => return TokenStream::new(),
            ItemKind::Record { fields, extra } => {
                let names = types::field_names(fields, extra);
                (self.read_struct(&names, fields, extra), self.write_struct(&names, fields, extra))
            }
            ItemKind::Wrapper(typed) => {
                let (read, write) = (self.read(typed), self.write(typed, &quote!(&self.0), None));
                (quote!(#read.map(Self)), write)
            }
            ItemKind::Union { by, variants } => self.union(by, variants),
        };
        let is_struct = matches!(item.kind, ItemKind::Record { .. });
        let (method, read, write) = match item.is_checked {
            true => {
                let node = self.tables.path(self.cx, self.module, schema);
                let write = if is_struct { quote!(if w.open('{') { #write w.close('}'); }) } else { write };
                (quote!(write), quote!(c.checked(&#node, |c| { #read })), quote!(w.checked(&#node, |w| { #write });))
            }
            false => (if is_struct { quote!(write_members) } else { quote!(write) }, read, write),
        };
        let (generics, bound, ty) = match self.cx.is_generic(schema) {
            true => (
                quote!(<'a, S: g::Text<'a>>),
                quote!(<S: ::core::convert::AsRef<str> + ::core::cmp::Ord>),
                quote!(generic::#name<S>),
            ),
            false => (quote!(<'a>), TokenStream::new(), quote!(#name)),
        };
        // An object without members is what is written unless one says more.
        let write = (!write.is_empty()).then(|| quote!(fn #method(&self, w: &mut g::Writer) { #write }));
        quote! {
            impl #generics g::Decode<'a> for #ty {
                fn read(c: &mut g::Cursor<'a>) -> ::core::result::Result<Self, g::No> { #read }
            }
            impl #bound g::Encode for #ty {
                #write
            }
        }
    }

    /// What a string has to be, as a value of a type that implements `goodevent::text::Rule`.
    fn rule(&self, text: &Text) -> TokenStream {
        let length = (text.min.is_some() || text.max.is_some()).then(|| {
            let min = Literal::u64_unsuffixed(text.min.unwrap_or(0));
            let max = text.max.map_or_else(|| quote!(u64::MAX), |max| Literal::u64_unsuffixed(max).into_token_stream());
            quote!(g::Length(#min, #max))
        });
        let format = text.format.map(tables::format_path);
        let pattern = text.pattern.as_ref().map(|pattern| {
            let path = self.cx.patterns.borrow_mut().path(pattern, &up(self.module));
            quote!(&#path)
        });
        let encoding = text.encoding.map(tables::encoding_path);
        let rules = [length, format, pattern, encoding].into_iter().flatten();
        rules.reduce(|rules, rule| quote!((#rules, #rule))).unwrap_or_else(|| quote!(g::Any))
    }

    /// An expression that reads `typed` from the cursor `c`.
    fn read(&self, typed: &Type) -> TokenStream {
        let read = match &typed.shape {
            Shape::Json | Shape::Null | Shape::Bool | Shape::Decimal { .. } | Shape::Named(_) => quote!(c.value()),
            Shape::Integer(integer, written) => {
                let (method, bounds) = integers::call(*integer);
                let read = match written {
                    Notation::Any => quote!(c.#method(#bounds)),
                    Notation::Plain => quote!(c.plainly(|c| c.#method(#bounds))),
                };
                match integers::name(*integer, self.cx.style.integers) {
                    wide if method == wide => read,
                    // The bounds are within those of the type.
                    narrow => {
                        let narrow = format_ident!("{narrow}");
                        quote!(#read.map(|n| n as #narrow))
                    }
                }
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
                    let read = self.read(item);
                    if item_idx == 0 { quote!(#read?) } else { quote!({ c.comma()?; #read? }) }
                });
                quote!(c.tuple(|c| Ok((#(#items,)*))))
            }
            Shape::Map { value } => {
                let value = self.read(value);
                quote!(c.map(g::Any, |c| #value))
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

    /// Statements that write `typed`, at the reference `place`, behind the key of a member if it is one.
    fn write(&self, typed: &Type, place: &TokenStream, key: Option<&Key>) -> TokenStream {
        let Some(schema) = typed.check else {
            return self.write_shape(&typed.shape, place, key);
        };
        let (node, write) =
            (self.tables.path(self.cx, self.module, schema), self.write_shape(&typed.shape, place, None));
        let w = writer(key, false);
        quote!(#w.checked(&#node, |w| { #write });)
    }

    fn write_shape(&self, shape: &Shape, place: &TokenStream, key: Option<&Key>) -> TokenStream {
        let w = writer(key, matches!(shape, Shape::Text(_)));
        match shape {
            Shape::Json | Shape::Null | Shape::Bool | Shape::Decimal { .. } | Shape::Named(_) => {
                quote!(#w.value(#place);)
            }
            Shape::Integer(integer, _) => {
                let ((method, bounds), value) = (integers::call(*integer), dereferenced(place));
                let is_wide = method == integers::name(*integer, self.cx.style.integers);
                let value = if is_wide { value } else { quote!(#method::from(#value)) };
                quote!(#w.#method(#value, #bounds);)
            }
            Shape::Number(bounds) => {
                let (rule, value) = (tables::number_rule(bounds), dereferenced(place));
                quote!(#w.f64(#value, &#rule);)
            }
            Shape::Text(text) => {
                let rule = self.rule(text);
                match self.cx.format_type(text.format) {
                    Some(_) => quote!(#w.formatted(#place, #rule);),
                    None if tables::is_plain(self.cx, text) => quote!(#w.plain(#place, #rule);),
                    None => quote!(#w.text(#place, #rule);),
                }
            }
            Shape::Array { item, min, max } => {
                let (item, (min, max)) = (self.write(item, &quote!(item), None), lengths(*min, *max));
                quote!(#w.array(#place, #min, #max, |w, item| { #item });)
            }
            Shape::Tuple(items) => {
                let items = items.iter().enumerate().map(|(item_idx, item)| {
                    let field = Literal::usize_unsuffixed(item_idx);
                    let comma = (item_idx > 0).then(|| quote!(w.raw(",");));
                    let write = self.write(item, &quote!(&tuple.#field), None);
                    quote!(#comma #write)
                });
                let w = if key.is_some() { w } else { quote!(&mut *w) };
                // A block, since what is written next stands beside it: the next member, or the next item around.
                quote!({ let (tuple, w) = (#place, #w); if w.open('[') { #(#items)* w.close(']'); } })
            }
            Shape::Map { value } => {
                let value = self.write(value, &quote!(value), None);
                quote!(#w.map(#place, g::Any, |w, value| { #value });)
            }
            Shape::Nullable(nullable) => {
                let write = self.write(nullable, &quote!(value), None);
                quote!(let w = #w; match #place { Some(value) => { #write } None => w.raw("null"), })
            }
        }
    }

    /// Reads what is known first, in the order of the schema if it comes so.
    fn read_struct(&self, names: &[Ident], fields: &[Field], extra: &Extra) -> TokenStream {
        let slots: Vec<Ident> = (0..fields.len()).map(|field_idx| format_ident!("f{field_idx}")).collect();
        let nothing = slots.iter().map(|_| quote!(None));
        let declared = (!slots.is_empty()).then(|| quote!(let mut f = (#(#nothing,)*);));
        let arms = fields.iter().enumerate().map(|(field_idx, field)| {
            let read = match self.cx.constants.value(field) {
                Some(value) => quote!(c.constant(#value)),
                None => self.read(&field.typed),
            };
            let slot = Literal::usize_unsuffixed(field_idx);
            let member = if field_idx + 1 == fields.len() { quote!(_) } else { quote!(#slot) };
            quote!(#member => g::put(&mut f.#slot, #read))
        });
        let known = match fields.is_empty() {
            true => quote!(|_, _| true),
            false => quote!(f => |c, member| match member { #(#arms),* }),
        };
        let (extra_slot, other) = match extra {
            Extra::Open(typed) => {
                let read = self.read(typed);
                (
                    Some(quote!(let mut extra = ::std::collections::BTreeMap::new();)),
                    Some(quote!(, |c, name| g::put_other(&mut extra, name.into_owned(), #read))),
                )
            }
            Extra::Closed => (None, None),
        };
        let properties: Vec<&String> = fields.iter().map(|field| &field.name).collect();
        let keys: Vec<String> = properties.iter().map(|name| string::escape(name)).collect();
        let is_spelled = properties.iter().zip(&keys).any(|(name, key)| *name != key);
        let table = words::table(&properties);
        let members = (0..properties.len()).map(Literal::usize_unsuffixed);
        let spelled = is_spelled.then(|| quote!(as [#(#keys),*]));
        let is_constant = |field: &Field| self.cx.constants.value(field).is_some();
        let filled = fields.iter().zip(&slots).map(|(field, slot)| match field.is_required {
            true if is_constant(field) => quote!(Some(())),
            true => quote!(Some(#slot)),
            false => quote!(#slot),
        });
        let has_required = fields.iter().any(|field| field.is_required);
        let otherwise = has_required.then(|| quote!(else { return Err(g::No) }));
        let filled = (!fields.is_empty()).then(|| quote!(let (#(#filled,)*) = f #otherwise;));
        let extra_value = names.get(fields.len()).map(|name| quote!(#name: extra));
        let held = fields.iter().zip(names.iter().zip(&slots)).filter(|(field, _)| !is_constant(field));
        let values = held.map(|(_, (name, slot))| quote!(#name: #slot)).chain(extra_value);
        quote! {
            #declared #extra_slot
            g::members!(c, [#(#members #properties),*; #table] #spelled, #known #other);
            #filled
            Ok(Self { #(#values),* })
        }
    }

    fn write_struct(&self, names: &[Ident], fields: &[Field], extra: &Extra) -> TokenStream {
        let mut is_behind_required = false;
        let mut writes = Vec::new();
        for (field_idx, (field, name)) in fields.iter().zip(names).enumerate() {
            let comma = if field_idx == 0 { "" } else { "," };
            let key = Key {
                text: format!("{comma}\"{}\":", string::escape(&field.name)),
                // Behind a member that is always there, the comma is, too.
                may_be_first: !is_behind_required && field_idx > 0,
            };
            writes.push(match self.cx.constants.value(field) {
                Some(value) => {
                    let text = format!("{}\"{}\"", key.text, string::escape(value));
                    let w = writer(Some(&Key { text, ..key }), false);
                    quote!(#w;)
                }
                None if field.is_required => self.write(&field.typed, &quote!(&self.#name), Some(&key)),
                None => {
                    let write = self.write(&field.typed, &quote!(value), Some(&key));
                    quote!(if let Some(value) = &self.#name { #write })
                }
            });
            is_behind_required |= field.is_required;
        }
        let extra = match extra {
            Extra::Open(typed) => {
                let name = &names[fields.len()];
                let known: Vec<&String> = fields.iter().map(|field| &field.name).collect();
                let table = words::table(&known);
                let write = self.write(typed, &quote!(value), None);
                quote!(w.others(&self.#name, &g::words![#(#known),*; #table], |w, value| { #write });)
            }
            Extra::Closed => TokenStream::new(),
        };
        quote!(#(#writes)* #extra)
    }

    fn union(&self, by: &Discriminator, variants: &[Variant]) -> (TokenStream, TokenStream) {
        let names = types::union_names(self.cx, by, variants);
        let reads: Vec<TokenStream> = variants.iter().map(|variant| self.read(&variant.typed)).collect();
        let read = match by {
            Discriminator::JsonType => {
                let kinds = variants.iter().map(|variant| kinds(variant.types));
                quote! {
                    match c.kind()? {
                        #(#kinds => #reads.map(Self::#names),)*
                        #[allow(unreachable_patterns)]
                        _ => Err(g::No),
                    }
                }
            }
            Discriminator::Tag(tag) => {
                let tags: Vec<&String> = variants.iter().flat_map(|variant| &variant.tags).collect();
                let table = words::table(&tags);
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
                quote!(match c.tag(#tag, &g::words![#(#tags),*; #table])? { #(#ranges => #reads.map(Self::#names),)* })
            }
            Discriminator::Validity => {
                let all = variants.iter().fold(Types::NONE, |all, variant| all.union(variant.types));
                let tries = variants.iter().zip(&reads).zip(&names).map(|((variant, read), name)| {
                    let kinds = kinds(variant.types);
                    // A value of another JSON type does not match, so it is not tried.
                    let begins =
                        (!all.without(variant.types).is_empty()).then(|| quote!(matches!(c.kind()?, #kinds) &&));
                    // Of one without parts, the reading says at once what the table does.
                    let table = variant.schema.filter(|schema| self.tables.has(*schema));
                    let table = table.map(|schema| self.tables.path(self.cx, self.module, schema));
                    let table = table.map_or_else(|| quote!(None), |path| quote!(Some(&#path)));
                    quote! {
                        if #begins let Ok(value) = c.attempt(#table, |c| #read) { return Ok(Self::#name(value)); }
                    }
                });
                quote!(#(#tries)* Err(g::No))
            }
        };
        let writes = variants.iter().zip(&names).map(|(variant, name)| {
            let write = self.write(&variant.typed, &quote!(value), None);
            quote!(Self::#name(value) => { #write })
        });
        let writes: Vec<TokenStream> = writes.collect();
        (read, quote!(match self { #(#writes)* }))
    }
}

/// What stands before a member's value.
struct Key {
    text: String,
    may_be_first: bool,
}

/// The writer behind a key, and behind the first quotation mark of a string.
fn writer(key: Option<&Key>, is_string: bool) -> TokenStream {
    let quote = if is_string { "\"" } else { "" };
    match key {
        Some(Key { text, may_be_first }) => {
            let text = format!("{text}{quote}");
            if *may_be_first { quote!(w.next_key(#text)) } else { quote!(w.key(#text)) }
        }
        None if is_string => quote!(w.key(#quote)),
        None => quote!(w),
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

fn lengths(min: u64, max: u64) -> (TokenStream, TokenStream) {
    let bound = |n: u64| Literal::u64_unsuffixed(n);
    let min = bound(min);
    let max = if max == u64::MAX { quote!(usize::MAX) } else { bound(max).into_token_stream() };
    (quote!(#min), max)
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
    quote!(#(g::Kind::#kinds)|*)
}
