//! The commands of the README's tutorial print what the README shows.

mod support;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use support::BIN;

/// A command of a console block, and the output that the block shows.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    command: String,
    output: String,
}

/// The steps of all `console` blocks of a section.
fn steps(markdown: &str, section: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let (mut is_section, mut is_console) = (false, false);
    for line in markdown.lines() {
        match line {
            _ if line.starts_with("```") => is_console = is_section && line == "```console",
            _ if !is_console && line.starts_with("## ") => is_section = line[3..] == *section,
            _ if !is_console => {}
            _ => match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => steps.push(Step { command: command.to_owned(), output: String::new() }),
                (None, Some(step)) => step.output += &format!("{line}\n"),
                (None, None) => panic!("output without a command: {line}"),
            },
        }
    }
    steps
}

/// The text without what differs from run to run: durations, the date of today, the number of rules, empty lines at the end.
fn stable(text: &str) -> String {
    let lines = text.trim_end().lines().map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let is_varying = |at: usize| match words.get(at + 1) {
            Some(&("ms" | "s")) => words[at].parse::<f64>().is_ok(),
            Some(&"rules:") => words[at].parse::<u32>().is_ok(),
            _ => at > 0 && words[at - 1] == "\"since\":",
        };
        let words: Vec<&str> =
            words.iter().enumerate().map(|(at, word)| if is_varying(at) { "[..]" } else { word }).collect();
        words.join(" ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Both streams of a command in the order in which they are written.
fn run(command: &str, folder: &Path) -> String {
    let program = PathBuf::from(BIN);
    let bin = program.parent().expect("the program is in a folder");
    let old = env::var_os("PATH").unwrap_or_default();
    let path =
        env::join_paths([bin.to_owned()].into_iter().chain(env::split_paths(&old))).expect("the paths are plain");
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("exec 2>&1; {command}")]).current_dir(folder).env("PATH", path);
    let output = shell.env_remove("GITHUB_ACTIONS").env("NO_COLOR", "1").output().expect("a shell is installed");
    String::from_utf8(output.stdout).expect("the output is text")
}

#[cfg(unix)]
#[test]
fn the_tutorial_of_the_readme_prints_what_it_shows() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = fs::read_to_string(readme).expect("the repository has a README");
    let steps = steps(&readme, "Your first event in five minutes");
    assert!(steps.len() >= 5, "{steps:?}");
    let room = tempfile::tempdir().expect("there is room for a folder");
    let folder = room.path().join("shop");
    fs::create_dir(&folder).expect("the folder can be made");
    for Step { command, output } in &steps {
        let printed = run(command, &folder);
        assert_eq!(
            stable(&printed),
            stable(output),
            "`{command}` prints something else than README.md shows:\n{printed}"
        );
    }
}

#[test]
fn only_what_varies_is_ignored() {
    assert_eq!(stable("9 written, in 66 ms"), stable("9 written, in 7 ms"));
    assert_eq!(stable("checked by 106 rules: 0"), stable("checked by 99 rules: 0"));
    assert_eq!(stable("  \"since\": \"2026-11-30\","), stable("  \"since\": \"2027-01-01\","));
    assert_ne!(stable("9 written"), stable("8 written"));
    assert_ne!(stable("1 error"), stable("2 errors"));
}

#[test]
fn steps_are_commands_with_their_output() {
    let text = "## One\n```console\n$ a\nx\n\ny\n$ b\n```\n```text\n$ no\n```\n## Two\n```console\n$ no\n```\n";
    let step = |command: &str, output: &str| Step { command: command.to_owned(), output: output.to_owned() };
    assert_eq!(steps(text, "One"), [step("a", "x\n\ny\n"), step("b", "")]);
}
