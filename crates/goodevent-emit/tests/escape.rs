//! Hostile text in every language, read by the compiler or the parser of that language: it gives the same text back, and
//! nothing of it is code.

mod hostile;

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use goodevent_emit::escape::{Language, markdown_code, prose, rust_doc};
use goodevent_json::escape::line;
use hostile::{effect, is_active, texts};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

/// What a program of a folder prints.
fn output(folder: &Path, program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).current_dir(folder).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("`{program}` is installed: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {args:?}: {errors}\n{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stdout).expect("it prints UTF-8")
}

/// What a source file prints as a JSON array of texts when a program runs it.
fn printed(name: &str, source: &str, program: &str, args: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    fs::write(folder.path().join(name), source).expect("the folder is writable");
    let printed = output(folder.path(), program, args);
    serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"))
}

fn literals(language: Language, texts: &[String]) -> String {
    texts.iter().map(|text| format!("{},\n", language.text(text))).collect()
}

/// Comments between two marks, one a line.
fn comments(language: Language, texts: &[String], before: &str, after: &str) -> String {
    let comment = |text: &String| {
        let comment = language.comment(text);
        assert!(!comment.contains(is_active), "{comment:?}");
        format!("{before}{comment}{after}\n")
    };
    texts.iter().map(comment).collect()
}

#[test]
fn no_language_holds_active_characters() {
    for language in Language::ALL {
        for text in texts() {
            for written in [language.text(&text), language.comment(&text)] {
                assert!(!written.contains(is_active), "{language:?}: {written:?}");
            }
        }
        assert_eq!(Language::ALL.iter().filter(|other| other.name() == language.name()).count(), 1);
    }
    for text in texts() {
        for written in [markdown_code(&text), prose(&text)] {
            assert!(!written.contains(is_active), "{written:?}");
        }
    }
}

#[test]
fn plain_text_stays_as_it_is() {
    let text = "The order's total, in cents: 5 - 3 = 2 (see RFC 3339 & co. at ops@example.org); snake_case, 100%.";
    for language in Language::ALL {
        let is_markup = matches!(language, Language::Html | Language::Markdown);
        if !is_markup {
            assert!(language.text(text).contains("snake_case, 100%"), "{language:?}");
        }
    }
    for language in [Language::Go, Language::Python, Language::Rust, Language::TypeScript, Language::Markdown] {
        assert_eq!(language.comment(text), text, "{language:?}");
    }
    assert_eq!(Language::Html.text(text), text.replace('&', "&amp;").replace('\'', "&#39;"));
    assert_eq!(rust_doc(&format!("{text}\n\n- a `b<c>`\n- d")), format!("{text}\n\n- a `b<c>`\n- d"));
    assert_eq!(markdown_code("acme.orders-1_a"), "`acme.orders-1_a`");
}

#[test]
fn go_reads_the_same_text() {
    let texts = texts();
    let source = format!(
        "package main\n\nimport (\n\t\"encoding/json\"\n\t\"os\"\n)\n\n{}{}\nvar texts = []string{{\n{}}}\n\nfunc main() {{ json.NewEncoder(os.Stdout).Encode(texts) }}\n",
        comments(Language::Go, &texts, "// ", ""),
        comments(Language::Go, &texts, "/* ", " */"),
        literals(Language::Go, &texts)
    );
    let folder = tempfile::tempdir().expect("there is room for a folder");
    fs::write(folder.path().join("main.go"), &source).expect("the folder is writable");
    output(folder.path(), "gofmt", &["-e", "main.go"]);
    assert_eq!(printed("main.go", &source, "go", &["run", "main.go"]), texts);
}

#[test]
fn python_reads_the_same_text() {
    let texts = texts();
    let docstrings = [
        comments(Language::Python, &texts, "def f():\n    \"\"\"", "\"\"\""),
        comments(Language::Python, &texts, "def f():\n    '''", "'''"),
    ];
    let source = format!(
        "import json, warnings\n{}{}\ntexts = [\n{}]\nprint(json.dumps(texts))\n",
        comments(Language::Python, &texts, "#: ", ""),
        docstrings.concat(),
        literals(Language::Python, &texts)
    );
    // A warning about an escape that there is not is an error as well.
    assert_eq!(printed("main.py", &source, "python3", &["-W", "error", "main.py"]), texts);
}

#[test]
fn javascript_reads_the_same_text() {
    let texts = texts();
    let source = format!(
        "{}{}{}\nconst texts = [\n{}];\nprocess.stdout.write(JSON.stringify(texts));\n",
        comments(Language::TypeScript, &texts, "// ", ""),
        comments(Language::TypeScript, &texts, "/** ", " */"),
        comments(Language::TypeScript, &texts, "/* ", "*/"),
        literals(Language::TypeScript, &texts)
    );
    for name in ["main.cjs", "main.mjs"] {
        assert_eq!(printed(name, &source, "node", &[name]), texts);
    }
    for text in &texts {
        let comment = Language::TypeScript.comment(text);
        assert!(!comment.starts_with('@') && !comment.contains(" @"), "no tag and no directive: {comment}");
        let literal = Language::TypeScript.text(text);
        assert!(!literal.contains("</") && !literal.contains("<!--"), "no end of an element: {literal}");
    }
}

#[test]
fn java_reads_the_same_text() {
    let texts = texts();
    let source = format!(
        "{}{}class Main {{\n    static final String[] TEXTS = {{\n{}}};\n    public static void main(String[] args) {{
        StringBuilder out = new StringBuilder();
        for (String text : TEXTS) {{
            for (char unit : text.toCharArray()) out.append(String.format(\"%04x\", (int) unit));
            out.append('\\n');
        }}
        System.out.print(out);
    }}\n}}\n",
        comments(Language::Java, &texts, "// ", ""),
        comments(Language::Java, &texts, "/** ", " */"),
        literals(Language::Java, &texts)
    );
    let folder = tempfile::tempdir().expect("there is room for a folder");
    fs::write(folder.path().join("Main.java"), source).expect("the folder is writable");
    output(folder.path(), "javac", &["-encoding", "UTF-8", "Main.java"]);
    let units = |text: &String| text.encode_utf16().map(|unit| format!("{unit:04x}")).collect::<String>();
    let expected: String = texts.iter().map(|text| units(text) + "\n").collect();
    assert_eq!(output(folder.path(), "java", &["Main"]), expected);
}

/// Descriptions are documentation, of which rustdoc runs the blocks of code.
#[test]
fn rust_reads_the_same_text_and_runs_nothing() {
    let texts = texts();
    let docs: String = texts
        .iter()
        .enumerate()
        .map(|(nth, text)| {
            let lines = rust_doc(text);
            assert!(!lines.lines().any(|line| line.contains(is_active)), "{lines:?}");
            let lines: String = lines.lines().map(|line| format!("/// {line}\n")).collect();
            format!("{lines}/// end\npub const C{nth}: u8 = 0;\n")
        })
        .collect();
    let source = format!(
        "#![deny(warnings)]\n{}{}{docs}pub const TEXTS: &[&str] = &[\n{}];\n",
        comments(Language::Rust, &texts, "// ", ""),
        comments(Language::Rust, &texts, "/* ", " */"),
        literals(Language::Rust, &texts)
    );
    let file = syn::parse_file(&source).expect("it is Rust");
    let Some(syn::Item::Const(list)) = file.items.last() else { panic!("the constant comes last") };
    let syn::Expr::Reference(reference) = &*list.expr else { panic!("it is a reference") };
    let syn::Expr::Array(array) = &*reference.expr else { panic!("it is an array") };
    let read = array.elems.iter().map(|literal| match literal {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => text.value(),
        _ => panic!("it is not a text"),
    });
    assert_eq!(read.collect::<Vec<String>>(), texts);

    let folder = tempfile::tempdir().expect("there is room for a folder");
    fs::write(folder.path().join("lib.rs"), source).expect("the folder is writable");
    output(folder.path(), "rustc", &["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "lib.rs"]);
    let tested = output(folder.path(), "rustdoc", &["--edition", "2024", "--test", "lib.rs"]);
    assert!(tested.contains("running 0 tests"), "{tested}");
    output(folder.path(), "rustdoc", &["--edition", "2024", "-o", "html", "lib.rs"]);
    let pages = fs::read_dir(folder.path().join("html/lib")).expect("there are pages").flatten();
    let mut n_pages = 0;
    for page in pages.filter(|page| page.file_name().to_string_lossy().starts_with("constant.C")) {
        let page = fs::read_to_string(page.path()).expect("the page is text");
        assert!(
            !page.contains("<img src=x") && !page.contains("<script>alert") && !page.contains("javascript:alert(1)\"")
        );
        n_pages += 1;
    }
    assert_eq!(n_pages, texts.len());
}

#[test]
fn json_reads_the_same_text() {
    for text in texts() {
        let written = Language::Json.text(&text);
        assert_eq!(serde_json::from_str::<Value>(&written).expect("it is JSON"), Value::from(text));
        assert_eq!(effect(&written), None);
    }
}

/// The escapes of the languages that have no parser here, read as their specifications say.
#[test]
fn other_literals_read_as_the_same_text() {
    for text in texts() {
        let csharp = Language::CSharp.text(&text);
        assert_eq!(
            serde_json::from_str::<Value>(&csharp).expect("C# has the escapes of JSON"),
            Value::from(text.as_str())
        );
        let comment = Language::CSharp.comment(&text);
        assert!(!comment.contains("*/") && !comment.contains('<'), "{comment}");
        let bicep = Language::Bicep.text(&text);
        assert_eq!(read_bicep(&bicep), text, "{bicep}");
        let terraform = Language::Terraform.text(&text);
        assert_eq!(read_terraform(&terraform), text, "{terraform}");
    }
}

fn unicode(digits: &str) -> char {
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).expect("it is the number of a character")
}

fn read_bicep(literal: &str) -> String {
    let mut rest = literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).expect("it has quotes");
    let mut text = String::new();
    while let Some(char) = rest.chars().next() {
        assert!(char != '\'' && !rest.starts_with("${"), "{literal}");
        rest = &rest[char.len_utf8()..];
        if char != '\\' {
            text.push(char);
            continue;
        }
        let escape = rest.chars().next().expect("no backslash comes last");
        rest = &rest[1..];
        match escape {
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' => {
                let (digits, behind) = rest[1..].split_once('}').expect("a number ends");
                text.push(unicode(digits));
                rest = behind;
            }
            '\\' | '\'' | '$' => text.push(escape),
            other => panic!("Bicep has no escape {other:?}: {literal}"),
        }
    }
    text
}

fn read_terraform(literal: &str) -> String {
    let mut rest = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).expect("it has quotes");
    let mut text = String::new();
    while let Some(char) = rest.chars().next() {
        if let Some(behind) = ["$${", "%%{"].iter().find_map(|start| rest.strip_prefix(start)) {
            text.extend([char, '{']);
            rest = behind;
            continue;
        }
        assert!(char != '"' && !rest.starts_with("${") && !rest.starts_with("%{"), "{literal}");
        rest = &rest[char.len_utf8()..];
        if char != '\\' {
            text.push(char);
            continue;
        }
        let escape = rest.chars().next().expect("no backslash comes last");
        rest = &rest[1..];
        match escape {
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' => {
                text.push(unicode(&rest[..4]));
                rest = &rest[4..];
            }
            '\\' | '"' => text.push(escape),
            other => panic!("Terraform has no escape {other:?}: {literal}"),
        }
    }
    text
}

#[test]
fn a_parser_of_html_reads_the_same_text() {
    let texts = texts();
    const SCRIPT: &str = "
import html.parser, json, xml.dom.minidom
class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.texts, self.text = [], None
    def handle_starttag(self, tag, attributes):
        assert tag == 'p' and [name for name, _ in attributes] == ['title'], (tag, attributes)
        self.texts.append(attributes[0][1])
        self.text = ''
    def handle_data(self, data):
        if self.text is not None:
            self.text += data
    def handle_endtag(self, tag):
        assert tag == 'p', tag
        self.texts.append(self.text)
        self.text = None
    def handle_comment(self, data):
        raise AssertionError(data)
page = open('page.html', encoding='utf-8', newline='').read()
reader = Reader()
reader.feed(page)
xml.dom.minidom.parseString('<body>' + page + '</body>')
print(json.dumps(reader.texts))
";
    let page: String = texts
        .iter()
        .map(|text| (Language::Html.text(text), Language::Html.comment(text)))
        .map(|(text, comment)| format!("<p title=\"{text}\">{comment}</p>\n"))
        .collect();
    let folder = tempfile::tempdir().expect("there is room for a folder");
    fs::write(folder.path().join("page.html"), page).expect("the folder is writable");
    let read = output(folder.path(), "python3", &["-c", SCRIPT]);
    let read: Vec<String> = serde_json::from_str(&read).expect("it is JSON");
    let expected: Vec<String> =
        texts.iter().flat_map(|text| [line(text).into_owned(), line(text).into_owned()]).collect();
    assert_eq!(read, expected);
}

/// The text of a document, in which nothing but the tags of `frame` may be.
fn read_markdown(markdown: &str, is_allowed: impl Fn(&Tag<'_>) -> bool) -> String {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS;
    let mut text = String::new();
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(tag) => assert!(is_allowed(&tag), "{tag:?} in {markdown:?}"),
            Event::End(TagEnd::TableCell) => text.push('\u{1}'),
            Event::End(_) => {}
            Event::Text(own) | Event::Code(own) => text.push_str(&own),
            Event::InlineHtml(own) if matches!(&*own, "<code>" | "</code>") => {}
            other => panic!("{other:?} in {markdown:?}"),
        }
    }
    text
}

#[test]
fn a_parser_of_markdown_reads_the_same_text() {
    for text in texts() {
        let (plain, code) = (Language::Markdown.text(&text), markdown_code(&text));
        // White space around a paragraph is none of it.
        let expected = line(&text).trim().to_owned();
        let is_paragraph = |tag: &Tag<'_>| matches!(tag, Tag::Paragraph);
        if !text.starts_with("    ") {
            assert_eq!(read_markdown(&plain, is_paragraph), expected, "{plain}");
        }
        assert_eq!(
            read_markdown(&format!("a {plain}"), is_paragraph).strip_prefix("a ").map(str::trim),
            Some(&*expected)
        );
        assert_eq!(read_markdown(&format!("x{code}"), is_paragraph).strip_prefix('x'), Some(&*line(&text)), "{code}");
        let is_table = |tag: &Tag<'_>| matches!(tag, Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell);
        let read = read_markdown(&format!("| a | b |\n|---|---|\n| {plain} | {code} |\n"), is_table);
        let cells: Vec<&str> = read.split('\u{1}').collect();
        assert_eq!(cells.len(), 5, "{read}");
        assert_eq!((cells[2].trim(), cells[3].trim()), (&*expected, line(&text).trim()), "{plain} {code}");
    }
}

/// Prose keeps lists and spans of code, and nothing else.
#[test]
fn prose_holds_no_html_no_links_and_no_blocks_of_code() {
    let pieces = hostile::PIECES;
    let frames = [
        "X",
        "- X",
        "* X",
        "1. X",
        "- a\n  X",
        "> X",
        "`X",
        "X`",
        "`X`",
        "``X`` `a",
        "a | b\n--|--\nX | X",
        "- - X",
        "a\n===\nX",
    ];
    for frame in frames {
        for (nth, piece) in pieces.iter().enumerate() {
            for text in [
                frame.replace('X', piece),
                frame.replace('X', &format!("{piece}{}", pieces[(nth * 7 + 3) % pieces.len()])),
            ] {
                let markdown = rust_doc(&text);
                let is_harmless =
                    |tag: &Tag<'_>| matches!(tag, Tag::Paragraph | Tag::List(_) | Tag::Item | Tag::Heading { .. });
                let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
                for event in Parser::new_ext(&markdown, options) {
                    let is_fine = match &event {
                        Event::Start(tag) => is_harmless(tag),
                        Event::End(_) | Event::Text(_) | Event::Code(_) | Event::SoftBreak | Event::Rule => true,
                        _ => false,
                    };
                    assert!(is_fine, "{event:?} of {text:?} in {markdown:?}");
                }
            }
        }
    }
}
