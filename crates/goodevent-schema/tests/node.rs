//! Patterns mean what they mean to an engine of ECMA-262: V8, by `node`, which has to be installed.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use goodevent_schema::pattern::{self, Matcher, Unsupported};
use serde_json::{Value, json};

/// Reads `{ patterns, texts }`; for each pattern, the mode that takes it (`u`, none, or neither) and a digit for each text.
const SCRIPT: &str = r#"
const { patterns, texts } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const made = (pattern, flags) => { try { return new RegExp(pattern, flags); } catch { return null; } };
const answers = patterns.map(([pattern, flags]) => {
    const unicode = made(pattern, flags + "u");
    const regex = unicode ?? made(pattern, flags);
    const digit = (text) => {
        const found = regex.exec(text);
        // V8 lets a match begin within a pair of surrogates, where the specification steps over it.
        const is_within = unicode && found && text.codePointAt(found.index - 1) > 0xffff;
        return is_within ? "?" : found ? "1" : "0";
    };
    return [unicode ? "u" : regex ? "n" : "x", regex ? texts.map(digit).join("") : ""];
});
process.stdout.write(JSON.stringify(answers));
"#;

/// Parts that stand for one character, and some that are errors, at least with the flag `u`.
const ATOMS: &[&str] = &[
    ".",
    "a",
    "b",
    "B",
    "1",
    "-",
    "_",
    " ",
    "é",
    "😀",
    "\\d",
    "\\D",
    "\\s",
    "\\S",
    "\\w",
    "\\W",
    "\\t",
    "\\n",
    "\\v",
    "\\f",
    "\\r",
    "\\0",
    "\\00",
    "\\01",
    "\\1",
    "\\2",
    "\\8",
    "\\12",
    "\\101",
    "\\377",
    "\\400",
    "\\cA",
    "\\ca",
    "\\cM",
    "\\c",
    "\\c1",
    "\\x41",
    "\\x4",
    "\\u0061",
    "\\u00e9",
    "\\u{61}",
    "\\u{1F600}",
    "\\u{110000}",
    "\\uD83D\\uDE00",
    "\\uD83D",
    "\\uDE00",
    "\\ud83d\\u0061",
    "\\/",
    "/",
    "\\-",
    "\\_",
    "\\@",
    "\\ ",
    "\\\"",
    "\\<",
    "\\>",
    "\\&",
    "\\~",
    "\\#",
    "\\.",
    "\\*",
    "\\^",
    "\\$",
    "\\\\",
    "\\[",
    "\\]",
    "\\{",
    "\\}",
    "\\|",
    "{",
    "}",
    "]",
    "{a}",
    "{1",
    "{,2}",
    "a{,2}",
    "a{2}",
    "a{2,}",
    "a{1,2}",
    "a{2,1}",
    "x{0}",
    "[]",
    "[^]",
    "[a]",
    "[^a]",
    "[a-c]",
    "[c-a]",
    "[^a-c]",
    "[\\w]",
    "[^\\w]",
    "[\\W]",
    "[\\s\\S]",
    "[\\d\\D]",
    "[^\\s\\S]",
    "[\\b]",
    "[^\\b]",
    "[\\-]",
    "[-a]",
    "[a-]",
    "[a-b-c]",
    "[\\w-.]",
    "[.-\\w]",
    "[\\w-a]",
    "[a-\\d]",
    "[--/]",
    "[+--]",
    "[a--b]",
    "[\\w--z]",
    "[[]",
    "[[a]]",
    "[^[]",
    "[]a]",
    "[a&&b]",
    "[a~~b]",
    "[a||b]",
    "[&&]",
    "[\\]]",
    "[\\^]",
    "[^^]",
    "[$]",
    "[.]",
    "[{}]",
    "[(]",
    "[|]",
    "[\\cA]",
    "[\\c1]",
    "[\\c_]",
    "[\\c]",
    "[\\0]",
    "[\\01]",
    "[\\1]",
    "[\\x41-\\x43]",
    "[\\u0061-\\u{63}]",
    "[😀]",
    "[^😀]",
    "[😀-😂]",
    "[\\u{1F600}-\\u{1F602}]",
    "[\\uD83D\\uDE00]",
    "[\\uD83D]",
    "[\\n\\r]",
    "[\\/]",
    "[/]",
    "[#]",
    "[ ]",
    "[\"]",
    "[\\@]",
    "[\\.]",
    "\\p{L}",
    "\\p{Lu}",
    "\\P{L}",
    "\\p{Letter}",
    "\\p{gc=Lu}",
    "\\p{Script=Greek}",
    "\\p{sc=Grek}",
    "\\p{scx=Latin}",
    "\\p{ASCII}",
    "\\p{Any}",
    "\\p{Emoji}",
    "\\p{Alphabetic}",
    "\\p{White_Space}",
    "\\p{Greek}",
    "\\p{lu}",
    "\\p{Nope}",
    "\\p",
    "[\\p{L}\\d]",
    "[^\\p{L}]",
    "[\\P{L}]",
    "\\p{General_Category=Letter}",
    "\\p{Uppercase}",
    "\\a",
    "\\Z",
    "\\h",
    "\\e",
    "\\k",
    "\\k<n>",
    "\\B",
    "\\b",
    "^",
    "$",
];

/// The context of an atom.
const FRAMES: &[&str] = &[
    "@",
    "^@$",
    "^@",
    "@$",
    "@*",
    "^@*$",
    "^@+$",
    "^@?$",
    "^@{2}$",
    "^@{1,2}$",
    "^@{0,1}?b",
    "^@*?b$",
    "@|b",
    "^(?:@|b)$",
    "(@)b",
    "^(?<n>@)\\k<n>$",
    "^(@)\\1$",
    "^(@)(b)\\2\\1$",
    "^(?:(@)|b)\\1$",
    "^(?=@)",
    "^(?!@).$",
    "^(?!@)",
    "(?=@)b",
    "a(?!@)",
    "^.*(?<=@)$",
    "(?<!@)b",
    "^(?<=@)",
    "(?<=@)b",
    "^(?=.*@)(?=.*b).{2,3}$",
    "^(?!.*@).*$",
    "^(?!@$)[^\\n]*$",
    "\\b@",
    "@\\b",
    "\\B@",
    "@\\B",
    "^\\b@\\b$",
    "(?=@)*b",
    "(?=@){2}b",
    "(?!@)?a",
    "^(?:@(?!b))*$",
    "^(?:(?=@).)+$",
    "^(?!(?=@)b).$",
    "^(?=(?!@).)",
    "(?<!(?=@).)b",
    "(?<=(?<!@)a)b",
    "^@(?=$)",
    "^(?:@|(?=b)|$)+$",
    "^(@|b)*$",
    "(?:@){0}",
    "^(?:){3}@$",
    "[^@]",
    "[@-z]",
    "[@]",
    "^[@b]{2}$",
    "(?:",
    "@)",
    "(@",
    "@**",
    "?@",
    "(?@)",
    "^^@",
    "@$$",
    "^*@",
    "$?@",
    "\\b+@",
    "^(?<a>@)|(?<b>a)$",
    "(?<a>@)(?<a>b)",
    "(?<1>@)",
    "(?<>@)",
    "\\1(@)",
    "(?:@\\1)(b)",
    "^(?:(@)b)+\\1$",
];

const TEXTS: &[&str] = &[
    "",
    "a",
    "b",
    "A",
    "B",
    "c",
    "z",
    "1",
    "8",
    "0",
    "-",
    "_",
    ".",
    " ",
    "é",
    "É",
    "ß",
    "ſ",
    "\u{212A}",
    "α",
    "😀",
    "😁",
    "\u{1F602}",
    "\n",
    "\r",
    "\t",
    "\u{B}",
    "\u{C}",
    "\u{0}",
    "\u{1}",
    "\u{8}",
    "\u{11}",
    "\u{85}",
    "\u{A0}",
    "\u{180E}",
    "\u{200B}",
    "\u{2028}",
    "\u{2029}",
    "\u{FEFF}",
    "\u{3000}",
    "\\",
    "/",
    "[",
    "]",
    "^",
    "$",
    "{",
    "}",
    "(",
    ")",
    "|",
    "&",
    "~",
    "#",
    "@",
    "\"",
    "<",
    ">",
    "k",
    "p",
    "u",
    "x",
    "n",
    "aa",
    "ab",
    "ba",
    "bb",
    "a1",
    "1a",
    "a-",
    "-a",
    "a b",
    " b",
    "b ",
    "aB",
    "😀b",
    "b😀",
    "😀😀",
    "a😀a",
    "éb",
    "bé",
    "a\n",
    "\nb",
    "\rb",
    "a\u{2028}",
    "{a}",
    "{1",
    "a{2}",
    "{,2}",
    "a{,2}",
    "x{0}",
    "\\c",
    "\\c1",
    "u{61}",
    "\u{20}0",
    "S1",
    "A1",
    "aab",
    "abb",
    "aba",
    "bab",
    "a]",
    "[a]",
    "&&",
    "word",
    "a_b",
    "aaaa",
    "\u{d7ff}",
    "\u{e000}",
    "\u{ffff}",
    "\u{10000}",
    "\u{10ffff}",
    "k<n>",
    "b1b",
    "ab1",
    "..",
    "  ",
    "11",
    "__",
    "--",
];

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }

    fn pattern(&mut self, depth: usize) -> String {
        let part = |own: &mut Self| match depth {
            0 => own.pick(ATOMS).to_owned(),
            _ => own.pattern(depth - 1),
        };
        match self.below(4) {
            0 => part(self) + &part(self),
            1 => {
                format!("{}(?:{}){}", part(self), part(self), self.pick(&["", "*", "+?", "?", "{2}", "{1,2}", "{0,3}"]))
            }
            _ => {
                let inner = part(self);
                self.pick(FRAMES).replace('@', &inner)
            }
        }
    }
}

fn ask(patterns: &[(String, &str)], texts: &[&str]) -> Vec<(String, String)> {
    let mut node = Command::new("node")
        .args(["-e", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`node` is installed, version 20 or later");
    let question = json!({ "patterns": patterns, "texts": texts }).to_string();
    let mut input = node.stdin.take().expect("the input is piped");
    let writer = std::thread::spawn(move || input.write_all(question.as_bytes()));
    let output = node.wait_with_output().expect("`node` ends");
    writer.join().expect("writing does not panic").expect("`node` reads all");
    assert!(output.status.success(), "`node` fails");
    serde_json::from_slice(&output.stdout).expect("`node` answers in JSON")
}

/// Whether a letter is escaped that only Annex B takes for itself, which is refused on purpose.
fn escapes_a_letter(pattern: &str) -> bool {
    let mut chars = pattern.chars().peekable();
    while let Some(char) = chars.next() {
        if char == '\\'
            && let Some(letter) = chars.next()
            && letter.is_ascii_alphabetic()
            && !"bBdDsSwWtnvfrc".contains(letter)
        {
            let digits: String = chars.clone().take(if letter == 'x' { 2 } else { 4 }).collect();
            let n_digits = digits.chars().filter(char::is_ascii_hexdigit).count();
            let is_whole = matches!((letter, n_digits), ('x', 2) | ('u', 4));
            if !is_whole {
                return true;
            }
        }
    }
    pattern.contains("[\\B") || (pattern.contains("\\B") && pattern.contains('['))
}

#[derive(Debug, Default)]
struct Counts {
    with_flag: usize,
    without: usize,
    errors: usize,
    letters: usize,
    peculiar: usize,
    units: usize,
    undecided: usize,
}

/// `wrap` makes the pattern whose meaning without flags is that of the other with them.
fn compare(patterns: &[(String, &str)], wrap: impl Fn(&str) -> String) -> Counts {
    let mut counts = Counts::default();
    let mut wrong = Vec::new();
    for ((pattern, flags), (mode, expected)) in patterns.iter().zip(ask(patterns, TEXTS)) {
        let own = wrap(pattern);
        let matcher = match Matcher::new(&own) {
            Ok(matcher) => matcher,
            Err(Unsupported::Malformed) if mode == "x" => {
                counts.errors += 1;
                continue;
            }
            Err(Unsupported::Malformed) if mode == "n" && escapes_a_letter(pattern) => {
                counts.letters += 1;
                continue;
            }
            Err(Unsupported::Peculiar) if mode != "x" => {
                counts.peculiar += 1;
                continue;
            }
            // It refers back, or is large, and a half of a character could match.
            Err(Unsupported::Units) if mode == "n" => {
                counts.units += 1;
                continue;
            }
            Err(why) => {
                wrong.push(format!("{pattern} {flags}: {why:?}, `node` says {mode}"));
                continue;
            }
        };
        *(if mode == "u" { &mut counts.with_flag } else { &mut counts.without }) += 1;
        if mode == "x" || (mode == "u") != pattern::is_unicode(&own).expect("it was read") {
            wrong.push(format!("{pattern} {flags}: taken, `node` says {mode}"));
            continue;
        }
        for (text, expected) in TEXTS.iter().zip(expected.chars()) {
            match matcher.is_match(text) {
                Some(_) if expected == '?' => {}
                Some(is_match) if is_match != (expected == '1') => {
                    wrong.push(format!("{pattern} {flags} on {text:?}: {is_match}"));
                }
                Some(_) => {}
                None => counts.undecided += 1,
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        patterns.len(),
        wrong[..wrong.len().min(60)].join("\n")
    );
    counts
}

#[test]
fn every_part_in_every_place_means_what_it_means_to_node() {
    let patterns: Vec<(String, &str)> =
        FRAMES.iter().flat_map(|frame| ATOMS.iter().map(|atom| (frame.replace('@', atom), ""))).collect();
    let counts = compare(&patterns, str::to_owned);
    assert!(counts.with_flag > 5_000 && counts.without > 1_500 && counts.errors > 800, "{counts:?}");
    assert_eq!(counts.undecided, 0, "{counts:?}");
}

#[test]
fn patterns_made_of_patterns_mean_what_they_mean_to_node() {
    let n_patterns = std::env::var("GOODEVENT_PATTERNS").ok().and_then(|n| n.parse().ok()).unwrap_or(3_000);
    let mut random = Random(n_patterns as u64);
    let patterns: Vec<(String, &str)> = (0..n_patterns).map(|nth| (random.pattern(nth % 3), "")).collect();
    let counts = compare(&patterns, str::to_owned);
    assert!(counts.with_flag > n_patterns / 5, "{counts:?}");
}

#[test]
fn modifiers_mean_what_flags_mean_to_node() {
    let frames = ["@", "^@$", "^(?:@|b)$", "(?!@)b", "(?<=@)b", "^@*$"];
    let patterns: Vec<(String, &str)> = ["i", "m", "s", "im", "is", "ms", "ims"]
        .iter()
        .flat_map(|flags| {
            frames.iter().flat_map(move |frame| ATOMS.iter().map(move |atom| (frame.replace('@', atom), *flags)))
        })
        .collect();
    for flags in ["i", "m", "s", "im", "is", "ms", "ims"] {
        let own: Vec<(String, &str)> = patterns.iter().filter(|(_, own)| *own == flags).cloned().collect();
        compare(&own, |pattern| format!("(?{flags}:{pattern})"));
    }
}

#[test]
fn engines_of_rust_read_what_is_translated_alike() {
    let mut n_compared = 0;
    for (frame, atom) in FRAMES.iter().flat_map(|frame| ATOMS.iter().map(move |atom| (frame, atom))) {
        let pattern = frame.replace('@', atom);
        let (Ok(automaton), Ok(translated)) = (pattern::compile(&pattern), pattern::translate(&pattern)) else {
            continue;
        };
        let is_unicode = pattern::is_unicode(&pattern) == Ok(true);
        let regex =
            fancy_regex::Regex::new(&translated).unwrap_or_else(|error| panic!("{pattern}: {translated}: {error}"));
        for text in TEXTS.iter().filter(|text| is_unicode || text.chars().all(|char| char < '\u{10000}')) {
            n_compared += 1;
            let is_match = regex.is_match(text).expect("it is decided soon");
            assert_eq!(is_match, automaton.is_match(text), "{pattern} as {translated} on {text:?}");
        }
    }
    assert!(n_compared > 500_000, "{n_compared}");
}

#[test]
fn malformed_answers_are_no_answers() {
    let answers: Value = serde_json::to_value(ask(&[("(".to_owned(), "")], &["("])).expect("it is JSON");
    assert_eq!(answers, json!([["x", ""]]));
}
