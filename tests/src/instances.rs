//! Payloads made from a schema, which aim at being valid.

use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Map, Value, json};

use goodevent_check::random::Random;

/// Makes instances of a schema and of those that it refers to within the same document.
#[derive(Debug)]
pub struct Maker<'s> {
    root: &'s Value,
    random: Random,
    /// Values that the instance may still get.
    n_left: usize,
}

/// Below this, optional members are left out and arrays are short, so that recursion ends.
const MAX_DEPTH: usize = 8;

impl<'s> Maker<'s> {
    /// For the document `root`.
    #[must_use]
    pub fn new(root: &'s Value, seed: u64) -> Self {
        Self { root, random: Random::new(seed), n_left: 0 }
    }

    /// Another instance.
    pub fn instance(&mut self) -> Value {
        /// Values of an instance: where each of several required members is another such object, there would be no end. Those
        /// who ask keep dozens of instances.
        const MAX_VALUES: usize = 3_000;
        self.n_left = MAX_VALUES;
        let root = self.root;
        self.of(root, 0)
    }

    fn of(&mut self, schema: &'s Value, depth: usize) -> Value {
        let is_enough = depth >= 40 || self.n_left == 0;
        let Some(keywords) = schema.as_object().filter(|_| !is_enough) else { return self.anything() };
        self.n_left -= 1;
        if let Some(target) = keywords.get("$ref").and_then(Value::as_str).and_then(|reference| self.target(reference))
        {
            return self.of(target, depth + 1);
        }
        if let Some(value) = keywords.get("const") {
            return value.clone();
        }
        if let Some(value) = keywords.get("enum").and_then(Value::as_array).and_then(|values| self.random.pick(values))
        {
            return value.clone();
        }
        let mut made: Option<Value> = None;
        if keywords.contains_key("type") || keywords.contains_key("properties") {
            made = Some(self.of_type(keywords, depth));
        }
        for list in ["allOf", "anyOf", "oneOf"] {
            let Some(branches) = keywords.get(list).and_then(Value::as_array) else { continue };
            let chosen: Vec<&Value> = match list {
                "allOf" => branches.iter().collect(),
                _ => self.random.pick(branches).into_iter().collect(),
            };
            for branch in chosen {
                let part = self.of(branch, depth + 1);
                made = Some(joined(made, part));
            }
        }
        made.unwrap_or_else(|| self.of_type(keywords, depth))
    }

    fn target(&self, reference: &str) -> Option<&'s Value> {
        let pointer = reference.strip_prefix('#')?;
        self.root.pointer(&pointer.replace("%25", "%").replace("%24", "$"))
    }

    fn of_type(&mut self, keywords: &'s Map<String, Value>, depth: usize) -> Value {
        let name = match keywords.get("type") {
            Some(Value::String(name)) => name.clone(),
            Some(Value::Array(names)) => self.random.pick(names).and_then(Value::as_str).unwrap_or("null").to_owned(),
            _ => match keywords {
                _ if keywords.contains_key("properties") => "object".to_owned(),
                _ if keywords.contains_key("items") => "array".to_owned(),
                _ if keywords.contains_key("pattern") || keywords.contains_key("format") => "string".to_owned(),
                _ if keywords.contains_key("minimum") || keywords.contains_key("maximum") => "integer".to_owned(),
                _ => return self.anything(),
            },
        };
        match name.as_str() {
            "object" => self.object(keywords, depth),
            "array" => self.array(keywords, depth),
            "string" => Value::String(self.string(keywords)),
            "integer" => self.integer(keywords),
            "number" if self.random.once_in(2) => self.integer(keywords),
            "number" => self.number(keywords),
            "boolean" => Value::Bool(self.random.once_in(2)),
            _ => Value::Null,
        }
    }

    fn anything(&mut self) -> Value {
        let values =
            [json!(null), json!(true), json!(7), json!(-1.5), json!("text"), json!([1, "a"]), json!({ "a": 1 })];
        self.random.pick(&values).cloned().unwrap_or_default()
    }

    fn object(&mut self, keywords: &'s Map<String, Value>, depth: usize) -> Value {
        let required: Vec<&str> = keywords
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut members = Map::new();
        for (name, schema) in keywords.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let is_wanted = depth < MAX_DEPTH && self.random.once_in(2);
            if required.contains(&name.as_str()) || is_wanted {
                members.insert(name.clone(), self.of(schema, depth + 1));
            }
        }
        let additional = keywords.get("additionalProperties");
        for name in required {
            if !members.contains_key(name) {
                let value = self.additional(additional, depth);
                members.insert(name.to_owned(), value);
            }
        }
        if depth < MAX_DEPTH && additional.is_none_or(|schema| *schema != Value::Bool(false)) {
            let n_more =
                count(keywords, "minProperties").unwrap_or(0).saturating_sub(members.len()) + self.random.below(2);
            for more in 0..n_more.min(20) {
                let value = self.additional(additional, depth);
                members.insert(format!("more{more}"), value);
            }
        }
        Value::Object(members)
    }

    fn additional(&mut self, schema: Option<&'s Value>, depth: usize) -> Value {
        match schema {
            Some(schema) => self.of(schema, depth + 1),
            None => self.anything(),
        }
    }

    fn array(&mut self, keywords: &'s Map<String, Value>, depth: usize) -> Value {
        let min = count(keywords, "minItems").unwrap_or(0);
        let max = count(keywords, "maxItems").unwrap_or(min + 3);
        let more = if depth < MAX_DEPTH { self.random.below(3) } else { 0 };
        let n_items = (min + more).min(max);
        let prefix = keywords.get("prefixItems").or_else(|| keywords.get("items").filter(|items| items.is_array()));
        let prefix = prefix.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let rest = keywords.get("items").filter(|items| !items.is_array());
        let items = (0..n_items.min(200)).map(|item_idx| match (prefix.get(item_idx), rest) {
            (Some(schema), _) | (None, Some(schema)) => self.of(schema, depth + 1),
            (None, None) => self.anything(),
        });
        Value::Array(items.collect())
    }

    fn string(&mut self, keywords: &Map<String, Value>) -> String {
        if let Some(pattern) = keywords.get("pattern").and_then(Value::as_str)
            && let Some(text) = self.matching(pattern)
        {
            return text;
        }
        if let Some(text) = keywords.get("format").and_then(Value::as_str).and_then(|format| self.formatted(format)) {
            return text;
        }
        let min = count(keywords, "minLength").unwrap_or(0);
        let max = count(keywords, "maxLength").unwrap_or(min + 12);
        let n_chars = match self.random.below(4) {
            0 => min,
            1 => max.min(min + 300),
            _ => (min + self.random.below(8)).min(max),
        };
        let chars = ['a', 'Z', '7', ' ', '-', 'é', '€', '😀', '"', '\\', '\n', '/'];
        (0..n_chars.min(70_000)).map(|_| *self.random.pick(&chars).unwrap_or(&'a')).collect()
    }

    fn formatted(&mut self, format: &str) -> Option<String> {
        let samples: &[&str] = match format {
            "date-time" => &["2021-11-08T12:33:00Z", "1990-12-31T23:59:60Z", "2020-02-29t00:00:00.123456+14:00"],
            "date" => &["2020-02-29", "1999-12-31"],
            "time" => &["08:30:06Z", "23:59:60+00:00"],
            "duration" => &["P1Y2M3DT4H5M6S", "P4W", "PT1H"],
            "uuid" => &["8a52c8af-2408-486f-ba4a-d277079de2b0", "8A52C8AF-2408-486F-BA4A-D277079DE2B0"],
            "email" | "idn-email" => &["ada@example.org", "\"a b\"@example.org", "a@[127.0.0.1]"],
            "hostname" | "idn-hostname" => &["example.org", "a-b.c", "xn--bcher-kva.example"],
            "ipv4" => &["192.0.2.1", "255.255.255.255"],
            "ipv6" => &["::1", "2001:db8::ff00:42:8329", "::ffff:192.0.2.1"],
            "uri" | "iri" => &["https://example.org/a?b=c#d", "urn:x:y", "http://u@[::1]:80/%20"],
            "uri-reference" | "iri-reference" => &["/a/b", "?q", "https://example.org", ""],
            "uri-template" => &["https://example.org/{id}", "/a{?b,c*}", "plain"],
            "json-pointer" => &["", "/a~0b/~1", "/0"],
            "relative-json-pointer" => &["0", "1/a", "0#"],
            "regex" => &["^a+$", "[a-z]{2,3}", "(?<n>x)\\k<n>"],
            _ => return None,
        };
        self.random.pick(samples).map(|sample| (*sample).to_owned())
    }

    /// A text that the pattern may match: the caller does not rely on it.
    fn matching(&mut self, pattern: &str) -> Option<String> {
        let hir = regex_syntax::parse(&goodevent_schema::pattern::translate(pattern).ok()?).ok()?;
        let mut text = String::new();
        self.write(&hir, &mut text);
        Some(text)
    }

    fn write(&mut self, hir: &Hir, text: &mut String) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
            HirKind::Class(Class::Unicode(class)) => {
                let range = self.random.pick(class.ranges()).copied();
                text.extend(range.and_then(|range| {
                    let width = range.end() as usize - range.start() as usize;
                    char::from_u32(range.start() as u32 + self.random.below(width.min(40) + 1) as u32)
                }));
            }
            HirKind::Class(Class::Bytes(class)) => {
                text.extend(class.ranges().first().map(|range| char::from(range.start())))
            }
            HirKind::Repetition(repetition) => {
                let max = repetition.max.unwrap_or(repetition.min + 3).min(repetition.min + 3);
                let n_times = repetition.min as usize + self.random.below((max - repetition.min) as usize + 1);
                (0..n_times).for_each(|_| self.write(&repetition.sub, text));
            }
            HirKind::Capture(capture) => self.write(&capture.sub, text),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.write(part, text)),
            HirKind::Alternation(branches) => {
                if let Some(branch) = self.random.pick(branches) {
                    self.write(branch, text);
                }
            }
        }
    }

    fn integer(&mut self, keywords: &Map<String, Value>) -> Value {
        let min = bound(keywords, ["minimum", "exclusiveMinimum"]).map(|min| min.ceil() as i64);
        let max = bound(keywords, ["maximum", "exclusiveMaximum"]).map(|max| max.floor() as i64);
        let divisor = keywords.get("multipleOf").and_then(Value::as_i64).unwrap_or(1).max(1);
        let (low, high) = (min.unwrap_or_else(|| max.map_or(-1_000, |max| max.saturating_sub(1_000))), max);
        let high = high.unwrap_or_else(|| low.saturating_add(1_000_000)).max(low);
        let value = match self.random.below(4) {
            0 => low,
            1 => high,
            _ => low.saturating_add((self.random.number() % high.abs_diff(low).max(1)) as i64),
        };
        json!(value / divisor * divisor)
    }

    fn number(&mut self, keywords: &Map<String, Value>) -> Value {
        let low = bound(keywords, ["minimum", "exclusiveMinimum"]).unwrap_or(-1_000.0);
        let high = bound(keywords, ["maximum", "exclusiveMaximum"]).unwrap_or(low.abs() * 2.0 + 1_000.0);
        let share = self.random.below(1_001) as f64 / 1_000.0;
        json!(((low + (high - low) * share) * 10_000.0).round() / 10_000.0)
    }
}

fn count(keywords: &Map<String, Value>, name: &str) -> Option<usize> {
    keywords.get(name)?.as_u64().map(|count| count.min(100_000) as usize)
}

fn bound(keywords: &Map<String, Value>, names: [&str; 2]) -> Option<f64> {
    names.iter().find_map(|name| keywords.get(*name)?.as_f64())
}

/// Members of both, if both are objects.
fn joined(made: Option<Value>, part: Value) -> Value {
    match (made, part) {
        (Some(Value::Object(mut members)), Value::Object(more)) => {
            members.extend(more);
            Value::Object(members)
        }
        (Some(made @ Value::Object(_)), _) => made,
        (_, part) => part,
    }
}
