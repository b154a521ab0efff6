//! `foreign-context-data`

use goodevent_schema::{ir::SchemaId, registry::stem};

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that a contract uses only identifiers from other contexts.
    /// ## Why is this bad?
    /// The owning team can change its data at any time. An event that copies the data breaks with that change, and makes statements that its producer cannot verify.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "$ref": "../billing/types/Invoice.json" } } }
    /// ```
    /// ```text billing/types/Invoice.json
    /// { "description": "An invoice.", "enum": ["paid"] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "$ref": "../billing/types/InvoiceNumber.json" } } }
    /// ```
    /// ```text billing/types/InvoiceNumber.json
    /// { "description": "An invoice.", "enum": ["1"] }
    /// ```
    "foreign-context-data" {
        summary: "an event carries only data that its own context owns",
        category: Payload, level: Warn, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let schema = cx.schema(id);
    let Some(reference) = &schema.keywords.reference else { return };
    let context_of = |source: usize| {
        let path = cx.sources.files.get(source)?.path.as_str();
        let (context, rest) = path.split_once('/')?;
        // Types beside the contexts belong to all of them.
        (context != "types").then(|| (context.to_owned(), stem(rest).to_owned()))
    };
    let own = context_of(schema.span.source.0 as usize);
    let other = context_of(cx.schema(reference.value).span.source.0 as usize);
    let Some(((own, _), (other, name))) = own.zip(other) else { return };
    let is_identifier = words::split(&name).last().is_some_and(|last| IDENTIFIERS.contains(&last.as_str()));
    if own != other && !is_identifier {
        let headline = format!("`{name}` belongs to the context `{other}`");
        let finding = cx.finding(reference.span, headline).label("more than an identifier");
        cx.push(
            finding
                .help(format!("carry the identifier alone, or move the type to `types/` if `{own}` owns it as well")),
        );
    }
}

const IDENTIFIERS: [&str; 6] = ["id", "identifier", "key", "number", "code", "reference"];
