//! Names that Python allows.

use std::collections::BTreeSet;

use goodevent_model::{
    Extra, Field, Item, ItemKind,
    names::{pascal, snake, unique},
};

use crate::languages::modules::{Module, Naming};

/// Names of files and folders that the output has itself, and the keywords, which no module may be called.
const RESERVED_FILES: [&str; 39] = [
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "contracts",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "external",
    "finally",
    "for",
    "from",
    "global",
    "goodevent",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "types",
    "while",
    "with",
    "yield",
    "none",
    "true",
    "false",
];

/// Attributes: the keywords, and the names of types that annotations of further attributes use.
const RESERVED_ATTRIBUTES: [&str; 38] = [
    "and", "as", "assert", "async", "await", "bool", "break", "class", "continue", "def", "del", "elif", "else",
    "except", "finally", "float", "for", "from", "global", "if", "import", "in", "int", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "str", "try", "tuple", "while", "with", "yield", "super",
];

pub(super) const NAMING: Naming = Naming {
    reserved_files: &RESERVED_FILES,
    reserved_words: &["_dataclass", "_field", "_g", "_t"],
    reserved_types: &["CONTRACT", "False", "None", "True"],
    type_name: pascal,
    variable,
    extension: "py",
};

/// The private name that a module is imported by: no attribute begins with an underscore.
fn variable(name: &str) -> String {
    format!("_{}", snake(name))
}

/// The attributes of the members of a record, and of its other members, if it is open.
pub(super) fn attributes(item: &Item) -> (Vec<String>, Option<String>) {
    let ItemKind::Record { fields, extra } = &item.kind else { return (Vec::new(), None) };
    let mut taken = BTreeSet::new();
    let mut attribute = |name: &str| {
        let name = snake(name);
        let is_reserved = RESERVED_ATTRIBUTES.contains(&name.as_str());
        unique(if is_reserved { format!("{name}_") } else { name }, &mut taken)
    };
    let members = fields.iter().map(|field: &Field| attribute(&field.name)).collect();
    let extra = matches!(extra, Extra::Open(_)).then(|| attribute("extra"));
    (members, extra)
}

/// The package of the module `target`, seen from a file in `folder`.
pub(super) fn package(folder: &[String], target: &[String]) -> String {
    format!("{}{}", ".".repeat(folder.len() + 1), target.join("."))
}

/// The import of a module by its private name.
pub(super) fn import(folder: &[String], target: &Module) -> String {
    format!("from {} import {} as {}\n", package(folder, &target.folder), target.stem, target.alias)
}
