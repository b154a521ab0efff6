//! `file-too-large`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that a schema has at most 16 MiB and 250,000 values (objects, arrays, texts, numbers and words), and that all schemas of the registry together have at most 2,000,000 values.
    /// ## Why is this bad?
    /// No contract of an event is as large. It is a dump that was saved in the wrong place, and would hold up everything.
    /// ## Example
    /// ```spaces orders/types/Dump.json
    /// 17000000
    /// ```
    /// Use instead:
    /// ```text orders/types/Reason.json
    /// { "description": "Why.", "enum": ["gift"] }
    /// ```
    "file-too-large" {
        summary: "a schema is of a sane size",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
