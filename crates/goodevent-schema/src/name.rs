//! Names of events, and their forms in topics and keys.

use std::fmt;

/// Name of an event, `<Subject><PastVerb>V<n>Event`, upper camel case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventName {
    text: String,
    n_stem_bytes: usize,
    version: u32,
}

/// Reason why a text is not an event name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MalformedName {
    /// The text has other characters than ASCII letters and digits, or does not begin with a capital.
    NotPascalCase,
    /// The text does not end with `Event`.
    NoSuffix,
    /// There is no version before `Event`, or no text before the version.
    NoVersion,
    /// There is another version before the last one.
    TwoVersions,
}

impl fmt::Display for MalformedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotPascalCase => "it must consist of ASCII letters and digits and begin with a capital",
            Self::NoSuffix => "it does not end with `Event`",
            Self::NoVersion => "it has no version, such as `V1`, before `Event`",
            Self::TwoVersions => "it has two versions",
        })
    }
}

impl std::str::FromStr for EventName {
    type Err = MalformedName;

    fn from_str(text: &str) -> Result<Self, MalformedName> {
        let is_pascal = text.starts_with(|first: char| first.is_ascii_uppercase())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_pascal {
            return Err(MalformedName::NotPascalCase);
        }
        let versioned = text.strip_suffix("Event").ok_or(MalformedName::NoSuffix)?;
        let (stem, digits) = versioned.rsplit_once('V').ok_or(MalformedName::NoVersion)?;
        let version = digits.parse::<u32>().ok().filter(|version| *version > 0 && !digits.starts_with('0'));
        // `Ipv4` and `IPV4` are words.
        let before = stem.trim_end_matches(|char: char| char.is_ascii_digit());
        let before = before.strip_suffix('V').filter(|_| before.len() < stem.len());
        if before.is_some_and(|before| before.is_empty() || !before.ends_with(|char: char| char.is_ascii_uppercase())) {
            return Err(MalformedName::TwoVersions);
        }
        match version.filter(|_| !stem.is_empty()) {
            Some(version) => Ok(Self { text: text.to_owned(), n_stem_bytes: stem.len(), version }),
            None => Err(MalformedName::NoVersion),
        }
    }
}

impl EventName {
    /// The whole name: `SubscriptionCreatedV1Event`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Suggestion for a valid event name.
    #[must_use]
    pub fn nearest(text: &str) -> String {
        // The name of a file, and what is typed behind a version by mistake.
        let file = text.rsplit('/').next().unwrap_or(text);
        let file = file.strip_suffix(".json").unwrap_or(file);
        let text = whole_version(file).unwrap_or(file);
        let words = text.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let pascal: String = words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect();
        let (stem, version) = without_version(&pascal);
        let name = format!("{stem}V{version}Event");
        match name.parse::<Self>() {
            Ok(_) => format!("call it `{name}`"),
            Err(_) => "name the fact, its version, and `Event`: `SubscriptionTerminatedV1Event`".to_owned(),
        }
    }

    /// The version: 1.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The name without version and suffix: `SubscriptionCreated`.
    #[must_use]
    pub fn stem(&self) -> &str {
        &self.text[..self.n_stem_bytes]
    }

    /// The name without suffix: `SubscriptionCreatedV1`.
    #[must_use]
    pub fn versioned(&self) -> &str {
        self.text.strip_suffix("Event").unwrap_or(&self.text)
    }

    /// The name of another version of the event.
    #[must_use]
    pub fn at_version(&self, version: u32) -> String {
        format!("{}V{version}Event", self.stem())
    }

    /// The words of the stem in lower case, with `separator` between: `user.created`. An acronym is one word.
    #[must_use]
    pub fn joined(&self, separator: &str) -> String {
        let chars: Vec<char> = self.stem().chars().collect();
        let mut joined = String::new();
        for (char_idx, char) in chars.iter().enumerate() {
            let follows_lower = char_idx > 0 && !chars[char_idx - 1].is_ascii_uppercase();
            let precedes_lower = chars.get(char_idx + 1).is_some_and(char::is_ascii_lowercase);
            if char_idx > 0 && char.is_ascii_uppercase() && (follows_lower || precedes_lower) {
                joined.push_str(separator);
            }
            joined.push(char.to_ascii_lowercase());
        }
        joined
    }
}

/// The part of a name that ends with `V1Event`, if more letters follow it and no other version.
fn whole_version(name: &str) -> Option<&str> {
    let end = name.rfind("Event")? + "Event".len();
    let bare = name[..end - "Event".len()].trim_end_matches(|char: char| char.is_ascii_digit());
    let is_version = bare.len() + "Event".len() < end && bare.ends_with(['V', 'v']);
    let rest = &name[end..];
    let is_slip = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_version && is_slip).then(|| &name[..end])
}

/// A name without its versions and suffixes, however they are written, and the version: 1 if there is none that could be.
fn without_version(name: &str) -> (&str, u32) {
    let (mut stem, mut version) = (name, None);
    loop {
        let n_word = stem.len().saturating_sub("Event".len());
        if stem.get(n_word..).is_some_and(|word| word.eq_ignore_ascii_case("Event")) {
            stem = &stem[..n_word];
            continue;
        }
        let bare = stem.trim_end_matches(|char: char| char.is_ascii_digit());
        match bare.strip_suffix(['V', 'v']).filter(|_| bare.len() < stem.len()) {
            Some(before) => {
                version = version.or_else(|| stem[bare.len()..].parse().ok().filter(|version| *version > 0));
                stem = before;
            }
            None => return (stem, version.unwrap_or(1)),
        }
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The words of any name in lower case: a capital begins a word, a digit belongs to the word before it, and other
/// characters separate words. A letter outside of ASCII is spelled by its number, a name without letters is `empty`, and
/// the first word begins with a letter: `3d` is `n3d`.
///
/// Names with the same words are the same name in generated code.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (char_idx, &char) in chars.iter().enumerate() {
        let before = char_idx.checked_sub(1).map(|before| chars[before]);
        let is_next_lower = chars.get(char_idx + 1).is_some_and(char::is_ascii_lowercase);
        let begins =
            char.is_ascii_uppercase() && before.is_some_and(|before| !before.is_ascii_uppercase() || is_next_lower);
        if begins || !(char.is_ascii_alphanumeric() || char.is_alphabetic()) {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if char.is_ascii_alphanumeric() {
            word.push(char.to_ascii_lowercase());
        } else if char.is_alphabetic() {
            word.push_str(&format!("u{:x}", u32::from(char)));
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    match words.first_mut() {
        None => words.push("empty".to_owned()),
        Some(first) if first.starts_with(|first: char| first.is_ascii_digit()) => first.insert(0, 'n'),
        Some(_) => {}
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_version_and_a_suffix() {
        let name: EventName = "HTTPRouteAddedV12Event".parse().expect("the name is well-formed");
        assert_eq!((name.stem(), name.versioned(), name.version()), ("HTTPRouteAdded", "HTTPRouteAddedV12", 12));
        assert_eq!((name.joined(".").as_str(), name.joined("-").as_str()), ("http.route.added", "http-route-added"));
        for text in ["SwitchedToIPV4V1Event", "Mp4V1Event", "MovedToIpv6V1Event", "AddedVV1Event"] {
            assert!(text.parse::<EventName>().is_ok(), "{text}");
        }
        for (text, name) in [
            ("user-created", "UserCreatedV1Event"),
            ("UserCreatedV2", "UserCreatedV2Event"),
            ("UserCreatedEvent", "UserCreatedV1Event"),
            ("UserCreatedV0Event", "UserCreatedV1Event"),
            ("UserCreatedV02Event", "UserCreatedV2Event"),
            ("UserCreatedV0V1", "UserCreatedV1Event"),
            ("UserCreatedV1V2Event", "UserCreatedV2Event"),
            ("UserCreatedV99999999999Event", "UserCreatedV1Event"),
            ("userCreatedV3event", "UserCreatedV3Event"),
            ("user_created_v2_event", "UserCreatedV2Event"),
            ("UserCreatedEventV4", "UserCreatedV4Event"),
            ("UserCreatedEventV4Event", "UserCreatedV4Event"),
            ("UserCreatedV4Event.json", "UserCreatedV4Event"),
            ("UserCreatedV4Eventt", "UserCreatedV4Event"),
            ("types/users/UserCreatedV4Event.json", "UserCreatedV4Event"),
        ] {
            assert_eq!(EventName::nearest(text), format!("call it `{name}`"));
        }
        for text in ["", "Event", "V1Event", "V0Event", "1", "événement"] {
            let nearest = EventName::nearest(text);
            let name = nearest.split('`').nth(if nearest.starts_with("call") { 1 } else { 3 }).unwrap_or_default();
            assert!(name.parse::<EventName>().is_ok(), "{text}: {nearest}");
        }
        for (text, why) in [
            ("userCreatedV1Event", MalformedName::NotPascalCase),
            ("User-CreatedV1Event", MalformedName::NotPascalCase),
            ("", MalformedName::NotPascalCase),
            ("UserCreatedV1", MalformedName::NoSuffix),
            ("UserCreatedEvent", MalformedName::NoVersion),
            ("UserCreatedV0Event", MalformedName::NoVersion),
            ("V1Event", MalformedName::NoVersion),
            ("UserCreatedV1V2Event", MalformedName::TwoVersions),
            ("UserCreatedV12V1Event", MalformedName::TwoVersions),
            ("Mp4V1V1Event", MalformedName::TwoVersions),
            ("V1V1Event", MalformedName::TwoVersions),
        ] {
            assert_eq!(text.parse::<EventName>().err(), Some(why), "{text}");
        }
    }
}
