//! The templates of goodevent, embedded, so that an installed command works alone.

use std::collections::BTreeMap;

const ALL: [(&str, &str); 5] = [
    ("go", include_str!("../topics.go.hbs")),
    ("json", include_str!("../topics.json.hbs")),
    ("markdown", include_str!("../topics.md.hbs")),
    ("python", include_str!("../topics.py.hbs")),
    ("typescript", include_str!("../topics.ts.hbs")),
];

/// The templates by the name that `goodevent.toml` calls them under `[outputs]`.
#[must_use]
pub fn all() -> BTreeMap<String, String> {
    ALL.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}
