//! Ordinary values: those that a service would send, where the schemas allow them.

use std::collections::{HashMap, HashSet};

use goodevent_schema::ir::{Format, Graph, SchemaId, Value};

use crate::random::Random;

/// Values of the examples and defaults of a contract, by the schemas that describe them.
#[derive(Debug, Default)]
pub(super) struct Examples<'r>(HashMap<SchemaId, Vec<&'r Value>>);

impl<'r> Examples<'r> {
    /// Those of a schema and of all below it. A part of an example is one of the part's schema.
    pub(super) fn of(graph: &'r Graph, root: SchemaId) -> Self {
        const MAX_VALUES: usize = 4_096;
        let mut open: Vec<(SchemaId, &Value)> = Vec::new();
        for id in graph.below(root).take(MAX_VALUES) {
            let docs = &graph[id].docs;
            let default = docs.default.as_ref().map(|value| &value.value);
            open.extend(docs.examples.iter().map(|value| &value.value).chain(default).map(|value| (id, value)));
        }
        let mut examples = Self::default();
        let mut n_values = 0;
        let mut seen: HashSet<(SchemaId, *const Value)> = HashSet::new();
        while let Some((id, value)) = open.pop().filter(|_| n_values < MAX_VALUES) {
            if !seen.insert((id, std::ptr::from_ref(value))) {
                continue;
            }
            n_values += 1;
            let keywords = &graph[id].keywords;
            open.extend(keywords.reference.iter().map(|target| (target.value, value)));
            open.extend(keywords.applied.all_of.iter().map(|part| (*part, value)));
            match value {
                Value::Object(members) => {
                    let property = |name: &str| keywords.object.properties.iter().find(|own| own.name.value == name);
                    let parts = members.iter().filter_map(|(name, value)| Some((property(name)?.schema, value)));
                    open.extend(parts);
                }
                Value::Array(items) => {
                    open.extend(keywords.array.items.iter().flat_map(|id| items.iter().map(|item| (*id, item))))
                }
                _ => examples.0.entry(id).or_default().push(value),
            }
        }
        examples
    }

    /// The scalars that are examples of any of these schemas.
    pub(super) fn scalars(&self, schemas: impl Iterator<Item = SchemaId>) -> Vec<&'r Value> {
        schemas.filter_map(|id| self.0.get(&id)).flatten().copied().collect()
    }
}

/// A text of a format, or of words if there is none; `min` and `max` count characters.
pub(super) fn text(format: Option<Format>, (min, max): (u64, u64), random: &mut Random) -> Option<String> {
    let Some(format) = format else { return words(min, max, random) };
    let word = WORDS[random.below(WORDS.len())];
    let mut n = |end: usize| random.below(end);
    Some(match format {
        Format::Uuid => {
            let (high, low) = (random.number(), random.number());
            // Version 4, of RFC 9562.
            let (third, fourth) = (0x4000 | (high & 0x0FFF), 0x8000 | (low >> 48 & 0x3FFF));
            format!(
                "{:08x}-{:04x}-{third:04x}-{fourth:04x}-{:012x}",
                high >> 32,
                high >> 16 & 0xFFFF,
                low & 0xFFFF_FFFF_FFFF
            )
        }
        Format::Date => format!("20{:02}-{:02}-{:02}", 20 + n(10), 1 + n(12), 1 + n(28)),
        Format::DateTime => {
            format!("20{:02}-{:02}-{:02}T{:02}:{:02}:{:02}Z", 20 + n(10), 1 + n(12), 1 + n(28), n(24), n(60), n(60))
        }
        Format::Time => format!("{:02}:{:02}:{:02}Z", n(24), n(60), n(60)),
        Format::Duration => format!("PT{}M", 1 + n(59)),
        Format::Email | Format::IdnEmail => format!("{word}@example.org"),
        Format::Hostname | Format::HostnameRfc1034 | Format::IdnHostname => format!("{word}.example.org"),
        Format::Ipv4 => format!("192.0.2.{}", 1 + n(254)),
        Format::Ipv6 => format!("2001:db8::{:x}", 1 + n(0xFFFE)),
        Format::Uri | Format::UriReference | Format::Iri | Format::IriReference => {
            format!("https://example.org/{word}/{}", 1 + n(999))
        }
        Format::JsonPointer => format!("/{word}"),
        _ => return None,
    })
}

const WORDS: [&str; 12] =
    ["amber", "birch", "cedar", "delta", "ember", "flint", "grove", "harbor", "island", "juniper", "lantern", "meadow"];

/// One to three words, or as many as are needed.
fn words(min: u64, max: u64, random: &mut Random) -> Option<String> {
    const MAX_CHARS: u64 = 2_000;
    let mut text = String::new();
    let n_words = 1 + random.below(3);
    for nth in 0.. {
        let word = WORDS[random.below(WORDS.len())];
        let is_enough = text.len() as u64 >= min;
        let n_chars = (text.len() + word.len() + usize::from(nth > 0)) as u64;
        if is_enough && (nth >= n_words || n_chars > max) {
            break;
        }
        text.extend((nth > 0).then_some(' '));
        text.push_str(word);
        if text.len() as u64 > MAX_CHARS {
            return None;
        }
    }
    text.truncate(usize::try_from(max).unwrap_or(usize::MAX));
    Some(text.trim_end().to_owned()).filter(|text| text.len() as u64 >= min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_the_asked_length() {
        let mut random = Random::new(1);
        for (min, max) in [(0, u64::MAX), (1, 3), (5, 5), (40, 60), (0, 0), (1_000, 1_100)] {
            for _ in 0..50 {
                if let Some(text) = words(min, max, &mut random) {
                    assert!((min..=max).contains(&(text.len() as u64)), "{min} to {max}: {text:?}");
                }
            }
            assert!((0..50).any(|_| words(min, max, &mut random).is_some()), "{min} to {max}");
        }
        assert_eq!(words(1_000_000, u64::MAX, &mut random), None);
    }
}
