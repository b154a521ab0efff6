//! Files that are not regular ones, and links that lead out: no command reads them, waits for them or writes through them.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
    CAPTURED, LOCK, PLACED, Repository,
    support::{
        git,
        special::{Kind, SECRET, finish},
    },
};

/// Every command that reads the registry, with a folder to compare with.
const COMMANDS: [&[&str]; 17] = [
    &["check"],
    &["check", "--against", "before"],
    &["lint"],
    &["lint", "--fix", "--unsafe-fixes"],
    &["lint", "--diff"],
    &["lint", "--format", "json"],
    &["compat", "--against", "before"],
    &["log", "--since", "before"],
    &["generate"],
    &["generate", "--check"],
    &["size"],
    &["sample", "PaymentCapturedV1Event"],
    &["validate", "PaymentCapturedV1Event", "payload.json"],
    &["release", "--all"],
    &["unrelease", "PaymentCapturedV1Event", "--reason", "no"],
    &["new-version", "PaymentCapturedV1Event"],
    &["deprecate", "PaymentCapturedV1Event", "--replaced-by", "OrderPlacedV1Event", "--sunset", "2027-01-01"],
];

/// Every file of a registry, by its role.
const FILES: [&str; 9] = [
    CAPTURED,
    LOCK,
    "schemas/goodevent.toml",
    "schemas/goodevent.baseline",
    "schemas/payments/context.toml",
    "schemas/types/Cents.json",
    "schemas/payments/types/Other.json",
    "schemas/payments/deep/down/Other.json",
    "schemas/new/OrderLostV1Event.json",
];

/// A registry, a copy of it, and a folder outside of everything.
fn registry() -> (Repository, PathBuf) {
    let acme = Repository::of_drafts();
    acme.copy("schemas", "before");
    acme.write("payload.json", r#"{ "paymentId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "amountCents": 5 }"#);
    let outside = acme.folder.with_file_name("outside");
    (acme, outside)
}

fn run(acme: &Repository, args: &[&str], what: &str) -> (i32, String) {
    finish(acme.command(args), what)
}

/// The regular files below a folder, with their bytes; nothing else is opened.
fn state(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut queue = vec![folder.to_owned()];
    while let Some(folder) = queue.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let facts = entry.metadata().expect("it can be looked at");
            match () {
                () if entry.file_name() == ".git" => {}
                () if facts.is_dir() => queue.push(entry.path()),
                () if facts.is_file() && facts.len() < 1 << 20 => {
                    all.insert(entry.path(), fs::read(entry.path()).expect("it is readable"));
                }
                () => {}
            }
        }
    }
    all
}

#[test]
fn every_command_ends_and_fails_whatever_a_contract_is() {
    let (acme, outside) = registry();
    for kind in Kind::ALL {
        kind.put(&acme.path(CAPTURED), &outside);
        let before = (state(&acme.folder), state(&outside));
        for args in COMMANDS {
            let what = format!("{kind:?}");
            let (code, said) = run(&acme, args, &what);
            // It shows fixes, and there are none.
            if args == ["lint", "--diff"] {
                assert_eq!(code, 0, "{what}: {said}");
                continue;
            }
            let is_named = said.contains("unreadable-file") || said.contains("file-too-large");
            assert!(code != 0 && is_named, "{what} {args:?}: {code}: {said}");
        }
        assert_eq!((state(&acme.folder), state(&outside)), before, "{kind:?}: something was written");
    }
}

#[test]
fn every_file_of_a_registry_is_a_finding_whatever_it_is() {
    for file in FILES {
        let (acme, outside) = registry();
        // Where no file is read, a folder is one as any other.
        let is_read = !file.contains("/deep/");
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Folder || is_read) {
            kind.put(&acme.path(file), &outside);
            for args in [&["check"][..], &["lint", "--format", "concise"], &["lint", "--fix"]] {
                let what = format!("{kind:?} at {file}");
                let (code, said) = run(&acme, args, &what);
                let rules = ["unreadable-file", "file-too-large", "unread-file", "malformed-json"];
                let n_found: usize = rules.into_iter().map(|rule| said.matches(rule).count()).sum();
                assert_eq!((code, n_found), (1, 1), "{what} {args:?}: {said}");
                let n_errors = said.matches("error[").count() + said.matches(": error ").count();
                assert!(n_errors <= 1, "{what} {args:?}: what follows is reported too: {said}");
            }
        }
    }
}

#[test]
fn a_folder_that_a_link_leads_out_to_is_one_finding() {
    for (folder, kind) in ["schemas/payments", "schemas/types", "schemas/more"]
        .into_iter()
        .flat_map(|folder| [Kind::LinkUp, Kind::LinkToNothing, Kind::LinkToItself].map(|kind| (folder, kind)))
    {
        let (acme, outside) = registry();
        kind.put(&acme.path(folder), &outside);
        for args in [&["check"][..], &["lint", "--against", "before"], &["lint", "--fix"]] {
            let (code, said) = run(&acme, args, "folder");
            let n_found = said.matches("error[").count();
            assert_eq!(
                (code, n_found, said.contains("unreadable-file")),
                (1, 1, true),
                "{folder} {kind:?} {args:?}: {said}"
            );
        }
        let (code, _) = run(&acme, &["generate"], "folder");
        assert_eq!(code, 1);
        let (code, _) = run(&acme, &["new", "payments/PaymentLostV1Event"], "folder");
        assert!(code == 2 || folder != "schemas/payments", "something was written behind the link");
    }
}

#[test]
fn a_registry_as_it_was_is_read_as_carefully() {
    for kind in Kind::ALL {
        let (acme, outside) = registry();
        kind.put(&acme.path("before/payments/PaymentCapturedV1Event.json"), &outside);
        for name in ["old.tar", "old.tar.gz", "old.zip"] {
            kind.put(&acme.path(name), &outside);
        }
        for (command, flag) in
            [("check", "--against"), ("lint", "--against"), ("compat", "--against"), ("log", "--since")]
        {
            for against in ["before", "old.tar", "old.tar.gz", "old.zip"] {
                let what = format!("{kind:?} {against}");
                let (code, said) = run(&acme, &[command, flag, against], &what);
                assert_ne!(code, 0, "{what} {command}: {said}");
            }
        }
    }
}

#[test]
fn a_payload_is_a_regular_file_or_standard_input() {
    let (acme, outside) = registry();
    for kind in Kind::ALL {
        kind.put(&acme.path("wrong.json"), &outside);
        let (code, said) = run(&acme, &["validate", "PaymentCapturedV1Event", "wrong.json"], &format!("{kind:?}"));
        assert_eq!(code, 2, "{kind:?}: {said}");
        assert!(said.starts_with("error: cannot read `wrong.json`: "), "{kind:?}: {said}");
        assert!(kind != Kind::TooLarge || said.contains("16777216 bytes (16 MiB), the limit"), "{said}");
    }
    for device in ["/dev/zero", "/dev/null", "/dev/tty", "/dev/random"] {
        let (code, said) = run(&acme, &["validate", "PaymentCapturedV1Event", device], device);
        assert_eq!(code, 2, "{device}: {said}");
    }
    symlink("payload.json", acme.path("link.json")).expect("the link can be made");
    acme.expect(0, &["validate", "PaymentCapturedV1Event", "link.json"]);
    for (input, expected) in [("payload.json", 0), ("/dev/zero", 2)] {
        let mut command = acme.command(&["validate", "PaymentCapturedV1Event", "-"]);
        let input = if input.starts_with('/') { PathBuf::from(input) } else { acme.path(input) };
        command.stdin(fs::File::open(input).expect("it is there"));
        let (code, said) = finish(command, "piped");
        assert_eq!(code, expected, "{said}");
        assert!(expected == 0 || said.contains("the limit"), "{said}");
    }
}

#[test]
fn a_template_is_a_regular_file_of_its_folder() {
    let (acme, outside) = registry();
    let settings = acme.read("schemas/goodevent.toml");
    acme.write("schemas/goodevent.toml", &format!("{settings}\n[outputs]\nmarkdown = \"topics.md\"\n"));
    for kind in Kind::ALL {
        kind.put(&acme.path("templates/markdown.hbs"), &outside);
        let before = state(&acme.folder);
        for args in
            [&["generate", "--templates", "templates"][..], &["generate", "--check", "--templates", "templates"]]
        {
            let (code, said) = run(&acme, args, &format!("{kind:?}"));
            assert_eq!(code, 2, "{kind:?}: {said}");
            assert!(said.contains("`templates/markdown.hbs` is not read: it "), "{kind:?}: {said}");
        }
        assert_eq!(state(&acme.folder), before, "{kind:?}: something was written");
    }
    acme.remove("templates/markdown.hbs");
    acme.write("templates/shared/events.txt", "of {{organization}}");
    symlink("shared/events.txt", acme.path("templates/markdown.hbs")).expect("the link can be made");
    acme.expect(0, &["generate", "--templates", "templates"]);
    assert!(acme.read("generated/topics.md").starts_with("of "));
}

#[test]
fn an_output_is_neither_read_nor_written_through_anything_else() {
    for file in
        ["generated/topics.md", "generated/.goodevent-manifest", "generated/src/lib.rs", "generated/src", "generated"]
    {
        for kind in Kind::ALL {
            let is_fine = kind == Kind::Folder && matches!(file, "generated" | "generated/src");
            if kind == Kind::TooLarge || is_fine {
                continue;
            }
            let (acme, outside) = registry();
            let settings = acme.read("schemas/goodevent.toml");
            acme.write("schemas/goodevent.toml", &format!("{settings}\n[outputs]\nmarkdown = \"topics.md\"\n"));
            acme.expect(0, &["generate"]);
            kind.put(&acme.path(file), &outside);
            let before = (state(&acme.folder), state(&outside));
            for args in [&["generate"][..], &["generate", "--check"], &["check"], &["generate", "--out", "generated"]] {
                let what = format!("{kind:?} at {file}");
                let (code, said) = run(&acme, args, &what);
                // An output folder that is a file that leads nowhere is not there for `check`.
                assert!(code != 0 || (args == ["check"] && file == "generated"), "{what} {args:?}: {said}");
            }
            assert_eq!((state(&acme.folder), state(&outside)), before, "{kind:?} at {file}: something was written");
        }
    }
}

#[test]
fn an_output_folder_leads_neither_out_of_the_repository_nor_into_hidden_folders() {
    let (acme, outside) = registry();
    fs::create_dir_all(&outside).expect("it can be made");
    acme.write("service/keep", "");
    acme.write(".hidden/keep", "");
    for to in ["..", "../outside", ".git", ".git/hooks", ".hidden", "/proc/self", "/"] {
        symlink(to, acme.path("generated")).expect("the link can be made");
        let before =
            (state(&acme.folder), state(&outside), fs::read_dir(acme.path(".git")).expect("it is there").count());
        for args in [&["generate"][..], &["generate", "--out", "generated"], &["generate", "--check"]] {
            let (code, said) = run(&acme, args, to);
            assert_eq!(code, 2, "{to} {args:?}: {said}");
        }
        let after =
            (state(&acme.folder), state(&outside), fs::read_dir(acme.path(".git")).expect("it is there").count());
        assert_eq!(after, before, "{to}: something was written");
        acme.remove_link("generated");
    }
    let (code, _) = run(&acme, &["generate", "--out", ".git"], "git");
    assert_eq!(code, 2);
    // A link within the repository, and a folder that the user names outside of it, are the user's own.
    symlink("service", acme.path("generated")).expect("the link can be made");
    acme.expect(0, &["generate"]);
    assert!(acme.path("service/src/lib.rs").exists());
    acme.expect(0, &["generate", "--out", "../outside"]);
    acme.expect(0, &["generate", "--out", ".hidden"]);
}

#[test]
fn links_within_the_registry_lead_where_they_did_and_no_contract_counts_twice() {
    let acme = Repository::of_drafts();
    let counted = |acme: &Repository, code| {
        let said = acme.expect(code, &["lint"]);
        let at = said.find(" checked by ").expect("the contracts are counted");
        said[..at].rsplit('\n').next().unwrap_or_default().to_owned()
    };
    assert_eq!(counted(&acme, 0), "2 contracts");
    // A contract, settings and a shared type whose files lie elsewhere.
    for (path, to, link) in [
        (CAPTURED, "schemas/store/deep/er/captured.json", "../store/deep/er/captured.json"),
        ("schemas/payments/context.toml", "schemas/store/payments.toml", "../store/payments.toml"),
        ("schemas/types/Cents.json", "schemas/store/deep/er/Cents.json", "../store/deep/er/Cents.json"),
    ] {
        acme.rename(path, to);
        symlink(link, acme.path(path)).expect("the link can be made");
        assert_eq!(counted(&acme, 0), "2 contracts", "{path}");
    }
    let plain = acme.expect(0, &["sample", "PaymentCapturedV1Event", "--seed", "7"]);
    // A folder of shared types as a part of a context.
    symlink("../types", acme.path("schemas/payments/types")).expect("the link can be made");
    acme.edit("schemas/store/deep/er/captured.json", "../types/Cents.json", "types/Cents.json");
    assert_eq!(acme.expect(0, &["sample", "PaymentCapturedV1Event", "--seed", "7"]), plain);
    assert_eq!(counted(&acme, 0), "2 contracts");
    acme.expect(0, &["generate"]);
    // A context and a contract a second time.
    symlink("payments", acme.path("schemas/others")).expect("the link can be made");
    symlink("../payments/PaymentCapturedV1Event.json", acme.path("schemas/orders/PaymentCapturedV1Event.json"))
        .expect("the link can be made");
    assert_eq!(counted(&acme, 0), "2 contracts");
    let said = acme.expect(0, &["lint", "--format", "concise"]);
    assert_eq!(said.matches("unread-file").count(), 2, "{said}");
    acme.expect(0, &["generate"]);
    assert!(!acme.path("generated/src/others").exists() && !acme.path("generated/src/others.rs").exists());
    acme.expect(0, &["release", "--all"]);
    assert!(!acme.read(LOCK).contains("others/") && acme.read(LOCK).matches("PaymentCaptured").count() == 1);
}

#[test]
fn links_are_followed_up_to_a_limit() {
    // Each folder leads to the next one twice: as many paths as there are subsets.
    let acme = Repository::of_drafts();
    for nth in 0..24 {
        acme.write(&format!("schemas/payments/d{nth}/x.json"), "{}");
        for side in ["left", "right"] {
            symlink(format!("../d{}", nth + 1), acme.path(&format!("schemas/payments/d{nth}/{side}")))
                .expect("the link can be made");
        }
    }
    acme.write("schemas/payments/d24/x.json", "{}");
    let (code, said) = run(&acme, &["lint", "--format", "concise"], "doubling");
    assert_eq!((code, said.matches("unreadable-file").count()), (1, 1), "{said}");
    assert!(said.contains("10000 files and folders"), "{said}");
    // Each folder leads to the next one.
    let acme = Repository::of_drafts();
    for nth in 0..100 {
        acme.write(&format!("schemas/payments/d{nth}/README.md"), "");
        symlink(format!("../d{}", nth + 1), acme.path(&format!("schemas/payments/d{nth}/next")))
            .expect("the link can be made");
    }
    acme.write("schemas/payments/d100/README.md", "");
    let (code, said) = run(&acme, &["lint", "--format", "concise"], "chain");
    assert!(code == 1 && said.contains("reached through more than 40 links"), "{said}");
    // Folders that lead to each other, and back.
    let acme = Repository::of_drafts();
    for (link, to) in [
        ("payments/up", ".."),
        ("payments/self", "."),
        ("payments/orders", "../orders"),
        ("orders/payments", "../payments"),
    ] {
        symlink(to, acme.path(&format!("schemas/{link}"))).expect("the link can be made");
    }
    for args in [&["lint", "--format", "concise"][..], &["check", "--format", "concise"]] {
        let (code, said) = run(&acme, args, "loop");
        assert_eq!(code, 1, "{said}");
        for link in ["payments/up", "payments/self", "payments/orders/payments", "orders/payments/orders"] {
            assert!(said.contains(&format!("`{link}` is not read: it is a link that leads back")), "{link}: {said}");
        }
    }
}

/// Where a file of a registry lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Itself,
    /// Behind a link to the file.
    LinkToFile,
    /// Below a link to the folder around it.
    LinkToFolder,
}

impl Place {
    /// Moves a file of a registry, and returns the path that it has then.
    fn put(self, acme: &Repository, file: &str) -> String {
        let (folder, name) = file.rsplit_once('/').expect("it lies in a folder");
        let deep = "schemas/deep/down/below";
        let (link, real, to) = match self {
            Self::Itself => return file.to_owned(),
            Self::LinkToFile if folder == "schemas" => {
                (file, format!("{deep}/{name}"), format!("deep/down/below/{name}"))
            }
            Self::LinkToFile => (file, format!("{deep}/{name}"), format!("../deep/down/below/{name}")),
            Self::LinkToFolder if folder == "schemas" => (folder, "real".to_owned(), "real".to_owned()),
            Self::LinkToFolder => (folder, format!("{deep}/payments"), "deep/down/below/payments".to_owned()),
        };
        acme.rename(link, &real);
        symlink(to, acme.path(link)).expect("the link can be made");
        if self == Self::LinkToFile { real } else { format!("{real}/{name}") }
    }
}

/// Every command that changes a contract, the lock or the baseline.
#[test]
fn a_linked_file_with_a_mode_of_its_own_keeps_both() {
    const BASELINE: &str = "schemas/goodevent.baseline";
    let release = ["release", "PaymentCapturedV1Event"].as_slice();
    let unrelease = ["unrelease", "PaymentCapturedV1Event", "--reason", "a mistake", "--main", "before"].as_slice();
    let new_version = ["new-version", "PaymentCapturedV1Event"].as_slice();
    let deprecate = ["deprecate", "PaymentCapturedV1Event", "--replaced-by", "OrderPlacedV1Event", "--sunset"];
    let deprecate = [&deprecate[..], &["2099-06-30"]].concat();
    for (before, args, file) in [
        (&[][..], &["lint", "--fix"][..], CAPTURED),
        (&[], release, CAPTURED),
        (&[], release, LOCK),
        (&[release], unrelease, CAPTURED),
        (&[release], unrelease, LOCK),
        (&[release], new_version, CAPTURED),
        (&[release], &deprecate, CAPTURED),
        (&[], &["lint", "--write-baseline"], BASELINE),
    ] {
        for mode in [0o600, 0o640, 0o755, 0o444] {
            for place in [Place::Itself, Place::LinkToFile, Place::LinkToFolder] {
                let acme = Repository::of_drafts();
                acme.copy("schemas", "before");
                // A title that is not the name of the file has a fix.
                if args == ["lint", "--fix"] {
                    let title = |version: u8| format!("\"title\": \"PaymentCapturedV{version}Event\"");
                    acme.edit(CAPTURED, &title(1), &title(2));
                }
                before.iter().for_each(|command| drop(acme.expect(0, command)));
                if file == LOCK && before.is_empty() {
                    acme.expect(0, &["release", "OrderPlacedV1Event"]);
                }
                if file == BASELINE {
                    acme.write(file, "# Findings that were there before.\n");
                }
                let real = place.put(&acme, file);
                fs::set_permissions(acme.path(&real), fs::Permissions::from_mode(mode)).expect("the file is ours");
                let text = acme.read(&real);
                acme.expect(0, args);
                let what = format!("{args:?} {file} {mode:o} {place:?}");
                assert_ne!(acme.read(&real), text, "{what}");
                let facts = fs::symlink_metadata(acme.path(&real)).expect("it is there");
                assert_eq!((facts.is_file(), facts.permissions().mode() & 0o7777), (true, mode), "{what}");
                let is_link = |path: &str| fs::symlink_metadata(acme.path(path)).expect("it is there").is_symlink();
                let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
                let links = (is_link(file), is_link(folder));
                assert_eq!(links, (place == Place::LinkToFile, place == Place::LinkToFolder), "{what}");
                assert_eq!(left(&acme), [""; 0], "{what}");
            }
        }
    }
}

/// Names of temporary files and folders below a registry.
fn left(acme: &Repository) -> Vec<String> {
    let names = state(&acme.path("schemas")).into_keys().map(|path| path.to_string_lossy().into_owned());
    let mut left: Vec<String> = names.filter(|path| path.contains("staging") || path.contains("tmp.")).collect();
    left.extend(acme.path("schemas/.goodevent-staging").exists().then(|| "staging".to_owned()));
    left
}

#[test]
fn the_next_run_removes_what_one_that_was_killed_has_left() {
    for command in [&["lint"][..], &["check"], &["lint", "--fix"], &["size"], &["release", "PaymentCapturedV1Event"]] {
        let acme = Repository::of_drafts();
        acme.write("schemas/.goodevent-staging/0", "half of a fi");
        acme.expect(0, command);
        assert_eq!(left(&acme), [""; 0], "{command:?}");
    }
    // The command follows no link of that name, and removes nothing behind it.
    let acme = Repository::of_drafts();
    acme.write("mine/file", "mine");
    symlink("../mine", acme.path("schemas/.goodevent-staging")).expect("the link can be made");
    acme.expect(0, &["release", "PaymentCapturedV1Event"]);
    assert_eq!((acme.read("mine/file").as_str(), left(&acme).len()), ("mine", 0));
    let acme = Repository::of_drafts();
    for nth in 0..20_u64 {
        acme.edit(CAPTURED, "\"title\": \"PaymentCapturedV", "\"title\": \"PaymentCapturedV1");
        let mut run = acme.command(&["lint", "--fix"]);
        let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command can be started");
        thread::sleep(Duration::from_millis(nth * 5));
        // It may have ended.
        let _ = run.kill();
        run.wait().expect("it ends");
        acme.expect(0, &["lint", "--fix"]);
        assert_eq!(left(&acme), [""; 0]);
        assert!(acme.read(CAPTURED).contains("\"title\": \"PaymentCapturedV1Event\""));
    }
}

#[test]
fn nothing_is_made_behind_links_that_lead_out() {
    for (link, args) in [
        ("schemas", &["init"][..]),
        ("schemas/orders", &["init"]),
        (".github", &["init"]),
        (".github/workflows", &["init"]),
        (".github/workflows/contracts.yml", &["init"]),
    ] {
        let acme = Repository::empty();
        git(&acme.folder, &["init", "--quiet"]);
        let outside = acme.folder.with_file_name("outside");
        fs::create_dir(&outside).expect("it can be made");
        fs::create_dir_all(acme.path(link).parent().expect("it lies in a folder")).expect("it can be made");
        let to = if link.ends_with(".yml") { outside.join("new.yml") } else { outside.clone() };
        symlink(to, acme.path(link)).expect("the link can be made");
        let (code, said) = run(&acme, args, link);
        // A file that is there is not replaced, and the root is the user's own.
        assert!(code == 2 || link == "schemas" || link.ends_with(".yml"), "{link}: {said}");
        assert!(link == "schemas" || state(&outside).is_empty(), "{link}: something was written outside");
    }
    for (target, what) in [(PLACED, "a new version"), (LOCK, "a lock")] {
        let (acme, outside) = registry();
        fs::create_dir_all(&outside).expect("it can be made");
        let link = if target == LOCK { acme.path(LOCK) } else { acme.path("schemas/orders/OrderPlacedV2Event.json") };
        symlink(outside.join("new"), link).expect("the link can be made");
        let args: &[&str] = if target == LOCK { &["release", "--all"] } else { &["new", "orders/OrderPlacedV2Event"] };
        let (code, said) = run(&acme, args, what);
        assert_eq!(code, 2, "{what}: {said}");
        assert!(state(&outside).is_empty(), "{what} was written outside");
    }
}

/// A folder of the repository, or a file, that a change made a link.
#[test]
fn what_a_user_names_in_the_repository_does_not_lead_out_of_it() {
    let (acme, outside) = registry();
    acme.copy("schemas", "../outside/schemas");
    acme.write("../outside/schemas/orders/Secret.json", SECRET);
    acme.write("../outside/templates/markdown.hbs", SECRET);
    acme.remove("schemas");
    for to in ["../outside/schemas", "/proc/self", "/"] {
        symlink(to, acme.path("schemas")).expect("the link can be made");
        for args in COMMANDS {
            for args in [args.to_vec(), [args, &["--root", "schemas"]].concat()] {
                let (code, said) = run(&acme, &args, to);
                assert_eq!(code, 2, "{to} {args:?}: {said}");
            }
        }
        acme.remove_link("schemas");
    }
    acme.copy("before", "schemas");
    for to in ["../outside", "/proc/self"] {
        symlink(to, acme.path("link")).expect("the link can be made");
        for args in [
            &["check", "--against", "link"][..],
            &["check", "--against", "link/schemas"],
            &["generate", "--templates", "link/templates"],
            &["validate", "PaymentCapturedV1Event", "link/environ"],
            &["validate", "PaymentCapturedV1Event", "link/schemas/orders/Secret.json"],
        ] {
            let (code, said) = run(&acme, args, to);
            assert_eq!(code, 2, "{to} {args:?}: {said}");
        }
        acme.remove_link("link");
    }
    // A folder outside of the repository can be named by its own path.
    let root = outside.join("schemas").display().to_string();
    fs::remove_file(outside.join("schemas/orders/Secret.json")).expect("it is there");
    acme.expect(0, &["--root", &root, "lint"]);
}

/// The root itself.
#[test]
fn a_root_that_is_no_folder_is_named() {
    for kind in [Kind::Fifo, Kind::Socket, Kind::LinkToDevice, Kind::LinkToFifo, Kind::LinkToNothing, Kind::TooLarge] {
        let (acme, outside) = registry();
        kind.put(&acme.path("root"), &outside);
        for args in COMMANDS {
            let (code, said) = run(&acme, &[args, &["--root", "root"]].concat(), &format!("{kind:?}"));
            assert_eq!(code, 2, "{kind:?} {args:?}: {said}");
        }
    }
}

/// The secret would be found if something were read.
#[test]
fn the_environment_holds_the_secret() {
    let mut command = Command::new("cat");
    command.arg("/proc/self/environ").env("GOODEVENT_TEST_SECRET", SECRET);
    let output = command.output().expect("cat can be started");
    assert!(String::from_utf8_lossy(&output.stdout).contains(SECRET));
}
