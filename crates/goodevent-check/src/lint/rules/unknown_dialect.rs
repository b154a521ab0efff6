//! `unknown-dialect`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that `$schema` names a supported draft: 4, 6, 7, 2019-09 or 2020-12.
    /// The table `[dialects]` in `goodevent.toml` maps other URIs to a draft: `"https://example.org/d" = "draft-04"`.
    /// ## Why is this bad?
    /// The draft determines which keywords exist and what they mean.
    /// ## Example
    /// ```json
    /// { "$schema": "https://example.org/dialect" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "$schema": "https://json-schema.org/draft/2020-12/schema" }
    /// ```
    "unknown-dialect" {
        summary: "the dialect is supported",
        category: Schemas, level: Warn, fix: None, check: Analysis(())
    }
}
