//! Settings that reach code or paths: nothing is generated of what is not the name of a type, or lies where tools look.

use crate::{Repository, tree};

/// Texts that would be code if they were written down.
const CODE: [&str; 12] = [
    "String; fn evil() {}",
    "String, b: fn() } impl Drop for X {",
    "A<{ fn evil() {} 1 }>",
    "A<[u8; { evil() }]>",
    "A<evil!()>",
    "A<B<{ 1 }>>",
    "<[u8; { 1 }] as A>::B",
    "String // ",
    "String /* */",
    "String\\n",
    "",
    "#[a] String",
];

/// Paths that no output may have.
const PATHS: [&str; 22] = [
    ".git/hooks/pre-commit",
    ".GIT/config",
    "git~1/config",
    "a/.git/config",
    ".github/workflows/x.yml",
    ".cargo/config.toml",
    ".hidden",
    "build.rs",
    "x/BUILD.RS",
    "build.rs.",
    "Cargo.toml",
    "x/cargo.toml",
    "Makefile",
    "package.json",
    "x/goodevent.toml",
    "../x.md",
    "x/../../x.md",
    "/tmp/x.md",
    "C:\\\\x.md",
    "src/x.md",
    "x//y.md",
    "./x.md",
];

fn with_settings(lines: &str) -> Repository {
    let acme = Repository::of_drafts();
    let settings = acme.read("schemas/goodevent.toml");
    acme.write("schemas/goodevent.toml", &format!("{settings}\n{lines}\n"));
    acme
}

/// Every command that generates, or says whether all is well, fails, and writes nothing.
fn refused(lines: &str, rule: &str) {
    let acme = with_settings(lines);
    let before = tree(&acme.folder);
    for args in [&["generate"][..], &["generate", "--check"], &["generate", "--out", "."], &["check"], &["lint"]] {
        let said = acme.expect(1, args);
        assert!(said.contains(rule), "{lines} {args:?}: {said}");
    }
    assert_eq!(tree(&acme.folder), before, "{lines}: something was written");
}

#[test]
fn a_type_of_a_format_is_a_type() {
    for code in CODE {
        refused(&format!("[rust.formats]\nuuid = \"{code}\""), "invalid-settings");
    }
}

#[test]
fn outputs_lie_where_no_tool_looks() {
    for path in PATHS {
        refused(&format!("[outputs]\nmarkdown = \"{path}\""), "invalid-output");
    }
}

#[test]
fn two_outputs_are_two_files() {
    for (one, other) in
        [("t.md", "t.md"), ("a/T.md", "A/t.MD"), ("x", "x/t.md"), ("ſ.md", "s.md"), ("STRASSE.md", "straße.md")]
    {
        refused(&format!("[outputs]\nmarkdown = \"{one}\"\njson = \"{other}\""), "invalid-output");
    }
}

/// Fifteen loops within each other over five values or more would write nothing for days.
fn loops(over: &str) -> String {
    format!("{}{}", format!("{{{{#each {over}}}}}").repeat(15), "{{/each}}".repeat(15))
}

#[test]
fn a_name_whose_loops_run_without_end_is_an_error_at_its_template() {
    refused(&format!("[names]\nrouting-key = \"{{{{dotted}}}}{}\"", loops("@root")), "invalid-name-template");
}

#[test]
fn an_output_whose_loops_run_without_end_is_an_error_that_names_its_template() {
    let acme = with_settings("[outputs]\nmarkdown = \"topics.md\"");
    for (inner, reason) in [("", "its loops write more than"), ("{{@root.organization}}", "its ")] {
        let template = loops("@root.contexts.0").replace("{{/each}}", &format!("{inner}{{{{/each}}}}"));
        acme.write("templates/markdown.hbs", &template);
        let before = tree(&acme.folder);
        for args in
            [&["generate", "--templates", "templates"][..], &["generate", "--check", "--templates", "templates"]]
        {
            let said = acme.expect(2, args);
            assert!(said.contains("markdown") && said.contains(reason), "{args:?}: {said}");
        }
        assert_eq!(tree(&acme.folder), before, "something was written");
    }
}
