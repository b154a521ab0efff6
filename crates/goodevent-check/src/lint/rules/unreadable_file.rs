//! `unreadable-file`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that every file of the registry is a regular file in the registry's folder.
    /// A link is followed if it leads to a file or folder in there.
    /// ## Why is this bad?
    /// A link that leads out shows files of the machine that checks the contracts, in findings and in generated code.
    /// A device or a FIFO can be read without end.
    /// None of them is read, so that a part of the registry is not checked.
    /// ## Example
    /// ```link orders/types/Reason.json
    /// /etc/passwd
    /// ```
    /// Use instead:
    /// ```text orders/types/Reason.json
    /// { "description": "Why.", "enum": ["gift"] }
    /// ```
    "unreadable-file" {
        summary: "every file can be read and lies in the registry",
        category: Schemas, level: Deny, fix: None, check: Analysis(())
    }
}
