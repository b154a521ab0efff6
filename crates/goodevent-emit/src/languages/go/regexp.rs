//! Patterns in the syntax of Go's package `regexp`, for those that no automaton decides because it would be too large.
//!
//! Classes are written as the ranges that they consist of, so that no version of Unicode but that of the toolchain counts.

use std::fmt::Write as _;

use goodevent_schema::pattern;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// Go allows no more repetitions, also of repetitions within each other.
const MAX_REPEATED: u32 = 1_000;

/// A longer pattern would be compiled for a long time.
const MAX_BYTES: usize = 1 << 20;

/// A pattern of ECMA-262 in Go's syntax; `None` if it has parts that Go does not have.
pub(super) fn translated(pattern: &str) -> Option<String> {
    let rust = pattern::translate(pattern).ok()?;
    let hir = regex_syntax::Parser::new().parse(&rust).ok()?;
    let mut text = String::new();
    write(&hir, 1, &mut text)?;
    (text.len() <= MAX_BYTES).then_some(text)
}

fn write(hir: &Hir, n_repeated: u32, text: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty => text.push_str("(?:)"),
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok()?.chars().for_each(|char| push(char, text)),
        HirKind::Class(Class::Unicode(class)) => {
            // A class without characters matches nothing.
            text.push_str(if class.ranges().is_empty() { "[^\\x00-\\x{10FFFF}" } else { "[" });
            for range in class.ranges() {
                push(range.start(), text);
                text.push('-');
                push(range.end(), text);
            }
            text.push(']');
        }
        HirKind::Class(Class::Bytes(class)) => {
            return write(&Hir::class(Class::Unicode(class.to_unicode_class()?)), n_repeated, text);
        }
        HirKind::Look(Look::Start) => text.push_str("\\A"),
        HirKind::Look(Look::End) => text.push_str("\\z"),
        HirKind::Look(Look::WordAscii) => text.push_str("\\b"),
        HirKind::Look(Look::WordAsciiNegate) => text.push_str("\\B"),
        HirKind::Look(_) => return None,
        HirKind::Capture(capture) => return group(&capture.sub, n_repeated, text),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min).max(1).checked_mul(n_repeated)?;
            if most > MAX_REPEATED {
                return None;
            }
            group(&repetition.sub, most, text)?;
            match (repetition.min, repetition.max) {
                (min, Some(max)) => write!(text, "{{{min},{max}}}"),
                (min, None) => write!(text, "{{{min},}}"),
            }
            .expect("a string takes all that is written");
        }
        HirKind::Concat(all) => all.iter().try_for_each(|own| group(own, n_repeated, text))?,
        HirKind::Alternation(all) => {
            for (index, own) in all.iter().enumerate() {
                text.push_str(if index > 0 { "|" } else { "" });
                group(own, n_repeated, text)?;
            }
        }
    }
    (text.len() <= MAX_BYTES).then_some(())
}

fn group(hir: &Hir, n_repeated: u32, text: &mut String) -> Option<()> {
    text.push_str("(?:");
    write(hir, n_repeated, text)?;
    text.push(')');
    Some(())
}

fn push(char: char, text: &mut String) {
    write!(text, "\\x{{{:X}}}", u32::from(char)).expect("a string takes all that is written");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_without_automaton_is_one_of_go() {
        assert_eq!(translated("^[ab]{2,900}$").as_deref(), Some("(?:\\A)(?:(?:[\\x{61}-\\x{62}]){2,900})(?:\\z)"));
        assert_eq!(translated(r"^(a)\1$"), None);
        assert_eq!(translated("^(a{2,900}b){2}$"), None);
    }
}
