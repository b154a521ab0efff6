//! Renderers of findings, one file per format.

mod concise;
mod github;
mod gitlab;
mod human;
pub(crate) mod json;
mod junit;
mod lines;
mod parts;
mod sarif;

pub use self::{
    concise::concise,
    github::github,
    gitlab::gitlab,
    human::{human, human_parts},
    json::json,
    junit::junit,
    lines::Place,
    parts::place,
    sarif::{RuleText, sarif},
};

#[cfg(test)]
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
