//! Text of contracts and settings in other languages: each language defines its escapes in one place, for emitters,
//! commands and templates.

mod code;
mod markup;
mod rustdoc;

pub use self::{
    markup::markdown_code,
    rustdoc::{prose, rust_doc},
};

/// A language that text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names of languages")]
pub enum Language {
    Bicep,
    CSharp,
    Go,
    Html,
    Java,
    Json,
    Markdown,
    Python,
    Rust,
    Terraform,
    TypeScript,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Bicep,
        Self::CSharp,
        Self::Go,
        Self::Html,
        Self::Java,
        Self::Json,
        Self::Markdown,
        Self::Python,
        Self::Rust,
        Self::Terraform,
        Self::TypeScript,
    ];

    /// The name of [`Self::text`] in templates.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bicep => "bicep",
            Self::CSharp => "csharp",
            Self::Go => "go",
            Self::Html => "html",
            Self::Java => "java",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Python => "python",
            Self::Rust => "rust",
            Self::Terraform => "terraform",
            Self::TypeScript => "typescript",
        }
    }

    /// Language of a file, by the extension of its path.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let (_, extension) = path.rsplit_once('.')?;
        Some(match extension.to_ascii_lowercase().as_str() {
            "bicep" => Self::Bicep,
            "cs" => Self::CSharp,
            "go" => Self::Go,
            "htm" | "html" | "svg" | "xhtml" | "xml" => Self::Html,
            "java" | "kt" | "kts" | "scala" => Self::Java,
            "json" | "jsonc" => Self::Json,
            "markdown" | "md" | "mdx" => Self::Markdown,
            "py" | "pyi" => Self::Python,
            "rs" => Self::Rust,
            "hcl" | "tf" | "tfvars" => Self::Terraform,
            "cjs" | "cts" | "js" | "jsx" | "mjs" | "mts" | "ts" | "tsx" => Self::TypeScript,
            _ => return None,
        })
    }

    /// The text as a value: a string literal with its quotes; visible text in Markdown and HTML.
    #[must_use]
    pub fn text(self, text: &str) -> String {
        match self {
            Self::Bicep => code::bicep(text),
            Self::CSharp | Self::Go | Self::Python => code::wide(text),
            Self::Html => markup::html(text),
            Self::Java => code::java(text),
            Self::Json | Self::TypeScript => code::json(text),
            Self::Markdown => markup::markdown(text),
            Self::Rust => proc_macro2::Literal::string(text).to_string(),
            Self::Terraform => code::terraform(text),
        }
    }

    /// The text within a comment, in one line. It ends no comment and no docstring, and is not a directive.
    #[must_use]
    pub fn comment(self, text: &str) -> String {
        match self {
            Self::Html => markup::html(text),
            Self::Markdown => markup::markdown(text),
            Self::CSharp => code::xml_comment(text),
            Self::Java => code::java_comment(text),
            Self::Python => code::python_comment(text),
            Self::TypeScript => code::typescript_comment(text),
            Self::Bicep | Self::Go | Self::Json | Self::Rust | Self::Terraform => code::comment(text),
        }
    }
}

/// A text that a template inserts without a helper: escaped for the language of the file outside of literals, which means
/// within a comment in code.
#[must_use]
pub fn inserted(language: Option<Language>, text: &str) -> String {
    match language {
        // Between quotes or within JSON that another variable holds.
        Some(Language::Json) => goodevent_json::escape::json(&goodevent_json::escape::line(text)).into_owned(),
        Some(language) => language.comment(text),
        None => code::comment(text),
    }
}
