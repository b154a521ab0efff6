//! Rust names for the names of a contract, which can be arbitrary text.

use goodevent_model::names;

/// Names that say something else in Rust, so that no item takes them.
///
/// Generated code names types and traits by absolute paths, so that any other name is free. The variants `Some`, `None`,
/// `Ok` and `Err` it names as everybody does.
const TAKEN: &[&str] = &[
    "Self",
    "String",
    "Option",
    "Some",
    "None",
    "Vec",
    "Box",
    "Result",
    "Ok",
    "Err",
    "BTreeMap",
    "Cow",
    "Debug",
    "Clone",
    "Copy",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "Hash",
    "Default",
    "Send",
    "Sync",
    "Sized",
    "Drop",
    "Fn",
    "FnMut",
    "FnOnce",
    "S",
];

/// Keywords, of all editions, that may stand raw: `r#type`.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// `UpperCamelCase`, for types and variants.
pub(crate) fn pascal(name: &str) -> String {
    let joined = names::pascal(name);
    if TAKEN.contains(&joined.as_str()) { format!("{joined}Value") } else { joined }
}

/// `snake_case`, for fields and modules.
pub(crate) fn snake(name: &str) -> String {
    let joined = names::snake(name);
    match joined.as_str() {
        "self" | "super" | "crate" => format!("{joined}_"),
        _ if KEYWORDS.contains(&joined.as_str()) => format!("r#{joined}"),
        _ => joined,
    }
}

/// `UPPER_SNAKE_CASE`, for constants.
pub(crate) fn constant(name: &str) -> String {
    snake(name).trim_start_matches("r#").to_ascii_uppercase()
}

/// Names of modules that the output has itself, or whose files mean something else to Cargo.
const RESERVED: [&str; 8] = ["bin", "contracts", "external", "lib", "main", "mod", "patterns", "types"];

/// A file's name may have 255 bytes, with its extension.
const MAX_MODULE_BYTES: usize = 200;

/// `snake_case`, for a module that has a file.
pub(crate) fn module(name: &str) -> String {
    let snake = snake(name);
    let bare = snake.trim_start_matches("r#");
    if RESERVED.contains(&bare) {
        return format!("{bare}_");
    }
    if snake.len() <= MAX_MODULE_BYTES {
        return snake;
    }
    // FNV-1a: two long names that begin alike stay two.
    let hash = snake
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3));
    let begin: String = snake.chars().take(MAX_MODULE_BYTES - 17).collect();
    format!("{begin}_{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_becomes_one_of_rust() {
        for (name, expected_pascal, expected_snake) in [
            ("subscriptionId", "SubscriptionId", "subscription_id"),
            ("HTTPServer", "HttpServer", "http_server"),
            ("type", "Type", "r#type"),
            ("Self", "SelfValue", "self_"),
            ("3d-model", "N3dModel", "n3d_model"),
            ("", "Empty", "empty"),
            ("+1", "N1", "n1"),
            ("größe", "Gruf6udfe", "gruf6udfe"),
            ("$id", "Id", "id"),
            ("String", "StringValue", "string"),
            ("x_y__z", "XYZ", "x_y_z"),
        ] {
            assert_eq!((pascal(name).as_str(), snake(name).as_str()), (expected_pascal, expected_snake), "{name}");
        }
    }

    #[test]
    fn a_module_has_a_file_of_its_own() {
        for (name, expected) in [
            ("lib", "lib_"),
            ("mod", "mod_"),
            ("Patterns", "patterns_"),
            ("type", "r#type"),
            ("self", "self_"),
            ("core", "core"),
            ("billing", "billing"),
        ] {
            assert_eq!(module(name), expected, "{name}");
        }
        let (long, longer) = ("aB".repeat(120), "aB".repeat(121));
        assert!(module(&long).len() <= MAX_MODULE_BYTES);
        assert_ne!(module(&long), module(&longer));
    }
}
