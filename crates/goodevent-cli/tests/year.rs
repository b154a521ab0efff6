//! A year of a registry in a git repository: new event, release, forbidden edit, new version, deprecation, sunset.

mod support;

use support::{PLACED as V1, Repository, json};

const V2: &str = "schemas/orders/OrderPlacedV2Event.json";

impl Repository {
    /// The rules that `check` finds broken since `HEAD`.
    fn broken(&self) -> Vec<String> {
        let output = self.run(&["check", "--against", "HEAD", "--format", "json"]);
        let found = json(&output);
        let mut rules: Vec<String> = found["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|finding| finding["rule"].as_str().map(str::to_owned))
            .collect();
        rules.sort();
        rules.dedup();
        assert_eq!(output.status.code(), Some(i32::from(!rules.is_empty())), "{rules:?}");
        rules
    }
}

#[test]
fn an_archive_says_what_its_revision_says() {
    let acme = Repository::with_git("2026-01-10");
    acme.expect(0, &["release", "OrderPlacedV1Event"]);
    acme.commit("a registry with one event");
    let pack = |format: &str, prefix: &str, what: &str| {
        let name = format!("old.{format}");
        acme.git(&["archive", "--format", format, "--prefix", prefix, "--output", &name, what]);
        name
    };
    let archives = [pack("tar", "acme-1.0/", "HEAD"), pack("tar.gz", "", "HEAD:schemas"), pack("zip", "acme/", "HEAD")];
    acme.edit(V1, "\"maxLength\": 30", "\"maxLength\": 24");
    for archive in &archives {
        for (command, option) in [("compat", "--against"), ("lint", "--against"), ("log", "--since")] {
            let said = |earlier: &str| {
                let output = acme.run(&[command, option, earlier, "--format", "json"]);
                (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
            };
            let (code, text) = said(archive);
            assert!(text.contains("`maxLength` of `placedTimeUtc` fell from 30 to 24"), "{archive}: {text}");
            let root = if archive == "old.tar.gz" { "." } else { "acme-1.0/schemas" };
            let root = if archive == "old.zip" { "acme/schemas" } else { root };
            assert_eq!((code, text.replace(&format!("{archive}:{root}/"), "HEAD:schemas/")), said("HEAD"), "{archive}");
        }
    }
    acme.write("old.zip", "no archive");
    let told = acme.expect(2, &["compat", "--against", "old.zip"]);
    assert!(told.contains("cannot read the registry in `old.zip`: it is damaged or truncated"), "{told}");
}

#[test]
fn a_year() {
    let mut acme = Repository::with_git("2026-01-10");
    acme.expect(0, &["generate"]);
    acme.commit("a registry with one event");
    assert_eq!(acme.broken(), [""; 0]);

    // A contract becomes a promise.
    acme.expect(0, &["release", "OrderPlacedV1Event"]);
    assert_eq!(acme.broken(), ["stale-output"]);
    acme.expect(0, &["generate"]);
    assert_eq!(acme.broken(), [""; 0]);
    let log = acme.expect(0, &["log", "--since", "HEAD"]);
    assert!(log.contains("## Released\n\n- **`orders/OrderPlacedV1Event`**"), "{log}");
    acme.commit("release");

    // It can be documented, but not changed.
    acme.edit(V1, "A customer placed an order.", "Somebody placed an order.");
    acme.expect(0, &["generate"]);
    assert_eq!(acme.broken(), [""; 0]);
    acme.commit("documentation");
    acme.edit(V1, "\"maxLength\": 30", "\"maxLength\": 24");
    let broken = acme.broken();
    assert!(broken.iter().any(|own| own == "breaking-change-in-place"), "{broken:?}");
    // The change with its payload is the whole of it; the lock says the same where nothing is compared.
    assert!(!broken.iter().any(|own| own == "edited-published-version"), "{broken:?}");
    assert!(acme.expect(1, &["lint"]).contains("edited-published-version"));
    let told = acme.expect(1, &["compat", "--against", "HEAD"]);
    assert!(told.contains("`maxLength` of `placedTimeUtc` fell from 30 to 24"), "{told}");
    assert!(told.contains("was valid before and is rejected now"), "{told}");
    acme.git(&["checkout", "--quiet", "."]);

    // So it gets a new version.
    acme.today = Some("2026-03-01");
    acme.expect(0, &["new-version", "OrderPlacedV1Event"]);
    acme.edit(V2, "\"maxLength\": 30", "\"maxLength\": 24");
    acme.expect(0, &["generate"]);
    assert_eq!(acme.broken(), [""; 0]);
    let log = acme.expect(0, &["log", "--since", "HEAD"]);
    assert!(log.contains("replaces `OrderPlacedV1Event`"), "{log}");
    assert!(log.contains("fell from 30 to 24 (new consumers reject some old messages)"), "{log}");
    acme.expect(0, &["release", "OrderPlacedV2Event"]);
    acme.expect(0, &["generate"]);
    acme.commit("the second version");

    acme.today = Some("tomorrow");
    acme.expect(2, &["check"]);
    acme.today = Some("2026-03-01");

    // The first one ends.
    let too_soon = acme.expect(
        2,
        &["deprecate", "OrderPlacedV1Event", "--replaced-by", "OrderPlacedV2Event", "--sunset", "2026-02-01"],
    );
    assert!(too_soon.contains("has passed"), "{too_soon}");
    acme.expect(
        0,
        &["deprecate", "OrderPlacedV1Event", "--replaced-by", "OrderPlacedV2Event", "--sunset", "2026-10-31"],
    );
    acme.expect(0, &["generate"]);
    assert_eq!(acme.broken(), [""; 0]);
    let log = acme.expect(0, &["log", "--since", "HEAD"]);
    assert!(log.contains("## Deprecated") && log.contains("published until 2026-10-31"), "{log}");
    acme.commit("deprecation");

    // Nobody may forget that.
    acme.today = Some("2026-11-01");
    assert_eq!(acme.broken(), ["passed-sunset"]);
    acme.remove(V1);
    acme.expect(0, &["generate"]);
    assert_eq!(acme.broken(), ["vanished-version"]);
    acme.unlock("orders/OrderPlacedV1Event ");
    assert_eq!(acme.broken(), [""; 0]);
    let log = acme.json(0, &["log", "--since", "HEAD"]);
    assert_eq!(
        (&log["contracts"][0]["contract"], &log["contracts"][0]["fate"]),
        (&"orders/OrderPlacedV1Event".into(), &"retired".into())
    );
    acme.commit("sunset");

    // A shallow clone knows nothing of the past, and says how to learn of it.
    let origin = format!("file://{}", acme.folder.display());
    acme.git(&["clone", "--quiet", "--depth", "1", &origin, "../shallow"]);
    let shallow = acme.folder.with_file_name("shallow");
    let text = acme.expect_in(&shallow, 2, &["check", "--against", "HEAD~2"]);
    assert!(text.contains("this clone is shallow") && text.contains("git fetch"), "{text}");
    acme.expect_in(&shallow, 0, &["check", "--against", "origin/main"]);
}
