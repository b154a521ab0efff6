//! Renderers of findings, one file per format.

#[cfg(feature = "tools")]
mod concise;
#[cfg(feature = "tools")]
mod github;
#[cfg(feature = "tools")]
mod gitlab;
mod human;
#[cfg(feature = "tools")]
pub(crate) mod json;
#[cfg(feature = "tools")]
mod junit;
mod lines;
mod parts;
#[cfg(feature = "tools")]
mod sarif;

#[cfg(feature = "tools")]
pub use self::{
    concise::concise,
    github::github,
    gitlab::gitlab,
    json::json,
    junit::junit,
    sarif::{RuleText, sarif},
};
pub use self::{
    human::{human, human_parts},
    lines::Place,
    parts::place,
};

#[cfg(all(test, feature = "tools"))]
mod tests {
    use goodevent_schema::{
        diagnostic::Diagnostic,
        source::{Source, Sources, Span},
    };

    use super::*;

    /// A finding whose place is in no file is shown in every form, whether the registry has files or none.
    #[test]
    fn a_finding_without_a_file_is_shown_in_every_form() {
        let file = Source { path: "orders/X.json".to_owned(), uri: None, bytes: b"{}".as_slice().into() };
        for (root, files) in [("schemas", vec![]), ("schemas", vec![file.clone()]), ("", vec![])] {
            let sources = Sources { root: root.to_owned(), files };
            let related = Span { start: 7, end: 900, ..Span::NOWHERE };
            let finding = Diagnostic::error("some-rule", Span::NOWHERE, "it is wrong").related(related, "seen here");
            let found = [finding];
            for text in [
                human(&found, &sources, false),
                concise(&found, &sources),
                json(&found, &sources),
                sarif(&found, &sources, &[]),
                github(&found, &sources),
                gitlab(&found, &sources),
                junit(&found, &sources),
            ] {
                let place = if root.is_empty() { "." } else { root };
                assert!(text.contains("it is wrong") && text.contains(place), "{text}");
            }
        }
    }
}
