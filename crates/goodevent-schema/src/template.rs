//! Handlebars, kept within bounds: nothing that a template says makes it run without end.

use handlebars::{Context, Handlebars, Helper, HelperDef, Output, RenderContext, RenderError, RenderErrorReason};
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
    /// It asks for what is not there.
    #[error("there is no variable `{name}` (line {line}, column {column})")]
    Unknown {
        /// The variable that it asks for.
        name: String,
        /// Line of the place, from 1.
        line: usize,
        /// Column of the place, from 1.
        column: usize,
    },
    /// It is malformed.
    #[error("{reason} (line {line}, column {column})")]
    Malformed {
        /// Why.
        reason: String,
        /// Line of the place, from 1.
        line: usize,
        /// Column of the place, from 1.
        column: usize,
    },
}

impl Refused {
    /// An error of Handlebars, without its names for things that users don't know.
    fn of(error: &RenderError) -> Self {
        let place = |line: Option<usize>, column: Option<usize>| (line.unwrap_or(1), column.unwrap_or(1));
        let (line, column) = place(error.line_no, error.column_no);
        match error.reason() {
            RenderErrorReason::MissingVariable(Some(name)) => Self::Unknown { name: name.clone(), line, column },
            RenderErrorReason::HelperNotFound(name) => {
                Self::Malformed { reason: format!("there is no helper `{name}`"), line, column }
            }
            RenderErrorReason::TemplateError(error) => {
                let (line, column) = error.pos().unwrap_or((1, 1));
                let reason = error.reason().to_string();
                let reason = reason.lines().next().unwrap_or("it is no template of Handlebars").to_owned();
                Self::Malformed { reason, line, column }
            }
            other => Self::Malformed { reason: other.to_string(), line, column },
        }
    }
}

/// A way to write text in a language.
pub type Escape = Box<dyn Fn(&str) -> String + Send + Sync>;

/// The text that `template` makes of `values`. Nothing is escaped, and every name has to be there.
///
/// # Errors
/// Why there is none.
pub fn render(template: &str, values: &impl Serialize) -> Result<String, Refused> {
    render_escaped(template, values, Box::new(handlebars::no_escape), Vec::new())
}

/// The text that `template` makes of `values`: `{{x}}` is escaped by `inserted`, `{{helper x}}` by the helper of that name,
/// and `{{{x}}}` not at all.
///
/// # Errors
/// Why there is none.
pub fn render_escaped(
    template: &str,
    values: &impl Serialize,
    inserted: Escape,
    helpers: Vec<(String, Escape)>,
) -> Result<String, Refused> {
    check(template)?;
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(inserted);
    for (name, escape) in helpers {
        handlebars.register_helper(&name, Box::new(Escaped(escape)));
    }
    let mut text = handlebars.render_template(template, values).map_err(|error| Refused::of(&error))?;
    // Handlebars begins with room for thousands of characters.
    text.shrink_to_fit();
    Ok(text)
}

/// A helper that writes its argument in a language.
struct Escaped(Escape);

impl HelperDef for Escaped {
    fn call<'r: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'r Handlebars<'r>,
        _: &'rc Context,
        _: &mut RenderContext<'r, 'rc>,
        out: &mut dyn Output,
    ) -> Result<(), RenderError> {
        let argument = helper.param(0).filter(|_| helper.param(1).is_none());
        let Some(argument) = argument else {
            let reason = format!("the helper `{}` takes one value", helper.name());
            return Err(RenderErrorReason::Other(reason).into());
        };
        if argument.is_value_missing() {
            return Err(RenderErrorReason::MissingVariable(argument.relative_path().cloned()).into());
        }
        let text = match argument.value().as_str() {
            Some(text) => (self.0)(text),
            None => (self.0)(&argument.value().to_string()),
        };
        out.write(&text)?;
        Ok(())
    }
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
        let unknown = Refused::Unknown { name: "nam".to_owned(), line: 2, column: 3 };
        assert_eq!(render("a\nb {{nam}}", &values), Err(unknown));
        for malformed in ["{{#if name}}", "{{name", "{{nope name}}", "{{/if}}", "{{}}"] {
            let Err(Refused::Malformed { reason, line: 1, .. }) = render(malformed, &values) else {
                panic!("{malformed}: {:?}", render(malformed, &values));
            };
            assert!(!reason.contains('\n'), "{reason}");
        }
    }

    #[test]
    fn helpers_escape_what_they_are_given() {
        let shout = |text: &str| text.to_uppercase();
        let rendered = |template| {
            let helpers = vec![("loud".to_owned(), Box::new(shout) as Escape)];
            render_escaped(template, &json!({ "name": "a<b", "n": 1 }), Box::new(|text| format!("<{text}>")), helpers)
        };
        assert_eq!(rendered("{{name}} {{{name}}} {{loud name}} {{loud n}}"), Ok("<a<b> a<b A<B 1".to_owned()));
        let unknown = Refused::Unknown { name: "nam".to_owned(), line: 1, column: 1 };
        assert_eq!(rendered("{{loud nam}}"), Err(unknown));
        for malformed in ["{{loud}}", "{{loud name n}}"] {
            let Err(Refused::Malformed { reason, .. }) = rendered(malformed) else {
                panic!("{malformed}: {:?}", rendered(malformed));
            };
            assert_eq!(reason, "the helper `loud` takes one value");
        }
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
