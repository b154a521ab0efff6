//! Public text uses the words of the field: the left column of the glossary occurs in no page, help text, message or
//! documentation of a public item.
//!
//! The scan reads text line by line and knows just enough of Markdown and Rust to skip code, private items and tests.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Expressions to avoid, and the better word.
///
/// An expression is a sequence of words; `a|b` is either, `!a` anything but `a`, and `^` the beginning of a sentence.
const GLOSSARY: &[(&str, &str)] = &[
    ("lay|lays|laid|laying|lie|lies|lay aside", "dead-letter, suppress"),
    ("!dead|the letter|letters again", "dead letter"),
    ("ticket|tickets", "handle"),
    ("take|takes|taken|taking again", "requeue"),
    ("say|says|said|saying", "report, return, state"),
    ("tell|tells|told|telling", "report, return, distinguish"),
    ("hold|holds|held|holding against|to", "check against, validate against, pin"),
    ("held against|to", "check against, validate against, pin"),
    ("keep|keeps|kept|keeping to", "conform to, satisfy"),
    ("keep|keeps|kept its|their contract|contracts", "conform to, satisfy"),
    ("!there is|are|was|were no !longer|more|less|one|matter", "is not a"),
    ("unless said", "default: …"),
    ("mend|mends|mended|mending", "fix"),
    ("whoever|somebody|nobody|anybody|someone", "the caller, the consumer, the operator"),
    ("those|all|any who", "name the subject"),
    ("^ who", "the caller, the consumer, the operator"),
    ("^ what", "a noun phrase"),
    ("!none|one|most|knowledge of|by which", "a relative clause with `whose` or `that`, or two sentences"),
    ("so many|large !as", "this number of"),
    ("by itself|themselves", "automatically, alone"),
    ("go|goes|going|went on", "continue, resume"),
    ("go|goes|went|is|are|was away", "unreachable, lost"),
    ("come|comes|came again|back", "be redelivered, return"),
    ("way|ways to|into|out a|the broker|brokers|server", "connection, publisher"),
    ("key|keys of order", "ordering key, partition key"),
    ("facts of|in x", "event metadata"),
    ("second|slow|slower look", "explain pass"),
    ("in vain", "without a result"),
    ("for ever", "forever, without limit"),
];

/// Reviewed exceptions: a file, and a part of the line that may stay.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("docs/rules/", "## What it does"),
    // A phrase within a headline, as in "what `a` may not be was removed".
    ("goodevent-check/src/compat/change.rs", "has to contain"),
    ("goodevent-check/src/compat/change.rs", "may not be"),
    // Private modules, whose documentation addresses the developer of the prover.
    ("goodevent-check/src/solve/", ""),
    ("goodevent-schema/src/ir.rs", ""),
];

/// A line of public text, or several that are a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    n: usize,
    n_end: usize,
    text: String,
}

/// A word, and whether a sentence begins with it.
#[derive(Debug)]
struct Word {
    text: String,
    is_first: bool,
}

/// The words of a text in lower case. Code spans, placeholders and targets of links count as the word `x`.
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut word, mut is_first, mut end, mut before) = (String::new(), true, None, ' ');
    for char in text.chars().chain([' ']) {
        let last = std::mem::replace(&mut before, char);
        match char {
            _ if end == Some(char) => {
                words.push(Word { text: "x".to_owned(), is_first });
                (is_first, end) = (false, None);
            }
            _ if end.is_some() => {}
            '`' => end = Some('`'),
            '{' => end = Some('}'),
            '(' if last == ']' => end = Some(')'),
            'a'..='z' | 'A'..='Z' | '0'..='9' | '\'' | '-' => word.push(char.to_ascii_lowercase()),
            _ => {
                if !word.is_empty() {
                    words.push(Word { text: std::mem::take(&mut word), is_first });
                    is_first = false;
                }
                is_first |= matches!(char, '.' | '!' | '?' | '|' | '#');
            }
        }
    }
    words
}

/// Whether an expression begins at word `at`.
fn begins(expression: &str, words: &[Word], at: usize) -> bool {
    let mut at = at;
    for (nth, part) in expression.split(' ').enumerate() {
        match (part, part.strip_prefix('!')) {
            ("^", _) => {
                if !words.get(at).is_some_and(|word| word.is_first) {
                    return false;
                }
            }
            // In front of the expression: the word before.
            (_, Some(others)) if nth == 0 => {
                let before = at.checked_sub(1).map(|before| words[before].text.as_str());
                if before.is_some_and(|before| others.split('|').any(|other| other == before)) {
                    return false;
                }
            }
            (_, Some(others)) => {
                if words.get(at).is_some_and(|word| others.split('|').any(|other| other == word.text)) {
                    return false;
                }
            }
            _ => match words.get(at) {
                Some(word) if part.split('|').any(|one| one == word.text) => at += 1,
                _ => return false,
            },
        }
    }
    true
}

/// The expressions of the glossary in a text, each with the better word.
fn faults(text: &str) -> Vec<(&'static str, &'static str)> {
    let words = words(text);
    let found = |expression: &str| (0..words.len()).any(|at| begins(expression, &words, at));
    GLOSSARY.iter().copied().filter(|(expression, _)| found(expression)).collect()
}

/// The lines of Markdown outside of code blocks.
fn markdown(text: &str) -> Vec<Line> {
    let mut is_code = false;
    let lines = text.lines().enumerate().filter(|(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    lines.map(|(n, line)| Line { n: n + 1, n_end: n + 1, text: line.to_owned() }).collect()
}

/// The descriptions in a JSON Schema.
fn descriptions(text: &str) -> Vec<Line> {
    let lines = text.lines().enumerate().map(|(n, line)| (n + 1, line.trim().trim_end_matches(',')));
    let texts = lines.filter_map(|(n, line)| Some((n, line.strip_prefix("\"description\": \"")?.strip_suffix('"')?)));
    texts.map(|(n, text)| Line { n, n_end: n, text: text.to_owned() }).collect()
}

/// The documentation of public items, of arguments of commands, and the texts of messages in a Rust file.
fn rust(text: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut docs: Vec<Line> = Vec::new();
    let (mut is_code, mut is_public_block, mut is_command) = (false, false, false);
    for (n, line) in text.lines().enumerate().map(|(n, line)| (n + 1, line)) {
        let trimmed = line.trim_start();
        if trimmed.starts_with("#[cfg(test)]") || trimmed.starts_with("mod tests") {
            break;
        }
        if let Some(doc) = trimmed.strip_prefix("///").or_else(|| trimmed.strip_prefix("//!")) {
            let is_fence = doc.trim_start().starts_with("```");
            is_code ^= is_fence;
            if !is_code && !is_fence {
                let paragraphs = if trimmed.starts_with("//!") { &mut found } else { &mut docs };
                join(paragraphs, n, doc.trim_start());
            }
            continue;
        }
        if trimmed.starts_with("//") {
            continue;
        }
        is_command |= line.starts_with("#[derive(")
            && ["Args", "Parser", "Subcommand", "ValueEnum"].iter().any(|name| line.contains(name));
        is_public_block |= line.starts_with("pub trait ") || line.starts_with("pub enum ");
        if trimmed.starts_with("#[") {
            continue;
        }
        if trimmed.starts_with("pub ") || is_public_block || is_command || line.starts_with("macro_rules!") {
            found.append(&mut docs);
        }
        docs.clear();
        if line == "}" {
            (is_public_block, is_command) = (false, false);
        }
        found.extend(messages(trimmed).into_iter().map(|text| Line { n, n_end: n, text }));
    }
    found
}

/// Adds a line to the paragraph above it, or begins another one: sentences are wrapped.
fn join(paragraphs: &mut Vec<Line>, n: usize, line: &str) {
    let begins = line.is_empty() || line.starts_with(['-', '|', '#']);
    match paragraphs.last_mut() {
        Some(last) if !begins && last.n_end + 1 == n && !last.text.is_empty() && !last.text.starts_with('#') => {
            last.text = format!("{} {line}", last.text);
            last.n_end = n;
        }
        _ => paragraphs.push(Line { n, n_end: n, text: line.to_owned() }),
    }
}

/// The texts in a line of code that are sentences for a reader: more than one word, and not about the code itself.
fn messages(line: &str) -> Vec<String> {
    if ["expect(", "expect_err(", "reason =", "assert", "unreachable!(", "panic!("]
        .iter()
        .any(|code| line.contains(code))
    {
        return Vec::new();
    }
    let mut texts = Vec::new();
    let (mut text, mut is_text, mut is_escaped) = (String::new(), false, false);
    for char in line.chars() {
        match (is_text, char) {
            (true, _) if is_escaped => is_escaped = false,
            (true, '\\') => is_escaped = true,
            (true, '"') => texts.push(std::mem::take(&mut text)),
            (true, _) => text.push(char),
            (false, _) => {}
        }
        is_text ^= char == '"' && !is_escaped;
    }
    texts.retain(|text| text.trim().split(' ').count() > 2);
    texts
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files below a folder with an extension, generated and built ones apart.
fn files(folder: &Path, extension: &str, found: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is readable") {
        let path = entry.expect("the entry is readable").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if path.is_dir()
            && !["target", "tests", "node_modules", ".git", "fixtures", "generated"].contains(&name.as_str())
        {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|own| own == extension) {
            found.insert(path);
        }
    }
}

#[test]
fn public_text_uses_the_words_of_the_field() {
    let root = repository();
    let (mut pages, mut sources, mut schemas) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    files(&root, "md", &mut pages);
    for folder in ["crates", "xtask/src", "templates/src"] {
        files(&root.join(folder), "rs", &mut sources);
    }
    sources.retain(|path| !path.to_string_lossy().ends_with("_tests.rs") && !path.ends_with("tests.rs"));
    files(&root.join("docs/json"), "json", &mut schemas);
    assert!(schemas.len() > 10, "{} schemas", schemas.len());
    assert!(pages.len() > 100 && sources.len() > 100, "{} pages, {} sources", pages.len(), sources.len());
    let mut found = Vec::new();
    let mut used = BTreeSet::new();
    for path in pages.iter().chain(&sources).chain(&schemas) {
        let text = fs::read_to_string(path).expect("the file is readable");
        let lines = match path.extension().and_then(|extension| extension.to_str()) {
            Some("md") => markdown(&text),
            Some("json") => descriptions(&text),
            _ => rust(&text),
        };
        let name = path.strip_prefix(&root).unwrap_or(path).to_string_lossy().into_owned();
        for Line { n, text, .. } in lines {
            for (expression, better) in faults(&text) {
                let exception = EXCEPTIONS.iter().position(|(file, part)| name.contains(file) && text.contains(part));
                match exception {
                    Some(exception) => drop(used.insert(exception)),
                    None => {
                        found.push(format!("{name}:{n}: avoid `{expression}`, better: {better}\n    {}", text.trim()))
                    }
                }
            }
        }
    }
    assert!(found.is_empty(), "{} expressions of the glossary:\n{}", found.len(), found.join("\n"));
    let unused: Vec<_> = (0..EXCEPTIONS.len()).filter(|nth| !used.contains(nth)).map(|nth| EXCEPTIONS[nth]).collect();
    assert!(unused.is_empty(), "exceptions that are not needed: {unused:?}");
}

#[test]
fn relative_links_of_pages_lead_somewhere() {
    let root = repository();
    let mut pages = BTreeSet::new();
    files(&root, "md", &mut pages);
    let mut n_links = 0;
    for path in &pages {
        let text = fs::read_to_string(path).expect("the page is readable");
        for Line { n, text, .. } in markdown(&text) {
            // The text of rule pages has patterns such as `](?:…)` in code spans.
            let outside = text.split('`').step_by(2).collect::<Vec<_>>().join("x");
            let targets = outside.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
            for (target, _) in targets.filter(|(target, _)| !target.contains("://") && !target.starts_with('#')) {
                n_links += 1;
                let file = target.split('#').next().unwrap_or_default();
                assert!(path.with_file_name(file).exists(), "{}:{n}: no file `{target}`", path.display());
            }
        }
    }
    assert!(n_links > 50, "{n_links} links");
}

#[test]
fn published_crates_describe_themselves_to_a_registry() {
    let root = repository();
    let mut manifests = BTreeSet::new();
    for folder in ["crates", "templates"] {
        files(&root.join(folder), "toml", &mut manifests);
    }
    manifests.retain(|path| path.ends_with("Cargo.toml"));
    let published = manifests.iter().filter_map(|path| {
        let text = fs::read_to_string(path).expect("the manifest is readable");
        (!text.contains("publish = false")).then_some((path, text))
    });
    let mut n_published = 0;
    for (path, text) in published {
        n_published += 1;
        for key in ["description", "documentation", "readme", "keywords", "categories", "[package.metadata.docs.rs]"] {
            let has_key = text.lines().any(|line| line.starts_with(key));
            assert!(has_key, "{}: add `{key}`", path.display());
        }
        let description = text.lines().find(|line| line.starts_with("description")).unwrap_or_default();
        assert_eq!(faults(description), [], "{}", path.display());
        assert!(path.with_file_name("README.md").is_file(), "{}: add a README.md", path.display());
    }
    assert!(n_published > 10, "{n_published} crates are published");
}

#[test]
fn a_bad_sentence_is_found_and_a_good_one_is_not() {
    for (bad, expected) in [
        ("A message that does not read is laid aside.", "dead-letter"),
        ("`nul` is no JSON value", "is not a"),
        ("Whoever subscribes takes the wrong one.", "the caller"),
        ("Good. What was mended stays.", "a noun phrase"),
        ("How many, 100 unless said.", "default"),
        ("events, each held against its contract", "check against"),
        ("It keeps to its contract.", "conform to"),
        ("the retries come again", "redelivered"),
        ("The key of order.", "ordering key"),
    ] {
        let found = faults(bad);
        assert!(found.iter().any(|(_, better)| better.contains(expected)), "{bad}: {found:?}");
    }
    for good in [
        "Messages are dead-lettered with a reason.",
        "There is no registry at `schemas`.",
        "The flag is no longer supported.",
        "Report what is missing.",
        "A code span such as `laid aside` is data.",
    ] {
        assert_eq!(faults(good), [], "{good}");
    }
}

#[test]
fn code_private_items_and_tests_are_skipped() {
    let source = "//! It is told.\n/// Says it.\npub fn a() {}\n/// Tells it.\nfn b() {}\nlet text = \"it says what is wrong\";\n#[cfg(test)]\n/// Told.\npub fn c() {}\n";
    let texts: Vec<String> = rust(source).into_iter().map(|line| line.text).collect();
    assert_eq!(texts, ["It is told.", "Says it.", "it says what is wrong"]);
    let page = "It says.\n```\nit tells\n```\n";
    assert_eq!(markdown(page), [Line { n: 1, n_end: 1, text: "It says.".to_owned() }]);
}
