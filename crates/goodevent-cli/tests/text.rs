//! Text of contracts, settings, payloads, names of files and arguments is data: in every place where it can stand, and in
//! every command and form that shows it.

#[path = "../../goodevent-emit/tests/hostile/mod.rs"]
mod hostile;
mod support;

use std::{
    collections::BTreeSet,
    fs,
    process::{Command, Stdio},
    thread,
};

use hostile::{effect, is_active};
use serde_json::{Map, Value, json};
use support::{PLACED, Repository};

/// Texts for one registry: all pieces in one, and those that have to stand at the start of a line.
fn texts() -> Vec<String> {
    let starts = ["::error::x", "\n::error::x\u{9b}31m\u{202e}", "\r\n ::add-mask::x\u{1b}[8m", "*/ ##[error]x \u{85}"];
    starts.into_iter().map(str::to_owned).chain([hostile::all()]).collect()
}

/// A way to put hostile text into a registry.
struct Place {
    name: &'static str,
    /// Whether the registry stays free of errors, so that code is generated.
    is_valid: bool,
    put: fn(&Repository, &[String]),
}

const fn valid(name: &'static str, put: fn(&Repository, &[String])) -> Place {
    Place { name, is_valid: true, put }
}

const fn wrong(name: &'static str, put: fn(&Repository, &[String])) -> Place {
    Place { name, is_valid: false, put }
}

const PLACES: [Place; 34] = [
    valid("names of properties", |own, texts| {
        contract(own, |root| {
            texts.iter().for_each(|text| property(root, text, json!({ "type": "string", "maxLength": 9 })))
        });
    }),
    valid("names of definitions", |own, texts| {
        contract(own, |root| {
            for (nth, text) in texts.iter().enumerate() {
                root["$defs"][text] = json!({ "type": "object", "description": "A part." });
                let pointer = text.replace('~', "~0").replace('/', "~1");
                let pointer: String = pointer.bytes().map(|byte| format!("%{byte:02X}")).collect();
                property(root, &format!("part{nth}"), json!({ "$ref": format!("#/$defs/{pointer}") }));
            }
        });
    }),
    valid("titles", |own, texts| in_properties(own, texts, |text| json!({ "type": "object", "title": text }))),
    valid("descriptions", |own, texts| {
        contract(own, |root| root["description"] = texts.join("\n\n").into());
        in_properties(own, texts, |text| json!({ "type": "string", "maxLength": 9, "description": text }));
    }),
    valid("descriptions that are short", |own, texts| {
        contract(own, |root| root["description"] = texts[1].as_str().into())
    }),
    valid("enums", |own, texts| in_properties(own, texts, |text| json!({ "enum": [text, "b"] }))),
    valid("constants", |own, texts| in_properties(own, texts, |text| json!({ "const": text }))),
    valid("objects in enums", |own, texts| in_properties(own, texts, |text| json!({ "enum": [{ text: [text] }, 1] }))),
    valid("defaults and comments", |own, texts| {
        in_properties(own, texts, |text| json!({ "type": "string", "default": text, "$comment": text }));
    }),
    valid("required names", |own, texts| {
        contract(own, |root| {
            let names = texts.iter().map(|text| Value::from(text.as_str()));
            root["required"].as_array_mut().expect("it is a list").extend(names);
            root["additionalProperties"] = true.into();
        });
    }),
    valid("patterns", |own, texts| {
        in_properties(own, &texts[..4], |text| {
            let literal: String = text.chars().map(|char| format!("\\u{{{:x}}}", u32::from(char))).collect();
            json!({ "type": "string", "pattern": format!("^(?:{literal}|[{literal}])$"), "maxLength": 2_000 })
        });
    }),
    valid("names of patterns and dependencies", |own, texts| {
        in_properties(
            own,
            texts,
            |text| json!({ "type": "object", "dependentRequired": { text: ["a", text] }, "propertyNames": { "enum": [text] } }),
        );
    }),
    valid("headers", |own, texts| {
        contract(own, |root| root["x-event"]["headers"] = json!({ "x-request-id": texts.join("\n") }));
    }),
    valid("owners and descriptions of contexts", |own, texts| {
        let text = json!(texts.join(" "));
        own.write(
            "schemas/orders/context.toml",
            &format!("owner = {text}\ndescription = {text}\n", text = toml(&text)),
        );
    }),
    valid("services and rules of contexts", |own, texts| {
        let text = toml(&json!(texts[1]));
        own.write(
            "schemas/orders/context.toml",
            &format!("owner = \"a\"\nservice = {text}\n[rules]\n{text} = \"warn\"\n"),
        );
    }),
    wrong("facts", |own, texts| {
        contract(own, |root| {
            for name in ["frequency", "status", "replacedBy", "sunset", "partitionKey", "topic"] {
                root["x-event"][name] = texts[1].as_str().into();
            }
            texts.iter().for_each(|text| root["x-event"][text] = json!({ text: text }));
        });
    }),
    wrong("root titles", |own, texts| contract(own, |root| root["title"] = texts[1].as_str().into())),
    wrong("keywords", |own, texts| {
        in_properties(own, texts, |text| json!({ text: text, "type": text, "format": text }))
    }),
    wrong("examples", |own, texts| {
        contract(own, |root| {
            root["examples"] = texts.iter().map(|text| json!({ text: text, "orderId": text })).collect()
        });
    }),
    wrong("invalid patterns", |own, texts| {
        in_properties(own, texts, |text| json!({ "type": "string", "pattern": format!("(?<{text}"), "format": text }));
    }),
    wrong("references", |own, texts| in_properties(own, texts, |text| json!({ "$ref": format!("#/$defs/{text}") }))),
    wrong("references to files", |own, texts| {
        in_properties(own, texts, |text| json!({ "$ref": text, "$id": text, "$anchor": text }))
    }),
    wrong("dialects", |own, texts| contract(own, |root| root["$schema"] = texts[1].as_str().into())),
    wrong("files that are not JSON", |own, texts| {
        for (nth, text) in texts.iter().enumerate() {
            own.write(
                &format!("schemas/orders/Broken{nth}V1Event.json"),
                &format!("{{ \"title\": \"{text}\"\n{text} }}"),
            );
        }
    }),
    wrong("names of files", |own, texts| {
        for name in texts.iter().flat_map(|text| names(text)) {
            own.write(&format!("schemas/orders/{name}.json"), "{ \"title\": 5 }");
            own.write(&format!("schemas/types/{name}.json"), "{ \"type\": 5 }");
            own.write(&format!("schemas/{name}.toml"), "a = 1");
        }
    }),
    valid("names of files that are fine", |own, texts| {
        for (nth, name) in texts.iter().flat_map(|text| names(text)).enumerate() {
            let name = format!("Part{nth}{name}");
            own.write(&format!("schemas/types/{name}.json"), "{ \"type\": \"object\", \"description\": \"A part.\" }");
        }
    }),
    wrong("names of contexts", |own, texts| {
        for (nth, name) in texts.iter().flat_map(|text| names(text)).enumerate() {
            let event = format!("OrderMoved{}V1Event", ["", "Away", "Back", "Here", "There"][nth % 5]);
            own.write(&format!("schemas/{name}/{event}.json"), &own.read(PLACED).replace("OrderPlacedV1Event", &event));
            own.write(&format!("schemas/{name}/context.toml"), "owner = 5");
        }
    }),
    wrong("settings", |own, texts| {
        let text = toml(&json!(texts[1]));
        own.write(
            "schemas/goodevent.toml",
            &format!("organization = {text}\n{text} = {text}\n[rules]\n{text} = {text}\n"),
        );
    }),
    wrong("names by templates", |own, texts| {
        let text = toml(&json!(format!("{{{{context}}}}{}", texts[1])));
        own.write(
            "schemas/goodevent.toml",
            &format!("organization = \"a\"\n[names]\ntopic = {text}\nrouting-key = {text}\n"),
        );
    }),
    wrong("organizations", |own, texts| {
        let text = toml(&json!(texts[4]));
        let names = "[names]\ntopic = \"{{organization}}\"\nqueue = \"{{organization}}\"\n";
        own.write("schemas/goodevent.toml", &format!("organization = {text}\n{names}{OUTPUTS}"));
    }),
    wrong("templates that fail", |own, texts| {
        let text = toml(&json!(format!("{{{{{}}}}}", texts[4])));
        own.write("schemas/goodevent.toml", &format!("organization = \"a\"\n[names]\ntopic = {text}\n"));
    }),
    wrong("settings that are not TOML", |own, texts| own.write("schemas/goodevent.toml", &texts.join("\n"))),
    wrong("locks", |own, texts| own.write("schemas/goodevent.lock", &texts.join("\n"))),
    wrong("baselines", |own, texts| own.write("schemas/goodevent.baseline", &texts.join("\n"))),
];

const OUTPUTS: &str = "[outputs]\ngo = \"topics/topics.go\"\njson = \"topics/topics.json\"\nmarkdown = \"topics/topics.md\"\n\
                       python = \"topics/topics.py\"\ntypescript = \"topics/topics.ts\"\n";

/// Changes the contract of the registry.
fn contract(own: &Repository, change: impl FnOnce(&mut Value)) {
    let mut root: Value = serde_json::from_str(&own.read(PLACED)).expect("it is JSON");
    change(&mut root);
    own.write(PLACED, &serde_json::to_string_pretty(&root).expect("it is JSON"));
}

fn property(root: &mut Value, name: &str, schema: Value) {
    root["properties"][name] = schema;
    root["required"].as_array_mut().expect("it is a list").push(name.into());
}

/// A property for each text.
fn in_properties(own: &Repository, texts: &[String], schema: impl Fn(&str) -> Value) {
    contract(own, |root| {
        texts.iter().enumerate().for_each(|(nth, text)| property(root, &format!("part{nth}"), schema(text)));
    });
}

/// A string of TOML, which has no raw controls.
fn toml(text: &Value) -> String {
    text.to_string().replace('\u{7f}', "\\u007f")
}

/// Names of files, which have neither `/` nor NUL, of at most 200 bytes, each with a part of the text.
fn names(text: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    for char in text.chars().filter(|char| !matches!(char, '/' | '\0')) {
        let last = names.last_mut().expect("there is one");
        last.push(char);
        if last.len() > 150 {
            names.push(String::new());
        }
    }
    names.retain(|name| !name.trim_matches('.').is_empty());
    names
}

/// The registry without hostile text.
fn registry() -> Repository {
    let mut own = Repository::initialized();
    own.today = Some("2026-11-29");
    // The example of the contract is about it as it is.
    contract(&own, |root| {
        root.as_object_mut().expect("it is an object").remove("examples");
    });
    own.write("schemas/goodevent.toml", &format!("organization = \"acme\"\n{OUTPUTS}"));
    own
}

/// How an output is read.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Read {
    Lines,
    Json,
    JsonLines,
    Annotations,
    Xml,
}

/// Every command that shows something, in every form.
fn commands() -> Vec<(Vec<&'static str>, Read)> {
    let with = |args: &[&'static str], more: &[&'static str]| [args, more].concat();
    let mut commands = Vec::new();
    for args in [&["lint"][..], &["check"]] {
        for format in ["human", "concise"] {
            commands.push((with(args, &["--format", format]), Read::Lines));
        }
        for format in ["json", "sarif", "gitlab"] {
            commands.push((with(args, &["--format", format]), Read::Json));
        }
        commands.push((with(args, &["--format", "github"]), Read::Annotations));
        commands.push((with(args, &["--format", "junit"]), Read::Xml));
    }
    for args in [
        &["compat", "--against", "before"][..],
        &["log", "--since", "before"],
        &["size"],
        &["validate", "OrderPlacedV1Event", "payload.json"],
        &["sample", "OrderPlacedV1Event", "--invalid"],
    ] {
        commands.push((args.to_vec(), Read::Lines));
        commands.push((with(args, &["--format", "json"]), Read::Json));
    }
    commands.push((vec!["sample", "OrderPlacedV1Event", "--count", "5"], Read::JsonLines));
    commands.push((vec!["sample", "OrderPlacedV1Event", "--count", "5", "--format", "json"], Read::Json));
    for args in [
        &["--color", "always", "lint"][..],
        &["--color", "always", "compat", "--against", "before"],
        &["--color", "always", "validate", "OrderPlacedV1Event", "payload.json"],
        &["compat", "--against", "before", "--mode", "full-transitive"],
        &["size", "OrderPlacedV1Event"],
        &["lint", "--diff", "--unsafe-fixes"],
        &["lint", "--write-baseline"],
        &["generate", "--out", "stale", "--check"],
        &["generate", "--out", "out"],
        &["new", "orders/OrderPaidV1Event"],
        &["release", "--all"],
        &["new-version", "OrderPlacedV1Event"],
        &["unrelease", "OrderPlacedV1Event", "--reason", "\n::error::x", "--main", "before"],
    ] {
        commands.push((args.to_vec(), Read::Lines));
    }
    commands
}

/// Text without the sequences that set a style.
fn without_styles(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| {
        let rest = part.trim_start_matches(|char: char| char.is_ascii_digit() || char == ';');
        plain + rest.strip_prefix('m').unwrap_or(part)
    })
}

/// Runs a command and says what is wrong with its output.
fn run(own: &Repository, args: &[&str], read: Read) -> Result<(), String> {
    let output = own.run(args);
    let fault = |what: String| Err(format!("{args:?}: {what}"));
    if output.status.code().is_none_or(|code| code > 2) {
        return fault(format!("it ends with {}: {}", output.status, support::text(&output)));
    }
    let (Ok(out), Ok(err)) = (String::from_utf8(output.stdout), String::from_utf8(output.stderr)) else {
        return fault("its output is not UTF-8".to_owned());
    };
    let is_coloured = args.contains(&"always");
    let [out, err] = [out, err].map(|text| if is_coloured { without_styles(&text) } else { text });
    if let Some(line) = effect(&err) {
        return fault(format!("standard error has {line}"));
    }
    match read {
        Read::Annotations => {
            let is_own = |line: &str| ["::error file=", "::warning file="].iter().any(|start| line.starts_with(start));
            if let Some(line) = out.lines().find(|line| !is_own(line) || line.contains(is_active)) {
                return fault(format!("no annotation: {line:?}"));
            }
        }
        Read::Lines | Read::Json | Read::JsonLines | Read::Xml => {
            if let Some(line) = effect(&out) {
                return fault(format!("standard output has {line}"));
            }
        }
    }
    let documents: Vec<&str> = match read {
        Read::Json => Some(out.as_str()).filter(|out| !out.is_empty()).into_iter().collect(),
        Read::JsonLines => out.lines().collect(),
        Read::Lines | Read::Annotations | Read::Xml => Vec::new(),
    };
    for document in documents {
        if let Err(error) = serde_json::from_str::<Value>(document) {
            return fault(format!("{error}: {document}"));
        }
    }
    if read == Read::Xml && !out.is_empty() {
        fs::write(own.path("report.xml"), &out).map_err(|error| error.to_string())?;
        tool(own, "python3", &["-c", "import xml.dom.minidom; xml.dom.minidom.parse('report.xml')"])?;
    }
    Ok(())
}

fn tool(own: &Repository, program: &str, args: &[&str]) -> Result<(), String> {
    let output = Command::new(program).args(args).current_dir(&own.folder).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("`{program}` is installed: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(format!("{program} {args:?}: {}", support::text(&output))) }
}

/// Says what is wrong with generated files, which the tools of their languages read.
fn generated(own: &Repository) -> Result<(), String> {
    for path in support::walk(&own.path("out")) {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let is_wrong = |char: char| is_active(char) && char != '\n' && char != '\t';
        if let Some(line) = text.lines().find(|line| line.contains(is_wrong)) {
            return Err(format!("{}: {line:?}", path.display()));
        }
    }
    // All modules are read as the compiler does.
    tool(
        own,
        "rustfmt",
        &["--edition", "2024", "--check", "--config", "disable_all_formatting=true", "out/src/lib.rs"],
    )?;
    if !own.path("out/topics").exists() {
        return Ok(());
    }
    let script = own.read("out/topics/topics.ts").replace(" as const", "");
    own.write("topics.mjs", &script);
    serde_json::from_str::<Value>(&own.read("out/topics/topics.json")).map_err(|error| error.to_string())?;
    tool(own, "node", &["--check", "topics.mjs"])?;
    tool(own, "gofmt", &["-e", "out/topics/topics.go"])?;
    tool(own, "python3", &["-W", "error", "-m", "py_compile", "out/topics/topics.py"])
}

/// What is wrong in a place.
fn faults(place: &Place) -> Vec<String> {
    let texts = texts();
    let own = registry();
    own.copy("schemas", "before");
    (place.put)(&own, &texts);
    let mut payload = Map::new();
    texts.iter().for_each(|text| drop(payload.insert(text.clone(), json!([text]))));
    own.write("payload.json", &Value::from(payload).to_string());
    own.write("stale/src/lib.rs", &format!("// {}", texts.join("\n")));
    let found = commands().into_iter().filter_map(|(args, read)| run(&own, &args, read).err());
    let mut found: Vec<String> = found.collect();
    match own.path("out/src/lib.rs").exists() {
        true => found.extend(generated(&own).err()),
        false if place.is_valid => {
            let said = support::text(&own.run(&["generate", "--out", "out"]));
            found.push(format!("nothing is generated, so that nothing is tested: {said}"));
        }
        false => {}
    }
    found.into_iter().map(|fault| format!("{}: {fault}", place.name)).collect()
}

#[test]
fn text_of_a_registry_has_no_effect_on_whatever_shows_it() {
    let names: BTreeSet<&str> = PLACES.iter().map(|place| place.name).collect();
    assert_eq!(names.len(), PLACES.len());
    let (left, right) = PLACES.split_at(PLACES.len() / 2);
    let found: Vec<String> = thread::scope(|scope| {
        let halves = [left, right].map(|half| scope.spawn(move || half.iter().flat_map(faults).collect::<Vec<_>>()));
        halves.into_iter().flat_map(|half| half.join().expect("no test panics")).collect()
    });
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

#[test]
fn arguments_have_no_effect_on_whatever_shows_them() {
    let own = registry();
    own.write("payload.json", "{}");
    let mut found = Vec::new();
    for text in texts().into_iter().map(|text| text.replace('\0', "")) {
        let text = text.as_str();
        for args in [
            &[text][..],
            &["lint", text],
            &["lint", "--format", text],
            &[&format!("--{text}")],
            &["--root", text, "lint"],
            &["--today", text, "lint"],
            &["explain", text],
            &["rules", "--pages", text, "--check"],
            &["size", text],
            &["sample", text],
            &["sample", "OrderPlacedV1Event", "--count", text],
            &["validate", text, "payload.json"],
            &["validate", "OrderPlacedV1Event", text],
            &["compat", "--against", text],
            &["log", "--since", text],
            &["check", "--against", text],
            &["check", "--out", text],
            &["generate", "--check", "--out", text],
            &["generate", "--check", "--templates", text],
            &["new", text],
            &["new", &format!("orders/{text}")],
            &["new", &format!("{text}/OrderPaidV1Event")],
            &["release", text],
            &["unrelease", text, "--reason", text],
            &["new-version", text],
            &["deprecate", text, "--sunset", text, "--replaced-by", text],
            &["deprecate", "OrderPlacedV1Event", "--sunset", text, "--replaced-by", "OrderPlacedV1Event"],
        ] {
            found.extend(run(&own, args, Read::Lines).err());
            let coloured = [&["--color", "always"], args].concat();
            found.extend(run(&own, &coloured, Read::Lines).err());
        }
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

/// Files whose names are hostile, and a folder that is.
#[test]
fn names_of_files_have_no_effect_on_whatever_shows_them() {
    let own = registry();
    let mut found = Vec::new();
    for name in texts().iter().flat_map(|text| names(text)) {
        own.write(&name, "{ \"a\": ");
        found.extend(run(&own, &["validate", "OrderPlacedV1Event", &format!("./{name}")], Read::Lines).err());
        let folder = format!("{name}.d");
        own.copy("schemas", &folder);
        own.write(&format!("{folder}/orders/context.toml"), "owner = 5");
        for args in [
            &["--root", &folder, "lint"][..],
            &["--root", &folder, "lint", "--format", "concise"],
            &["--root", &folder, "generate", "--out", "out"],
            &["compat", "--against", &folder],
            &["generate", "--templates", &folder, "--out", &folder],
        ] {
            found.extend(run(&own, args, Read::Lines).err());
        }
        found.extend(run(&own, &["--root", &folder, "lint", "--format", "github"], Read::Annotations).err());
        found.extend(run(&own, &["--root", &folder, "lint", "--format", "sarif"], Read::Json).err());
        own.remove(&name);
        own.remove(&folder);
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

/// JSON for machines stays the same value, whatever is escaped in it.
#[test]
fn samples_and_reports_in_json_keep_their_values() {
    let own = registry();
    let texts = texts();
    in_properties(&own, &texts, |text| json!({ "const": text }));
    let payload = own.run(&["sample", "OrderPlacedV1Event"]);
    let payload: Value = serde_json::from_slice(&payload.stdout).expect("it is JSON");
    for (nth, text) in texts.iter().enumerate() {
        assert_eq!(payload[format!("part{nth}")], json!(text));
    }
    own.write("payload.json", &payload.to_string());
    own.expect(0, &["validate", "OrderPlacedV1Event", "payload.json"]);
    own.write("payload.json", &json!({ texts[4].as_str(): 1 }).to_string());
    let report = own.json(1, &["validate", "OrderPlacedV1Event", "payload.json"]);
    let pointers: Vec<&str> =
        report["findings"].as_array().expect("it is a list").iter().filter_map(|own| own["pointer"].as_str()).collect();
    let pointer = format!("/{}", texts[4].replace('~', "~0").replace('/', "~1"));
    assert!(pointers.contains(&pointer.as_str()), "{pointers:?}");
}
