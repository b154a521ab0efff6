//! `goodevent rules` and `goodevent explain`

use goodevent_check::lint::rules;
use goodevent_schema::suggest;
use serde_json::{Value, json};

use crate::{Form, Outcome, report::Report};

#[derive(Debug, clap::Args)]
pub(crate) struct RulesArgs {
    /// How to show them.
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// Name of the rule, such as `generic-verb`.
    rule: String,
}

pub(crate) fn list(args: &RulesArgs, report: &mut Report) -> Outcome {
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
            report.out(&Value::Array(rules.collect()).to_string());
        }
    }
    Outcome::Fine
}

pub(crate) fn explain(args: &ExplainArgs, report: &mut Report) -> Outcome {
    let Some(rule) = rules::find(&args.rule) else {
        let nearest = suggest::nearest(&args.rule, rules::ALL.iter().map(|rule| rule.id));
        let help =
            nearest.map_or("`goodevent rules` lists them".to_owned(), |nearest| format!("did you mean `{nearest}`?"));
        report.note(&format!("error: no rule is called `{}`\n  = help: {help}", args.rule));
        return Outcome::Failed;
    };
    let (level, category) = (rule.level.name(), rule.category.name());
    report.out(&format!("# {} ({level}, {category})\n\n{}\n", rule.id, rule.summary));
    report.out(&rule.page());
    Outcome::Fine
}
