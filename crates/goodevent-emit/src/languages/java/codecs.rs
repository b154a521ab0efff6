//! The internal class of a document: the tables of its schemas, the code that reads and writes its types, and its contract.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_model::{
    Discriminator, Document, Event, Extra, Field, Integer, Item, ItemKind, Model, Shape, Type, Variant,
};
use goodevent_schema::{
    config::Envelope,
    ir::{SchemaId, Types},
};

use crate::{
    emitter,
    escape::Language,
    languages::{modules::Module, tables::Tables},
};

use super::{
    literals::{literal, literals},
    names::{Cx, components},
    tables, types,
};

/// The schemas that tell the alternatives of unions apart.
pub(super) fn alternatives(model: &Model<'_>) -> Vec<SchemaId> {
    let of = |item: &Item| match &item.kind {
        ItemKind::Union { by: Discriminator::Validity, variants } => {
            variants.iter().filter_map(|variant| variant.schema).collect()
        }
        _ => Vec::new(),
    };
    model.items.values().flat_map(of).collect()
}

/// The internal class of a document; nothing if there is nothing to say.
pub(super) fn file(
    cx: &Cx<'_>,
    tables: &Tables<'_>,
    module: &Module,
    document: &Document,
) -> Result<Option<String>, emitter::Error> {
    let (texts, others) = tables::texts(cx, tables, module)?;
    let items = cx.model.items_of(module.source);
    if texts.is_empty() && items.is_empty() {
        return Ok(None);
    }
    let (package, name) = (&cx.package, cx.internal(module));
    let mut body = table_members(cx, name, &texts, &others);
    if let Some(event) = &document.event {
        body.push_str(&contract(cx, tables, module, event));
    }
    let mut parts: BTreeMap<usize, Vec<SchemaId>> = BTreeMap::new();
    for schema in items.iter().filter(|schema| cx.is_defined(**schema)) {
        parts.entry(cx.place(*schema).0).or_default().push(*schema);
    }
    for (nth, part) in parts {
        body.push_str(&part_class(cx, tables, nth, &part));
    }
    Ok(Some(format!(
        "package {package}.internal;\n\nimport {package}.goodevent.Codec;\nimport {package}.goodevent.Contract;\n\
         import {package}.goodevent.Envelope;\nimport {package}.goodevent.Facts;\nimport {package}.goodevent.Json;\n\
         import {package}.goodevent.Num;\nimport {package}.goodevent.OptionalNullable;\nimport {package}.goodevent.Reading;\n\
         import {package}.goodevent.Tables;\nimport {package}.goodevent.Tuple;\nimport {package}.goodevent.Writing;\n\
         import java.math.BigDecimal;\nimport java.math.BigInteger;\nimport java.util.List;\nimport java.util.Map;\n\
         import java.util.Optional;\nimport java.util.OptionalLong;\nimport java.util.Set;\nimport java.util.function.Supplier;\n\n\
         /** Tables and codecs of {}: the code of its types uses them, and no other. */\n\
         @SuppressWarnings(\"deprecation\")\npublic final class {name} {{\n    private {name}() {{}}\n\n{body}}}\n",
        Language::Java.comment(&module.origin)
    )))
}

/// Parts of a text in one method; each takes a few bytes of code.
const MAX_PARTS: usize = 1_000;

/// The schemas of the document.
fn table_members(cx: &Cx<'_>, name: &str, texts: &[String], others: &[usize]) -> String {
    let mut parts = Vec::new();
    for (nth, text) in texts.iter().enumerate() {
        parts.extend(literals(&format!("{}{text}", if nth > 0 { "," } else { "[" })));
    }
    parts.push(literal(if texts.is_empty() { "[]" } else { "]" }));
    let chunks: Vec<&[String]> = parts.chunks(MAX_PARTS).collect();
    let others: Vec<String> =
        others.iter().map(|other| format!("() -> {}.TABLES", cx.internal(&cx.modules[*other]))).collect();
    let joined: Vec<String> = (0..chunks.len()).map(|nth| format!("Text{nth}.text()")).collect();
    let mut text = format!(
        "    /** The schemas. */\n    public static final Tables TABLES =\n        new Tables({name}::text, \
         List.<Supplier<Tables>>of({}));\n\n    private static String text() {{\n        return String.join(\"\", {});\n    }}\n\n",
        others.join(", "),
        joined.join(", ")
    );
    for (nth, chunk) in chunks.iter().enumerate() {
        let lines: Vec<String> = chunk.iter().map(|part| format!("\n                {part}")).collect();
        text.push_str(&format!(
            "    private static final class Text{nth} {{\n        static String text() {{\n            return String.join(\"\",{});\n        }}\n    }}\n\n",
            lines.join(",")
        ));
    }
    text
}

fn contract(cx: &Cx<'_>, tables: &Tables<'_>, module: &Module, event: &Event) -> String {
    let list =
        |texts: &[String]| format!("List.of({})", texts.iter().map(|own| literal(own)).collect::<Vec<_>>().join(", "));
    let optional =
        |text: Option<&str>| text.map_or("Optional.empty()".to_owned(), |own| format!("Optional.of({})", literal(own)));
    let envelope = match event.envelope {
        Envelope::None => "NONE",
        Envelope::Octopus => "OCTOPUS",
        Envelope::Cloudevents => "CLOUDEVENTS",
    };
    let headers: Vec<String> = event.headers.iter().map(|(name, _)| name.clone()).collect();
    let facts = [
        literal(&module.type_name),
        literal(&event.event_type),
        literal(&event.context),
        event.version.to_string(),
        literal(&event.topic),
        literal(&event.routing_key),
        literal(&event.queue),
        format!("Envelope.{envelope}"),
        list(&event.dedup_key),
        optional(event.partition_key.as_deref()),
        list(&event.changes),
        list(&headers),
        event.max_bytes.map_or("OptionalLong.empty()".to_owned(), |max| format!("OptionalLong.of({max}L)")),
        optional(event.deprecated.as_deref()),
    ];
    let facts: Vec<String> = facts.iter().map(|fact| format!("\n                {fact}")).collect();
    let path = cx.path(module.root);
    let codec = named_codec(cx, module.root);
    format!(
        "    /** The contract. */\n    public static final Contract<{path}> CONTRACT =\n        new Contract<>(\n            \
         new Facts({}),\n            TABLES,\n            {},\n            {codec});\n\n",
        facts.join(","),
        tables.number(module.root)
    )
}

fn named_codec(cx: &Cx<'_>, schema: SchemaId) -> String {
    let (internal, (part, nth)) = (cx.internal(cx.module(schema)), cx.place(schema));
    format!("Codec.of({internal}.Part{part}::read{nth}, {internal}.Part{part}::write{nth})")
}

/// The expression of a codec for `typed` inside of the item `owner`.
fn codec(cx: &Cx<'_>, owner: SchemaId, typed: &Type) -> String {
    match &typed.shape {
        Shape::Json => "Codec.JSON".to_owned(),
        Shape::Null => "Codec.NULL".to_owned(),
        Shape::Bool => "Codec.BOOL".to_owned(),
        Shape::Integer(integer, _) => match integer {
            own if types::is_long(*own) => "Codec.LONG",
            Integer::Signed(..) | Integer::Unsigned(..) => "Codec.UNSIGNED",
            Integer::Signed128(..) => "Codec.SIGNED_128",
            Integer::Unsigned128(..) => "Codec.UNSIGNED_128",
        }
        .to_owned(),
        Shape::Number(_) => "Codec.DOUBLE".to_owned(),
        Shape::Decimal { is_integer: true } => "Codec.BIG_INTEGER".to_owned(),
        Shape::Decimal { is_integer: false } => "Codec.BIG_DECIMAL".to_owned(),
        Shape::Text(_) => "Codec.TEXT".to_owned(),
        Shape::Named(schema) => match cx.named(owner, typed) {
            Some(_) => named_codec(cx, *schema),
            None => "Codec.JSON".to_owned(),
        },
        Shape::Array { item, .. } => format!("Codec.list({})", codec(cx, owner, item)),
        Shape::Tuple(items) => {
            let items: Vec<String> = items.iter().map(|item| codec(cx, owner, item)).collect();
            format!("Tuple.codec({})", items.join(", "))
        }
        Shape::Map { value } => format!("Codec.map({})", codec(cx, owner, value)),
        Shape::Nullable(inner) => format!("Codec.nullable({})", codec(cx, owner, inner)),
    }
}

/// The codecs of a class, each once, by their expressions.
#[derive(Default)]
struct Codecs {
    fields: BTreeMap<(String, String), usize>,
}

impl Codecs {
    /// The name of the codec for `typed` inside of the item `owner`.
    fn name(&mut self, cx: &Cx<'_>, owner: SchemaId, typed: &Type) -> String {
        let expression = codec(cx, owner, typed);
        let is_plain = !expression.contains('(');
        if is_plain {
            return expression;
        }
        let n_fields = self.fields.len();
        let ty = types::whole_type(cx, owner, typed, true);
        format!("C{}", self.fields.entry((expression, ty)).or_insert(n_fields))
    }
}

fn part_class(cx: &Cx<'_>, tables: &Tables<'_>, nth: usize, items: &[SchemaId]) -> String {
    let mut codecs = Codecs::default();
    let mut text = String::new();
    for (item_idx, schema) in items.iter().enumerate() {
        text.push_str(&item(cx, tables, &mut codecs, item_idx, *schema));
    }
    let mut fields: Vec<_> = codecs.fields.into_iter().collect();
    fields.sort_by_key(|(_, nth)| *nth);
    let fields: String = fields
        .into_iter()
        .map(|((expression, ty), nth)| format!("        private static final Codec<{ty}> C{nth} = {expression};\n"))
        .collect();
    format!("    static final class Part{nth} {{\n{fields}{text}    }}\n\n")
}

/// The functions that read and write one item.
fn item(cx: &Cx<'_>, tables: &Tables<'_>, codecs: &mut Codecs, nth: usize, schema: SchemaId) -> String {
    let path = cx.path(schema);
    let (read, write) = match &cx.model.items[&schema].kind {
        ItemKind::Record { fields, extra } => record(cx, codecs, schema, fields, extra, nth),
        ItemKind::Wrapper(typed) => {
            let codec = codecs.name(cx, schema, typed);
            (
                format!("            return new {path}({codec}.read(value_, reading_));\n"),
                format!("            {codec}.write(value_.value(), writing_);\n"),
            )
        }
        ItemKind::Enum(_) => (
            format!("            return {path}.of(Codec.TEXT.read(value_, reading_));\n"),
            "            Codec.TEXT.write(value_.value(), writing_);\n".to_owned(),
        ),
        ItemKind::Union { by, variants } => union(cx, tables, codecs, schema, by, variants),
    };
    let known = match &cx.model.items[&schema].kind {
        ItemKind::Record { fields, extra: Extra::Open(_) } => {
            let names: Vec<String> = fields.iter().map(|field| literal(&field.name)).collect();
            format!("\n        private static final Set<String> KNOWN{nth} = Set.of({});\n", names.join(", "))
        }
        _ => String::new(),
    };
    format!(
        "{known}\n        static {path} read{nth}(Json value_, Reading reading_) {{\n{read}        }}\n\n        static void \
         write{nth}({path} value_, Writing writing_) {{\n{write}        }}\n"
    )
}

fn record(
    cx: &Cx<'_>,
    codecs: &mut Codecs,
    schema: SchemaId,
    fields: &[Field],
    extra: &Extra,
    nth: usize,
) -> (String, String) {
    let path = cx.path(schema);
    let (names, other) = components(fields, extra);
    let (mut arguments, mut writes) = (Vec::new(), String::new());
    for (field, component) in fields.iter().zip(&names) {
        let name = literal(&field.name);
        if let Some(value) = cx.constant(field.is_required, &field.typed) {
            writes.push_str(&format!("            writing_.member({name}, {}, Codec.TEXT);\n", literal(value)));
            continue;
        }
        let (method, codec) = match (&field.typed.shape, field.is_required) {
            (_, true) => ("required", codecs.name(cx, schema, &field.typed)),
            (Shape::Nullable(inner), false) => ("maybe", codecs.name(cx, schema, inner)),
            (_, false) => ("optional", codecs.name(cx, schema, &field.typed)),
        };
        arguments.push(format!("\n                reading_.{method}(members_, {name}, {codec})"));
        let method = if field.is_required { "member" } else { method };
        writes.push_str(&format!("            writing_.{method}({name}, value_.{component}(), {codec});\n"));
    }
    if let (Extra::Open(typed), Some(other)) = (extra, other) {
        let codec = codecs.name(cx, schema, typed);
        arguments.push(format!("\n                reading_.others(members_, KNOWN{nth}, {codec})"));
        writes.push_str(&format!("            writing_.others(value_.{other}(), {codec});\n"));
    }
    let members = match arguments.is_empty() {
        true => "            reading_.members(value_);\n",
        false => "            Json.Members members_ = reading_.members(value_);\n",
    };
    (
        format!("{members}            return new {path}({});\n", arguments.join(",")),
        format!("            writing_.open('{{');\n{writes}            writing_.close('}}');\n"),
    )
}

/// The bits of types in the shared code.
fn bits(types: Types) -> u32 {
    const INTEGER: u32 = 8;
    let all = [(Types::NULL, 1), (Types::BOOLEAN, 2), (Types::STRING, 32), (Types::ARRAY, 64), (Types::OBJECT, 128)];
    let bits = all.into_iter().filter(|(kind, _)| types.contains(*kind)).map(|(_, bit)| bit).sum::<u32>();
    let numbers = types.intersection(Types::NUMBER);
    bits | match numbers {
        Types::NONE => 0,
        Types::INTEGER => INTEGER,
        _ => 4,
    }
}

fn union(
    cx: &Cx<'_>,
    tables: &Tables<'_>,
    codecs: &mut Codecs,
    schema: SchemaId,
    by: &Discriminator,
    variants: &[Variant],
) -> (String, String) {
    let path = cx.path(schema);
    let (mut reads, mut writes) = (Vec::new(), String::new());
    let mut written = BTreeSet::new();
    let mut tags = BTreeSet::new();
    for (variant, name) in variants.iter().zip(cx.variants(schema)) {
        let direct = cx.direct(schema, &variant.typed);
        let value = match (name, direct) {
            (None, Some(record)) => {
                let codec = codecs.name(cx, schema, &variant.typed);
                if written.insert(record) {
                    writes.push_str(&format!(
                        "            if (value_ instanceof {}) {{\n                {codec}.write(({}) value_, writing_);\n                return;\n            }}\n",
                        cx.path(record), cx.path(record)
                    ));
                }
                format!("{codec}.read(value_, reading_)")
            }
            (name, _) => {
                let wrapper = format!("{path}.{}", name.as_deref().unwrap_or_default());
                let codec = codecs.name(cx, schema, &variant.typed);
                writes.push_str(&format!(
                    "            if (value_ instanceof {wrapper}) {{\n                {codec}.write((({wrapper}) value_).value(), writing_);\n                return;\n            }}\n"
                ));
                format!("new {wrapper}({codec}.read(value_, reading_))")
            }
        };
        let mask = bits(variant.types);
        let by_types = format!("reading_.is(value_, {mask})");
        let conditions = match by {
            Discriminator::JsonType => vec![by_types],
            Discriminator::Tag(_) => {
                let own = variant.tags.iter().filter(|tag| tags.insert((*tag).clone()));
                own.map(|tag| format!("tag_.equals({})", literal(tag))).collect()
            }
            Discriminator::Validity => match variant.schema {
                Some(branch) => {
                    let tables_of = cx.internal(cx.module(branch));
                    vec![format!("reading_.isValid(value_, {tables_of}.TABLES, {})", tables.number(branch))]
                }
                None => vec![by_types],
            },
        };
        if !conditions.is_empty() {
            let condition = conditions.join(" || ");
            let read = format!("            if ({condition}) {{\n                return {value};\n            }}\n");
            // Every integer is a number, too.
            reads.push((matches!(by, Discriminator::JsonType) && mask & 4 != 0, read));
        }
    }
    reads.sort_by_key(|(is_last, _)| *is_last);
    let mut read = match by {
        Discriminator::Tag(name) => format!("            String tag_ = reading_.tag(value_, {});\n", literal(name)),
        _ => String::new(),
    };
    reads.into_iter().for_each(|(_, own)| read.push_str(&own));
    read.push_str(&format!(
        "            return reading_.mismatch(value_, {});\n",
        literal(&format!("a {}", cx.name(schema)))
    ));
    writes.push_str("            throw new IllegalArgumentException();\n");
    (read, writes)
}
