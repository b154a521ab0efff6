//! Templates of text and variables, such as `{{context}}.{{kebab}}`.

use serde_json::Value;

/// The tag at which a template stops being plain.
#[cfg_attr(feature = "handlebars", expect(dead_code, reason = "Handlebars reports it"))]
pub(super) struct Stop {
    /// Its place in the template.
    pub(super) start: usize,
    /// The unknown variable that it is, if it is one.
    pub(super) unknown: Option<String>,
}

/// Fills in the variables.
pub(super) fn render(template: &str, values: &Value) -> Result<String, Stop> {
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}', '\\']) {
        let start = template.len() - rest.len() + at;
        let stop = |unknown| Stop { start, unknown };
        text.push_str(&rest[..at]);
        let tag = rest[at..].strip_prefix("{{").and_then(|tag| tag.split_once("}}"));
        let (name, behind) = tag.ok_or_else(|| stop(None))?;
        let name = name.trim_matches([' ', '\t', '\n', '\r']);
        let is_name = name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
            && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
            && !matches!(name, "else" | "false" | "null" | "this" | "true");
        match values.get(name).filter(|_| is_name) {
            Some(Value::String(value)) => text.push_str(value),
            Some(Value::Number(value)) => text.push_str(&value.to_string()),
            Some(_) => return Err(stop(None)),
            None => return Err(stop(is_name.then(|| name.to_owned()))),
        }
        rest = behind;
    }
    text.push_str(rest);
    Ok(text)
}
