//! `open-object`

use std::collections::BTreeSet;

use goodevent_schema::{
    diagnostic::Edit,
    ir::{Draft, SchemaId},
};
use serde_json::{Value, json};
use smol_str::SmolStr;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that objects with `properties` have `additionalProperties: false` or `unevaluatedProperties: false`.
    /// ## Why is this bad?
    /// An open object hides misspelt names. Consumers start to depend on additional members that no contract guarantees.
    /// ## Example
    /// ```json
    /// { "additionalProperties": null }
    /// ```
    /// Use instead:
    /// ```json
    /// { "additionalProperties": false }
    /// ```
    "open-object" {
        summary: "an object accepts only the members that it names",
        category: Payload, level: Deny, fix: Suggested, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    if !is_open(cx, id) || is_map(cx, id) {
        return;
    }
    // If every schema that applies it closes the object, or is to be closed itself, nothing is left to report.
    let paths = cx.reach().paths(id);
    let is_done = |path: &Vec<SchemaId>| path[1..].iter().any(|above| is_closed(cx, *above) || is_open(cx, *above));
    if paths.iter().all(is_done) {
        return;
    }
    let finding = cx.finding(cx.keyword(id, "properties"), "the object may have members that it does not name");
    let edit = closed(cx, id);
    let keyword = if names_below(cx, id).is_empty() { "additionalProperties" } else { "unevaluatedProperties" };
    cx.push(finding.help(format!("add `\"{keyword}\": false`")).suggest(edit));
}

/// Closes the object, if no other schema names members of it; among too many to look at one may.
fn closed(cx: &mut Cx<'_>, id: SchemaId) -> Option<Edit> {
    let object = &cx.schema(id).keywords.object;
    let own: BTreeSet<SmolStr> = object.properties.iter().map(|property| property.name.value.clone()).collect();
    let below = names_below(cx, id);
    let beside = cx.reach().few_beside(id)?;
    let elsewhere = names(cx, id, beside);
    let known: BTreeSet<SmolStr> = own.union(&below).cloned().collect();
    let is_known = elsewhere.is_subset(&known);
    let keyword = match (below.is_subset(&own), object.additional_properties) {
        _ if !is_known => return None,
        (true, _) => "additionalProperties",
        // Members that a schema below names count as evaluated, and nothing else may.
        (false, None) if cx.schema(id).draft >= Draft::Draft201909 => "unevaluatedProperties",
        (false, _) => return None,
    };
    if requires_others(cx, id) {
        return None;
    }
    let object = &cx.schema(id).keywords.object;
    let has_room = object.min_properties.as_ref().is_none_or(|min| min.value <= known.len() as u64);
    let named: serde_json::Map<String, Value> = known.iter().map(|name| (name.to_string(), json!({}))).collect();
    let patterns = object.pattern_properties.iter().map(|own| (own.name.value.to_string(), json!({})));
    let patterns: serde_json::Map<String, Value> = patterns.collect();
    let rule = json!({ "properties": named, "patternProperties": patterns, "additionalProperties": false });
    let is_harmless = has_room && cx.excludes_nothing_shown(id, &rule);
    if is_harmless { cx.set_keyword(id, keyword, false) } else { None }
}

/// Members that the schemas name which this one applies to the same instance, and not this one itself.
fn names_below(cx: &mut Cx<'_>, id: SchemaId) -> BTreeSet<SmolStr> {
    let below = cx.reach().below(id);
    let mut names = names(cx, id, below);
    for property in &cx.schema(id).keywords.object.properties {
        names.remove(&property.name.value);
    }
    names
}

/// Members that schemas for the same instance name, or this one requires.
fn names(cx: &Cx<'_>, id: SchemaId, schemas: BTreeSet<SchemaId>) -> BTreeSet<SmolStr> {
    let mut names = BTreeSet::new();
    for schema in schemas.into_iter().chain([id]) {
        let object = &cx.schema(schema).keywords.object;
        let patterns = object.pattern_properties.iter().filter(|_| schema != id);
        let properties = object.properties.iter().filter(|_| schema != id).chain(patterns);
        let dependent = object.dependent_required.iter().flat_map(|(_, names)| names);
        names.extend(properties.map(|property| property.name.value.clone()));
        names.extend(object.required.iter().chain(dependent).map(|name| name.value.clone()));
    }
    names
}

/// Whether the object, or a schema below it, requires a member that neither describes: closed, it could not have it.
fn requires_others(cx: &mut Cx<'_>, id: SchemaId) -> bool {
    let below = cx.reach().below(id);
    let objects: Vec<_> = below.into_iter().chain([id]).map(|id| &cx.schema(id).keywords.object).collect();
    let described: BTreeSet<&str> =
        objects.iter().flat_map(|object| &object.properties).map(|property| property.name.value.as_str()).collect();
    // A name may match a pattern.
    let has_patterns = objects.iter().any(|object| !object.pattern_properties.is_empty());
    let required = objects.iter().flat_map(|object| &object.required);
    !has_patterns && required.into_iter().any(|name| !described.contains(name.value.as_str()))
}

/// Whether a schema names members and lets others through.
fn is_open(cx: &Cx<'_>, id: SchemaId) -> bool {
    let keywords = &cx.schema(id).keywords;
    !keywords.object.properties.is_empty() && keywords.types.is_some() && !is_closed(cx, id)
}

fn is_closed(cx: &Cx<'_>, id: SchemaId) -> bool {
    let object = &cx.schema(id).keywords.object;
    let is_false = |schema: Option<SchemaId>| schema.is_some_and(|schema| cx.schema(schema).always == Some(false));
    is_false(object.additional_properties)
        || (is_false(object.unevaluated_properties) && object.additional_properties.is_none())
}

/// Whether members that have no name have a schema, which is for `map-property` to judge.
fn is_map(cx: &Cx<'_>, id: SchemaId) -> bool {
    cx.schema(id).keywords.object.additional_properties.is_some_and(|rest| cx.schema(rest).always.is_none())
}
