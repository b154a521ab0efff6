//! `excess-properties`

use goodevent_schema::{ir::SchemaId, registry::Contract};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a payload has at most 25 properties and at most 4 levels of nesting.
    /// ## Why is this bad?
    /// A large payload mostly repeats the state of an object and hides the fact. Each property of it is a commitment to consumers.
    /// ## Example
    /// ```json
    /// {"properties": {"p0Id": {"description": "One.", "type": "string", "format": "uuid"}, "p1Id": {"description": "One.", "type": "string", "format": "uuid"}, "p2Id": {"description": "One.", "type": "string", "format": "uuid"}, "p3Id": {"description": "One.", "type": "string", "format": "uuid"}, "p4Id": {"description": "One.", "type": "string", "format": "uuid"}, "p5Id": {"description": "One.", "type": "string", "format": "uuid"}, "p6Id": {"description": "One.", "type": "string", "format": "uuid"}, "p7Id": {"description": "One.", "type": "string", "format": "uuid"}, "p8Id": {"description": "One.", "type": "string", "format": "uuid"}, "p9Id": {"description": "One.", "type": "string", "format": "uuid"}, "p10Id": {"description": "One.", "type": "string", "format": "uuid"}, "p11Id": {"description": "One.", "type": "string", "format": "uuid"}, "p12Id": {"description": "One.", "type": "string", "format": "uuid"}, "p13Id": {"description": "One.", "type": "string", "format": "uuid"}, "p14Id": {"description": "One.", "type": "string", "format": "uuid"}, "p15Id": {"description": "One.", "type": "string", "format": "uuid"}, "p16Id": {"description": "One.", "type": "string", "format": "uuid"}, "p17Id": {"description": "One.", "type": "string", "format": "uuid"}, "p18Id": {"description": "One.", "type": "string", "format": "uuid"}, "p19Id": {"description": "One.", "type": "string", "format": "uuid"}, "p20Id": {"description": "One.", "type": "string", "format": "uuid"}, "p21Id": {"description": "One.", "type": "string", "format": "uuid"}, "p22Id": {"description": "One.", "type": "string", "format": "uuid"}, "p23Id": {"description": "One.", "type": "string", "format": "uuid"}}, "required": ["p0Id", "p1Id", "p2Id", "p3Id", "p4Id", "p5Id", "p6Id", "p7Id", "p8Id", "p9Id", "p10Id", "p11Id", "p12Id", "p13Id", "p14Id", "p15Id", "p16Id", "p17Id", "p18Id", "p19Id", "p20Id", "p21Id", "p22Id", "p23Id", "orderId", "reason", "placedTimeUtc"]}
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc"] }
    /// ```
    "excess-properties" {
        summary: "an event carries only data that is specific to it",
        category: Payload, level: Warn, fix: None, check: Contract(check)
    }
}

const MAX_PROPERTIES: usize = 25;
const MAX_LEVELS: usize = 4;

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let n_properties: usize = cx.schemas_of(contract).iter().map(|id| cx.properties(*id).len()).sum();
    let of_level = |id: &SchemaId| cx.registry.schemas.pointer(*id).matches("/properties/").count();
    let n_levels = cx.schemas_of(contract).iter().map(of_level).max().unwrap_or(0);
    if n_properties > MAX_PROPERTIES || n_levels > MAX_LEVELS {
        let levels = if n_levels == 1 { "level" } else { "levels" };
        let headline = format!("`{}` has {n_properties} properties in {n_levels} {levels}", contract.name);
        let finding = cx.finding(cx.title(contract), headline);
        cx.push(finding.help("carry only data about this fact; consumers fetch the rest by its identifier"));
    }
}
