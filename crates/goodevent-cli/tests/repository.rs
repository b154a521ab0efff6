//! Reports for hosts of repositories and for consumers: paths in the repository, URIs, and every use of a shared type.

mod support;

use std::{fs, path::Path};

use support::{PLACED, Repository, json, text};

/// Bytes of percent-encoded text.
fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let [first, others @ ..] = rest {
        match (*first, others) {
            (b'%', [_, _, behind @ ..]) => {
                let digits = std::str::from_utf8(&others[..2]).expect("digits are ASCII");
                bytes.push(u8::from_str_radix(digits, 16).expect("there are two digits"));
                rest = behind;
            }
            _ => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    String::from_utf8(bytes).expect("paths are UTF-8")
}

#[test]
fn findings_are_placed_in_the_repository_from_everywhere() {
    let acme = Repository::empty();
    let event = "orders/OrderUpdatedV1Event.json";
    for (nth, project) in ["", "services", "my services/#1 100%", "dienste/größe", "a&b=c?d;e"].into_iter().enumerate()
    {
        let name = format!("repository {nth}");
        let repository = acme.path(&name);
        // Nothing but the name is looked at.
        fs::create_dir_all(repository.join(".git")).expect("the folder is writable");
        let schemas = repository.join(project).join("schemas");
        let expected = Path::new(project).join("schemas").join(event).display().to_string();
        acme.write(&format!("{name}/{project}/schemas/goodevent.toml"), "");
        acme.write(&format!("{name}/{expected}"), "{\n  \"title\": \"OrderUpdatedV1Event\"\n}\n");
        let absolute = schemas.display().to_string();
        let up = Path::new(project).components().map(|_| "../").collect::<String>();
        let from_below = format!("{up}../{}", Path::new(project).join("schemas").display());
        let other = repository.join("other");
        fs::create_dir_all(&other).expect("the folder is writable");
        let from_top = Path::new(project).join("schemas").display().to_string();
        let places: [(&Path, Vec<&str>); 6] = [
            (&repository, vec!["--root", &from_top]),
            (&repository, vec!["--root", &absolute]),
            (&schemas, vec!["--root", "."]),
            (&schemas, vec![]),
            (&schemas.join("orders"), vec!["--root", ".."]),
            (&acme.folder, vec!["--root", &absolute]),
        ];
        let below = repository.join(project).join("deep");
        fs::create_dir_all(&below).expect("the folder is writable");
        let places = places.into_iter().chain([(below.as_path(), vec!["--root", from_below.as_str()])]);
        for (here, root) in places {
            for command in ["lint", "check"] {
                let finish = |format| acme.finish_in(here, 1, &[&root[..], &[command, "--format", format]].concat());
                let run = |format| text(&finish(format));
                let json = |format| json(&finish(format));
                let sarif = json("sarif");
                let uri =
                    &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
                let uri = uri.as_str().expect("there is one");
                assert_eq!(decoded(uri), expected, "{} {root:?}", here.display());
                assert!(uri.chars().all(|char| char.is_ascii_alphanumeric() || "/.-_~%".contains(char)), "{uri}");
                assert_eq!(json("gitlab")[0]["location"]["path"], expected.as_str());
                let github = run("github");
                let escaped = expected.replace('%', "%25").replace(':', "%3A").replace(',', "%2C");
                assert!(github.contains(&format!(" file={escaped},line=")), "{github}");
                let junit = run("junit");
                let escaped = expected.replace('&', "&amp;");
                assert!(junit.contains(&format!("<testsuite name=\"{escaped}\"")), "{junit}");
            }
        }
    }
}

#[test]
fn without_a_repository_findings_are_placed_below_the_working_folder() {
    let acme = Repository::empty();
    if acme.folder.ancestors().any(|above| above.join(".git").exists()) {
        panic!("the folder for temporary files lies in a repository");
    }
    acme.write("a/schemas/orders/OrderUpdatedV1Event.json", "{ \"title\": \"OrderUpdatedV1Event\" }");
    let absolute = acme.path("a/schemas").display().to_string();
    for root in ["a/schemas", absolute.as_str()] {
        let github = acme.expect(1, &["--root", root, "lint", "--format", "github"]);
        assert!(github.contains(" file=a/schemas/orders/OrderUpdatedV1Event.json,line="), "{github}");
    }
}

/// An event whose payload uses two shared types, one of which uses the other, and one event more that does.
fn shared(acme: &Repository, folder: &str, max: u32) {
    let event = |name: &str, members: &str| {
        format!(
            "{{\n  \"title\": \"{name}\",\n  \"x-event\": {{ \"status\": \"released\" }},\n  \"type\": \"object\",\n  \
             \"additionalProperties\": false,\n  \"properties\": {{ {members} }}\n}}\n"
        )
    };
    let money = |name: &str| format!("\"{name}\": {{ \"$ref\": \"../types/Money.json\" }}");
    let members = format!("{}, {}, \"fee\": {{ \"$ref\": \"../types/Fee.json\" }}", money("price"), money("total"));
    let write = |file: &str, text: &str| acme.write(&format!("{folder}/{file}"), text);
    write("goodevent.toml", "");
    write("orders/OrderPlacedV1Event.json", &event("OrderPlacedV1Event", &members));
    write("orders/OrderPaidV1Event.json", &event("OrderPaidV1Event", &money("paid")));
    let amount = format!("{{ \"type\": \"integer\", \"minimum\": 0, \"maximum\": {max} }}");
    let object = |member: &str| format!("{{ \"type\": \"object\", \"properties\": {{ {member} }} }}\n");
    write("types/Money.json", &object(&format!("\"amount\": {amount}")));
    write("types/Fee.json", &object("\"of\": { \"$ref\": \"Money.json\" }"));
}

#[test]
fn a_change_of_a_shared_type_is_reported_for_every_place_of_every_event() {
    let acme = Repository::empty();
    shared(&acme, "before", 100);
    shared(&acme, "schemas", 50);
    let uses = ["price.amount", "total.amount", "fee.of.amount", "paid.amount"];
    for (args, code) in [
        (&["compat", "--against", "before"][..], 1),
        (&["compat", "--against", "before", "--format", "json"], 1),
        (&["log", "--since", "before"], 0),
        (&["log", "--since", "before", "--format", "json"], 0),
        (&["lint", "--against", "before"], 1),
        (&["check", "--against", "before", "--format", "concise"], 1),
    ] {
        let shown = acme.expect(code, args);
        for place in uses {
            let headline = format!("`maximum` of `{place}` fell from 100 to 50");
            assert_eq!(shown.matches(&headline).count(), 1, "{args:?}: {headline} in {shown}");
        }
    }
}

#[test]
fn no_line_of_the_log_ends_with_a_colon_and_nothing() {
    let acme = Repository::initialized();
    acme.expect(0, &["release", "OrderPlacedV1Event"]);
    acme.write("one/goodevent.toml", "");
    for file in ["orders/context.toml", "orders/OrderPlacedV1Event.json"] {
        acme.write(&format!("one/{file}"), &acme.read(&format!("schemas/{file}")));
    }
    let log = || {
        let shown = acme.expect(0, &["log", "--since", "one"]);
        let lines: Vec<&str> = shown.lines().collect();
        let depth = |line: &str| line.len() - line.trim_start().len();
        for (nth, line) in lines.iter().enumerate().filter(|(_, line)| line.ends_with(':')) {
            let next = lines.get(nth + 1).copied().unwrap_or_default();
            assert!(depth(next) > depth(line), "nothing follows {line:?} in {shown}");
        }
        // A heading or an entry without anything below says nothing either.
        for (nth, _) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("- **")) {
            let next = lines.get(nth + 1).copied().unwrap_or_default();
            assert!(depth(next) > 0, "an entry says nothing in {shown}");
        }
        shown
    };
    acme.expect(0, &["new-version", "OrderPlacedV1Event"]);
    assert!(log().contains("replaces `OrderPlacedV1Event`, and does not differ yet"));
    acme.edit("schemas/orders/OrderPlacedV2Event.json", "10s/hour", "20s/hour");
    let shown = log();
    assert!(shown.contains("changes:\n    - the frequency was"), "{shown}");
    // Back from released to draft is a change as well.
    acme.edit(PLACED, "\"released\"", "\"draft\"");
    let shown = log();
    assert!(shown.contains("the status was `released`, and is `draft`"), "{shown}");
}
