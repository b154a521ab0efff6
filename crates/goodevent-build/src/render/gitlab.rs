//! Findings as a [code quality report](https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format) of GitLab.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use goodevent_schema::{
    diagnostic::{Diagnostic, Level},
    source::Sources,
};
use serde_json::json;

use super::{
    json::array,
    parts::{path, place, text},
};

/// Renders an array of findings.
#[must_use]
pub fn gitlab(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    array(diagnostics.iter().map(|diagnostic| {
        let path = path(sources, diagnostic.span);
        json!({
            "description": text(diagnostic),
            "check_name": diagnostic.rule,
            "fingerprint": fingerprint(diagnostic, &path),
            "severity": match diagnostic.level { Level::Error => "major", Level::Warning => "minor" },
            "location": { "path": path, "lines": { "begin": place(sources, diagnostic.span).line } },
        })
    }))
}

/// The same for a finding that only moved.
fn fingerprint(diagnostic: &Diagnostic, path: &str) -> String {
    let mut hasher = DefaultHasher::new();
    (diagnostic.rule, &diagnostic.headline, path).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
