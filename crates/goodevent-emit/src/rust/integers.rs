//! Rust types of integers, and the calls that read and write them.

use goodevent_json::width::Width;
use goodevent_model::Integer;
use goodevent_schema::config::Integers;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The type of an integer with these bounds.
pub(crate) fn name(integer: Integer, integers: Integers) -> &'static str {
    const NARROW: [(&str, i64, u64); 6] = [
        ("u8", 0, u8::MAX as u64),
        ("u16", 0, u16::MAX as u64),
        ("u32", 0, u32::MAX as u64),
        ("i8", i8::MIN as i64, i8::MAX as u64),
        ("i16", i16::MIN as i64, i16::MAX as u64),
        ("i32", i32::MIN as i64, i32::MAX as u64),
    ];
    let (is_unsigned, min, max) = match integer {
        Integer::Signed(min, max) => (false, min, u64::try_from(max).unwrap_or(0)),
        Integer::Unsigned(_, max) => (true, 0, max),
        Integer::Signed128(..) | Integer::Unsigned128(..) => (true, 0, u64::MAX),
    };
    let holds = |own: &&(&str, i64, u64)| own.0.starts_with('u') == is_unsigned && own.1 <= min && max <= own.2;
    let narrow = NARROW.iter().find(holds).filter(|_| integers == Integers::Narrow);
    narrow.map_or_else(|| wide(integer), |own| own.0)
}

fn wide(integer: Integer) -> &'static str {
    match integer.width() {
        Width::U64 => "u64",
        Width::I128 => "i128",
        Width::U128 => "u128",
        Width::I64 | Width::F64 | Width::Json => "i64",
    }
}

/// The method of cursors and writers for an integer, and its bounds.
pub(crate) fn call(integer: Integer) -> (Ident, TokenStream) {
    let (ty, min, max) = match integer {
        Integer::Signed(min, max) => ("i64", end(min, i64::MIN, "i64::MIN"), end(max, i64::MAX, "i64::MAX")),
        Integer::Unsigned(min, max) => ("u64", end(min, u64::MAX, "u64::MAX"), end(max, u64::MAX, "u64::MAX")),
        Integer::Signed128(min, max) => ("i128", end(min, i128::MIN, "i128::MIN"), end(max, i128::MAX, "i128::MAX")),
        Integer::Unsigned128(min, max) => ("u128", end(min, u128::MAX, "u128::MAX"), end(max, u128::MAX, "u128::MAX")),
    };
    (format_ident!("{ty}"), quote!(#min, #max))
}

/// One end of a range: a literal, or the name of the type's own end.
fn end<T: PartialEq + ToString>(value: T, own: T, name: &str) -> TokenStream {
    let text = if value == own { name.to_owned() } else { value.to_string() };
    text.parse().expect("an integer or a path is Rust")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_type_is_the_smallest_that_holds_the_bounds() {
        for (integer, expected) in [
            (Integer::Unsigned(1, 255), "u8"),
            (Integer::Unsigned(0, 256), "u16"),
            (Integer::Unsigned(0, 65_536), "u32"),
            (Integer::Unsigned(0, 1 << 32), "u64"),
            (Integer::Signed(-128, 127), "i8"),
            (Integer::Signed(-129, 0), "i16"),
            (Integer::Signed(-1, 32_768), "i32"),
            (Integer::Signed(-9, -1), "i8"),
            (Integer::Signed(-1, 1 << 31), "i64"),
            (Integer::Signed(i64::MIN, i64::MAX), "i64"),
            (Integer::Signed128(-1, 1), "i128"),
            (Integer::Unsigned128(0, 1), "u128"),
        ] {
            assert_eq!(name(integer, Integers::Narrow), expected, "{integer:?}");
            assert!(name(integer, Integers::Wide).ends_with("64") || expected.ends_with("128"), "{integer:?}");
        }
    }
}
