//! Handlebars within bounds: no template runs without limit.

use std::{
    io,
    sync::atomic::{AtomicUsize, Ordering},
};

use handlebars::{
    Context, Handlebars, Helper, HelperDef, JsonTruthy as _, Output, PathAndJson, RenderContext, RenderError,
    RenderErrorReason, Renderable as _, Template, TemplateErrorReason, template::TemplateElement,
};
use serde::Serialize;
use serde_json::Value;

use super::{
    plain::Stop,
    refused::{Escape, MAX_NESTING, MAX_TEXT_BYTES, Refused},
};

/// Elements of blocks that are written, each as often as its loops say. A page about 10,000 events has fewer.
const MAX_STEPS: usize = 5_000_000;

/// The same of a name, which needs no loop.
const MAX_NAME_STEPS: usize = 1_000;

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
                let reason = match error.reason() {
                    TemplateErrorReason::InvalidSyntax(_) => "a tag is malformed, or a block is not closed".to_owned(),
                    TemplateErrorReason::MismatchingClosedHelper(open, close) => {
                        format!("`{{{{#{open}}}}}` is closed by `{{{{/{close}}}}}`")
                    }
                    other => other.to_string().lines().next().unwrap_or("not a valid Handlebars template").to_owned(),
                };
                Self::Malformed { reason, line, column }
            }
            RenderErrorReason::MissingVariable(None) => {
                Self::Malformed { reason: "it uses an unknown variable".to_owned(), line, column }
            }
            RenderErrorReason::ParamNotFoundForIndex(name, index) => {
                let reason = format!(
                    "the helper `{name}` needs more than {index} {}",
                    if *index == 1 { "value" } else { "values" }
                );
                Self::Malformed { reason, line, column }
            }
            other => Self::Malformed { reason: other.to_string(), line, column },
        }
    }
}

/// Renders a name, of which nothing is escaped.
pub(super) fn render_name(template: &str, values: &Value, _: Stop) -> Result<String, Refused> {
    render_within(template, values, Box::new(handlebars::no_escape), Vec::new(), MAX_NAME_STEPS)
}

/// Renders `template` with `values`: `inserted` escapes `{{x}}`, the helper of that name escapes `{{helper x}}`, and `{{{x}}}`
/// is not escaped.
///
/// # Errors
/// If the template fails.
pub fn render_escaped(
    template: &str,
    values: &impl Serialize,
    inserted: Escape,
    helpers: Vec<(String, Escape)>,
) -> Result<String, Refused> {
    render_within(template, values, inserted, helpers, MAX_STEPS)
}

fn render_within(
    template: &str,
    values: &impl Serialize,
    inserted: Escape,
    helpers: Vec<(String, Escape)>,
    max_steps: usize,
) -> Result<String, Refused> {
    check(template)?;
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(inserted);
    for (name, escape) in helpers {
        handlebars.register_helper(&name, Box::new(Escaped(escape)));
    }
    for (name, wants) in [("if", true), ("unless", false)] {
        handlebars.register_helper(name, Box::new(Condition { wants }));
    }
    handlebars.register_helper(STEP, Box::new(Steps { n_taken: AtomicUsize::new(0), max: max_steps }));
    let malformed = |error| Refused::of(&RenderError::from(error));
    let mut compiled = Template::compile(template).map_err(malformed)?;
    count_steps(&mut compiled).map_err(malformed)?;
    handlebars.register_template(WHOLE, compiled);
    let mut text = Limited::default();
    match handlebars.render_to_write(WHOLE, values, &mut text) {
        Ok(()) => String::from_utf8(text.bytes).map_err(|_| Refused::Text),
        Err(_) if text.is_full => Err(Refused::Text),
        Err(error) => match error.reason() {
            RenderErrorReason::Other(reason) if reason == STEP => Err(Refused::Steps { max: max_steps }),
            _ => Err(Refused::of(&error)),
        },
    }
}

/// Name of the template among those that Handlebars knows.
const WHOLE: &str = "template";

/// Name of the helper that stands at the beginning of each block.
const STEP: &str = "goodevent-step";

/// Lets each block begin with a call that counts its elements: a loop in a loop may be empty, and run without end.
fn count_steps(template: &mut Template) -> Result<(), handlebars::TemplateError> {
    let mut queue = vec![template];
    while let Some(template) = queue.pop() {
        for element in &mut template.elements {
            let TemplateElement::HelperBlock(block) = element else { continue };
            for inner in [&mut block.template, &mut block.inverse].into_iter().flatten() {
                let mut step = Template::compile(&format!("{{{{{STEP} {}}}}}", inner.elements.len() + 1))?;
                inner.elements.splice(0..0, step.elements.drain(..));
                inner.mapping.splice(0..0, step.mapping.drain(..));
                queue.push(inner);
            }
        }
    }
    Ok(())
}

/// Counts the elements of blocks.
struct Steps {
    n_taken: AtomicUsize,
    max: usize,
}

impl HelperDef for Steps {
    fn call<'r: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'r Handlebars<'r>,
        _: &'rc Context,
        _: &mut RenderContext<'r, 'rc>,
        _: &mut dyn Output,
    ) -> Result<(), RenderError> {
        let n_steps = helper.param(0).and_then(|param| param.value().as_u64()).unwrap_or(1);
        let n_steps = usize::try_from(n_steps).unwrap_or(self.max);
        match self.n_taken.fetch_add(n_steps, Ordering::Relaxed) {
            n_taken if n_taken <= self.max => Ok(()),
            _ => Err(RenderErrorReason::Other(STEP.to_owned()).into()),
        }
    }
}

/// `if` and `unless` as Handlebars has them, for variables that are there: one that is misspelt would never hold.
struct Condition {
    wants: bool,
}

impl HelperDef for Condition {
    fn call<'r: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        handlebars: &'r Handlebars<'r>,
        context: &'rc Context,
        render: &mut RenderContext<'r, 'rc>,
        out: &mut dyn Output,
    ) -> Result<(), RenderError> {
        let argument = one_value(helper)?;
        let includes_zero = helper.hash_get("includeZero").and_then(|value| value.value().as_bool()).unwrap_or(false);
        let holds = argument.value().is_truthy(includes_zero) == self.wants;
        match if holds { helper.template() } else { helper.inverse() } {
            Some(block) => block.render(handlebars, context, render, out),
            None => Ok(()),
        }
    }
}

/// The one value that a helper is given, which is there.
fn one_value<'h, 'rc>(helper: &'h Helper<'rc>) -> Result<&'h PathAndJson<'rc>, RenderError> {
    let argument = helper.param(0).filter(|_| helper.param(1).is_none());
    let Some(argument) = argument else {
        let reason = format!("the helper `{}` takes one value", helper.name());
        return Err(RenderErrorReason::Other(reason).into());
    };
    if argument.is_value_missing() {
        return Err(RenderErrorReason::MissingVariable(argument.relative_path().cloned()).into());
    }
    Ok(argument)
}

/// A text that ends before it is too long.
#[derive(Default)]
struct Limited {
    bytes: Vec<u8>,
    is_full: bool,
}

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.is_full = self.bytes.len() + bytes.len() > MAX_TEXT_BYTES;
        if self.is_full {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
        let argument = one_value(helper)?;
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

    use super::{super::render, *};

    #[test]
    fn plain_templates_are_what_handlebars_makes_of_them() {
        let values = json!({ "name": "a<b&\"c\"", "n": 12, "this": 1, "else": 2, "true": 3, "list": ["a"] });
        let parts = [
            "{{name}}",
            "{{ n }}",
            "{{\tname\n}}",
            "x",
            ".",
            "\n",
            " ",
            "{{nam}}",
            "{{this}}",
            "{{else}}",
            "\\",
            "{",
            "}",
            "{{true}}",
            "{{list}}",
            "{{{name}}}",
            "{{~name}}",
            "{{name.n}}",
            "{{1}}",
            "{{",
            "}}",
            "é",
            "\\{{name}}",
        ];
        let whole = |template: &str| {
            render_within(template, &values, Box::new(handlebars::no_escape), Vec::new(), MAX_NAME_STEPS)
        };
        for one in parts {
            for two in parts {
                for three in parts {
                    let template = format!("{one}{two}{three}");
                    assert_eq!(render(&template, &values), whole(&template), "{template:?}");
                }
            }
        }
    }

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
        let loops = |n: usize, inner: &str| format!("{}{inner}{}", "{{#each all}}".repeat(n), "{{/each}}".repeat(n));
        let many = json!({ "all": (0..9).collect::<Vec<_>>(), "text": "a".repeat(100_000) });
        let within = |inner: &str| loops(9, inner).replace("{{#each all}}", "{{#each @root.all}}");
        for empty in ["", "{{! nothing }}", "{{#if @root.all}}{{/if}}", "{{#each @root.all}}{{else}}{{/each}}"] {
            assert_eq!(render(&within(empty), &many), Err(Refused::Steps { max: MAX_NAME_STEPS }), "{empty}");
        }
        let page = |template: &str| render_escaped(template, &many, Box::new(handlebars::no_escape), Vec::new());
        assert_eq!(page(&within("{{@root.text}}")), Err(Refused::Text));
        assert_eq!(render(&"{{text}}".repeat(1_000), &many), Err(Refused::Text));
        let few = "{{#each all}}{{#each @root.all}}{{this}}{{#if @last}};{{else}},{{/if}}{{/each}}{{/each}}";
        assert_eq!(render(few, &json!({ "all": [1, 2] })), Ok("1,2;1,2;".to_owned()));
        let calls = format!("{{{{{}name{}}}}}", "(lookup this ".repeat(10_000), ")".repeat(10_000));
        assert_eq!(render(&calls, &values), Err(Refused::Nesting));
    }
}
