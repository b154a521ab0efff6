//! `goodevent new`

use std::path::Path;

use goodevent_build::{Loaded, exclusive, output::write_together, tidy};
use goodevent_check::{
    lint::{self, Options},
    size::Sizer,
};
use goodevent_schema::{
    analyze,
    name::EventName,
    source::{Source, Sources},
};
use serde_json::{Value, json};

use crate::{outcome::Outcome, preview, report::Report};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Context and name of the event, such as `orders/OrderPlacedV1Event`.
    event: String,
}

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    let Some((context, name)) = args.event.split_once('/') else {
        report.note("error: name a context and an event: `orders/OrderPlacedV1Event`");
        return Outcome::Failed;
    };
    if let Some((why, help)) = objection(context) {
        report.error(&format!("`{context}` is not a valid context name: {why}"), help);
        return Outcome::Failed;
    }
    let name: EventName = match name.parse() {
        Ok(name) => name,
        Err(why) => {
            report.error(&format!("`{name}` is not a valid event name: {why}"), &EventName::nearest(name).to_string());
            return Outcome::Failed;
        }
    };
    // A run that was killed may have written a part.
    tidy(root);
    let path = format!("{context}/{name}.json");
    if root.join(&path).symlink_metadata().is_ok() {
        report.note(&format!("error: {} already exists", root.join(&path).display()));
        return Outcome::Failed;
    }
    let mut files = vec![(path.clone(), contract(context, &name, None, &report.today))];
    let settings = format!("{context}/context.toml");
    if root.join(&settings).symlink_metadata().is_err() {
        files.push((settings, SETTINGS.to_owned()));
    }
    let loaded = match Loaded::read(root) {
        Ok(loaded) => loaded,
        Err(error) => return report.failure(&error),
    };
    let refused = preview::errors(&loaded, files.iter().map(|(path, text)| (path, text)), None);
    if refused.has_errors() {
        report.findings(&refused);
        report.note(&format!("error: `{}` conflicts with the registry; nothing was written", args.event));
        return Outcome::Failed;
    }
    let texts = files.iter().map(|(path, text)| (root.join(path), text));
    if let Err(error) = exclusive(root).and_then(|alone| write_together(&alone, &[], texts)) {
        return report.failure(&error);
    }
    files.iter().for_each(|(path, _)| report.out(&format!("wrote {}", root.join(path).display())));
    what_is_left(root, context, &path, report)
}

/// The reason for which a folder of this name is not a context, and the remedy.
fn objection(context: &str) -> Option<(&'static str, &'static str)> {
    // Devices of Windows, where no folder can have these names.
    const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
    let is_plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-' || char == '_';
    let is_port = ["com", "lpt"].iter().any(|port| {
        context
            .strip_prefix(port)
            .is_some_and(|digit| digit.len() == 1 && digit.bytes().all(|own| own.is_ascii_digit()))
    });
    match context {
        "types" => Some(("that folder contains shared types", "name the context that owns the event")),
        _ if context.is_empty() || !context.chars().all(is_plain) => {
            Some(("it has other characters", "use a-z, 0-9, `-` and `_`"))
        }
        _ if !context.starts_with(|char: char| char.is_ascii_lowercase()) => {
            Some(("it does not begin with a letter", "begin it with one of a-z"))
        }
        _ if DEVICES.contains(&context) || is_port => {
            Some(("Windows has a device of that name", "choose another name"))
        }
        _ => None,
    }
}

/// Settings of a context of which nothing is known.
const SETTINGS: &str = "# Owner of the events, and description of the context.\nowner = \"\"\ndescription = \"\"\n";

/// What only a human knows.
fn what_is_left(root: &Path, context: &str, path: &str, report: &mut Report) -> Outcome {
    let mut loaded = match Loaded::read(root) {
        Ok(loaded) => loaded,
        Err(error) => return report.failure(&error),
    };
    let options = Options { today: report.today.clone(), ..Options::default() };
    let found = lint::lint(&loaded.sources, &loaded.registry, std::mem::take(&mut loaded.diagnostics), &options);
    let settings = format!("{context}/context.toml");
    let is_own = |path_of: &str| path_of == path || path_of == settings;
    loaded.diagnostics = found
        .into_iter()
        .filter(|own| loaded.sources.get(own.span.source).is_some_and(|file| is_own(&file.path)))
        .collect();
    if !loaded.diagnostics.is_empty() {
        report.note_lines("\nLeft to be written:\n");
        report.findings(&loaded);
    }
    Outcome::Fine
}

/// What somebody has to know to write a contract.
pub(crate) struct Known<'k> {
    pub(crate) description: &'k str,
    pub(crate) frequency: &'k str,
}

/// The contract of an event about the thing that its name begins with.
pub(crate) fn contract(context: &str, name: &EventName, known: Option<&Known<'_>>, today: &str) -> String {
    let words = name.joined(" ");
    let (subject, verb) = words.rsplit_once(' ').unwrap_or((&words, "happened"));
    let (id, time) = (format!("{}Id", camel(subject)), format!("{}TimeUtc", camel(verb)));
    let mut facts = vec![
        ("since", json!(today)),
        ("status", json!("draft")),
        ("dedupKey", json!([format!("/{id}")])),
        ("partitionKey", json!(format!("/{id}"))),
    ];
    facts.splice(1..1, known.map(|known| ("frequency", json!(known.frequency))));
    let facts = facts.into_iter().map(|(name, value)| format!("    {}: {value}", json!(name)));
    let description = known.map(|known| format!("  \"description\": {},\n", json!(known.description)));
    let text = format!(
        r#"{{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "{name}",
{description}  "x-event": {{
{facts}
  }},
  "type": "object",
  "additionalProperties": false,
  "required": ["{id}", "{time}"],
  "properties": {{
    "{id}": {{ "description": "The {subject}.", "type": "string", "format": "uuid" }},
    "{time}": {{ "description": "When it happened.", "type": "string", "format": "date-time", "maxLength": 30 }}
  }}"#,
        description = description.unwrap_or_default(),
        facts = facts.collect::<Vec<_>>().join(",\n"),
    );
    let example = example(&format!("{context}/{name}.json"), &format!("{text}\n}}\n"));
    let examples = example.map(|example| format!(",\n  \"examples\": [{example}]")).unwrap_or_default();
    format!("{text}{examples}\n}}\n")
}

/// `order line` as `orderLine`.
fn camel(words: &str) -> String {
    let mut words = words.split(' ');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |joined, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        format!("{joined}{}{tail}", head.to_ascii_uppercase())
    })
}

/// A payload that the contract accepts.
fn example(path: &str, text: &str) -> Option<Value> {
    let source = Source { path: path.to_owned(), uri: None, bytes: text.as_bytes().into() };
    let sources = Sources { root: String::new(), files: vec![source] };
    let (registry, _) = analyze(&sources);
    let root = registry.contracts().next()?.root;
    serde_json::from_str(&Sizer::of_small(&registry.schemas).in_all(&[root])?).ok()
}
