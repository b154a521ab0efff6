//! Payloads that take a decoder long: deep, wide, and such that alternatives differ in what comes last.

/// A payload.
#[derive(Debug, Clone)]
pub struct Payload {
    /// Its form.
    pub name: String,
    /// The value that the contract is asked about.
    pub value: String,
}

/// A value around others, as contracts of the hostile set have them.
#[derive(Clone, Copy)]
struct Wrapper {
    name: &'static str,
    /// The text before the only or the first of the others, between two, and behind the last.
    parts: [&'static str; 3],
}

/// Objects and arrays around one value, and around two.
const WRAPPERS: [Wrapper; 13] = [
    Wrapper { name: "a", parts: [r#"{"a":"#, r#","b":"#, "}"] },
    Wrapper { name: "a, l", parts: [r#"{"a":"#, r#","b":"#, r#","l":1}"#] },
    Wrapper { name: "a, r", parts: [r#"{"a":"#, r#","b":"#, r#","r":1}"#] },
    Wrapper { name: "l, a", parts: [r#"{"l":1,"a":"#, r#","b":"#, "}"] },
    Wrapper { name: "a, kind", parts: [r#"{"a":"#, r#","b":"#, r#","kind":"right"}"#] },
    Wrapper { name: "items", parts: ["[", ",", "]"] },
    Wrapper { name: "items, l", parts: ["[", ",", r#","l"]"#] },
    Wrapper { name: "items, r", parts: ["[", ",", r#","r"]"#] },
    Wrapper { name: "and", parts: [r#"{"and":["#, ",", "]}"] },
    Wrapper { name: "not", parts: [r#"{"not":"#, r#","a":"#, "}"] },
    Wrapper { name: "names", parts: [r#"{"axxxxxxxxxxxxxxx":"#, r#","bxxxxxxxxxxxxxxx":"#, "}"] },
    Wrapper { name: "long", parts: [r#"{"z":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","a":"#, r#","b":"#, "}"] },
    Wrapper { name: "wide", parts: [r#"{"n":123456789012345678901234567890,"a":"#, r#","b":"#, "}"] },
];

/// Values without others in them.
const LEAVES: [&str; 6] = ["1", r#""x""#, "{}", "[]", r#"{"z":"s"}"#, r#"{"l":1}"#];

/// Levels of a value that is as deep as the decoders read, with the levels around it.
const DEPTH: usize = 120;

/// Payloads of about `n_bytes` each, with so many kinds of leaves.
#[must_use]
pub fn payloads(n_bytes: usize, n_leaves: usize) -> Vec<Payload> {
    let nested = WRAPPERS.into_iter().flat_map(|wrapper| {
        LEAVES.into_iter().take(n_leaves).flat_map(move |leaf| {
            let of =
                |form: &str, value: String| Payload { name: format!("{form} of {} of {leaf}", wrapper.name), value };
            [
                of("tree", tree(wrapper, leaf, n_bytes)),
                of("chain", chain(wrapper, &items(leaf, n_bytes))),
                of("chains", items(&chain(wrapper, leaf), n_bytes)),
            ]
        })
    });
    nested.chain(flat(n_bytes)).collect()
}

impl Wrapper {
    /// How often it stands around itself in a value that is as deep as may be.
    fn depth(self) -> usize {
        DEPTH / self.parts[0].matches(['{', '[']).count()
    }
}

/// A value in which all that lies below one wrapper is doubled until it is large enough.
fn tree(wrapper: Wrapper, leaf: &str, n_bytes: usize) -> String {
    let mut value = leaf.to_owned();
    let [before, between, behind] = wrapper.parts;
    for _ in 0..wrapper.depth() {
        // A tree without branches goes on to its depth.
        let next = format!("{before}{value}{between}{value}{behind}");
        value = if next.len() < n_bytes { next } else { format!("{before}{value}{behind}") };
        if value.len() >= n_bytes {
            break;
        }
    }
    value
}

fn chain(wrapper: Wrapper, leaf: &str) -> String {
    let [before, _, behind] = wrapper.parts;
    format!("{}{leaf}{}", before.repeat(wrapper.depth()), behind.repeat(wrapper.depth()))
}

/// An array of as many equal items as there is room for.
fn items(item: &str, n_bytes: usize) -> String {
    let n_items = (n_bytes / (item.len() + 1)).max(1);
    format!("[{}]", vec![item; n_items].join(","))
}

/// Long texts, numbers, and many members and items.
fn flat(n_bytes: usize) -> Vec<Payload> {
    let of = |name: &str, value: String| Payload { name: name.to_owned(), value };
    let members = |name: &dyn Fn(usize) -> String, member: &str| {
        let n_members = n_bytes / (name(0).len() + member.len() + 8);
        let all: Vec<String> = (0..n_members.max(1)).map(|at| format!("{:?}:{member}", name(at))).collect();
        format!("{{{}}}", all.join(","))
    };
    let digits = "7".repeat(n_bytes.min(300));
    vec![
        of("text", format!("{:?}", "a".repeat(n_bytes))),
        of("escapes", format!("\"{}\"", "\\u0061".repeat(n_bytes / 6))),
        of("letters", format!("\"{}\"", "é".repeat(n_bytes / 2))),
        of("texts", items("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", n_bytes)),
        of("digits", items(&digits, n_bytes)),
        of("numbers", items("1e5", n_bytes)),
        of("equal items", items(r#"{"k":[1,2,{"a":"b"}]}"#, n_bytes)),
        of("members p", members(&|at| format!("p{at}"), "\"a\"")),
        of("members k", members(&|at| format!("k{at}"), "\"a\"")),
        of("members a", members(&|at| format!("a{at}"), "{}")),
        of("a tag behind", format!(r#"{{"v":"{}","k":"k7"}}"#, "a".repeat(n_bytes))),
    ]
}
