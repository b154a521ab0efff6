//! `unknown-dialect`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that `$schema` names a draft that is known: 4, 6, 7, 2019-09 or 2020-12.
    /// Under `[dialects]`, `goodevent.toml` says which draft another URI means: `"https://example.org/d" = "draft-04"`.
    /// ## Why is this bad?
    /// Which keywords there are, and what they mean, depends on it.
    /// ## Example
    /// ```json
    /// { "$schema": "https://example.org/dialect" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "$schema": "https://json-schema.org/draft/2020-12/schema" }
    /// ```
    "unknown-dialect" {
        summary: "the dialect is known",
        category: Schemas, level: Warn, fix: None, check: Analysis(())
    }
}
