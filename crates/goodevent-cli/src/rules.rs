//! `goodevent rules` and `goodevent explain`

use std::{path::PathBuf, time::Instant};

use goodevent_build::output::Files;
use goodevent_check::lint::{Category, Fix, Rule, rules};
use goodevent_schema::suggest;
use serde_json::json;

use crate::{generate, outcome::Outcome, report::Report, terminal::Form};

#[derive(Debug, clap::Args)]
pub(crate) struct RulesArgs {
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Form,
    /// Write the rule pages into this folder instead of listing the rules.
    #[arg(long, value_name = "FOLDER", conflicts_with = "format")]
    pages: Option<PathBuf>,
    /// Write nothing; fail if a page would change.
    #[arg(long, requires = "pages")]
    check: bool,
    /// Replace files at or below this path even if the last run did not write them. Can be repeated.
    #[arg(long, requires = "pages", conflicts_with = "check", value_name = "PATH")]
    adopt: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// Name of the rule, such as `generic-verb`.
    rule: String,
}

/// Findings of commands that are not rules of the linter: no setting changes their level.
const FINDINGS: [(&str, &str); 4] = [
    (
        "breaking-version",
        "`goodevent compat` with a transitive `--mode` compares the versions of an event: a change between two of them \
         breaks consumers.\n\n\
         The label has a payload that one version accepts and the other rejects.\n\
         Take the change back, or compare with `--mode full` if versions may differ.",
    ),
    (
        "stale-output",
        "`goodevent check` generates in memory what `goodevent generate` would write, and compares it with the output \
         folder: files differ, are missing, or are not generated any more.\n\n\
         The finding is about the output as a whole, and its label names the first files.\n\
         Run `goodevent generate`, and commit what it writes; never edit generated files.\n\
         Where nothing is committed, there is no folder `generated`, and nothing is compared.",
    ),
    (
        "too-many-findings",
        "The registry has more than half a million findings; the findings beyond that number are not listed.\n\n\
        The limit bounds the memory of a run.\n\
        Fix the listed findings first, for example by moving a file that is not a contract; `goodevent lint --fix` applies safe fixes.",
    ),
    (
        "violation",
        "`goodevent validate` found a part of a payload that its contract rejects.\n\n\
         The headline names the part by its JSON Pointer.\n\
         `goodevent sample EVENT` shows payloads that are valid.",
    ),
];

pub(crate) fn list(program: &str, args: &RulesArgs, report: &mut Report) -> Outcome {
    if let Some(folder) = &args.pages {
        let command = format!("{program} rules --pages {}", folder.display());
        let files = pages(program);
        return match args.check {
            true => generate::check(&command, folder, &files, None, report),
            false => generate::save(folder, &files, None, &args.adopt, Instant::now(), report),
        };
    }
    match args.format {
        Form::Human => {
            let width = rules::ALL.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
            for rule in rules::ALL {
                let (id, level, category) = (rule.id, rule.level.name(), rule.category.name());
                report.out(&format!("{id:width$}  {level:5}  {category:13}  {}", rule.summary));
            }
        }
        Form::Json => {
            let rules = rules::ALL.iter().map(|rule| {
                json!({
                    "id": rule.id, "summary": rule.summary, "category": rule.category.name(),
                    "level": rule.level.name(), "fix": rule.fix.name(), "docs": rule.page(),
                })
            });
            report.json(json!({ "rules": rules.collect::<Vec<_>>() }));
        }
    }
    Outcome::Fine
}

pub(crate) fn explain(args: &ExplainArgs, report: &mut Report) -> Outcome {
    if let Some((id, text)) = FINDINGS.iter().find(|(id, _)| *id == args.rule) {
        report.lines(&format!("# {id}\n\n{text}"));
        return Outcome::Fine;
    }
    let Some(rule) = rules::find(&args.rule) else {
        let ids = rules::ALL.iter().map(|rule| rule.id).chain(FINDINGS.iter().map(|(id, _)| *id));
        let nearest = suggest::nearest(&args.rule, ids);
        let help =
            nearest.map_or("`goodevent rules` lists them".to_owned(), |nearest| format!("did you mean `{nearest}`?"));
        report.error(&format!("no rule is called `{}`", args.rule), &help);
        return Outcome::Failed;
    };
    report.lines(&page(rule));
    Outcome::Fine
}

/// A page with its head.
fn page(rule: &Rule) -> String {
    let (level, category) = (rule.level.name(), rule.category.name());
    let fix = match rule.fix {
        Fix::Safe => ", fixed by `goodevent lint --fix`",
        Fix::Suggested => ", fixed by `goodevent lint --fix --unsafe-fixes`",
        Fix::None => "",
    };
    // A line of a page is a paragraph, a heading, or one of an example.
    let mut text = format!("# {}\n\n*{}* ({category}, {level}{fix})\n", rule.id, rule.summary);
    let mut is_code = false;
    for line in rule.page().lines() {
        let is_fence = line.starts_with("```");
        if !is_code {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        is_code ^= is_fence;
    }
    text
}

/// All pages, and a list of them.
fn pages(program: &str) -> Files {
    let mark = format!("<!-- Generated by `{program} rules --pages`, do not edit. -->\n");
    let mut list = format!("{mark}\n# Rules\n");
    for category in Category::ALL {
        list.push_str(&format!(
            "\n## {}\n\n| rule | level | fix | requirement |\n|---|---|---|---|\n",
            category.name()
        ));
        for rule in rules::ALL.iter().filter(|rule| rule.category == category) {
            let (id, level, fix) = (rule.id, rule.level.name(), rule.fix.name());
            list.push_str(&format!("| [`{id}`]({id}.md) | {level} | {fix} | {} |\n", rule.summary));
        }
    }
    let pages = rules::ALL.iter().map(|rule| (format!("{}.md", rule.id), format!("{mark}\n{}", page(rule))));
    pages.chain([("README.md".to_owned(), list)]).collect()
}
