//! Verdicts that would be unsound: of values that look alike and differ, and of questions without end.

use std::time::{Duration, Instant};

use super::{
    Prover, Verdict, Version, changes,
    tests::{judge, read},
};

/// The expected verdict on a direction: compatible, or the payload that breaks it.
type Row = (&'static str, &'static str, &'static str, &'static str);

const COMPATIBLE: &str = "compatible";

fn check(rows: &[Row], schema: impl Fn(&str) -> String) {
    let mut faults = Vec::new();
    for (old, new, backward, forward) in rows {
        let verdicts = judge(&schema(old), &schema(new));
        for (verdict, expected) in verdicts.iter().zip([backward, forward]) {
            let said = verdict.to_string();
            if said.strip_prefix("breaking: ").unwrap_or(&said) != *expected {
                faults.push(format!("{old} to {new}: {said}, not {expected}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn draft_4_tells_integers_from_equal_numbers() {
    let rows: &[Row] = &[
        (r#""enum": [1]"#, r#""type": "integer""#, "1.0", "0"),
        (r#""enum": [1.0]"#, r#""type": "integer""#, "1.0", "0"),
        (r#""enum": [1e1]"#, r#""type": "integer""#, "10.0", "0"),
        (r#""type": "integer""#, r#""not": { "enum": [1.0] }"#, "1", r#""a""#),
        (r#""enum": [1]"#, r#""type": "integer", "enum": [1]"#, "1.0", COMPATIBLE),
        (r#""enum": [1]"#, r#""enum": [1.0]"#, COMPATIBLE, COMPATIBLE),
        (r#""enum": [1]"#, r#""type": "number""#, COMPATIBLE, "0"),
        (r#""enum": [1]"#, r#""not": { "type": "integer" }"#, "1", r#""a""#),
        (r#""enum": [[1]]"#, r#""items": { "type": "integer" }"#, "[1.0]", r#""a""#),
        (r#""enum": [[1, 2.0]]"#, r#""items": [{}, { "type": "integer" }]"#, "[1,2.0]", r#""a""#),
        (r#""enum": [{"a": 1}]"#, r#""properties": { "a": { "type": "integer" } }"#, r#"{"a":1.0}"#, r#""a""#),
        (r#""enum": [2], "multipleOf": 2"#, r#""type": "integer""#, "2.0", "0"),
        (r#""enum": [1, 2]"#, r#""enum": [2, 1, 3]"#, COMPATIBLE, "3"),
        (r#""type": "integer", "enum": [1]"#, r#""type": "integer", "minimum": 1"#, COMPATIBLE, "2"),
        (
            r#""items": [{ "type": "integer" }, { "enum": [1], "not": { "type": "integer" } }], "type": "array", "minItems": 2"#,
            r#""items": [{ "enum": [2] }], "type": "array""#,
            "[0,1.0]",
            "[]",
        ),
    ];
    check(rows, |rest| format!(r#"{{"$schema": "http://json-schema.org/draft-04/schema#", {rest}}}"#));
}

#[test]
fn equal_items_may_be_written_in_different_ways() {
    let schema = |rest: &str| {
        format!(
            r#"{{"$schema": "http://json-schema.org/draft-04/schema#", "type": "array", "maxItems": 2, "minItems": 2,
                "items": [{{ "type": "integer" }}, {{ "enum": [1], "not": {{ "type": "integer" }} }}] {rest}}}"#
        )
    };
    let [backward, forward] = judge(&schema(""), &schema(r#", "uniqueItems": true"#));
    assert!(!backward.is_compatible(), "[1, 1.0] is not a set: {backward}");
    assert_eq!(forward, Verdict::Compatible);
}

#[test]
fn later_drafts_do_not() {
    let rows: &[Row] = &[
        (r#""enum": [1]"#, r#""type": "integer""#, COMPATIBLE, "0"),
        (r#""const": 1.0"#, r#""type": "integer", "enum": [1]"#, COMPATIBLE, COMPATIBLE),
    ];
    check(rows, |rest| format!("{{{rest}}}"));
}

#[test]
fn patterns_are_compared_as_ecma_262_has_them() {
    let rows: &[Row] = &[
        ("^[^\\n]{0,5}$", "^.{0,5}$", r#""\r""#, COMPATIBLE),
        ("^(?!0)[0-9]{2}$", "^[1-9][0-9]$", COMPATIBLE, COMPATIBLE),
        ("^(?=.*[a-c])(?!.*b)[a-z]{1,2}$", "^(?:[ac][ac-z]?|[ac-z][ac])$", COMPATIBLE, COMPATIBLE),
        ("^[a-c]+(?<!b)$", "^[a-c]*[ac]$", COMPATIBLE, COMPATIBLE),
        ("^\\w+$", "^[0-9A-Z_a-z]+$", COMPATIBLE, COMPATIBLE),
        (
            "^\\s$",
            "^[\\t-\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]$",
            COMPATIBLE,
            COMPATIBLE,
        ),
        ("^\\S$", "^[^\\s]$", COMPATIBLE, COMPATIBLE),
        ("^\\bab\\b$", "^ab$", COMPATIBLE, COMPATIBLE),
        ("a\\Bb", "ab", COMPATIBLE, COMPATIBLE),
        ("^(?i:k)$", "^[kK\\u212a]$", COMPATIBLE, COMPATIBLE),
        ("[]", "^(?!)", COMPATIBLE, COMPATIBLE),
        ("^[^]$", "^[\\s\\S]$", COMPATIBLE, COMPATIBLE),
        ("^[\\w-.]$", "^[\\w.-]$", COMPATIBLE, COMPATIBLE),
        ("^[\\b]$", "^\\u0008$", COMPATIBLE, COMPATIBLE),
        ("^(?<a>x)$", "^x$", COMPATIBLE, COMPATIBLE),
        ("^(?:a|b)$", "^a$", r#""b""#, COMPATIBLE),
    ];
    let pattern = |pattern: &str| serde_json::json!({ "type": "string", "pattern": pattern }).to_string();
    check(rows, pattern);
    let names = |pattern: &str| {
        serde_json::json!({ "type": "object", "maxProperties": 1, "patternProperties": { pattern: false } }).to_string()
    };
    for (old, new, ..) in rows.iter().filter(|row| row.2 == COMPATIBLE && row.3 == COMPATIBLE) {
        assert_eq!(judge(&names(old), &names(new)), [Verdict::Compatible, Verdict::Compatible], "{old} {new}");
    }
}

#[test]
fn schemas_that_refer_to_themselves_in_place_are_undecided() {
    let loops = [
        r##"{"$defs": {"N": {"$ref": "#/$defs/N"}}, "$ref": "#/$defs/N", "const": 1}"##,
        r##"{"$defs": {"N": {"$ref": "#/$defs/M"}, "M": {"$ref": "#/$defs/N"}}, "$ref": "#/$defs/N", "enum": [1, [2]]}"##,
        r##"{"$defs": {"N": {"anyOf": [{"$ref": "#/$defs/N"}, {"$ref": "#/$defs/N"}]}}, "$ref": "#/$defs/N", "const": 1}"##,
        r##"{"$defs": {"N": {"not": {"$ref": "#/$defs/N"}}}, "$ref": "#/$defs/N", "const": 1}"##,
        r##"{"$defs": {"N": {"if": {"$ref": "#/$defs/N"}, "then": false}}, "allOf": [{"$ref": "#/$defs/N"}], "const": 1}"##,
    ];
    // The `unevaluated…` keywords ask which schemas in place hold.
    let evaluated = loops.map(|text| {
        let more = r#""unevaluatedItems": {"type": "integer"}, "unevaluatedProperties": {"type": "integer"}, "#;
        [text.replacen('{', &format!("{{{more}"), 1), text.replacen(r#""N": {"#, &format!(r#""N": {{{more}"#), 1)]
    });
    let loops: Vec<String> = loops.map(str::to_owned).into_iter().chain(evaluated.into_iter().flatten()).collect();
    small(move || {
        for old in &loops {
            for new in [r#"{"type": "array"}"#, "{}", r#"{"type": "integer"}"#] {
                let (old, new) = (read(old), read(new));
                let mut prover = Prover::new(&old.1.schemas, &new.1.schemas);
                let (old, new) = ((Version::Old, old.2), (Version::New, new.2));
                for verdict in [prover.inclusion(old, new), prover.inclusion(new, old)] {
                    assert!(!matches!(verdict, Verdict::Breaking(_)), "no validator decides such a schema");
                }
                let _found = changes(&mut prover, old, new);
            }
        }
    });
}

#[test]
fn long_ways_end() {
    let chain = |n: usize, end: &str| {
        let types = (0..n).map(|nth| format!(r##""t{nth}": {{"$ref": "#/$defs/t{}"}}"##, nth + 1));
        let types: Vec<String> = types.collect();
        format!(r##"{{"$ref": "#/$defs/t0", "$defs": {{{}, "t{n}": {end}}}}}"##, types.join(", "))
    };
    let many = |name: &str, n: usize, part: fn(usize) -> String| {
        let parts: Vec<String> = (0..n).map(part).collect();
        format!(r#"{{"{name}": [{}]}}"#, parts.join(", "))
    };
    let pairs = [
        (chain(3_000, r#"{"const": 1}"#), chain(3_000, r#"{"const": 2}"#)),
        (chain(3_000, r#"{"type": "string"}"#), r#"{"maxLength": 3}"#.to_owned()),
        (
            many("allOf", 1_000, |nth| format!(r#"{{"anyOf": [{{"minLength": {nth}}}, {{"maxLength": {nth}}}]}}"#)),
            r#"{"type": "string"}"#.to_owned(),
        ),
        (
            many("oneOf", 300, |nth| format!(r#"{{"const": {nth}}}"#)),
            many("anyOf", 299, |nth| format!(r#"{{"const": {nth}}}"#)),
        ),
    ];
    small(move || {
        for (old, new) in &pairs {
            let began = Instant::now();
            let _verdicts = judge(old, new);
            assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
        }
    });
}

#[test]
fn mutual_recursion_takes_no_longer_with_each_type() {
    let mutual = |n: usize, leaf: &str| {
        let types = (0..n).map(|nth| {
            let members = (0..n).map(|to| format!(r##""p{to}": {{"$ref": "#/$defs/t{to}"}}"##));
            let members: Vec<String> = members.collect();
            let own = if nth + 1 == n { leaf } else { "{}" };
            format!(
                r#""t{nth}": {{"type": "object", "additionalProperties": false, "properties": {{{}, "own": {own}}}}}"#,
                members.join(", ")
            )
        });
        let types: Vec<String> = types.collect();
        format!(r##"{{"$ref": "#/$defs/t0", "$defs": {{{}}}}}"##, types.join(", "))
    };
    small(move || {
        for n in [2, 8, 14, 24] {
            let (old, new) = (mutual(n, r#"{"type": "string"}"#), mutual(n, r#"{"type": "string", "maxLength": 3}"#));
            let [backward, forward] = judge(&old, &new);
            assert!(matches!(backward, Verdict::Breaking(_)), "{n}: {backward}");
            assert_eq!(forward, Verdict::Compatible, "{n}");
            assert_eq!(judge(&old, &old), [Verdict::Compatible, Verdict::Compatible], "{n}");
            let (old, new) = (read(&old), read(&new));
            let mut prover = Prover::new(&old.1.schemas, &new.1.schemas);
            let found = changes(&mut prover, (Version::Old, old.2), (Version::New, new.2));
            assert!((1..=20 * n).contains(&found.len()), "{n}: {}", found.len());
            assert!(found.iter().any(|change| matches!(change.backward, Verdict::Breaking(_))), "{n}");
            assert!(found.iter().all(|change| change.forward.is_compatible()), "{n}");
        }
    });
}

/// Whatever they mean: what such schemas share is decided, and no payload is.
#[test]
fn schemas_that_refer_to_themselves_in_place_are_compared_as_far_as_they_say() {
    let itself = |rest: &str| format!(r##"{{"$defs": {{"v": {rest}}}, "$ref": "#/$defs/v"}}"##);
    let any = itself(r##"{"anyOf": [{"$ref": "#/$defs/v"}, {"type": "string"}]}"##);
    let all = itself(r##"{"allOf": [{"$ref": "#/$defs/v"}, {"type": "string"}]}"##);
    let short = itself(r##"{"allOf": [{"$ref": "#/$defs/v"}, {"type": "string", "maxLength": 3}]}"##);
    let one = itself(r##"{"oneOf": [{"$ref": "#/$defs/v"}, {"type": "string"}]}"##);
    let not = itself(r##"{"not": {"$ref": "#/$defs/v"}}"##);
    let bare = itself(r##"{"$ref": "#/$defs/v"}"##);
    let twice = r##"{"$defs": {"v": {"$ref": "#/$defs/w"}, "w": {"allOf": [{"$ref": "#/$defs/v"}]}}, "$ref": "#/$defs/v", "const": 1}"##;
    let string = r#"{"type": "string"}"#.to_owned();
    small(move || {
        let proved = [(&all, &any), (&short, &any), (&all, &string), (&string, &any), (&bare, &bare)];
        for (narrow, wide) in proved {
            assert_eq!(judge(narrow, wide)[0], Verdict::Compatible, "{narrow} {wide}");
        }
        for own in [any.as_str(), &all, &short, &one, &not, &bare, twice] {
            for other in [any.as_str(), &all, &one, &not, &bare, twice, r#"{"type": "array"}"#, "true"] {
                let verdicts = judge(own, other);
                let broken = verdicts.iter().find(|verdict| matches!(verdict, Verdict::Breaking(_)));
                assert_eq!(broken, None, "{own} {other}");
            }
        }
    });
}

#[test]
fn a_count_counts_however_large_and_however_it_is_written() {
    for keyword in ["Properties", "Items", "Length"] {
        let min = |count: &str| format!(r#"{{"min{keyword}": {count}}}"#);
        for large in ["4", "4.0", "4e0", "1e300", "18446744073709551616", "340282366920938463463374607431768211456.0"] {
            let [backward, forward] = judge(&min("3"), &min(large));
            assert!(matches!(backward, Verdict::Breaking(_)), "{keyword}, {large}: {backward}");
            assert_eq!(forward, Verdict::Compatible, "{keyword}, {large}");
        }
        assert_eq!(judge(&min("1e300"), &min("1e301"))[1], Verdict::Compatible, "{keyword}");
        assert_eq!(judge(&min("0"), &min("-0.0")), [Verdict::Compatible, Verdict::Compatible], "{keyword}");
        let max = |count: &str| format!(r#"{{"max{keyword}": {count}}}"#);
        assert_eq!(judge(&max("3"), &max("1e300"))[0], Verdict::Compatible, "{keyword}");
    }
}

/// Runs on a stack that is smaller than any.
fn small(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("there is a thread");
    thread.join().expect("nothing overflows, and all is as expected");
}
