//! `invalid-output`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that outputs of `goodevent.toml` lie in the folder of outputs, and apart from generated code.
    /// ## Why is this bad?
    /// A registry must not write wherever it likes.
    /// ## Example
    /// ```toml goodevent.toml
    /// [outputs]
    /// json = "../topics.json"
    /// ```
    /// Use instead:
    /// ```toml goodevent.toml
    /// [outputs]
    /// json = "topics/topics.json"
    /// ```
    "invalid-output" {
        summary: "outputs stay in their folder",
        category: Ownership, level: Deny, fix: None, check: Analysis(())
    }
}
