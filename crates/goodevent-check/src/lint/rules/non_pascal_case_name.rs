//! `non-pascal-case-name`

use crate::lint::rule::declare_rule;

declare_rule! {
    /// ## What it does
    /// Checks that the name of an event consists of capitalised words.
    /// ## Why is this bad?
    /// The name is used for a file, a type and a topic. Only ASCII letters and digits are valid in all of them.
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
