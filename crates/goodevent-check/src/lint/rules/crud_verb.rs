//! `crud-verb`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that the verb is not `Deleted`, `Inserted`, `Removed` or `Upserted`. `Created` is often the right word and is not reported.
    /// ## Why is this bad?
    /// The removal of a row rarely matters to the business: an order is cancelled, an account is closed, a user leaves.
    /// ## Example
    /// ```json
    /// { "title": "OrderDeletedV1Event" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "title": "OrderCancelledV1Event" }
    /// ```
    "crud-verb" {
        summary: "a name uses the language of the domain instead of the database's",
        category: Names, level: Warn, fix: None, check: Contract(check)
    }
}

const CRUD: [&str; 4] = ["deleted", "inserted", "removed", "upserted"];

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let words = words::split(contract.name.stem());
    if let Some(verb) = words.last().filter(|verb| CRUD.contains(&verb.as_str())) {
        let finding = cx.finding(cx.title(contract), format!("`{}` uses the language of a database", contract.name));
        cx.push(
            finding
                .label(format!("`{verb}` describes what happens to a row"))
                .help("use a verb of the domain: `Cancelled`, `Closed`, `Left`"),
        );
    }
}
