//! `missing-subject-identifier`

use goodevent_schema::{ir::SchemaId, registry::Contract};

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that a required property is an identifier: its name is `id`, or ends with `Id`, `Key`, `Number`, `Code` or `Name`.
    /// ## Why is this bad?
    /// Without an identifier, consumers cannot determine which object the event is about.
    /// ## Example
    /// ```json
    /// { "required": ["reason", "placedTimeUtc"], "properties": { "orderId": null }, "x-event": { "dedupKey": null, "partitionKey": "/reason" }, "examples": [{ "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc"] }
    /// ```
    "missing-subject-identifier" {
        summary: "an event identifies its subject",
        category: Payload, level: Warn, fix: None, check: Contract(check)
    }
}

const IDENTIFYING: [&str; 20] = [
    "arn",
    "code",
    "email",
    "guid",
    "id",
    "identifier",
    "ids",
    "iri",
    "key",
    "login",
    "name",
    "number",
    "ref",
    "sha",
    "sku",
    "slug",
    "uri",
    "url",
    "urn",
    "uuid",
];

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let schemas = cx.reach().below(contract.root).into_iter().chain([contract.root]);
    let is_described = schemas.into_iter().any(|id| !cx.properties(id).is_empty());
    if is_described && !identifies(cx, contract.root, 0) {
        let finding = cx.finding(cx.title(contract), format!("`{}` does not identify its subject", contract.name));
        cx.push(finding.help("add a required identifier, such as `orderId`"));
    }
}

/// Whether each instance of a schema has an identifier, or an object that has one.
fn identifies(cx: &mut Cx<'_>, id: SchemaId, depth: usize) -> bool {
    const MAX_DEPTH: usize = 2;
    let is_identifier = |name: &str| words::split(name).last().is_some_and(|last| IDENTIFYING.contains(&last.as_str()));
    let schemas: Vec<SchemaId> = cx.reach().below(id).into_iter().chain([id]).collect();
    let objects = || schemas.iter().map(|id| &cx.schema(*id).keywords.object);
    let required: Vec<&str> = objects().flat_map(|object| &object.required).map(|name| name.value.as_str()).collect();
    if required.iter().any(|name| is_identifier(name)) {
        return true;
    }
    let parts = objects().flat_map(|object| &object.properties);
    let parts: Vec<SchemaId> =
        parts.filter(|own| required.contains(&own.name.value.as_str())).map(|own| own.schema).collect();
    depth < MAX_DEPTH && parts.into_iter().any(|part| identifies(cx, part, depth + 1))
}
