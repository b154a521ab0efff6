//! `file-too-large`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that a schema has at most 16 MiB and 250,000 values (objects, arrays, strings, numbers and literals), and that all schemas of the registry together have at most 2,000,000 values.
    /// ## Why is this bad?
    /// No event contract is that large. Such a file is a data dump in the wrong folder, and would slow down every command.
    /// ## Example
    /// ```spaces orders/types/Dump.json
    /// 17000000
    /// ```
    /// Use instead:
    /// ```text orders/types/Reason.json
    /// { "description": "Why.", "enum": ["gift"] }
    /// ```
    "file-too-large" {
        summary: "a schema stays below the size limit",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
