//! `unknown-keyword`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that every member of a schema is a keyword.
    /// ## Why is this bad?
    /// Validators silently ignore a misspelt keyword, and accept what it was meant to forbid.
    /// ## Note
    /// A member whose name begins with `x-` is an extension and is not reported.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 1, "maxLength": 20, "patern": "^[a-z]+$" } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 1, "maxLength": 20, "pattern": "^[a-z]+$" } } }
    /// ```
    "unknown-keyword" {
        summary: "every member of a schema is a keyword",
        category: Schemas, level: Warn, fix: Suggested, check: Analysis(())
    }
}
