//! `unreadable-file`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that every file of the registry is a regular file in the folder of the registry.
    /// A link is followed if its target is a file or folder of the registry.
    /// ## Why is this bad?
    /// A link to a file outside the registry would disclose files of the machine that checks the contracts, in findings and in generated code.
    /// A device or a FIFO can block the reader or deliver data without end.
    /// goodevent reads none of them, so a part of the registry is not checked.
    /// ## Example
    /// ```link orders/types/Reason.json
    /// /etc/passwd
    /// ```
    /// Use instead:
    /// ```text orders/types/Reason.json
    /// { "description": "Why.", "enum": ["gift"] }
    /// ```
    "unreadable-file" {
        summary: "every file is readable and inside the registry",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
