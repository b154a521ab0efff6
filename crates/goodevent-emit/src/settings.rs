//! Settings that appear in generated Rust: each is parsed, so that a typo is a finding and not an error of rustc.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    Registry,
    config::{Integers, Settings, is_format},
    diagnostic::Diagnostic,
    ir::SchemaId,
    source::{Source, SourceId, Sources, Span},
    suggest,
};
use syn::{Expr, GenericArgument, Path, PathArguments, PathSegment, QSelf, Type, parse::Parser as _};

use crate::rust::{Style, package};

/// Finds invalid Rust in `goodevent.toml`.
pub(crate) fn check(sources: &Sources, registry: &Registry) -> Vec<Diagnostic> {
    let Some(id) = file(sources) else { return Vec::new() };
    let formats = registry.settings.rust.formats.iter();
    let found = formats.filter_map(|(format, path)| {
        let reason = type_fault(path.get_ref())?;
        let headline = format!("`{}` is not a Rust type for the format `{format}`: {reason}", path.get_ref());
        let help = "write the path of a type from the root of its crate: `::uuid::Uuid`";
        Some(Diagnostic::error("invalid-settings", span(id, path.span()), headline).help(help))
    });
    let crate_faults = [
        (&registry.settings.rust.package, "the name of a package", package::name_fault as fn(&str) -> Option<&str>),
        (&registry.settings.rust.version, "a version", package::version_fault),
    ];
    let crate_faults = crate_faults.into_iter().filter_map(|(own, kind, fault)| {
        let own = own.as_ref()?;
        let reason = fault(own.get_ref())?;
        let headline = format!("`{}` is not {kind}: {reason}", own.get_ref());
        Some(Diagnostic::error("invalid-settings", span(id, own.span()), headline).help("Cargo would reject the crate"))
    });
    found.chain(crate_faults).collect()
}

/// The settings of the registry.
pub(crate) fn file(sources: &Sources) -> Option<SourceId> {
    let is_settings = |source: &Source| source.uri.is_none() && source.path == "goodevent.toml";
    sources.iter().find(|(_, source)| is_settings(source)).map(|(id, _)| id)
}

/// A place in a settings file.
pub(crate) fn span(source: SourceId, range: std::ops::Range<usize>) -> Span {
    Span { source, start: range.start as u32, end: range.end as u32 }
}

/// Faults of options and settings that appear in code, one per line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no code is generated:\n{}", .0.join("\n"))]
pub struct Faults(pub Vec<String>);

/// Options of the generation.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Contexts to generate; empty for all.
    pub contexts: BTreeSet<String>,
    /// Style of the types; its formats override those in `goodevent.toml`.
    pub style: Style,
    /// Command in the headers of files.
    pub made_by: String,
    /// Proved upper bounds of the sizes of instances, in bytes.
    pub max_bytes: BTreeMap<SchemaId, u64>,
}

impl Options {
    /// The style of types, with what `goodevent.toml` says and these options do not override.
    pub(crate) fn style_for(&self, settings: &Settings) -> Style {
        let mut style = self.style.clone();
        for (format, path) in &settings.rust.formats {
            style.format_types.entry(format.clone()).or_insert_with(|| path.get_ref().clone());
        }
        if style.integers == Integers::default() {
            style.integers = settings.rust.integers;
        }
        style
    }

    /// Returns the faults of these options, and of the settings of a registry.
    pub(crate) fn check(&self, registry: &Registry) -> Result<(), Faults> {
        let own = registry.settings.rust.formats.iter();
        let own = own.filter_map(|(format, path)| {
            let reason = type_fault(path.get_ref())?;
            Some(format!("`{}` is not a Rust type for the format `{format}`: {reason}", path.get_ref()))
        });
        let faults: Vec<String> = self.faults(registry).into_iter().chain(own).collect();
        if faults.is_empty() { Ok(()) } else { Err(Faults(faults)) }
    }

    /// Faults of the options of a call, one per line.
    #[must_use]
    pub fn faults(&self, registry: &Registry) -> Vec<String> {
        let mut faults = Vec::new();
        let contexts = || registry.contexts.keys().map(String::as_str);
        let unknown = |name: &str, known: &mut dyn Iterator<Item = &str>| {
            let known: Vec<&str> = known.collect();
            let nearest = suggest::nearest(name, known.iter().copied());
            nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default()
        };
        for context in self.contexts.iter().filter(|own| !registry.contexts.contains_key(*own)) {
            faults.push(format!("`contexts`: no context is called `{context}`{}", unknown(context, &mut contexts())));
        }
        let Style { format_types, type_attributes, field_attributes, externs, integers: _ } = &self.style;
        for (format, path) in format_types {
            if !is_format(format) {
                faults.push(format!("`format_type`: `{format}` is not a format of JSON Schema"));
            }
            faults
                .extend(type_fault(path).map(|reason| format!("`format_type`: `{path}` is not a Rust type: {reason}")));
        }
        for (call, attributes) in [("type_attribute", type_attributes), ("field_attribute", field_attributes)] {
            for (path, attribute) in attributes {
                faults.extend(
                    attribute_fault(attribute)
                        .map(|reason| format!("`{call}`: `{attribute}` is not a Rust attribute: {reason}")),
                );
                faults.extend(place_fault(path, registry).map(|reason| format!("`{call}`: {reason}")));
            }
        }
        for (path, rust) in externs {
            faults
                .extend(path_fault(rust).map(|reason| format!("`extern_path`: `{rust}` is not a Rust path: {reason}")));
            faults.extend(place_fault(path, registry).map(|reason| format!("`extern_path`: {reason}")));
        }
        faults
    }
}

/// The reason for which a path such as `subscriptions.SubscriptionCreatedV1Event` leads nowhere.
fn place_fault(path: &str, registry: &Registry) -> Option<String> {
    let first = path.split('.').next().unwrap_or_default();
    let is_known = path == "." || first == "types" || first == "external" || registry.contexts.contains_key(first);
    if is_known {
        return None;
    }
    let known = registry.contexts.keys().map(String::as_str).chain(["types"]);
    let nearest = suggest::nearest(first, known);
    let help = nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default();
    Some(format!("`{path}` begins with neither a context nor `types`{help}"))
}

/// The reason for which a text is not the path of a type, perhaps with arguments.
fn type_fault(text: &str) -> Option<String> {
    match syn::parse_str::<Type>(text) {
        Ok(Type::Path(path)) => comment_fault(text).or_else(|| code_fault(&path.path, path.qself.as_ref())),
        Ok(_) => Some("it is a type of another kind than a path".to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

/// The reason for which a text is not a path.
fn path_fault(text: &str) -> Option<String> {
    match syn::parse_str::<Path>(text) {
        Ok(path) => comment_fault(text).or_else(|| code_fault(&path, None)),
        Err(error) => Some(error.to_string()),
    }
}

/// The reason for which a text can't stand in a line of code: a comment would take what follows.
fn comment_fault(text: &str) -> Option<String> {
    let has_comment = ["//", "/*"].iter().any(|start| text.contains(start));
    let has_break = text.chars().any(|char| char != ' ' && (char.is_whitespace() || char.is_control()));
    (has_comment || has_break).then(|| "it has a comment or a line break".to_owned())
}

/// The reason for which a path is more than names of types: blocks, macros and expressions are code that runs.
fn code_fault(path: &Path, of: Option<&QSelf>) -> Option<String> {
    let arguments = |segment: &PathSegment| match &segment.arguments {
        PathArguments::None => false,
        PathArguments::Parenthesized(_) => true,
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().any(|argument| match argument {
            GenericArgument::Lifetime(_) | GenericArgument::Const(Expr::Lit(_)) => false,
            GenericArgument::Type(own) => has_code(own),
            _ => true,
        }),
    };
    let is_code = path.segments.iter().any(arguments) || of.is_some_and(|of| has_code(&of.ty));
    is_code.then(|| "it has other arguments than types, lifetimes and literals".to_owned())
}

fn has_code(own: &Type) -> bool {
    match own {
        Type::Path(path) => code_fault(&path.path, path.qself.as_ref()).is_some(),
        Type::Reference(inner) => has_code(&inner.elem),
        Type::Slice(inner) => has_code(&inner.elem),
        Type::Array(inner) => !matches!(inner.len, Expr::Lit(_)) || has_code(&inner.elem),
        Type::Tuple(inner) => inner.elems.iter().any(has_code),
        _ => true,
    }
}

/// The reason for which a text is not one or more outer attributes.
fn attribute_fault(text: &str) -> Option<String> {
    match syn::Attribute::parse_outer.parse_str(text) {
        Ok(attributes) if attributes.is_empty() => Some("there is none".to_owned()),
        Ok(_) => None,
        Err(error) => Some(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_is_parsed() {
        for good in
            ["::uuid::Uuid", "crate::Id", "Vec<u8>", "::a::B<'static, C>", "::a::B<3, [u8; 4], (A, &'static B)>"]
        {
            assert_eq!(type_fault(good), None, "{good}");
        }
        for bad in [
            "::uuid:Uuid",
            "uuid::",
            "",
            "a b",
            "::uuid::Uuid;",
            "u8 +",
            "&str",
            "(u8, u8)",
            "[u8; 4]",
            "1",
            "a::<",
            "}",
            "String; fn evil() {}",
            "String, b: fn() }",
            "A<{ fn evil() {} 1 }>",
            "A<{ 1 }>",
            "A<[u8; { 1 }]>",
            "A<evil!()>",
            "A<[u8; evil!()]>",
            "A<B<{ 1 }>>",
            "<[u8; { 1 }] as A>::B",
            "A(B) -> C",
            "A<dyn Fn()>",
            "A<impl B>",
            "A<B = C>",
            "A // b",
            "A /* b */",
            "A\n",
            "A\u{2028}",
            "A\u{202e}",
            "#[a] A",
        ] {
            assert!(type_fault(bad).is_some(), "{bad}");
        }
        for good in ["::contracts::types", "crate::a"] {
            assert_eq!(path_fault(good), None, "{good}");
        }
        for bad in ["::contracts:types", "a-b", "", "&a", "a; fn evil() {}", "a::<{ 1 }>", "a // b"] {
            assert!(path_fault(bad).is_some(), "{bad}");
        }
        for good in ["#[derive(Eq)]", "#[a] #[b = 1]", "#[serde(rename_all = \"x\")]"] {
            assert_eq!(attribute_fault(good), None, "{good}");
        }
        for bad in ["derive(Eq)", "#[derive(Eq)", "#![a]", "", "#[a] struct B;", "#[1]"] {
            assert!(attribute_fault(bad).is_some(), "{bad}");
        }
    }
}
