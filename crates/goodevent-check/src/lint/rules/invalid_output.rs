//! `invalid-output`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the outputs in `goodevent.toml` lie in the output folder, and that none of them overlaps generated code.
    /// ## Why is this bad?
    /// A registry must not be able to write to any place on the disk.
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
        summary: "outputs stay in the output folder",
        category: Ownership, level: Deny, fix: None, check: Analysis(())
    }
}
