//! Every flaw that the linter knows, in every form of a report that others read.

use std::path::Path;

use goodevent_build::render;
use goodevent_check::lint::rules;
use goodevent_schema::{diagnostic::Diagnostic, source::Sources};
use serde_json::Value;
use uppsala::XsdValidator;

use crate::lint::flawed_registries;

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reports").join(name);
    std::fs::read_to_string(path).expect("the fixture is there")
}

/// Findings with whatever makes reports difficult in their texts, too.
fn for_all(mut check: impl FnMut(&Sources, &[Diagnostic])) {
    for (mut sources, mut found) in flawed_registries() {
        check(&sources, &found);
        sources.root = "a b/<é\u{1F600}&'\"%,:\u{1}>".to_owned();
        for finding in &mut found {
            finding.headline.push_str(" <&>\"'%0A::,\u{1b}[0m\u{fffe}]]>\r\né");
        }
        check(&sources, &found);
    }
}

#[test]
fn sarif_is_valid_for_its_schema() {
    // Two patterns have a bracket too many, which is no regular expression where Unicode counts.
    let schema = fixture("sarif-2.1.0.json").replace("{2}]?$", "{2}$");
    let schema: Value = serde_json::from_str(&schema).expect("the fixture is JSON");
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("the schema is valid");
    let rules: Vec<render::RuleText> = rules::ALL
        .iter()
        .map(|rule| render::RuleText { id: rule.id.to_owned(), summary: rule.summary.to_owned(), docs: rule.page() })
        .collect();
    for_all(|sources, found| {
        let log: Value = serde_json::from_str(&render::sarif(found, sources, &rules)).expect("it is JSON");
        let faults: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{faults:#?}");
        assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(found.len()));
    });
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0" })));
}

#[test]
fn junit_is_valid_for_its_schema() {
    let schema = fixture("junit.xsd");
    let schema = uppsala::parse(&schema).expect("the fixture is XML");
    let validator = XsdValidator::from_schema(&schema).expect("the fixture is a schema");
    let faults = |report: &str| {
        let report = uppsala::parse(report).expect("the report is XML");
        validator.validate(&report).into_iter().map(|fault| fault.to_string()).collect::<Vec<_>>()
    };
    for_all(|sources, found| assert_eq!(faults(&render::junit(found, sources)), [""; 0]));
    assert!(!faults("<testsuites><testcase/></testsuites>").is_empty());
}

/// As the runner of GitHub reads its commands
/// ([workflow commands](https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands)).
#[test]
fn github_annotates_file_line_column_and_title() {
    for_all(|sources, found| {
        let report = render::github(found, sources);
        let lines: Vec<&str> = report.lines().collect();
        assert_eq!(lines.len(), found.len());
        for (line, finding) in lines.into_iter().zip(found) {
            let (command, message) = line.strip_prefix("::").and_then(|line| line.split_once("::")).expect("a command");
            let (level, properties) = command.split_once(' ').expect("a command has properties");
            assert!(matches!(level, "error" | "warning" | "notice"), "{line}");
            let find = |name: &str| {
                let mut own = properties.split(',').filter_map(|property| property.split_once('='));
                own.find(|(own, _)| *own == name).map(|(_, value)| unescaped(value))
            };
            let property = |name: &str| find(name).unwrap_or_else(|| panic!("{name} in {line}"));
            let place = render::place(sources, finding.span);
            assert_eq!(property("line"), place.line.to_string());
            // Columns count only within a line.
            let column = (property("line") == property("endLine")).then(|| place.column.to_string());
            assert_eq!(find("col"), column);
            assert_eq!(property("title"), finding.rule);
            assert!(property("file").starts_with(&sources.root));
            assert!(unescaped(message).starts_with(&finding.headline), "{line}");
        }
    });
}

fn unescaped(text: &str) -> String {
    [("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]
        .iter()
        .fold(text.to_owned(), |text, (code, char)| text.replace(code, char))
}
