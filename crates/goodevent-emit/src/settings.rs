//! Settings that end up in generated Rust: each is parsed, so that a slip is a finding here and no error of rustc there.

use goodevent_schema::{
    Registry,
    config::is_format,
    diagnostic::Diagnostic,
    source::{SourceId, Sources, Span},
    suggest,
};
use syn::parse::Parser as _;

use crate::{Options, rust::Style};

/// Findings about the Rust that `goodevent.toml` names.
#[must_use]
pub fn check(sources: &Sources, registry: &Registry) -> Vec<Diagnostic> {
    let own = sources.iter().find(|(_, source)| source.uri.is_none() && source.path == "goodevent.toml");
    let Some((id, _)) = own else { return Vec::new() };
    let formats = registry.settings.rust.formats.iter();
    let found = formats.filter_map(|(format, path)| {
        let reason = type_fault(path.get_ref())?;
        let headline = format!("`{}` is not a Rust type for the format `{format}`: {reason}", path.get_ref());
        let help = "write the path of a type from the root of its crate: `::uuid::Uuid`";
        Some(Diagnostic::error("invalid-settings", span(id, path.span()), headline).help(help))
    });
    found.collect()
}

fn span(source: SourceId, range: std::ops::Range<usize>) -> Span {
    Span { source, start: range.start as u32, end: range.end as u32 }
}

impl Options {
    /// The faults of the options of a call, a line each.
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
        let Style { format_types, type_attributes, field_attributes, externs } = &self.style;
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
    match syn::parse_str::<syn::Type>(text) {
        Ok(syn::Type::Path(_)) => None,
        Ok(_) => Some("it is a type of another kind than a path".to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

/// The reason for which a text is not a path.
fn path_fault(text: &str) -> Option<String> {
    syn::parse_str::<syn::Path>(text).err().map(|error| error.to_string())
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
        for good in ["::uuid::Uuid", "crate::Id", "Vec<u8>", "::a::B<'static, C>"] {
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
        ] {
            assert!(type_fault(bad).is_some(), "{bad}");
        }
        for good in ["::contracts::types", "crate::a"] {
            assert_eq!(path_fault(good), None, "{good}");
        }
        for bad in ["::contracts:types", "a-b", "", "&a"] {
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
