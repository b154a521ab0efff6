//! Witnesses, described instead of written: a text of a million characters is a short description here.

use std::rc::Rc;

use goodevent_json::string;

/// An instance with variants of the same length: parts that can vary without a change of length differ between variants, so
/// that the items of a set differ.
///
/// The size is computed when the witness is created: parts are shared, so that a walk over all of them could take too
/// long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    form: Form,
    n_bytes: u64,
    n_variants: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// A JSON text.
    Json(Rc<str>),
    /// A string.
    Text(Rc<[Run]>),
    /// The integers from the first on, each by the second from the one before: so many, all of the same length.
    Integers(i128, i128, u64),
    /// Items, each so many times; or so many different ones.
    Array(Rc<[(Witness, u64, Distinct)]>),
    /// Names and values; each name in so many variants.
    Object(Rc<[(Witness, Witness, u64)]>),
}

impl Form {
    fn n_bytes(&self) -> u64 {
        let commas = |n: u64| n.saturating_sub(1);
        match self {
            Self::Json(text) => text.len() as u64,
            Self::Text(runs) => runs.iter().fold(2, |sum: u64, run| {
                sum.saturating_add(run.n.saturating_mul(run.chars.first().map_or(0, |char| string::escaped_len(*char))))
            }),
            Self::Integers(first, ..) => first.to_string().len() as u64,
            Self::Array(items) => {
                let n = items.iter().fold(0_u64, |n, (_, times, _)| n.saturating_add(*times));
                let sizes = items.iter().map(|(item, times, _)| item.n_bytes.saturating_mul(*times));
                sizes.fold(2_u64.saturating_add(commas(n)), u64::saturating_add)
            }
            Self::Object(members) => {
                let n = members.iter().fold(0_u64, |n, (.., times)| n.saturating_add(*times));
                let sizes = members.iter().map(|(name, value, times)| {
                    name.n_bytes.saturating_add(value.n_bytes).saturating_add(1).saturating_mul(*times)
                });
                sizes.fold(2_u64.saturating_add(commas(n)), u64::saturating_add)
            }
        }
    }

    fn n_variants(&self) -> u64 {
        let power = |base: u64, times: u64| base.saturating_pow(u32::try_from(times).unwrap_or(u32::MAX));
        match self {
            Self::Json(_) => 1,
            Self::Text(runs) => {
                runs.iter().fold(1, |n: u64, run| n.saturating_mul(power(run.chars.len() as u64, run.n)))
            }
            Self::Integers(.., n) => *n,
            Self::Array(items) => items.iter().fold(1, |n: u64, (item, times, is_distinct)| {
                let own = item.n_variants;
                n.saturating_mul(if *is_distinct { own / (*times).max(1) } else { power(own, *times) })
            }),
            Self::Object(members) => {
                members.iter().fold(1, |n: u64, (_, value, times)| n.saturating_mul(power(value.n_variants, *times)))
            }
        }
    }
}

/// Characters in a row, each one of those that serve equally well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) chars: Rc<[char]>,
    pub(super) n: u64,
}

/// Whether items that are repeated have to differ.
pub(super) type Distinct = bool;

impl Witness {
    pub(super) fn new(form: Form) -> Self {
        Self { n_bytes: form.n_bytes(), n_variants: form.n_variants(), form }
    }

    pub(super) fn json(text: &str) -> Self {
        Self::new(Form::Json(text.into()))
    }

    /// Size of its text in bytes.
    #[must_use]
    pub fn n_bytes(&self) -> u64 {
        self.n_bytes
    }

    /// How many instances it stands for, as far as that can be counted.
    pub(super) fn n_variants(&self) -> u64 {
        self.n_variants
    }

    /// The instance as compact JSON; `None` if it exceeds `max_bytes`.
    #[must_use]
    pub fn to_json(&self, max_bytes: u64) -> Option<String> {
        if self.n_bytes > max_bytes {
            return None;
        }
        let mut out = String::with_capacity(self.n_bytes as usize);
        self.write(&mut 0, &mut out);
        Some(out)
    }

    /// Writes a variant; what is left of its number is for the parts behind.
    fn write(&self, variant: &mut u64, out: &mut String) {
        match &self.form {
            Form::Json(text) => out.push_str(text),
            Form::Text(runs) => {
                out.push('"');
                for run in runs.iter() {
                    let chars = (0..run.n).map(|_| run.chars[digit(variant, run.chars.len() as u64) as usize]);
                    out.push_str(&string::escape(&chars.collect::<String>()));
                }
                out.push('"');
            }
            Form::Integers(first, step, n) => {
                out.push_str(&(first + step * i128::from(digit(variant, *n))).to_string());
            }
            Form::Array(items) => {
                out.push('[');
                for (item, times, is_distinct) in items.iter() {
                    let n_sets = item.n_variants() / (*times).max(1);
                    let first = if *is_distinct { digit(variant, n_sets) * times } else { 0 };
                    for nth in 0..*times {
                        separate('[', out);
                        let mut own = first + nth;
                        item.write(if *is_distinct { &mut own } else { &mut *variant }, out);
                    }
                }
                out.push(']');
            }
            Form::Object(members) => {
                out.push('{');
                for (name, value, times) in members.iter() {
                    for nth in 0..*times {
                        separate('{', out);
                        name.write(&mut { nth }, out);
                        out.push(':');
                        value.write(variant, out);
                    }
                }
                out.push('}');
            }
        }
    }
}

/// The last digit of `variant` in the number system of `base`, which it loses.
fn digit(variant: &mut u64, base: u64) -> u64 {
    let base = base.max(1);
    let digit = *variant % base;
    *variant /= base;
    digit
}

fn separate(open: char, out: &mut String) {
    if !out.ends_with(open) {
        out.push(',');
    }
}
