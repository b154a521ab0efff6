//! Names that TypeScript allows.

use goodevent_model::names::{camel, pascal};

use crate::languages::modules::{Module, Naming};

/// Names of files and folders that the output has itself.
const RESERVED_FILES: [&str; 5] = ["contracts", "external", "goodevent", "index", "types"];

pub(super) const NAMING: Naming = Naming {
    reserved_files: &RESERVED_FILES,
    reserved_words: &RESERVED_WORDS,
    reserved_types: &[],
    type_name: pascal,
    variable: camel,
    extension: "ts",
};

/// Words that no variable may be called.
const RESERVED_WORDS: [&str; 52] = [
    "abstract",
    "any",
    "arguments",
    "as",
    "async",
    "await",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "g",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "while",
    "yield",
];

/// The relative path of the module `target` from `module`, as imports have it.
pub(super) fn way(module: &Module, target: &Module) -> String {
    let n_common = module.folder.iter().zip(&target.folder).take_while(|(own, other)| own == other).count();
    let up = "../".repeat(module.folder.len() - n_common);
    let up = if up.is_empty() { "./".to_owned() } else { up };
    let down: String = target.folder[n_common..].iter().map(|part| format!("{part}/")).collect();
    format!("{up}{down}{}.js", target.stem)
}
