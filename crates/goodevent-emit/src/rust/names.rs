//! Rust names for the names of a contract, which can be any text at all.

use std::collections::BTreeSet;

/// Names that generated code uses itself, so that no item may take them.
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
    let joined: String = words(name).iter().map(|word| capitalised(word)).collect();
    match joined.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("N{joined}"),
        Some(_) if TAKEN.contains(&joined.as_str()) => format!("{joined}Value"),
        Some(_) => joined,
    }
}

/// `snake_case`, for fields and modules.
pub(crate) fn snake(name: &str) -> String {
    let joined = words(name).join("_");
    match joined.as_str() {
        "" => "empty".to_owned(),
        "self" | "super" | "crate" => format!("{joined}_"),
        _ if joined.starts_with(|first: char| first.is_ascii_digit()) => format!("n{joined}"),
        _ if KEYWORDS.contains(&joined.as_str()) => format!("r#{joined}"),
        _ => joined,
    }
}

/// The first of `name`, `name2`, `name3`, … that is not taken, which it is from now on.
pub(crate) fn unique(name: String, taken: &mut BTreeSet<String>) -> String {
    let found =
        (1..).map(|n| if n == 1 { name.clone() } else { format!("{name}{n}") }).find(|name| !taken.contains(name));
    let name = found.unwrap_or(name);
    taken.insert(name.clone());
    name
}

/// The words of a name in lower case: at capitals, digits stay where they are, and all that is no letter or digit of ASCII
/// separates, or is spelt by its number where it is a letter.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (char_idx, &char) in chars.iter().enumerate() {
        let before = char_idx.checked_sub(1).map(|before| chars[before]);
        let is_next_lower = chars.get(char_idx + 1).is_some_and(char::is_ascii_lowercase);
        let begins =
            char.is_ascii_uppercase() && before.is_some_and(|before| !before.is_ascii_uppercase() || is_next_lower);
        if begins || !(char.is_ascii_alphanumeric() || char.is_alphabetic()) {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if char.is_ascii_alphanumeric() {
            word.push(char.to_ascii_lowercase());
        } else if char.is_alphabetic() {
            word.push_str(&format!("u{:x}", u32::from(char)));
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
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
    fn collisions_are_counted() {
        let mut taken = BTreeSet::new();
        let names = ["a", "a", "a2", "a"].map(|name| unique(name.to_owned(), &mut taken));
        assert_eq!(names, ["a", "a2", "a22", "a3"]);
    }
}
