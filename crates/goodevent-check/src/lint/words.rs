//! Words of names.

/// The words of a name in camel case, in lower case; an acronym is one word: `HTTPServerStarted` is `http`, `server`,
/// `started`.
pub(super) fn split(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (at, char) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| chars[before]);
        let next_is_lower = chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        let begins = match before {
            None | Some('_' | '-' | ' ' | '.') => true,
            Some(before) => char.is_uppercase() && (!before.is_uppercase() || next_is_lower),
        };
        match words.last_mut() {
            _ if matches!(char, '_' | '-' | ' ' | '.') => {}
            Some(word) if !begins => word.extend(char.to_lowercase()),
            _ => words.push(char.to_lowercase().collect()),
        }
    }
    words
}

/// A name with another word at its end, in the case of the others: `created_at` becomes `created_at_utc`.
pub(super) fn extended(name: &str, word: &str) -> String {
    let separator = ['_', '-', '.'].into_iter().find(|separator| name.contains(*separator));
    match separator {
        Some(separator) => format!("{name}{separator}{}", word.to_lowercase()),
        None => format!("{name}{word}"),
    }
}

/// Whether `word` says that something is done: a past participle.
///
/// English forms most of them with `-ed`; the others are listed.
pub(super) fn is_past(word: &str) -> bool {
    const IRREGULAR: [&str; 74] = [
        "begun",
        "bent",
        "bid",
        "bought",
        "bound",
        "broken",
        "brought",
        "built",
        "caught",
        "chosen",
        "cut",
        "dealt",
        "done",
        "drawn",
        "driven",
        "fallen",
        "fed",
        "felt",
        "forgotten",
        "fought",
        "found",
        "frozen",
        "given",
        "gone",
        "gotten",
        "grown",
        "heard",
        "held",
        "hidden",
        "hit",
        "kept",
        "known",
        "laid",
        "led",
        "left",
        "lent",
        "let",
        "lit",
        "lost",
        "made",
        "met",
        "overdrawn",
        "overridden",
        "paid",
        "put",
        "read",
        "reset",
        "ridden",
        "risen",
        "run",
        "seen",
        "sent",
        "set",
        "shown",
        "shut",
        "sold",
        "spent",
        "split",
        "spoken",
        "spread",
        "stolen",
        "struck",
        "sunk",
        "taken",
        "taught",
        "told",
        "torn",
        "thrown",
        "undone",
        "withdrawn",
        "won",
        "worn",
        "woken",
        "written",
    ];
    // They end like participles, and are none.
    const NOUNS: [&str; 10] = ["bed", "breed", "feed", "need", "red", "seed", "shed", "speed", "weed", "embed"];
    (word.ends_with("ed") && word.len() > 3 && !NOUNS.contains(&word)) || IRREGULAR.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        assert_eq!(split("OutageWindowChanged"), ["outage", "window", "changed"]);
        assert_eq!(split("HTTPServerStarted"), ["http", "server", "started"]);
        assert_eq!(split("userID"), ["user", "id"]);
        assert_eq!(split("placed_time-utc"), ["placed", "time", "utc"]);
        assert_eq!(split(""), Vec::<String>::new());
    }

    #[test]
    fn a_word_is_added_in_the_case_of_the_others() {
        for (name, extended) in [("createdAt", "createdAtUtc"), ("created_at", "created_at_utc"), ("a-b", "a-b-utc")] {
            assert_eq!(super::extended(name, "Utc"), extended);
        }
    }

    #[test]
    fn participles_are_told_from_other_words() {
        for word in ["terminated", "paid", "sent", "withdrawn", "split"] {
            assert!(is_past(word), "{word}");
        }
        for word in ["terminate", "feed", "payment", "speed", "order"] {
            assert!(!is_past(word), "{word}");
        }
    }
}
