//! `crud-verb`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that the verb is not `Deleted`, `Inserted`, `Removed` or `Upserted`. `Created` is often just right, and is not told.
    /// ## Why is this bad?
    /// That a row is gone is seldom what matters: an order is cancelled, an account closed, a user leaves.
    /// ## Example
    /// ```json
    /// { "title": "OrderDeletedV1Event" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "title": "OrderCancelledV1Event" }
    /// ```
    "crud-verb" {
        summary: "a name speaks the language of the domain, not of a database",
        category: Names, level: Warn, fix: None, check: Contract(check)
    }
}

const CRUD: [&str; 4] = ["deleted", "inserted", "removed", "upserted"];

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let words = words::split(contract.name.stem());
    if let Some(verb) = words.last().filter(|verb| CRUD.contains(&verb.as_str())) {
        let finding = cx.finding(cx.title(contract), format!("`{}` speaks of a database", contract.name));
        cx.push(
            finding
                .label(format!("`{verb}` is what happens to rows"))
                .help("say what it means: `Cancelled`, `Closed`, `Left`"),
        );
    }
}
