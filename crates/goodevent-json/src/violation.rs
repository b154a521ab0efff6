//! The violations of a message, in words: the same in the command and in services.

use std::fmt;

use crate::{escape::line, string, width::Width};

/// One way in which a message violates its contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// JSON Pointer to the value ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)); empty for the whole.
    pub pointer: String,
    /// The keyword of the contract that is violated, such as `maxLength`.
    pub keyword: &'static str,
    /// The expected value, such that "… is not *expected*" reads well: `one of "a", "b"`.
    pub expected: String,
    /// The value that is there, shortened.
    pub found: String,
}

impl Violation {
    /// For a value that takes too long to be decided on.
    #[must_use]
    pub fn undecided(pointer: String) -> Self {
        Self {
            pointer,
            keyword: "undecided",
            expected: "decided within the steps that a message may take".to_owned(),
            found: "the value".to_owned(),
        }
    }
}

/// The violations of one value, or of one of its alternatives, each listed once. `S` remembers what was looked at.
#[derive(Debug)]
pub struct Found<S> {
    /// The violations so far.
    pub violations: Vec<Violation>,
    /// The schemas and values that were looked at.
    pub seen: S,
    max: usize,
    /// Whether the rest was not looked at, since that would take too long.
    is_cut: bool,
}

impl<S: Default> Found<S> {
    /// None so far, of at most `max`.
    #[must_use]
    pub fn up_to(max: usize) -> Self {
        Self { violations: Vec::new(), seen: S::default(), max, is_cut: false }
    }

    /// Whether nothing more is looked for.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.is_cut || self.violations.len() >= self.max
    }

    /// Notes that nothing is looked at from `pointer` on.
    pub fn cut(&mut self, pointer: &str) {
        if !self.is_cut {
            self.violations.push(Violation::undecided(pointer.to_owned()));
            self.is_cut = true;
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "the message" } else { &self.pointer };
        // Logs of services show it.
        let [pointer, found, expected] = [pointer, &self.found, &self.expected].map(line);
        write!(f, "{pointer}: {found} is not {expected} ({})", self.keyword)
    }
}

/// A violated keyword, with the data for its message. Values are their JSON text, [shortened](shortened).
#[derive(Debug)]
#[allow(missing_docs, reason = "the keywords of JSON Schema")]
pub enum Broken<'a> {
    /// The schema `false`.
    Never,
    /// `type`, with the names of the types.
    Type(&'a [&'a str]),
    /// `enum`: the first values, and how many there are.
    Enum(Vec<String>, usize),
    Const(String),
    Minimum(String),
    Maximum(String),
    ExclusiveMinimum(String),
    ExclusiveMaximum(String),
    MultipleOf(String),
    /// The Rust type does not hold the number.
    Holds(Width),
    MinLength(u64),
    MaxLength(u64),
    Pattern(&'a str),
    Format(&'a str),
    ContentEncoding(&'a str),
    /// `contentMediaType`.
    ContentJson,
    MinItems(u64),
    MaxItems(u64),
    UniqueItems,
    Contains(u64, Option<u64>),
    /// `propertyNames`, with what is wrong with one of the names.
    PropertyNames(Option<Violation>),
    /// `required`, with the names that are missing.
    Required(Vec<&'a str>),
    /// `dependentRequired`, with a name that is there, and those that are missing.
    DependentRequired(&'a str, Vec<&'a str>),
    MinProperties(u64),
    MaxProperties(u64),
    /// `anyOf`: how many there are, and what is wrong with the nearest.
    AnyOf(usize, Option<Violation>),
    /// `oneOf`: how many there are, how many of them hold, and what is wrong with the nearest.
    OneOf(usize, usize, Option<Violation>),
    Not,
}

/// Values of an `enum` that a message lists.
pub const MAX_LISTED: usize = 10;

impl Broken<'_> {
    /// The violation at `pointer`, where `found` stands.
    #[must_use]
    pub fn at(self, pointer: String, found: String) -> Violation {
        let (keyword, expected) = self.words();
        Violation { pointer, keyword, expected, found }
    }

    /// The keyword, and what is expected.
    fn words(self) -> (&'static str, String) {
        match self {
            Self::Never => ("false", "allowed here".to_owned()),
            Self::Type(names) => ("type", types(names)),
            Self::Enum(mut values, n_values) => {
                if n_values > values.len() {
                    values.push(format!("{} more", n_values - values.len()));
                }
                ("enum", format!("one of {}", values.join(", ")))
            }
            Self::Const(value) => ("const", value),
            Self::Minimum(min) => ("minimum", format!("at least {min}")),
            Self::Maximum(max) => ("maximum", format!("at most {max}")),
            Self::ExclusiveMinimum(min) => ("exclusiveMinimum", format!("more than {min}")),
            Self::ExclusiveMaximum(max) => ("exclusiveMaximum", format!("less than {max}")),
            Self::MultipleOf(divisor) => ("multipleOf", format!("a multiple of {divisor}")),
            Self::Holds(width) => ("type", format!("a number that a Rust {width} holds")),
            Self::MinLength(min) => ("minLength", format!("at least {min} characters long")),
            Self::MaxLength(max) => ("maxLength", format!("at most {max} characters long")),
            Self::Pattern(pattern) => ("pattern", format!("a match of {pattern}")),
            Self::Format(name) => ("format", format!("a valid {name}")),
            Self::ContentEncoding(name) => ("contentEncoding", format!("in {name}")),
            Self::ContentJson => ("contentMediaType", "JSON".to_owned()),
            Self::MinItems(min) => ("minItems", format!("at least {min} items long")),
            Self::MaxItems(max) => ("maxItems", format!("at most {max} items long")),
            Self::UniqueItems => ("uniqueItems", "free of repeated items".to_owned()),
            Self::Contains(min, max) => {
                let max = max.map(|max| format!(" to {max}")).unwrap_or_default();
                ("contains", format!("an array with {min}{max} items as `contains` requires"))
            }
            Self::PropertyNames(reason) => {
                ("propertyNames", reason.map_or_else(|| "a name that is allowed".to_owned(), |reason| reason.expected))
            }
            Self::Required(missing) => ("required", format!("an object with {}", quoted(&missing))),
            Self::DependentRequired(name, missing) => {
                let (missing, name) = (quoted(&missing), string::quote(name));
                ("dependentRequired", format!("an object with {missing}, as one with {name} has to be"))
            }
            Self::MinProperties(min) => ("minProperties", format!("an object of at least {min} members")),
            Self::MaxProperties(max) => ("maxProperties", format!("an object of at most {max} members")),
            Self::AnyOf(n_branches, nearest) => ("anyOf", alternatives(n_branches, nearest)),
            Self::OneOf(n_branches, 0, nearest) => ("oneOf", alternatives(n_branches, nearest)),
            Self::OneOf(n_branches, n_valid, _) => {
                ("oneOf", format!("just one of {n_branches} alternatives but {n_valid}"))
            }
            Self::Not => ("not", "allowed: it is what `not` excludes".to_owned()),
        }
    }
}

fn types(names: &[&str]) -> String {
    let has_number = names.contains(&"number");
    let names = names.iter().filter(|name| !has_number || **name != "integer").map(|name| match *name {
        "null" => "null".to_owned(),
        "integer" | "array" | "object" => format!("an {name}"),
        name => format!("a {name}"),
    });
    names.collect::<Vec<_>>().join(" or ")
}

/// The words between alternatives and what is wrong with the nearest one.
const NEAREST: &str = "; of the nearest one, ";

/// Of alternatives within alternatives, only what is wrong with the innermost is said: the rest would grow with each level.
fn alternatives(n_branches: usize, nearest: Option<Violation>) -> String {
    let said = match nearest {
        None => return format!("any of {n_branches} alternatives"),
        Some(reason) => match reason.expected.split_once(NEAREST) {
            Some((_, innermost)) if matches!(reason.keyword, "anyOf" | "oneOf") => innermost.to_owned(),
            _ => reason.to_string(),
        },
    };
    format!("any of {n_branches} alternatives{NEAREST}{said}")
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| string::quote(name)).collect::<Vec<_>>().join(", ")
}

/// Characters of a value that a message shows.
pub const MAX_SHOWN_CHARS: usize = 60;

/// A JSON text, or the beginning of one that has more than [`MAX_SHOWN_CHARS`], as a message shows it.
#[must_use]
pub fn shortened(text: &str) -> String {
    if text.chars().count() <= MAX_SHOWN_CHARS {
        return text.to_owned();
    }
    text.chars().take(MAX_SHOWN_CHARS - 1).chain(['…']).collect()
}

/// Of what is wrong with each of several alternatives, the first about the one that the instance comes nearest to.
#[must_use]
pub fn nearest(alternatives: impl Iterator<Item = Vec<Violation>>, pointer: &str) -> Option<Violation> {
    // An alternative of another type is not a near miss.
    let is_far =
        |reasons: &[Violation]| reasons.iter().any(|reason| reason.keyword == "type" && reason.pointer == pointer);
    let nearest = alternatives.min_by_key(|reasons| (is_far(reasons), reasons.len()))?;
    nearest.into_iter().next()
}
