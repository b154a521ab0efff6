//! `non-pascal-case-name`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the name of an event is made of words with a capital each.
    /// ## Why is this bad?
    /// The name is that of a file, of a type and of a topic. What is not made of ASCII letters and digits is none of them everywhere.
    /// ## Example
    /// ```json
    /// { "title": "order-placed-V1Event" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "title": "OrderPlacedV1Event" }
    /// ```
    "non-pascal-case-name" {
        summary: "the name of an event is in Pascal case",
        category: Names, level: Deny, fix: None, check: Analysis(())
    }
}
