//! Sets of characters, as ranges of code points or of the units of UTF-16.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

/// A set of numbers of characters: ascending ranges that neither touch nor overlap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Set(Vec<(u32, u32)>);

/// The last code point.
pub(super) const LAST_POINT: u32 = 0x10_FFFF;
/// The last unit of UTF-16.
pub(super) const LAST_UNIT: u32 = 0xFFFF;

/// LF, CR, LS, PS ([ECMA-262 §12.3](https://tc39.es/ecma262/#sec-line-terminators)).
pub(super) const LINE_TERMINATORS: [(u32, u32); 3] = [(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)];
/// `\d`.
pub(super) const DIGITS: [(u32, u32); 1] = [(0x30, 0x39)];
/// `\w`.
pub(super) const WORD: [(u32, u32); 4] = [(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)];
/// `\s`: white space and line terminators ([ECMA-262 §12.2](https://tc39.es/ecma262/#sec-white-space)).
pub(super) const SPACE: [(u32, u32); 10] = [
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
];

impl Set {
    pub(super) fn new(ranges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut ranges: Vec<(u32, u32)> = ranges.into_iter().collect();
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some(known) if first <= known.1.saturating_add(1) => known.1 = known.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        Self(merged)
    }

    pub(super) fn one(char: u32) -> Self {
        Self(vec![(char, char)])
    }

    pub(super) fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }

    pub(super) fn has(&self, char: u32) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&char))
    }

    /// All up to `last` that are not in the set.
    pub(super) fn negated(&self, last: u32) -> Self {
        let mut next = 0;
        let mut ranges = Vec::with_capacity(self.0.len() + 1);
        for (first, end) in &self.0 {
            if *first > next {
                ranges.push((next, first - 1));
            }
            next = end + 1;
        }
        if next <= last {
            ranges.push((next, last));
        }
        Self(ranges)
    }

    /// As ranges of characters. A range may lead over the surrogates, which no text in UTF-8 has.
    pub(super) fn scalars(&self) -> Vec<(char, char)> {
        let (below, above) = ('\u{D7FF}', '\u{E000}');
        let mut ranges: Vec<(char, char)> = Vec::with_capacity(self.0.len());
        for (first, last) in &self.0 {
            let first = char::from_u32(*first).unwrap_or(above);
            let last = char::from_u32(*last).unwrap_or(below);
            match ranges.last_mut() {
                _ if first > last => {}
                Some(known) if known.1 == below && first == above => known.1 = last,
                _ => ranges.push((first, last)),
            }
        }
        ranges
    }

    /// With all characters that differ from one of these in case alone, as the flags `i` and `u` have it: simple case
    /// folding of Unicode.
    pub(super) fn case_folded(&self) -> Self {
        let ranges = self.scalars().into_iter().map(|(first, last)| ClassUnicodeRange::new(first, last));
        let mut class = ClassUnicode::new(ranges);
        class.case_fold_simple();
        Self::new(self.0.iter().copied().chain(of_class(&class)))
    }

    /// The same as the flag `i` has it without `u`: equal in upper case, if that is one unit, and is ASCII only for ASCII
    /// ([ECMA-262 §22.2.2.7.3](https://tc39.es/ecma262/#sec-runtime-semantics-canonicalize-ch)).
    pub(super) fn upper_cased(&self) -> Self {
        let canonical = |unit: u32| -> u32 {
            let Some(char) = char::from_u32(unit) else { return unit };
            let mut upper = char.to_uppercase();
            match (upper.next().map(u32::from), upper.next()) {
                (Some(upper), None) if upper <= LAST_UNIT && (upper >= 128 || unit < 128) => upper,
                _ => unit,
            }
        };
        let own =
            Self::new((0..=LAST_UNIT).filter(|unit| self.has(*unit)).map(|unit| (canonical(unit), canonical(unit))));
        Self::new((0..=LAST_UNIT).filter(|unit| own.has(canonical(*unit))).map(|unit| (unit, unit)))
    }

    /// `\p{…}`: the characters with a property of Unicode
    /// ([ECMA-262 §22.2.1.9](https://tc39.es/ecma262/#sec-runtime-semantics-unicodematchproperty-p)).
    pub(super) fn of_property(name: &str, value: Option<&str>) -> Option<Self> {
        let is_capital = |word: &str| word.starts_with(|char: char| char.is_ascii_uppercase());
        let question = match (name, value) {
            ("Any", None) => return Some(Self(vec![(0, LAST_POINT)])),
            ("ASCII", None) => return Some(Self(vec![(0, 0x7F)])),
            ("General_Category" | "gc", Some(value)) if is_category(value) => format!("gc={value}"),
            ("Script" | "sc", Some(value)) if is_capital(value) => format!("sc={value}"),
            ("Script_Extensions" | "scx", Some(value)) if is_capital(value) => format!("scx={value}"),
            (name, None) if is_category(name) => format!("gc={name}"),
            (name, None) if BINARY.contains(&name) => name.to_owned(),
            _ => return None,
        };
        let hir = regex_syntax::parse(&format!("\\p{{{question}}}")).ok()?;
        let surrogates = matches!(question.as_str(), "gc=Cs" | "gc=Surrogate" | "gc=C" | "gc=Other");
        let surrogates = surrogates.then_some((0xD800, 0xDFFF));
        match hir.kind() {
            HirKind::Class(Class::Unicode(class)) => Some(Self::new(of_class(class).chain(surrogates))),
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).ok()?;
                Some(Self::new(text.chars().map(|char| (char.into(), char.into()))))
            }
            _ => Some(Self::new(surrogates)),
        }
    }
}

fn of_class(class: &ClassUnicode) -> impl Iterator<Item = (u32, u32)> {
    class.ranges().iter().map(|range| (range.start().into(), range.end().into()))
}

/// Whether this is a name of a general category: `L`, `Lu`, `Letter`, `Uppercase_Letter`.
fn is_category(name: &str) -> bool {
    const SHORT: &str =
        " C Cc Cf Cn Co Cs L LC Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs ";
    const LONG: &str = " Other Control cntrl Format Unassigned Private_Use Surrogate Letter Cased_Letter Lowercase_Letter \
        Modifier_Letter Other_Letter Titlecase_Letter Uppercase_Letter Mark Combining_Mark Spacing_Mark Enclosing_Mark \
        Nonspacing_Mark Number Decimal_Number digit Letter_Number Other_Number Punctuation punct Connector_Punctuation \
        Dash_Punctuation Close_Punctuation Final_Punctuation Initial_Punctuation Other_Punctuation Open_Punctuation \
        Symbol Currency_Symbol Modifier_Symbol Math_Symbol Other_Symbol Separator Line_Separator Paragraph_Separator \
        Space_Separator ";
    let name = format!(" {name} ");
    SHORT.contains(&name) || LONG.contains(&name)
}

/// The binary properties that ECMA-262 knows, with their short names.
const BINARY: [&str; 96] = [
    "ASCII_Hex_Digit",
    "AHex",
    "Alphabetic",
    "Alpha",
    "Assigned",
    "Bidi_Control",
    "Bidi_C",
    "Bidi_Mirrored",
    "Bidi_M",
    "Case_Ignorable",
    "CI",
    "Cased",
    "Changes_When_Casefolded",
    "CWCF",
    "Changes_When_Casemapped",
    "CWCM",
    "Changes_When_Lowercased",
    "CWL",
    "Changes_When_NFKC_Casefolded",
    "CWKCF",
    "Changes_When_Titlecased",
    "CWT",
    "Changes_When_Uppercased",
    "CWU",
    "Dash",
    "Default_Ignorable_Code_Point",
    "DI",
    "Deprecated",
    "Dep",
    "Diacritic",
    "Dia",
    "Emoji",
    "Emoji_Component",
    "EComp",
    "Emoji_Modifier",
    "EMod",
    "Emoji_Modifier_Base",
    "EBase",
    "Emoji_Presentation",
    "EPres",
    "Extended_Pictographic",
    "ExtPict",
    "Extender",
    "Ext",
    "Grapheme_Base",
    "Gr_Base",
    "Grapheme_Extend",
    "Gr_Ext",
    "Hex_Digit",
    "Hex",
    "IDS_Binary_Operator",
    "IDSB",
    "IDS_Trinary_Operator",
    "IDST",
    "ID_Continue",
    "IDC",
    "ID_Start",
    "IDS",
    "Ideographic",
    "Ideo",
    "Join_Control",
    "Join_C",
    "Logical_Order_Exception",
    "LOE",
    "Lowercase",
    "Lower",
    "Math",
    "Noncharacter_Code_Point",
    "NChar",
    "Pattern_Syntax",
    "Pat_Syn",
    "Pattern_White_Space",
    "Pat_WS",
    "Quotation_Mark",
    "QMark",
    "Radical",
    "Regional_Indicator",
    "RI",
    "Sentence_Terminal",
    "STerm",
    "Soft_Dotted",
    "SD",
    "Terminal_Punctuation",
    "Term",
    "Unified_Ideograph",
    "UIdeo",
    "Uppercase",
    "Upper",
    "Variation_Selector",
    "VS",
    "White_Space",
    "space",
    "XID_Continue",
    "XIDC",
    "XID_Start",
    "XIDS",
];
