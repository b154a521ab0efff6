//! `personal-data-unmarked`

use goodevent_schema::{
    ir::{SchemaId, Types},
    registry::Contract,
    syntax::push_token,
};

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that properties whose names are those of personal data are listed in `personalData` of `x-event`.
    /// ## Why is this bad?
    /// Who may read a topic, how long it is kept, what has to be erased on demand: all of it depends on knowing.
    /// ## Example
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc", "contactPhone"], "properties": { "contactPhone": { "description": "Address.", "type": "string", "pattern": "^[0-9]{4,15}$" } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "contactPhone": "4930123456" }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc", "contactPhone"], "properties": { "contactPhone": { "description": "Address.", "type": "string", "pattern": "^[0-9]{4,15}$" } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "contactPhone": "4930123456" }], "x-event": { "personalData": ["/contactPhone"] } }
    /// ```
    "personal-data-unmarked" {
        summary: "personal data is declared",
        category: Privacy, level: Warn, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    look(cx, contract, contract.root, "", 0);
}

fn look(cx: &mut Cx<'_>, contract: &Contract, id: SchemaId, path: &str, depth: usize) {
    const MAX_DEPTH: usize = 6;
    let id = cx.behind_refs(id);
    if depth > MAX_DEPTH || path_is_marked(contract, path) {
        return;
    }
    for property in cx.properties(id) {
        let name = &property.name.value;
        let mut pointer = path.to_owned();
        push_token(&mut pointer, name);
        let is_text = cx.types(property.schema) == Types::STRING && !cx.is_listed(property.schema);
        if is_text && is_personal(&words::split(name)) && !path_is_marked(contract, &pointer) {
            let finding =
                cx.finding(property.name.span, format!("`{name}` looks like personal data, and is not marked"));
            cx.push(finding.help(format!("add \"{pointer}\" to `personalData` of `x-event`, or choose another name")));
        }
        look(cx, contract, property.schema, &pointer, depth + 1);
        if let Some(items) = cx.schema(cx.behind_refs(property.schema)).keywords.array.items {
            look(cx, contract, items, &pointer, depth + 1);
        }
    }
}

/// Whether a place, or one above it, is declared.
fn path_is_marked(contract: &Contract, path: &str) -> bool {
    let covers = |marked: &String| {
        path.strip_prefix(marked.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    contract.facts.personal_data.iter().any(covers)
}

fn is_personal(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let has = |word: &str| words.contains(&word);
    match words.as_slice() {
        // Ids of addresses and the like are none.
        [.., "id" | "number" | "count" | "type" | "status" | "verified" | "template"]
            if !has("phone") && !has("passport") =>
        {
            false
        }
        _ => {
            ["email", "phone", "mobile", "passport", "ssn", "birthday", "birthdate", "surname", "iban"]
                .iter()
                .any(|word| has(word))
                || (has("name")
                    && ["first", "last", "full", "given", "family", "display", "maiden"].iter().any(|word| has(word)))
                || (has("date") && has("birth"))
                || (has("address") && ["ip", "street", "home", "postal", "mail"].iter().any(|word| has(word)))
        }
    }
}
