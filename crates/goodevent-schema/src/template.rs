//! Handlebars, kept within bounds: nothing that a template says makes it run without end.

use handlebars::Handlebars;
use serde::Serialize;

/// Blocks and calls within one another.
const MAX_NESTING: usize = 32;

/// Why a template gives no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Partials could call themselves.
    #[error("it has a partial (`{{{{>` or `{{{{#*`), which templates here can't have")]
    Partial,
    /// It is nested too deep.
    #[error("it is nested deeper than {MAX_NESTING} levels")]
    Nesting,
    /// It is malformed, or asks for what is not there.
    #[error("{0}")]
    Malformed(String),
}

/// The text that `template` makes of `values`. Nothing is escaped, and every name has to be there.
///
/// # Errors
/// Why there is none.
pub fn render(template: &str, values: &impl Serialize) -> Result<String, Refused> {
    check(template)?;
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(handlebars::no_escape);
    let mut text =
        handlebars.render_template(template, values).map_err(|error| Refused::Malformed(error.to_string()))?;
    // Handlebars begins with room for thousands of characters.
    text.shrink_to_fit();
    Ok(text)
}

fn check(template: &str) -> Result<(), Refused> {
    let (mut n_open, mut n_chained) = (0_usize, 0_usize);
    for (at, _) in template.match_indices("{{") {
        let is_frame = |char: char| char == '{' || char == '~' || char.is_whitespace();
        let tag = template[at..].trim_start_matches(is_frame);
        let block = tag.strip_prefix('#').map(|block| block.trim_start_matches(is_frame));
        if tag.starts_with(['>', '*']) || block.is_some_and(|block| block.starts_with(['>', '*'])) {
            return Err(Refused::Partial);
        }
        match tag.as_bytes().first() {
            Some(b'#' | b'^') => n_open += 1,
            Some(b'/') => n_open = n_open.saturating_sub(1),
            // `{{else if}}` is a block within the block before it.
            Some(b'e') if tag.starts_with("else") => n_chained += 1,
            _ => {}
        }
        let end = tag.find("}}").unwrap_or(tag.len());
        let n_calls = tag[..end].matches(['(', '[', '.']).count();
        if [n_open, n_chained / 8, n_calls].iter().any(|depth| *depth > MAX_NESTING) {
            return Err(Refused::Nesting);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_filled_in_as_they_are() {
        let values = json!({ "name": "a<b" });
        assert_eq!(render("x.{{name}}", &values), Ok("x.a<b".to_owned()));
        assert!(matches!(render("{{nam}}", &values), Err(Refused::Malformed(_))));
        assert!(matches!(render("{{#if name}}", &values), Err(Refused::Malformed(_))));
    }

    #[test]
    fn what_could_run_without_end_is_refused() {
        let values = json!({ "name": "a" });
        for partial in [
            r#"{{#*inline "x"}}{{> x}}{{/inline}}{{> x}}"#,
            r#"{{~# * inline "x"}}{{/inline}}"#,
            "{{#> x}}{{/x}}",
            "{{{{> x}}",
        ] {
            assert_eq!(render(partial, &values), Err(Refused::Partial), "{partial}");
        }
        let blocks = format!("{}{}", "{{#if name}}".repeat(10_000), "{{/if}}".repeat(10_000));
        assert_eq!(render(&blocks, &values), Err(Refused::Nesting));
        let calls = format!("{{{{{}name{}}}}}", "(lookup this ".repeat(10_000), ")".repeat(10_000));
        assert_eq!(render(&calls, &values), Err(Refused::Nesting));
    }
}
