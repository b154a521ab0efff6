//! Schemas as static tables, for the explain pass and for constraints that Rust types cannot express.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_json::{
    decimal::{self, Held},
    width::Width,
};
use goodevent_model::{Bounds, Item, ItemKind, Shape, Text, Type};
use goodevent_schema::{
    ir::{ContentEncoding, Draft, Format, Graph, Number, Property, ResourceId, Schema, SchemaId, Types, Value},
    keyword::Keyword,
    source::SourceId,
};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::context::{Cx, Module, up};

/// The schemas that have a static of their own: those that are looked up, are referred to, or have others below.
#[derive(Debug)]
pub(crate) struct Tables<'g> {
    graph: &'g Graph,
    /// Numbers within each module, so that a change of one document leaves the others' code alone.
    numbers: BTreeMap<SchemaId, usize>,
    by_document: BTreeMap<SourceId, Vec<SchemaId>>,
    resources: BTreeMap<ResourceId, u32>,
}

impl<'g> Tables<'g> {
    /// Finds out which schemas are asked for.
    pub(crate) fn new(cx: &Cx<'g>) -> Self {
        let mut named: BTreeSet<SchemaId> =
            cx.modules.iter().filter(|module| module.is_event).map(|module| module.root).collect();
        named.extend(cx.model.items.iter().filter(|(_, item)| item.is_checked).map(|(schema, _)| *schema));
        cx.model.items.values().for_each(|item| item_checks(item, &mut named));
        cx.model.types.values().for_each(|typed| checks(typed, &mut named));
        let goodevent_model::Tables { numbers, by_document, resources } = goodevent_model::Tables::of(cx.graph, named);
        Self { graph: cx.graph, numbers, by_document, resources }
    }

    /// Whether `schema` has a static of its own.
    pub(crate) fn has(&self, schema: SchemaId) -> bool {
        self.numbers.contains_key(&schema)
    }

    /// The path from `module` to the table of `schema`.
    pub(crate) fn path(&self, cx: &Cx<'_>, module: &Module, schema: SchemaId) -> TokenStream {
        let table = cx.inner_path(module, cx.module(schema), &table_name());
        table.into_iter().chain(self.inner_path(schema)).collect()
    }

    fn inner_path(&self, schema: SchemaId) -> TokenStream {
        let name = self.name(schema);
        quote!(::#name)
    }

    fn name(&self, schema: SchemaId) -> Ident {
        format_ident!("N{}", self.numbers[&schema])
    }

    /// The module of tables inside of `module`; nothing if none of its schemas is asked for.
    pub(crate) fn items(&self, cx: &Cx<'_>, module: &Module) -> TokenStream {
        let here = self.by_document.get(&module.source).into_iter().flatten();
        let printer = Printer { cx, module, tables: self };
        let items: Vec<TokenStream> = here
            .map(|schema| {
                let (name, checks) = (self.name(*schema), printer.node(*schema));
                let n_checks = Literal::usize_unsuffixed(checks.len());
                quote!(pub static #name: [Check; #n_checks] = [#(#checks),*];)
            })
            .collect();
        if items.is_empty() {
            return TokenStream::new();
        }
        let table = table_name();
        quote! {
            #[doc(hidden)]
            pub mod #table {
                #[allow(unused_imports)]
                use ::goodevent::{check::{Check::*, Number::*, *}, code as g};
                #(#items)*
            }
        }
    }
}

fn table_name() -> Ident {
    format_ident!("table")
}

fn item_checks(item: &Item, named: &mut BTreeSet<SchemaId>) {
    match &item.kind {
        ItemKind::Record { fields, .. } => fields.iter().for_each(|field| checks(&field.typed, named)),
        ItemKind::Wrapper(typed) => checks(typed, named),
        ItemKind::Enum(_) => {}
        ItemKind::Union { variants, .. } => variants.iter().for_each(|variant| checks(&variant.typed, named)),
    }
}

fn checks(typed: &Type, named: &mut BTreeSet<SchemaId>) {
    named.extend(typed.check);
    match &typed.shape {
        Shape::Array { item, .. } | Shape::Map { value: item } | Shape::Nullable(item) => checks(item, named),
        Shape::Tuple(items) => items.iter().for_each(|item| checks(item, named)),
        _ => {}
    }
}

/// Prints tables, inside of the module of tables of `module`.
struct Printer<'a, 'g> {
    cx: &'a Cx<'g>,
    module: &'a Module,
    tables: &'a Tables<'g>,
}

impl Printer<'_, '_> {
    /// The checks of a schema.
    fn node(&self, schema: SchemaId) -> Vec<TokenStream> {
        let graph = self.tables.graph;
        let resource = self.tables.resources.get(&graph[schema].resource).copied().filter(|resource| *resource > 0);
        let mut checks = match graph[schema].always {
            Some(true) => Vec::new(),
            Some(false) => vec![quote!(False)],
            None => self.checks(schema),
        };
        let personal = &self.cx.module(schema).personal_data;
        if schema == self.cx.module(schema).root && !personal.is_empty() {
            checks.insert(0, quote!(Personal(&[#(#personal),*])));
        }
        if let Some(resource) = resource.map(Literal::u32_unsuffixed) {
            checks.insert(0, quote!(Resource(#resource)));
        }
        checks
    }

    /// A reference to the table of `schema`: to its static, or in place.
    fn to(&self, schema: SchemaId) -> TokenStream {
        if self.tables.graph[schema].always == Some(false) {
            return quote!(&NEVER);
        }
        if !self.tables.has(schema) {
            let checks = self.node(schema);
            return quote!(&[#(#checks),*]);
        }
        let name = self.tables.name(schema);
        let target = self.cx.module(schema);
        if std::ptr::eq(target, self.module) {
            return quote!(&#name);
        }
        let (up, table) = (up(self.module), table_name());
        let down = target.path.iter().map(|part| super::context::ident(part));
        quote!(&super::#up #(#down::)* #table::#name)
    }

    fn all(&self, schemas: &[SchemaId]) -> TokenStream {
        let nodes = schemas.iter().map(|schema| self.to(*schema));
        quote!(&[#(#nodes),*])
    }

    fn named(&self, properties: &[Property]) -> TokenStream {
        let entries = properties.iter().map(|property| {
            let (name, node) = (property.name.value.as_str(), self.to(property.schema));
            quote!((#name, #node))
        });
        quote!(&[#(#entries),*])
    }

    fn pattern(&self, pattern: &str) -> TokenStream {
        let way = up(self.module);
        self.cx.patterns.borrow_mut().expression(pattern, &quote!(super::#way))
    }

    fn checks(&self, id: SchemaId) -> Vec<TokenStream> {
        let schema = &self.tables.graph[id];
        let (first, others) = schema.keywords.numbers_first();
        let of = |keywords: Vec<Keyword<'_>>| -> Vec<TokenStream> {
            keywords.into_iter().map(|keyword| self.check(schema, keyword)).collect()
        };
        of(first).into_iter().chain(self.holds(id)).chain(of(others)).collect()
    }

    /// One keyword, as `goodevent::check::Check` has it.
    fn check(&self, schema: &Schema, keyword: Keyword<'_>) -> TokenStream {
        // What it is called there.
        let name = format_ident!("{}", upper_camel(keyword.name()));
        let encoding = || schema.keywords.text.content_encoding.as_ref().map(|own| encoding_path(own.value));
        match keyword {
            Keyword::Type(types) => {
                let bits = type_bits(types.value, schema.draft);
                match SINGLE_TYPES.iter().find(|(single, _)| *single == bits) {
                    Some((_, name)) => format_ident!("{name}").into_token_stream(),
                    None => {
                        let bits = Literal::u8_unsuffixed(bits);
                        quote!(Type(Types(#bits)))
                    }
                }
            }
            Keyword::Enum(values) => {
                let values = values.value.iter().map(|entry| value(&entry.value));
                quote!(#name(&[#(#values),*]))
            }
            Keyword::Const(constant) => {
                let value = value(&constant.value);
                quote!(#name(#value))
            }
            Keyword::Minimum(bound)
            | Keyword::Maximum(bound)
            | Keyword::ExclusiveMinimum(bound)
            | Keyword::ExclusiveMaximum(bound)
            | Keyword::MultipleOf(bound) => {
                let number = number(&bound.value);
                quote!(#name(#number))
            }
            Keyword::MinLength(count)
            | Keyword::MaxLength(count)
            | Keyword::MinItems(count)
            | Keyword::MaxItems(count)
            | Keyword::MinProperties(count)
            | Keyword::MaxProperties(count) => {
                let count = Literal::u64_unsuffixed(count.value);
                quote!(#name(#count))
            }
            Keyword::Pattern(pattern) => {
                let pattern = self.pattern(&pattern.value);
                quote!(#name(#pattern))
            }
            Keyword::Format(format) => {
                let format = format_path(format.value);
                quote!(#name(#format))
            }
            Keyword::ContentEncoding(encoding) => {
                let encoding = encoding_path(encoding.value);
                quote!(#name(#encoding))
            }
            Keyword::ContentMediaType(_) => {
                let encoding = option(encoding());
                quote!(ContentJson(#encoding))
            }
            Keyword::Items(items) => {
                let from = Literal::usize_unsuffixed(schema.keywords.array.prefix_items.len());
                let node = self.to(items);
                quote!(#name(#from, #node))
            }
            Keyword::Contains(contains) => {
                let (node, min) = (self.to(contains.schema), Literal::u64_unsuffixed(contains.min));
                let max = option(contains.max.map(|max| Literal::u64_unsuffixed(max).into_token_stream()));
                quote!(#name(#node, #min, #max))
            }
            Keyword::UniqueItems(_) => quote!(#name),
            Keyword::UnevaluatedItems(items) => {
                let (node, sees_contains) = (self.to(items), schema.draft == Draft::Draft202012);
                quote!(#name(#node, #sees_contains))
            }
            Keyword::Properties(properties) | Keyword::DependentSchemas(properties) => {
                let properties = self.named(properties);
                quote!(#name(#properties))
            }
            Keyword::PatternProperties(properties) => {
                let entries = properties.iter().map(|property| {
                    let (pattern, node) = (self.pattern(&property.name.value), self.to(property.schema));
                    quote!((#pattern, #node))
                });
                quote!(#name(&[#(#entries),*]))
            }
            Keyword::AdditionalProperties(id)
            | Keyword::PropertyNames(id)
            | Keyword::UnevaluatedProperties(id)
            | Keyword::Not(id) => {
                let node = self.to(id);
                quote!(#name(#node))
            }
            Keyword::Required(names) => {
                let names = names.iter().map(|name| name.value.as_str());
                quote!(#name(&[#(#names),*]))
            }
            Keyword::DependentRequired(rules) => {
                let entries = rules.iter().map(|(name, names)| {
                    let (name, names) = (name.value.as_str(), names.iter().map(|name| name.value.as_str()));
                    quote!((#name, &[#(#names),*]))
                });
                quote!(#name(&[#(#entries),*]))
            }
            Keyword::PrefixItems(ids) | Keyword::AllOf(ids) | Keyword::AnyOf(ids) | Keyword::OneOf(ids) => {
                let nodes = self.all(ids);
                quote!(#name(#nodes))
            }
            Keyword::If(condition) => {
                let node = self.to(condition.condition);
                let then = option(condition.then.map(|schema| self.to(schema)));
                let otherwise = option(condition.otherwise.map(|schema| self.to(schema)));
                quote!(#name(#node, #then, #otherwise))
            }
            Keyword::Ref(reference) => {
                let node = self.to(reference.value);
                quote!(#name(#node))
            }
            Keyword::DynamicRef(reference) => {
                let anchors = reference.anchors.iter().filter_map(|(resource, schema)| {
                    let resource = Literal::u32_unsuffixed(*self.tables.resources.get(resource)?);
                    let node = self.to(*schema);
                    Some(quote!((#resource, #node)))
                });
                let target = self.to(reference.target);
                quote!(#name(&[#(#anchors),*], #target))
            }
        }
    }

    fn holds(&self, schema: SchemaId) -> Option<TokenStream> {
        let name = match self.cx.model.width(schema)? {
            Width::I64 => "HOLDS_I64",
            Width::U64 => "HOLDS_U64",
            Width::I128 => "HOLDS_I128",
            Width::U128 => "HOLDS_U128",
            Width::F64 => "HOLDS_F64",
            Width::Json => "HOLDS_JSON",
        };
        Some(format_ident!("{name}").into_token_stream())
    }
}

/// `minLength` as `MinLength`, `$ref` as `Ref`.
fn upper_camel(keyword: &str) -> String {
    let mut chars = keyword.trim_start_matches('$').chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

/// The checks in `goodevent::check` for one type.
const SINGLE_TYPES: [(u8, &str); 7] =
    [(1, "NULL"), (2, "BOOLEAN"), (4, "INTEGER"), (8, "NUMBER"), (16, "STRING"), (32, "ARRAY"), (64, "OBJECT")];

/// The bits of `goodevent::check::Types`.
fn type_bits(types: Types, draft: Draft) -> u8 {
    let integer = if draft == Draft::Draft4 { 128 } else { 4 };
    let all = [
        (Types::NULL, 1),
        (Types::BOOLEAN, 2),
        (Types::INTEGER, integer),
        (Types::NUMBER, 8),
        (Types::STRING, 16),
        (Types::ARRAY, 32),
        (Types::OBJECT, 64),
    ];
    all.into_iter().filter(|(kind, _)| types.contains(*kind)).fold(0, |bits, (_, bit)| bits | bit)
}

fn value(value: &Value) -> TokenStream {
    match value {
        Value::Null => quote!(Value::Null),
        Value::Bool(value) => quote!(Value::Bool(#value)),
        Value::Number(value) => {
            let number = number(value);
            quote!(Value::Number(#number))
        }
        Value::String(text) => {
            let text = text.as_str();
            quote!(Value::String(#text))
        }
        Value::Array(items) => {
            let items = items.iter().map(self::value);
            quote!(Value::Array(&[#(#items),*]))
        }
        Value::Object(members) => {
            let members = members.iter().map(|(name, member)| {
                let (name, member) = (name.as_str(), self::value(member));
                quote!((#name, #member))
            });
            quote!(Value::Object(&[#(#members),*]))
        }
    }
}

/// A `goodevent::json::Number`.
fn number(number: &Number) -> TokenStream {
    number_variant(number)
}

fn number_variant(number: &Number) -> TokenStream {
    match decimal::held(&number.0) {
        Some(Held::U64(value)) => {
            let value = Literal::u64_unsuffixed(value);
            quote!(U64(#value))
        }
        Some(Held::I64(value)) => {
            let value = signed(value);
            quote!(I64(#value))
        }
        Some(Held::F64(value)) => {
            let value = double(value);
            quote!(F64(#value))
        }
        Some(Held::Digits) | None => {
            let digits = number.0.as_str();
            quote!(Digits(#digits))
        }
    }
}

fn double(value: f64) -> TokenStream {
    let literal = Literal::f64_unsuffixed(value.abs());
    if value.is_sign_negative() { quote!(-#literal) } else { quote!(#literal) }
}

/// A literal of a signed integer.
pub(crate) fn signed(value: i64) -> TokenStream {
    let literal = Literal::u64_unsuffixed(value.unsigned_abs());
    if value < 0 { quote!(-#literal) } else { quote!(#literal) }
}

/// Whether a text that satisfies `rule` has no character that is escaped in JSON.
pub(crate) fn is_plain(cx: &Cx<'_>, rule: &Text) -> bool {
    use Format::{Date, DateTime, Duration, Ipv4, Ipv6, Time, Uuid};
    let has_plain_format = matches!(rule.format, Some(Date | DateTime | Duration | Ipv4 | Ipv6 | Time | Uuid));
    has_plain_format || rule.pattern.as_ref().is_some_and(|pattern| cx.patterns.borrow_mut().is_plain(pattern))
}

/// A `goodevent::number::NumberRule`.
pub(crate) fn number_rule(bounds: &Bounds) -> TokenStream {
    let all = [("min", &bounds.min), ("max", &bounds.max), ("above", &bounds.above), ("below", &bounds.below)];
    let fields: Vec<TokenStream> = all
        .into_iter()
        .filter_map(|(name, bound)| {
            let (name, variant) = (format_ident!("{name}"), number_variant(bound.as_ref()?));
            Some(quote!(#name: Some(g::Number::#variant),))
        })
        .collect();
    if fields.is_empty() {
        return quote!(g::NumberRule::ANY);
    }
    quote!(g::NumberRule { #(#fields)* ..g::NumberRule::ANY })
}

pub(crate) fn format_path(format: Format) -> TokenStream {
    let name = format_ident!("{format:?}");
    quote!(g::Format::#name)
}

pub(crate) fn encoding_path(encoding: ContentEncoding) -> TokenStream {
    let name = format_ident!("{encoding:?}");
    quote!(g::ContentEncoding::#name)
}
