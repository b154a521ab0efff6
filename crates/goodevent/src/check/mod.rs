//! Schemas as static tables, and their evaluation.
//!
//! Generated code has one [`Node`] per schema. The explain pass lists every violation with them, and they validate
//! constraints that Rust types cannot express.

mod decide;
mod evaluate;
mod explain;
mod ledger;
mod personal;
mod scope;
mod table;

pub(crate) use self::{decide::decide, explain::first_violation, ledger::Ledger, personal::kind};
pub use self::{evaluate::is_valid, explain::violations, personal::Redacted, table::*};
pub use crate::json::Number;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    /// Two alternatives that differ in what comes last, so that each level is looked at twice.
    static TREE: [Check; 1] = [Check::AnyOf(&[&LEFT, &RIGHT])];
    static LEFT: [Check; 2] = [Check::Properties(&[("a", &TREE)]), Check::Required(&["l"])];
    static RIGHT: [Check; 2] = [Check::Properties(&[("a", &TREE)]), Check::Required(&["r"])];
    static NOT_TREE: [Check; 1] = [Check::Not(&TREE)];

    #[test]
    fn alternatives_within_alternatives_take_a_step_for_each_schema_and_value() {
        let deep = Json::parse(format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100)).as_bytes());
        let deep = deep.expect("it is JSON");
        assert!(!is_valid(&TREE, &deep) && is_valid(&NOT_TREE, &deep));
        let found = violations(&TREE, &deep);
        assert!(found.len() == 1 && found[0].keyword == "anyOf", "{found:?}");
        let shallow = Json::parse(br#"{"l": 1, "a": {"r": 2}}"#).expect("it is JSON");
        assert!(is_valid(&TREE, &shallow) && !is_valid(&NOT_TREE, &shallow));
    }

    /// Each item is compared with as many alternatives as there are.
    static WIDE: [Check; 1] = [Check::Items(0, &MANY)];
    const NOTHING: &Node = &NEVER;
    static MANY: [Check; 1] = [Check::AnyOf(&[NOTHING; 1_000])];
    static NOT_WIDE: [Check; 1] = [Check::Not(&WIDE)];

    #[test]
    fn what_would_take_for_ever_is_undecided() {
        let items = Json::parse(format!("[0{}]", ",0".repeat(4_000)).as_bytes()).expect("it is JSON");
        static LAST: [Check; 1] = [Check::AnyOf(&[&NEVER, &ANY])];
        static ANY: [Check; 1] = [Check::Not(&MANY)];
        static ALL: [Check; 1] = [Check::Items(0, &LAST)];
        static NOT_ALL: [Check; 1] = [Check::Not(&ALL)];
        assert!(!is_valid(&ALL, &items) && !is_valid(&NOT_ALL, &items));
        let found = violations(&NOT_ALL, &items);
        assert!(found.iter().any(|violation| violation.keyword == "undecided"), "{found:?}");
        assert!(!is_valid(&WIDE, &items) && is_valid(&NOT_WIDE, &items), "the first item decides");
    }
}
