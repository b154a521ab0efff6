//! A JSON value, for what Rust types cannot express.

mod number;
mod plain;
mod text;
mod value;

pub use self::{number::Number, value::Json};
pub(crate) use self::{number::print_f64, plain::plain_member};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_parsed_if_it_has_no_fault() {
        let text = r#"{"a": [1, -2.5e+3, "x\u00e9\ud83d\ude00", null], "b": {"c": true, "d": ""}}"#;
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            for byte in "{}[]\",:\\tfnu0159-+.eEd a\n\u{1}".chars() {
                let changed = format!("{}{byte}{}", &text[..at], &text[at + 1..]);
                let longer = format!("{}{byte}{}", &text[..at], &text[at..]);
                for text in [changed, longer, text[..at].to_owned()] {
                    let is_parsed = Json::parse(text.as_bytes()).is_some();
                    assert_eq!(is_parsed, goodevent_json::fault::find(&text).is_none(), "{text}");
                }
            }
        }
    }

    #[test]
    fn the_beginning_of_a_text_is_that_of_the_whole() {
        for text in [
            r#"{"a":[1,2,3,{"b":"cdefghijklmnop"}],"c":null}"#,
            r#"["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]"#,
            "[[[[[]]]],1,2,3,4,5,6,7,8,9,10]",
        ] {
            let json = Json::parse(text.as_bytes()).expect("it is JSON");
            let start = json.start_of_text(20);
            assert_eq!(start.chars().take(15).collect::<String>(), text.chars().take(15).collect::<String>());
            assert_eq!(json.start_of_text(1_000), text);
        }
    }
}
