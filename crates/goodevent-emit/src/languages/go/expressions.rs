//! The types of values, as Go writes them where they are used.

use goodevent_model::{Field, Shape, Type};
use goodevent_schema::ir::SchemaId;

use super::names::Cx;

/// How a member that can be absent or null is kept.
pub(super) enum Presence<'t> {
    /// It is always there.
    Required,
    /// Its type has nil, which means that it is absent.
    Nil,
    /// It is a pointer, which is nil if the member is absent.
    Pointer,
    /// It can be absent or null; this is the type of the value.
    Optional(&'t Type),
}

/// How a member is kept.
pub(super) fn presence<'t>(cx: &Cx<'_>, field: &'t Field) -> Presence<'t> {
    match &field.typed.shape {
        _ if field.is_required => Presence::Required,
        // The type of the value has a name, so that it says itself that it can be null.
        Shape::Nullable(_) if cx.alias(&field.typed).is_some() => Presence::Optional(&field.typed),
        Shape::Nullable(inner) => Presence::Optional(inner),
        _ if is_nilable(cx, &field.typed) => Presence::Nil,
        _ => Presence::Pointer,
    }
}

/// Whether nil is a value of the type.
pub(super) fn is_nilable(cx: &Cx<'_>, typed: &Type) -> bool {
    match &typed.shape {
        Shape::Json | Shape::Array { .. } | Shape::Map { .. } | Shape::Nullable(_) => true,
        Shape::Named(schema) => cx.is_union(*schema),
        _ => false,
    }
}

/// The type of `typed` at a place, directly inside of the item `owner`.
pub(super) fn type_name(cx: &Cx<'_>, owner: Option<SchemaId>, place: &str, typed: &Type) -> String {
    if let Some(alias) = cx.alias(typed) {
        return cx.file(alias).type_name.clone();
    }
    match &typed.shape {
        Shape::Json => "json.RawMessage".to_owned(),
        Shape::Null => "goodevent.Null".to_owned(),
        Shape::Bool => "bool".to_owned(),
        Shape::Integer(integer, _) => match integer {
            goodevent_model::Integer::Unsigned(..) => "uint64".to_owned(),
            _ => "int64".to_owned(),
        },
        Shape::Number(_) => "float64".to_owned(),
        Shape::Decimal { .. } => "goodevent.Number".to_owned(),
        Shape::Text(_) => "string".to_owned(),
        Shape::Named(schema) => {
            let pointer = if cx.is_boxed(owner, *schema) { "*" } else { "" };
            format!("{pointer}{}", cx.name(*schema))
        }
        Shape::Array { item, .. } => format!("[]{}", type_name(cx, None, &below(place, "Item"), item)),
        Shape::Tuple(_) => cx.tuple(place).to_owned(),
        Shape::Map { value } => format!("map[string]{}", type_name(cx, None, &below(place, "Value"), value)),
        Shape::Nullable(inner) => {
            let own = type_name(cx, None, place, inner);
            if is_nilable(cx, inner) { own } else { format!("*{own}") }
        }
    }
}

/// The place of a part of a value.
pub(super) fn below(place: &str, part: &str) -> String {
    format!("{place}.{part}")
}
