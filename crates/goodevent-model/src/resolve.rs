//! The type of a schema, and the constraints that the type cannot express.
//!
//! A schema is merged with everything that applies beside it: the targets of its `$ref` and the branches of its
//! `allOf`. Constraints that the types cannot express are not lost: the schema is marked to be [checked](crate::Type::check)
//! against its table.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use goodevent_json::width::Width;
use goodevent_schema::ir::{Graph, SchemaId, Types, Value};

use crate::{
    events::Document,
    merge::{self, Merged, Merger},
    profile::Profile,
    reach::Reach,
    types::{Discriminator, Extra, Field, Item, ItemKind, Notation, Shape, Type, Variant},
};

/// The types of all schemas below some documents.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) types: BTreeMap<SchemaId, Type>,
    pub(crate) items: BTreeMap<SchemaId, Item>,
    /// Schemas that are merged into others, whose types hold what both allow.
    pub(crate) merged: BTreeSet<SchemaId>,
}

/// Decides the types of all schemas below `documents`.
pub(crate) fn resolve(graph: &Graph, documents: &[Document], profile: Profile) -> Resolved {
    let mut shapes = Shapes::new(graph, profile);
    for document in documents {
        match document.event {
            Some(_) => shapes.resolve_event(document.root),
            None => drop(shapes.resolve(document.root)),
        }
    }
    Resolved { types: shapes.typed, items: shapes.items, merged: shapes.merged }
}

/// Alternatives of a union.
#[derive(Debug)]
struct Branches {
    schemas: Vec<SchemaId>,
    types: Vec<Types>,
    /// `null` is another alternative.
    has_null: bool,
}

/// The types of all schemas that were asked for.
#[derive(Debug)]
struct Shapes<'g> {
    graph: &'g Graph,
    profile: Profile,
    merger: Merger<'g>,
    typed: BTreeMap<SchemaId, Type>,
    items: BTreeMap<SchemaId, Item>,
    merged: BTreeSet<SchemaId>,
    /// Those that are being worked on: a schema met again below itself, without a struct between, stays JSON.
    pending: BTreeSet<SchemaId>,
    /// Named schemas whose items are to be made, and how deep they lie.
    queue: Vec<(SchemaId, u32)>,
    depth: u32,
}

impl<'g> Shapes<'g> {
    /// None yet.
    fn new(graph: &'g Graph, profile: Profile) -> Self {
        Self {
            graph,
            profile,
            merger: Merger::new(graph),
            typed: BTreeMap::new(),
            items: BTreeMap::new(),
            merged: BTreeSet::new(),
            pending: BTreeSet::new(),
            queue: Vec::new(),
            depth: 0,
        }
    }

    /// Makes an item of an event's schema, whatever it says, and of all below it.
    fn resolve_event(&mut self, schema: SchemaId) {
        if self.graph.below(schema).any(|below| self.graph[below].keywords.applied.dynamic_reference.is_some()) {
            // What such a reference leads to depends on the way from the root, which only the root's table goes.
            let typed = Shape::Json.checked(schema);
            self.items.insert(schema, Item { kind: ItemKind::Wrapper(typed), is_checked: false });
            return;
        }
        let typed = self.resolve(schema);
        if !matches!(typed.shape, Shape::Named(named) if named == schema) {
            // The root's item is inside of something else, such as an `Option`; one type can't be both.
            let is_inside = self.items.contains_key(&schema);
            let typed = if is_inside { Shape::Json.checked(schema) } else { typed };
            self.items.insert(schema, Item { kind: ItemKind::Wrapper(typed), is_checked: false });
        }
    }

    /// The type of a schema and, in [`items`](Self::items), of all below it.
    fn resolve(&mut self, schema: SchemaId) -> Type {
        let typed = self.typed(schema);
        while let Some((schema, depth)) = self.queue.pop() {
            self.depth = depth;
            let item = self.item(schema);
            self.items.insert(schema, item);
        }
        self.depth = 0;
        typed
    }

    fn typed(&mut self, schema: SchemaId) -> Type {
        if let Some(typed) = self.typed.get(&schema) {
            return typed.clone();
        }
        if !self.pending.insert(schema) {
            return Shape::Json.checked(schema);
        }
        let typed = match merge::alias(self.graph, schema) {
            Some(target) => {
                let typed = self.typed(target);
                let is_scalar = matches!(typed.shape, Shape::Text(_) | Shape::Integer(..) | Shape::Number(_));
                Type { alias: typed.alias.or(is_scalar.then_some(target)), ..typed }
            }
            None => self.merged(schema),
        };
        self.pending.remove(&schema);
        self.typed.insert(schema, typed.clone());
        typed
    }

    fn merged(&mut self, schema: SchemaId) -> Type {
        let merged = self.merger.merged(schema);
        self.merged.extend(&merged.others);
        if merged.is_anything {
            return Shape::Json.plain();
        }
        if let Some(typed) = self.union(&merged) {
            return typed;
        }
        let types = merged.types.without(Types::NULL);
        let is_nullable = merged.types.contains(Types::NULL) && !types.is_empty();
        if merged.is_never || merged.types == Types::ALL {
            return Shape::Json.checked(schema);
        }
        let Some((shape, is_exact)) = self.of_types(&merged, types) else {
            return Shape::Json.checked(schema);
        };
        let is_exact = is_exact && merged.unions.is_empty() && !merged.has_more;
        let check = match shape {
            // The item itself asks the table.
            Shape::Named(_) => None,
            _ => (!is_exact).then_some(schema),
        };
        let typed = Type { shape, check, alias: None };
        if !is_nullable {
            return typed;
        }
        Type { check: typed.check, shape: Shape::Nullable(Box::new(Type { check: None, ..typed })), alias: None }
    }

    /// The shape of instances of `types`, and whether it says all that the schema says.
    fn of_types(&mut self, merged: &Merged<'g>, types: Types) -> Option<(Shape, bool)> {
        let is_free = merged.values.is_none();
        Some(match types {
            Types::NONE => (Shape::Null, is_free || merged.values == Some(vec![&Value::Null])),
            Types::BOOLEAN => (Shape::Bool, is_free),
            Types::INTEGER | Types::NUMBER => {
                let (shape, is_exact) = number(merged, types, self.profile);
                (shape, is_exact && is_free)
            }
            Types::STRING
                if merged.values.as_ref().is_some_and(|values| values.len() <= self.profile.max_parts)
                    && merged.is_only_values() =>
            {
                (self.named(merged.id)?, true)
            }
            Types::STRING => {
                let (text, is_exact) = merge::text(merged);
                (Shape::Text(text), is_exact && is_free)
            }
            Types::ARRAY => {
                let (shape, is_exact) = self.array(merged);
                (shape, is_exact && is_free)
            }
            Types::OBJECT => {
                if merged.properties.len().max(merged.required.len()) > self.profile.max_parts {
                    return None;
                }
                let is_map = merged.properties.is_empty() && merged.required.is_empty() && !merged.is_closed;
                match merged.additional {
                    _ if !is_map => (self.named(merged.id)?, true),
                    Some(additional) => {
                        (Shape::Map { value: Box::new(self.typed(additional)) }, is_free && !merged.has_object_more)
                    }
                    None => (Shape::Map { value: Box::new(Shape::Json.plain()) }, is_free && !merged.has_object_more),
                }
            }
            _ if is_free => (self.named(merged.id)?, true),
            _ => return None,
        })
    }

    /// A struct or enum, unless it lies too deep.
    fn named(&mut self, schema: SchemaId) -> Option<Shape> {
        if self.depth >= self.profile.max_depth {
            return None;
        }
        self.queue.push((schema, self.depth + 1));
        Some(Shape::Named(schema))
    }

    fn array(&mut self, merged: &Merged<'g>) -> (Shape, bool) {
        let (min, max) = (merged.min_items.unwrap_or(0), merged.max_items.unwrap_or(u64::MAX));
        let length = merged.prefix.len() as u64;
        if length > 0 {
            let is_tuple =
                length <= self.profile.max_tuple && min >= length && (max == length || merged.is_prefix_closed);
            if !is_tuple {
                let item = Box::new(Shape::Json.plain());
                return (Shape::Array { item, min, max }, false);
            }
            let items = merged.prefix.iter().map(|item| self.typed(*item)).collect();
            return (Shape::Tuple(items), min == length && max >= length && !merged.has_array_more);
        }
        let item = match merged.items {
            Some(item) => self.typed(item),
            None => Shape::Json.plain(),
        };
        (Shape::Array { item: Box::new(item), min, max }, !merged.has_array_more)
    }

    /// `oneOf` or `anyOf` whose branches an instance tells apart.
    fn union(&mut self, merged: &Merged<'g>) -> Option<Type> {
        let [union] = merged.unions.as_slice() else { return None };
        if !merged.is_only_union || union.branches.len() > self.profile.max_parts {
            return None;
        }
        let branches = self.branches(union)?;
        let check = merged.needs_table.then_some(merged.id);
        let (typed, is_item) = if let [branch] = branches.schemas.as_slice() {
            (self.typed(*branch), false)
        } else {
            if branches.types.contains(&Types::ALL) || self.by(union.is_exclusive, &branches).is_none() {
                return None;
            }
            (self.named(merged.id)?.plain(), true)
        };
        Some(match branches.has_null {
            true => Type { shape: Shape::Nullable(Box::new(typed)), check, alias: None },
            // An item asks the table itself.
            false => Type { check: check.filter(|_| !is_item).or(typed.check), ..typed },
        })
    }

    /// The branches that have instances, `null` apart; nothing if `null` is more than one of them, or only sometimes one.
    fn branches(&self, union: &merge::Union<'g>) -> Option<Branches> {
        let all = union.branches.iter().map(|branch| (*branch, self.merger.types(*branch)));
        let (nulls, others): (Vec<_>, Vec<_>) =
            all.filter(|(_, types)| *types != Types::NONE).partition(|(_, types)| *types == Types::NULL);
        let is_plain = |branch: SchemaId| self.merger.merged(branch).is_plain_null();
        let is_apart = others.iter().all(|(_, types)| !types.contains(Types::NULL));
        let is_told = nulls.is_empty() || (nulls.len() == 1 && is_apart && is_plain(nulls[0].0));
        let (schemas, types): (Vec<SchemaId>, Vec<Types>) = others.into_iter().unzip();
        (is_told && !schemas.is_empty()).then_some(Branches { schemas, types, has_null: !nulls.is_empty() })
    }

    /// How the branches are told apart, with the tags of each.
    fn by(&self, is_exclusive: bool, branches: &Branches) -> Option<(Discriminator, Vec<Vec<String>>)> {
        let mut seen = Types::NONE;
        let are_disjoint = branches.types.iter().all(|types| {
            let is_new = seen.intersection(*types).is_empty();
            seen = seen.union(*types);
            is_new
        });
        if are_disjoint {
            return Some((Discriminator::JsonType, vec![Vec::new(); branches.schemas.len()]));
        }
        if let Some((name, tags)) = self.merger.tag(&branches.schemas) {
            return Some((Discriminator::Tag(name), tags));
        }
        is_exclusive.then(|| (Discriminator::Validity, vec![Vec::new(); branches.schemas.len()]))
    }

    fn item(&mut self, schema: SchemaId) -> Item {
        let merged = self.merger.merged(schema);
        let types = merged.types.without(Types::NULL);
        if merged.is_only_union
            && merged.unions.len() == 1
            && let Some(item) = self.union_item(&merged)
        {
            return item;
        }
        let has_more = merged.has_more || !merged.unions.is_empty();
        match types {
            Types::STRING => {
                let values = merged.values.iter().flatten().filter_map(|value| match value {
                    Value::String(text) => Some(text.to_string()),
                    _ => None,
                });
                let mut seen = BTreeSet::new();
                let values = values.filter(|value| seen.insert(value.clone())).collect();
                Item { kind: ItemKind::Enum(values), is_checked: false }
            }
            Types::OBJECT => self.struct_item(&merged, has_more),
            _ => self.kinds_item(&merged, types, has_more),
        }
    }

    fn struct_item(&mut self, merged: &Merged<'g>, has_more: bool) -> Item {
        let mut is_checked = has_more || merged.values.is_some() || merged.has_object_more;
        let mut fields = Vec::new();
        for (name, schemas) in &merged.properties {
            is_checked |= schemas.len() > 1;
            let typed = self.typed(schemas[0]);
            let is_required = merged.required.contains(name);
            fields.push(Field { name: (*name).to_owned(), schema: Some(schemas[0]), typed, is_required });
        }
        let described: HashSet<&str> = merged.properties.iter().map(|(name, _)| *name).collect();
        for name in &merged.required {
            if !described.contains(name) {
                // A closed object that requires what it forbids has no instance; the table says so.
                is_checked |= merged.is_closed;
                let (schema, typed) = match merged.additional {
                    Some(schema) => (Some(schema), self.typed(schema)),
                    None => (None, Shape::Json.plain()),
                };
                fields.push(Field { name: (*name).to_owned(), schema, typed, is_required: true });
            }
        }
        let extra = match (merged.is_closed, merged.additional) {
            (true, _) => Extra::Closed,
            (false, Some(additional)) => Extra::Open(Box::new(self.typed(additional))),
            (false, None) => Extra::Open(Box::new(Shape::Json.plain())),
        };
        Item { kind: ItemKind::Record { fields, extra }, is_checked }
    }

    fn union_item(&mut self, merged: &Merged<'g>) -> Option<Item> {
        let union = &merged.unions[0];
        let branches = self.branches(union)?;
        let (by, tags) = self.by(union.is_exclusive, &branches)?;
        let Branches { schemas, types, .. } = branches;
        let variants = schemas
            .iter()
            .zip(types)
            .zip(tags)
            .map(|((schema, types), tags)| Variant { schema: Some(*schema), typed: self.typed(*schema), types, tags })
            .collect();
        let is_checked = matches!(by, Discriminator::Validity) || merged.needs_table;
        Some(Item { kind: ItemKind::Union { by, variants }, is_checked })
    }

    /// An enum with a variant for each of several JSON types.
    fn kinds_item(&mut self, merged: &Merged<'g>, types: Types, has_more: bool) -> Item {
        let mut is_checked = has_more;
        let kinds = [Types::BOOLEAN, Types::INTEGER, Types::NUMBER, Types::STRING, Types::ARRAY, Types::OBJECT];
        let mut variants = Vec::new();
        for kind in kinds {
            let is_there = types.contains(kind) && (kind != Types::INTEGER || !types.contains(Types::NUMBER));
            if !is_there {
                continue;
            }
            let (shape, is_exact) = match kind {
                // A struct would need a schema of its own to be named after.
                Types::OBJECT => (Shape::Map { value: Box::new(Shape::Json.plain()) }, !merged.has_object_keywords()),
                kind => self.of_types(merged, kind).unwrap_or((Shape::Json, false)),
            };
            is_checked |= !is_exact;
            variants.push(Variant { schema: None, typed: shape.plain(), types: kind, tags: Vec::new() });
        }
        Item { kind: ItemKind::Union { by: Discriminator::JsonType, variants }, is_checked }
    }
}

/// The type of the numbers of `types`, and whether it says all that the schema says about numbers.
fn number(merged: &Merged<'_>, types: Types, profile: Profile) -> (Shape, bool) {
    let are_integers = types == Types::INTEGER || merge::lists_integers(merged);
    if are_integers {
        // Draft 4 looks at the digits where it says `integer`; equal values are equal however they are written.
        let is_plain = merged.is_draft4 && types == Types::INTEGER;
        let written = if is_plain { Notation::Plain } else { Notation::Any };
        let is_held = |width: Width| Reach::of(merged, true).is_held(width);
        return match merge::integer(merged, profile) {
            Some((integer, is_exact)) if is_held(integer.width()) => (Shape::Integer(integer, written), is_exact),
            // A type without any of the values would refuse all of them.
            Some(_) | None => (Shape::Decimal { is_integer: are_integers }, false),
        };
    }
    if !merge::lists_doubles(merged) || !Reach::of(merged, false).is_held(Width::F64) {
        return (Shape::Decimal { is_integer: are_integers }, false);
    }
    let (bounds, is_exact) = merge::bounds(merged);
    (Shape::Number(bounds), is_exact)
}
