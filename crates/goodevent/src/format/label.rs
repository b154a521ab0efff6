//! Labels of host names of any script ([RFC 5892](https://www.rfc-editor.org/rfc/rfc5892)).

use unicode_general_category::{GeneralCategory as Category, get_general_category};

/// Whether the characters of a label may stand where they do ([RFC 5892](https://www.rfc-editor.org/rfc/rfc5892)).
pub(super) fn is_label(label: &str) -> bool {
    let chars: Vec<char> = label.chars().collect();
    let marks = [Category::SpacingMark, Category::NonspacingMark, Category::EnclosingMark];
    if chars.first().is_some_and(|first| marks.contains(&get_general_category(*first))) {
        return false;
    }
    let has = |range: std::ops::RangeInclusive<char>| chars.iter().any(|char| range.contains(char));
    let has_japanese = chars
        .iter()
        .any(|char| *char != '\u{30FB}' && matches!(char, '\u{3040}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}'));
    if (chars.contains(&'\u{30FB}') && !has_japanese) || (has('\u{660}'..='\u{669}') && has('\u{6F0}'..='\u{6F9}')) {
        return false;
    }
    (0..chars.len()).all(|at| {
        let before = at.checked_sub(1).map(|before| chars[before]);
        is_allowed(chars[at], before, chars.get(at + 1).copied())
    })
}

/// One character between its neighbours; the contextual rules are those of RFC 5892 A.
fn is_allowed(char: char, before: Option<char>, behind: Option<char>) -> bool {
    match char {
        '\u{200D}' => before.is_some_and(is_virama),
        '\u{B7}' => before == Some('l') && behind == Some('l'),
        '\u{375}' => behind.is_some_and(|behind| ('\u{370}'..='\u{3FF}').contains(&behind)),
        '\u{5F3}' | '\u{5F4}' => before.is_some_and(|before| ('\u{590}'..='\u{5FF}').contains(&before)),
        // Disallowed by exception (RFC 5892 §2.6).
        '\u{640}' | '\u{7FA}' | '\u{302E}' | '\u{302F}' | '\u{3031}'..='\u{3035}' | '\u{303B}' => false,
        // Allowed by exception, or by a rule that was applied to the whole label.
        '\u{200C}' | '\u{30FB}' | '\u{6FD}' | '\u{6FE}' | '\u{F0B}' | '\u{3007}' => true,
        _ if char.is_ascii() => true,
        _ => matches!(
            get_general_category(char),
            Category::UppercaseLetter
                | Category::LowercaseLetter
                | Category::TitlecaseLetter
                | Category::ModifierLetter
                | Category::OtherLetter
                | Category::NonspacingMark
                | Category::SpacingMark
                | Category::DecimalNumber
        ),
    }
}

/// Characters of the combining class Virama.
fn is_virama(char: char) -> bool {
    const VIRAMAS: &str = "\u{94D}\u{9CD}\u{A4D}\u{ACD}\u{B4D}\u{BCD}\u{C4D}\u{CCD}\u{D4D}\u{DCA}\u{E3A}\u{F84}\u{1039}\u{1714}\
        \u{1734}\u{17D2}\u{1A60}\u{1B44}\u{1BAA}\u{1BF2}\u{1BF3}\u{2D7F}\u{A806}\u{A8C4}\u{A953}\u{ABED}\u{10A3F}\u{11046}\
        \u{1107F}\u{110B9}\u{11133}\u{111C0}\u{11235}\u{112EA}\u{1134D}\u{11442}\u{114C2}\u{115BF}\u{1163F}\u{116B6}\u{1172B}\
        \u{11839}\u{119E0}\u{11A34}\u{11A47}\u{11A99}\u{11C3F}\u{11D44}\u{11D45}\u{11D97}";
    VIRAMAS.contains(char)
}
