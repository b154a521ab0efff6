//! Every fault of a JSON text, in every decoder: its line, its column, the expected part and the kind of character found.

use goodevent::{Error, Event};

use crate::{Note, outcomes};

/// Texts from the value of a member on; the fault is at `▲`. `>` stands for the ends of all open objects.
const FAULTS: [(&str, &str); 50] = [
    ("▲", "expected a value, found the end of the text"),
    ("\"a\"▲", "expected `,` or `}` after a member, found the end of the text"),
    ("\"a\",▲", "expected a name in double quotes, found the end of the text"),
    ("\"a\",\"share\"▲", "expected `:` after a name, found the end of the text"),
    ("[▲", "expected a value, found the end of the text"),
    ("[1▲", "expected `,` or `]` after an item, found the end of the text"),
    ("{▲", "expected a name in double quotes, found the end of the text"),
    ("▲\"anna", "a string that does not end"),
    ("▲\"anna\\", "a string that does not end"),
    ("▲,1>", "expected a value, found `,`"),
    ("▲:1>", "expected a value, found `:`"),
    ("▲]>", "expected a value, found `]`"),
    ("▲}>", "expected a value, found `}`"),
    ("▲anna>", "expected a value, found a letter"),
    ("▲é>", "expected a value, found a character beyond ASCII"),
    ("▲\u{1}>", "expected a value, found a control character"),
    ("▲`a`>", "expected a value, found a backtick"),
    ("▲'anna'>", "expected a value, found `'`: JSON writes strings in double quotes"),
    ("▲+49>", "expected a value, found `+`: a number begins with a digit or `-`"),
    ("▲.5>", "expected a value, found `.`: a number begins with a digit or `-`: write `0.5`, not `.5`"),
    ("▲NaN>", "expected a value, found a letter: JSON has no `NaN` and no `Infinity`"),
    ("▲Infinity>", "expected a value, found a letter: JSON has no `NaN` and no `Infinity`"),
    ("-▲Infinity>", "expected a digit after `-`, found a letter: JSON has no `NaN` and no `Infinity`"),
    ("-▲>", "expected a digit after `-`, found `}`"),
    ("-▲ 1>", "expected a digit after `-`, found white space"),
    ("1.▲>", "expected a digit after `.`, found `}`"),
    ("1.▲é>", "expected a digit after `.`, found a character beyond ASCII"),
    ("1e-▲>", "expected a digit in the exponent, found `}`"),
    ("▲007>", "a number with a leading zero"),
    ("▲1e99999999999999999999>", "a number that has more than 1,024 characters, or an exponent beyond 2^60"),
    ("▲nul>", "expected `null`, `true` or `false`, found another word"),
    ("▲// no\n1>", "a comment, which JSON does not allow"),
    ("\"anna▲\tlenz\">", "a control character in a string: write it as an escape"),
    ("\"anna▲\nlenz\">", "a control character in a string: write it as an escape"),
    ("\"anna▲\\x\">", "an escape that JSON does not have"),
    ("\"é\\u12▲\">", "expected four hexadecimal digits after `\\u`, found `\"`"),
    ("\"é\\u12▲lenz\">", "expected four hexadecimal digits after `\\u`, found a letter"),
    ("\"é▲\\ud800\">", "a lone surrogate, which is not a character"),
    ("[1 ▲2]>", "expected `,` or `]` after an item, found a digit"),
    ("[1,▲]>", "expected a value, found `]`: JSON allows no comma after the last item"),
    ("[1▲}>", "expected `,` or `]` after an item, found `}`"),
    ("\"é\" ▲\"share\":1>", "expected `,` or `}` after a member, found `\"`"),
    ("17▲;>", "expected `,` or `}` after a member, found `;`"),
    ("\"é\",\"share\" ▲1>", "expected `:` after a name, found a digit"),
    ("\"é\",▲share:1>", "expected a name in double quotes, found a letter"),
    ("\"é\",▲'share':1>", "expected a name in double quotes, found `'`"),
    ("\"é\",▲}", "expected a name in double quotes, found `}`: JSON allows no comma after the last member"),
    ("\"é\",▲/* no */\"share\":1>", "a comment, which JSON does not allow"),
    ("\"é\",▲\"text\":1>", "the object has this name already"),
    ("1>▲}", "expected the end of the text after the value, found `}`"),
];

/// Messages up to the value of a member, and the ends of their objects.
const MESSAGES: [(&str, &str); 3] = [
    (r#"{"text":"#, "}"),
    (r#"{"specVersion":"1.0","type":"NoteWrittenV1","payload":{"text":"#, "}}"),
    (r#"{"specversion":"1.0","type":"NoteWrittenV1","data":{"text":"#, "}}"),
];

/// Texts before the value: on the first line, on the third, and behind characters of several bytes.
const BEFORE: [&str; 6] =
    ["", "\n\n", "\r\n\r\n  ", "\"é\u{1f600}\",\"ü\":", "\"ü\",\n\"\u{1f600}\":\n", "\n\n\"\u{1f600}\",\"é\":"];

/// Checks the reason of each decoder for a text with `▲` at its fault.
fn check(marked: &str, reason: &str) {
    let (before, rest) = marked.split_once('▲').expect("the fault is marked");
    let message = format!("{before}{rest}");
    let line = before.split('\n').count();
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    let expected = format!("not JSON at line {line}, column {column}: {reason}");
    let errors = outcomes(message.as_bytes()).into_iter().map(|(_, outcome)| outcome);
    for outcome in errors.chain([Note::violations(message.as_bytes()).map(drop)]) {
        let error = outcome.expect_err("it is not JSON");
        assert_eq!(error.to_string(), expected, "{message:?}");
        assert_eq!((error.rule(), error.pointer()), ("not-json", ""));
        let Error::NotJson { offset, line: own_line, column: own_column, .. } = error else { panic!("{error:?}") };
        assert_eq!((offset, own_line, own_column), (before.len(), line, column), "{message:?}");
    }
}

#[test]
fn a_fault_of_a_text_has_its_place_and_says_what_is_expected_and_found() {
    for (fault, reason) in FAULTS {
        for (head, ends) in MESSAGES {
            for before in BEFORE {
                check(&format!("{head}{before}{}", fault.replace('>', ends)), reason);
            }
        }
    }
}

#[test]
fn a_text_that_nests_too_deep_has_the_place_of_the_first_level_that_is_too_deep() {
    for (head, ends) in MESSAGES {
        for before in BEFORE {
            let n_levels = 128 - ends.len();
            let nested = format!("{head}{before}{}▲[1{}{ends}", "[".repeat(n_levels), "]".repeat(n_levels + 1));
            check(&nested, "arrays and objects are nested deeper than 128 levels");
        }
    }
}

#[test]
fn a_text_without_a_value_says_so() {
    for (marked, reason) in [
        ("▲", "expected a value, found the end of the text"),
        (" \n\r\n\t▲", "expected a value, found the end of the text"),
        ("▲\u{feff}{}", "a byte order mark, which JSON does not allow"),
        ("\n\n  ▲anna@example.com", "expected a value, found a letter"),
        ("▲<xml/>", "expected a value, found `<`"),
        ("\"é\"\n▲7", "expected the end of the text after the value, found a digit"),
    ] {
        check(marked, reason);
    }
}
