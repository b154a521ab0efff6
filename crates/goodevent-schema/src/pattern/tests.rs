use super::*;

#[test]
fn automata_decide_as_the_reference_does() {
    let texts = [
        "",
        "a",
        "b",
        "ab",
        "aab",
        "abc",
        "a1",
        "A",
        "é",
        "\u{2028}",
        "\n",
        "OCT-00412973",
        "OCT-0041297",
        "xOCT-00412973",
        "12.5s",
        ".5s",
        "pkg:x",
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "https://x",
        "$a",
        "😀",
        "a b",
        "\u{a0}",
        "word",
        "a-b",
        "1.2.3-rc",
    ];
    for pattern in [
        "",
        "a",
        "^a",
        "a$",
        "^a$",
        "^a*$",
        "^(ab|a)b?$",
        "^[a-z]+$",
        "^OCT-[0-9]{8}$",
        "^([0-9]+\\.?[0-9]*|\\.[0-9]+)s$",
        "^pkg:",
        "^\\S*$",
        "\\d",
        "\\w+",
        "^\\w+$",
        "^.$",
        "^.*$",
        "é",
        "^[^a]$",
        "^\\$.*$",
        "^(\\d+\\.\\d+\\.\\d+.*)$",
        "\\s",
        "^😀$",
        "^.{1,2}$",
        "a|^$",
        "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    ] {
        let automaton = compile(pattern).expect("the pattern is regular");
        let reference =
            jsonschema::validator_for(&serde_json::json!({ "pattern": pattern })).expect("the schema is valid");
        for text in texts {
            let expected = reference.is_valid(&serde_json::Value::from(text));
            assert_eq!(automaton.is_match(text), expected, "{pattern} on {text:?}");
        }
    }
}

#[test]
fn a_complement_matches_the_others() {
    for pattern in ["^a*$", "b", "^(ab|a)b?$", "", "^[^a]$"] {
        let automaton = compile(pattern).expect("the pattern is regular");
        let complement = automaton.complement();
        for text in ["", "a", "aa", "ab", "abb", "b", "é"] {
            assert_ne!(automaton.is_match(text), complement.is_match(text), "{pattern} on {text:?}");
        }
        assert_eq!(complement.complement(), *automaton);
    }
}

#[test]
fn automata_are_small() {
    let automaton = compile("^OCT-[0-9]{8}$").expect("the pattern is regular");
    // The two final states, one before each of the twelve characters, and one behind.
    assert_eq!((automaton.n_states(), automaton.n_classes), (15, 6));
    assert_eq!(compile("(a)\\1").err(), Some(Unsupported::NotRegular));
}

#[test]
fn what_looks_around_is_as_small() {
    for (around, plain) in [
        ("^(?!0)[0-9]{2}$", "^[1-9][0-9]$"),
        ("^(?=[a-c]{2}$)[b-z]*$", "^[bc]{2}$"),
        ("^.*(?<!b)$", "^(.*[^b\\n\\r\\u2028\\u2029])?$"),
        ("^(?!.*--)[a-]*$", "^-?(a+-?)*$"),
        ("^\\ba\\b$", "^a$"),
        ("a\\Bb", "ab"),
        ("^(?:(?!c)[a-d])*$", "^[abd]*$"),
    ] {
        let (around, plain) = (compile(around).expect("it is regular"), compile(plain).expect("it is regular"));
        assert_eq!(around.n_states(), plain.n_states());
        for text in
            ["", "a", "b", "ab", "ba", "a-", "-a", "--", "a--a", "10", "01", "99", "9", "bc", "cb", "bd", "é", "\n"]
        {
            assert_eq!(around.is_match(text), plain.is_match(text), "{text:?}");
        }
    }
}

#[test]
fn what_takes_too_long_is_too_large() {
    let nested = format!("{}a{}", "(?=".repeat(100), ")".repeat(100));
    assert!(compile(&nested).is_ok());
    assert_eq!(compile(&format!("{}a{}", "(".repeat(5_000), ")".repeat(5_000))), Err(Unsupported::Malformed));
    for pattern in
        ["^(?=.*a.{20}$)(?=.*b.{20}$)(?!.*c.{20}$)", "((a{1000}){1000}){1000}(?!b)", "^(?=.{1,99999}$)(?!.*aa)"]
    {
        assert_eq!(compile(pattern), Err(Unsupported::TooLarge), "{pattern}");
    }
    assert!(compile("(?:(?:(?:){4000000000}){4000000000}){4000000000}(?!b)").is_ok());
}

#[test]
fn what_no_engine_decides_is_said_so() {
    assert_eq!(check("^(a)\\1$"), Ok(()));
    assert_eq!(check("^(?:(a)|b)\\1$"), Err(Unsupported::Peculiar));
    assert_eq!(check("(?:(a)\\2|(b))+"), Err(Unsupported::Peculiar));
    assert_eq!(check("\\Z"), Err(Unsupported::Malformed));
    // Without the flag `u`, as the brace alone asks for, a half of a character is what some of these could match.
    let of_units = ["^..}(b)\\1$", "^.}(b)\\1$", "^\\W}(b)\\1", "^(.)\\1}$", "^\\ud83d\\ude00}(a)\\1$", "^(.*)x\\1}$"];
    let large = ["^.*a.{25}}..$", "^.*a.{25}}[^b]$"];
    for pattern in of_units.into_iter().chain(large) {
        assert_eq!(check(pattern), Err(Unsupported::Units), "{pattern}");
    }
    for pattern in ["^..}$", "^(a)}\\1$", "^[a-z]}(b)\\1$", "^.*a[a-z]{25}}$", "^.*a[a-z]{25}}.*$"] {
        assert_eq!(check(pattern), Ok(()), "{pattern}");
    }
    assert_eq!(check("(?:(?:.{1000}){1000}){1000}"), Err(Unsupported::TooLarge));
}

/// Sets of hundreds of ranges, repeated so often that there is no automaton: what is not reported is decided.
#[test]
fn what_is_taken_matches() {
    let sets = [("\\p{L}", "a"), ("\\P{C}", " "), (".", "é")];
    let mut n_taken = 0;
    for (set, text) in sets {
        for most in [1, 255] {
            for (open, close) in [("^", "$"), ("^", "")] {
                let pattern = format!("{open}{set}{{1,{most}}}{close}");
                let Ok(()) = check(&pattern) else { continue };
                n_taken += 1;
                let matcher = Matcher::new(&pattern).expect("it was checked");
                assert_eq!(matcher.is_match(text), Some(true), "{pattern}");
                assert_eq!(matcher.is_match(""), Some(false), "{pattern}");
            }
        }
    }
    assert!(n_taken == 3 * 2 * 2, "only {n_taken} patterns are taken");
}

#[test]
fn a_part_of_the_texts_matches_where_all_are_too_many() {
    let patterns = [
        ("^\\p{L}{1,255}$", "Ada", "7"),
        ("^\\p{L}{300,500}$", "", "a"),
        ("^[\\p{L}\\p{N}]{1,300}x$", "a7x", "x"),
        ("^\\p{Script=Greek}{1,5000}$", "", "a"),
        ("^(?!.*b)\\p{L}{1,300}$", "aa", "ab"),
        ("^(?:\\p{Lu}\\p{Ll}{0,200} ?){1,20}$", "Ada", "ada"),
    ];
    for (pattern, accepted, refused) in patterns {
        assert_eq!(compile(pattern).err(), Some(Unsupported::TooLarge), "{pattern}");
        let part = compile_part(pattern).unwrap_or_else(|why| panic!("{pattern}: {why:?}"));
        assert!(part.accepts.iter().any(|byte| *byte != 0), "{pattern}");
        assert!(accepted.is_empty() || part.is_match(accepted), "{pattern}");
        assert!(!part.is_match(refused), "{pattern}");
    }
    assert_eq!(compile_part("^[a-z]+$"), compile("^[a-z]+$"));
}
