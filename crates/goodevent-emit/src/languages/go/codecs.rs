//! Functions that read types from values and write them as JSON.

use goodevent_model::{Discriminator, Extra, Field, Integer, Item, ItemKind, Shape, Type, Variant};
use goodevent_schema::ir::{SchemaId, Types};

use crate::escape::Language;

use super::{
    expressions::{Presence, below, is_nilable, presence, type_name},
    names::{Cx, File},
};

const DECODE: &str = "(d *goodevent.Decoder, v *goodevent.Value)";

/// The functions of a type that another document gives its name to.
pub(super) fn alias(cx: &Cx<'_>, name: &str, typed: &Type) -> String {
    let own = type_name(cx, None, name, typed);
    let converted = if own.starts_with('*') { format!("({own})(x)") } else { format!("{own}(x)") };
    let decode = decoded(cx, None, name, typed, "v", 1);
    let encode = encoded(cx, None, name, typed, &converted, 1);
    format!(
        "func decode{name}{DECODE} {name} {{\n\treturn {name}({decode})\n}}\n\n\
         func encode{name}(e *goodevent.Encoder, x {name}) {{\n\t{encode}\n}}\n\n"
    )
}

/// The functions of a tuple.
pub(super) fn tuple(cx: &Cx<'_>, owner: Option<SchemaId>, place: &str, items: &[Type]) -> String {
    let name = cx.tuple(place);
    let own = |index: usize| below(place, &format!("Item{index}"));
    let reads = items.iter().enumerate().map(|(index, item)| {
        let read = decoded(cx, owner, &own(index), item, &format!("&items[{index}].Value"), 1);
        format!("\tx.Item{index} = {read}\n")
    });
    let writes = items.iter().enumerate().map(|(index, item)| {
        let write = encoded(cx, owner, &own(index), item, &format!("x.Item{index}"), 2);
        format!("\t\te.Item({index})\n\t\t{write}\n")
    });
    let items_of =
        if items.is_empty() { "d.Items(v, 0)".to_owned() } else { format!("items := d.Items(v, {})", items.len()) };
    format!(
        "func decode{name}{DECODE} (x {name}) {{\n\t{items_of}\n{}\treturn x\n}}\n\n\
         func encode{name}(e *goodevent.Encoder, x {name}) {{\n\te.Array(func() {{\n{}\t}})\n}}\n\n{}",
        reads.collect::<String>(),
        writes.collect::<String>(),
        marshal(name)
    )
}

/// The functions and methods of an item.
pub(super) fn item(cx: &Cx<'_>, file: &File, schema: SchemaId, item: &Item) -> String {
    let name = cx.name(schema);
    match &item.kind {
        ItemKind::Record { fields, extra } => {
            let codec =
                format!("{}{}", read_record(cx, schema, fields, extra), write_record(cx, schema, fields, extra));
            format!("{codec}{}", methods(cx, file, schema))
        }
        ItemKind::Wrapper(typed) => {
            let place = below(name, "Value");
            let decode = decoded(cx, Some(schema), &place, typed, "v", 1);
            let encode = encoded(cx, Some(schema), &place, typed, "x.Value", 1);
            format!(
                "func decode{name}{DECODE} {name} {{\n\treturn {name}{{Value: {decode}}}\n}}\n\n\
                 func encode{name}(e *goodevent.Encoder, x {name}) {{\n\t{encode}\n}}\n\n{}",
                methods(cx, file, schema)
            )
        }
        ItemKind::Enum(values) => match values.as_slice() {
            [value] => {
                let text = Language::Go.text(value);
                format!(
                    "func decode{name}{DECODE} (x {name}) {{\n\tif d.String(v) != {text} {{\n\t\td.Misfit(v)\n\t}}\n\treturn \
                     x\n}}\n\nfunc encode{name}(e *goodevent.Encoder, _ {name}) {{\n\te.String({text})\n}}\n\n{}",
                    marshal(name)
                )
            }
            _ => format!(
                "func decode{name}{DECODE} {name} {{\n\treturn {name}(d.String(v))\n}}\n\n\
                 func encode{name}(e *goodevent.Encoder, x {name}) {{\n\te.String(string(x))\n}}\n\n"
            ),
        },
        ItemKind::Union { by, variants } => {
            format!("{}{}", read_union(cx, schema, by, variants), write_union(cx, schema, variants))
        }
    }
}

/// The methods of package `encoding/json`, and one that validates.
fn methods(cx: &Cx<'_>, file: &File, schema: SchemaId) -> String {
    let name = cx.name(schema);
    let (unmarshal, marshal, validate) = match &file.contract {
        Some(contract) if cx.is_event(schema) => (
            format!("{contract}.Decode(data)"),
            format!("{contract}.Encode(x)"),
            format!("_, err := {contract}.Encode(x)\n\treturn err"),
        ),
        _ => {
            let own = cx.schema(schema);
            (
                format!("goodevent.UnmarshalPart(data, {own}, decode{name})"),
                format!("goodevent.MarshalPart(x, encode{name})"),
                format!("return goodevent.ValidatePart(x, {own}, encode{name}, decode{name})"),
            )
        }
    };
    format!(
        "// UnmarshalJSON reads and validates.\nfunc (x *{name}) UnmarshalJSON(data []byte) error {{\n\town, err := \
         {unmarshal}\n\tif err == nil {{\n\t\t*x = own\n\t}}\n\treturn err\n}}\n\n\
         // MarshalJSON writes compact JSON.\nfunc (x {name}) MarshalJSON() ([]byte, error) {{\n\treturn {marshal}\n}}\n\n\
         // Validate reports the first violation.\nfunc (x {name}) Validate() error {{\n\t{validate}\n}}\n\n"
    )
}

fn marshal(name: &str) -> String {
    format!(
        "// MarshalJSON writes compact JSON.\nfunc (x {name}) MarshalJSON() ([]byte, error) {{\n\treturn \
         goodevent.MarshalPart(x, encode{name})\n}}\n\n"
    )
}

fn read_record(cx: &Cx<'_>, schema: SchemaId, fields: &[Field], extra: &Extra) -> String {
    let name = cx.name(schema);
    let names = cx.fields(schema);
    let member = "&members[i].Value";
    let case = |(field, own): (&Field, &String)| {
        let place = format!("{name}.{own}");
        let read = match presence(cx, field) {
            Presence::Required | Presence::Nil => decoded(cx, Some(schema), &place, &field.typed, member, 3),
            Presence::Pointer => {
                format!("goodevent.DecodeSome(d, {member}, {})", decoder(cx, &place, &field.typed, 3))
            }
            Presence::Optional(inner) => {
                format!("goodevent.DecodeOptional(d, {member}, {})", decoder(cx, &place, inner, 3))
            }
        };
        format!("\t\tcase {}:\n\t\t\tx.{own} = {read}\n", Language::Go.text(&field.name))
    };
    let cases: String = fields.iter().zip(names).map(case).collect();
    let other = match (extra, names.last()) {
        (Extra::Open(typed), Some(own)) => {
            let read = decoder(cx, &format!("{name}.{own}"), typed, 3);
            format!("x.{own} = goodevent.DecodeOther(d, &members[i], x.{own}, {read})")
        }
        _ => "d.Misfit(&members[i].Value)".to_owned(),
    };
    format!(
        "func decode{name}{DECODE} (x {name}) {{\n\tmembers := d.Members(v)\n\tfor i := range members {{\n\t\tswitch \
         members[i].Name {{\n{cases}\t\tdefault:\n\t\t\t{other}\n\t\t}}\n\t}}\n\treturn x\n}}\n\n"
    )
}

fn write_record(cx: &Cx<'_>, schema: SchemaId, fields: &[Field], extra: &Extra) -> String {
    let name = cx.name(schema);
    let names = cx.fields(schema);
    let mut writes = String::new();
    for (field, own) in fields.iter().zip(names) {
        let place = format!("{name}.{own}");
        let key = Language::Go.text(&field.name);
        let value = format!("x.{own}");
        let (condition, write) = match presence(cx, field) {
            Presence::Required => (None, encoded(cx, Some(schema), &place, &field.typed, &value, 2)),
            Presence::Nil => {
                (Some(format!("{value} != nil")), encoded(cx, Some(schema), &place, &field.typed, &value, 3))
            }
            Presence::Pointer => {
                let write = encoded(cx, None, &place, &field.typed, &format!("*{value}"), 3);
                (Some(format!("{value} != nil")), write)
            }
            Presence::Optional(inner) => {
                let write = format!("goodevent.EncodeOptional(e, {value}, {})", encoder(cx, &place, inner, 3));
                (Some(format!("!{value}.IsAbsent()")), write)
            }
        };
        writes.push_str(&match condition {
            None => format!("\t\te.Name({key})\n\t\t{write}\n"),
            Some(condition) => format!("\t\tif {condition} {{\n\t\t\te.Name({key})\n\t\t\t{write}\n\t\t}}\n"),
        });
    }
    if let (Extra::Open(typed), Some(own)) = (extra, names.last()) {
        let write = encoder(cx, &format!("{name}.{own}"), typed, 2);
        let keys: String = fields.iter().map(|field| format!(", {}", Language::Go.text(&field.name))).collect();
        writes.push_str(&format!("\t\tgoodevent.EncodeOthers(e, x.{own}, {write}{keys})\n"));
    }
    let (x, body) = match writes.is_empty() {
        true => ("_", "e.Object(func() {})".to_owned()),
        false => ("x", format!("e.Object(func() {{\n{writes}\t}})")),
    };
    format!("func encode{name}(e *goodevent.Encoder, {x} {name}) {{\n\t{body}\n}}\n\n")
}

fn read_union(cx: &Cx<'_>, schema: SchemaId, by: &Discriminator, variants: &[Variant]) -> String {
    let name = cx.name(schema);
    let mut cases = String::new();
    for (variant, (own, is_made)) in variants.iter().zip(cx.variants(schema)) {
        let types = || format!("d.IsType(v, {})", bits(variant.types));
        let condition = match (by, variant.schema) {
            (Discriminator::JsonType, _) | (Discriminator::Validity, None) => types(),
            (Discriminator::Tag(_), _) => {
                variant.tags.iter().map(|tag| Language::Go.text(tag)).collect::<Vec<_>>().join(", ")
            }
            (Discriminator::Validity, Some(schema)) => format!("{}.IsValid(v)", cx.schema(schema)),
        };
        let read = decoded(cx, None, own, &variant.typed, "v", 2);
        let read = if *is_made { format!("{own}{{Value: {read}}}") } else { read };
        if !condition.is_empty() {
            cases.push_str(&format!("\tcase {condition}:\n\t\treturn {read}\n"));
        }
    }
    let subject = match by {
        Discriminator::Tag(tag) => format!(" d.Tag(v, {})", Language::Go.text(tag)),
        _ => String::new(),
    };
    let switch = if cases.is_empty() { String::new() } else { format!("\tswitch{subject} {{\n{cases}\t}}\n") };
    format!("func decode{name}{DECODE} {name} {{\n{switch}\td.Misfit(v)\n\treturn nil\n}}\n\n")
}

fn write_union(cx: &Cx<'_>, schema: SchemaId, variants: &[Variant]) -> String {
    let name = cx.name(schema);
    let (mut cases, mut made) = (String::new(), String::new());
    let mut seen: Vec<&str> = Vec::new();
    for (variant, (own, is_made)) in variants.iter().zip(cx.variants(schema)) {
        if seen.contains(&own.as_str()) {
            continue;
        }
        seen.push(own);
        cases.push_str(&format!(
            "\tcase {own}:\n\t\tencode{own}(e, x)\n\tcase *{own}:\n\t\tgoodevent.EncodeSome(e, x, encode{own})\n"
        ));
        if *is_made {
            let write = encoded(cx, Some(schema), own, &variant.typed, "x.Value", 1);
            made.push_str(&format!(
                "func encode{own}(e *goodevent.Encoder, x {own}) {{\n\t{write}\n}}\n\n{}",
                marshal(own)
            ));
        }
    }
    let missing = format!("e.Missing({})", Language::Go.text(&format!("a variant of {name}")));
    let (x, body) = match cases.is_empty() {
        true => ("_", format!("\t{missing}\n")),
        false => ("x", format!("\tswitch x := x.(type) {{\n{cases}\tdefault:\n\t\t{missing}\n\t}}\n")),
    };
    format!("func encode{name}(e *goodevent.Encoder, {x} {name}) {{\n{body}}}\n\n{made}")
}

/// The bits of types in the shared package.
fn bits(types: Types) -> u8 {
    let all = [Types::NULL, Types::BOOLEAN, Types::INTEGER, Types::NUMBER, Types::STRING, Types::ARRAY, Types::OBJECT];
    all.into_iter().enumerate().filter(|(_, own)| types.contains(*own)).map(|(bit, _)| 1 << bit).sum()
}

/// The method of decoder and encoder for a type that has one.
fn method(shape: &Shape) -> Option<&'static str> {
    Some(match shape {
        Shape::Json => "JSON",
        Shape::Null => "Null",
        Shape::Bool => "Bool",
        Shape::Integer(Integer::Unsigned(..), _) => "Uint64",
        Shape::Integer(..) => "Int64",
        Shape::Number(_) => "Float64",
        Shape::Decimal { .. } => "Number",
        Shape::Text(_) => "String",
        Shape::Named(_) | Shape::Array { .. } | Shape::Tuple(_) | Shape::Map { .. } | Shape::Nullable(_) => {
            return None;
        }
    })
}

/// The name of the type that has functions of its own.
fn named(cx: &Cx<'_>, place: &str, typed: &Type) -> Option<String> {
    if let Some(alias) = cx.alias(typed) {
        return Some(cx.file(alias).type_name.clone());
    }
    match &typed.shape {
        Shape::Named(schema) => Some(cx.name(*schema).to_owned()),
        Shape::Tuple(_) => Some(cx.tuple(place).to_owned()),
        _ => None,
    }
}

/// A function that reads a type; its lines have `indent` tabs.
fn decoder(cx: &Cx<'_>, place: &str, typed: &Type, indent: usize) -> String {
    if let Some(name) = named(cx, place, typed) {
        return format!("decode{name}");
    }
    if let Some(method) = method(&typed.shape) {
        return format!("(*goodevent.Decoder).{method}");
    }
    let tabs = "\t".repeat(indent);
    let body = decoded(cx, None, place, typed, "v", indent + 1);
    format!("func{DECODE} {} {{\n{tabs}\treturn {body}\n{tabs}}}", type_name(cx, None, place, typed))
}

/// An expression that reads a type from `value`.
fn decoded(cx: &Cx<'_>, owner: Option<SchemaId>, place: &str, typed: &Type, value: &str, indent: usize) -> String {
    if let Some(name) = named(cx, place, typed) {
        return match &typed.shape {
            Shape::Named(schema) if cx.alias(typed).is_none() && cx.is_boxed(owner, *schema) => {
                format!("goodevent.DecodeSome(d, {value}, decode{name})")
            }
            _ => format!("decode{name}(d, {value})"),
        };
    }
    match &typed.shape {
        Shape::Array { item, .. } => {
            format!("goodevent.DecodeSlice(d, {value}, {})", decoder(cx, &below(place, "Item"), item, indent))
        }
        Shape::Map { value: inner } => {
            format!("goodevent.DecodeMap(d, {value}, {})", decoder(cx, &below(place, "Value"), inner, indent))
        }
        Shape::Nullable(inner) => {
            let kind = if is_nilable(cx, inner) { "Nilable" } else { "Pointer" };
            format!("goodevent.Decode{kind}(d, {value}, {})", decoder(cx, place, inner, indent))
        }
        shape => format!("d.{}({value})", method(shape).unwrap_or("JSON")),
    }
}

/// A function that writes a type; its lines have `indent` tabs.
fn encoder(cx: &Cx<'_>, place: &str, typed: &Type, indent: usize) -> String {
    if let Some(name) = named(cx, place, typed) {
        return format!("encode{name}");
    }
    if let Some(method) = method(&typed.shape) {
        return format!("(*goodevent.Encoder).{method}");
    }
    let tabs = "\t".repeat(indent);
    let body = encoded(cx, None, place, typed, "x", indent + 1);
    format!("func(e *goodevent.Encoder, x {}) {{\n{tabs}\t{body}\n{tabs}}}", type_name(cx, None, place, typed))
}

/// A statement that writes a type.
fn encoded(cx: &Cx<'_>, owner: Option<SchemaId>, place: &str, typed: &Type, value: &str, indent: usize) -> String {
    if let Some(name) = named(cx, place, typed) {
        return match &typed.shape {
            Shape::Named(schema) if cx.alias(typed).is_none() && cx.is_boxed(owner, *schema) => {
                format!("goodevent.EncodeSome(e, {value}, encode{name})")
            }
            _ => format!("encode{name}(e, {value})"),
        };
    }
    match &typed.shape {
        Shape::Array { item, .. } => {
            format!("goodevent.EncodeSlice(e, {value}, {})", encoder(cx, &below(place, "Item"), item, indent))
        }
        Shape::Map { value: inner } => {
            format!("goodevent.EncodeMap(e, {value}, {})", encoder(cx, &below(place, "Value"), inner, indent))
        }
        Shape::Nullable(inner) if is_nilable(cx, inner) => {
            format!("goodevent.EncodeNilable(e, {value}, {value} == nil, {})", encoder(cx, place, inner, indent))
        }
        Shape::Nullable(inner) => {
            format!("goodevent.EncodePointer(e, {value}, {})", encoder(cx, place, inner, indent))
        }
        shape => format!("e.{}({value})", method(shape).unwrap_or("JSON")),
    }
}
