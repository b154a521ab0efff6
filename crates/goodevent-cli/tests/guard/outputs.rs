//! Outputs: only what the last run wrote and nobody changed is replaced or removed.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Stdio, thread, time::Duration};

use crate::{CAPTURED, Repository, tree, walk};

/// All files outside of git's folder, with what they say.
fn state(acme: &Repository) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = tree(&acme.folder).into_iter().filter_map(|(path, bytes)| Some((path, bytes?)));
    files.filter(|(path, _)| !path.components().any(|part| part.as_os_str() == ".git")).collect()
}

/// A registry with an output of every kind.
fn registry() -> Repository {
    let acme = Repository::released();
    let names = ["markdown", "json", "typescript", "python", "go"];
    let outputs = names
        .iter()
        .zip(["md", "json", "ts", "py", "go"])
        .fold("\n[outputs]\n".to_owned(), |text, (name, end)| text + &format!("{name} = \"docs/topics.{end}\"\n"));
    let settings = acme.read("schemas/goodevent.toml");
    acme.write("schemas/goodevent.toml", &(settings + &outputs));
    acme.remove("generated");
    acme
}

const OUTPUTS: [&str; 6] =
    ["src/lib.rs", "docs/topics.md", "docs/topics.json", "docs/topics.ts", "docs/topics.py", "docs/topics.go"];

#[test]
fn what_is_written_by_hand_stays_wherever_outputs_go() {
    for out in [".", "work", "work/generated"] {
        for file in OUTPUTS {
            let acme = registry();
            let path = format!("{out}/{file}");
            acme.write(&path, "by hand");
            let before = state(&acme);
            let said = acme.expect(2, &["generate", "--out", out]);
            assert!(said.contains("1 file is in the way") && said.contains(file), "{said}");
            assert_eq!(state(&acme), before, "{path}: something was written");
            acme.expect(1, &["generate", "--out", out, "--check"]);
            let adopted = acme.expect(0, &["generate", "--out", out, "--adopt", &path]);
            assert!(adopted.contains(" 0 removed"), "{adopted}");
            acme.expect(0, &["generate", "--out", out, "--check"]);
        }
    }
}

#[test]
fn outputs_that_are_stale_go_and_those_that_were_changed_stay() {
    let acme = registry();
    acme.expect(0, &["generate"]);
    let settings = acme.read("schemas/goodevent.toml");
    let end = settings.find("\n[outputs]").expect("there are outputs");
    acme.write("schemas/goodevent.toml", &settings[..end]);
    acme.write("generated/docs/mine.md", "by hand");
    for file in &OUTPUTS[1..] {
        let path = format!("generated/{file}");
        let text = acme.read(&path);
        acme.write(&path, &format!("{text}by hand"));
        let before = state(&acme);
        let said = acme.expect(2, &["generate"]);
        assert!(said.contains(file), "{said}");
        assert_eq!(state(&acme), before, "{path}: something was written");
        acme.write(&path, &text);
    }
    let said = acme.expect(1, &["check", "--format", "concise"]);
    assert!(OUTPUTS[1..].iter().any(|file| said.contains(file)), "{said}");
    let said = acme.expect(0, &["generate"]);
    assert!(said.contains(" 5 removed"), "{said}");
    assert_eq!(walk(&acme.path("generated/docs")), [acme.path("generated/docs/mine.md")]);
    acme.expect(0, &["check"]);
}

#[test]
fn outputs_in_the_registry_are_no_contracts() {
    let acme = registry();
    let before = state(&acme);
    for out in ["schemas", "./schemas", "schemas/."] {
        let said = acme.expect(2, &["generate", "--out", out]);
        assert!(said.contains("would be read as a part of the registry"), "{out}: {said}");
        assert_eq!(state(&acme), before, "{out}: something was written");
    }
    acme.expect(0, &["check"]);
}

#[cfg(unix)]
#[test]
fn outputs_behind_a_link_to_the_registry_are_no_contracts_either() {
    let acme = registry();
    for (link, to) in [("whole", "schemas"), ("part", "schemas/orders"), ("deep/link", "../schemas")] {
        acme.write("deep/.keep", "");
        std::os::unix::fs::symlink(to, acme.path(link)).expect("the link can be made");
    }
    acme.edit("schemas/goodevent.toml", "docs/topics.json", "FooMadeV1Event.json");
    acme.edit("schemas/goodevent.toml", "docs/topics.py", "types/topics.json");
    let before = state(&acme);
    for out in ["whole", "whole/orders", "part", "part/../orders", "deep/link", "./deep/../part/"] {
        let said = acme.expect(2, &["generate", "--out", out]);
        assert!(said.contains("would be read as a part of the registry"), "{out}: {said}");
        assert_eq!(state(&acme), before, "{out}: something was written");
    }
}

#[test]
fn a_folder_of_outputs_that_is_something_else_is_not_passed_over() {
    let acme = registry();
    acme.expect(0, &["check"]);
    acme.write("generated", "");
    assert_ne!(acme.run(&["check"]).status.code(), Some(0));
    #[cfg(unix)]
    {
        acme.remove("generated");
        std::os::unix::fs::symlink("nothing", acme.path("generated")).expect("the link can be made");
        assert_ne!(acme.run(&["check"]).status.code(), Some(0));
    }
}

#[test]
fn other_registries_and_generators_below_keep_their_files() {
    let acme = registry();
    acme.copy("schemas", "billing/schemas");
    acme.expect(0, &["generate", "--root", "billing/schemas", "--out", "billing/generated"]);
    acme.copy("billing/generated/src", "older/src");
    acme.write("proto/src/x.rs", "// Code generated by protoc. DO NOT EDIT.");
    let before = state(&acme);
    acme.expect(0, &["generate", "--out", "."]);
    acme.remove(CAPTURED);
    acme.expect(0, &["generate", "--out", "."]);
    for (path, bytes) in before.into_iter().filter(|(path, _)| !path.ends_with(CAPTURED)) {
        assert_eq!(fs::read(&path).ok(), Some(bytes), "{}", path.display());
    }
}

/// A folder that a version without manifest wrote.
#[test]
fn older_outputs_are_taken_over() {
    let acme = registry();
    acme.expect(0, &["generate"]);
    acme.remove("generated/.goodevent-manifest");
    let said = acme.expect(1, &["check", "--format", "concise"]);
    assert!(said.contains(".goodevent-manifest"), "{said}");
    acme.expect(1, &["generate", "--check"]);
    // As it would be written.
    let said = acme.expect(0, &["generate"]);
    assert!(said.contains("0 written"), "{said}");
    acme.expect(0, &["check"]);
    // A file with our mark is replaced, and a file without it is named.
    acme.remove("generated/.goodevent-manifest");
    acme.remove(CAPTURED);
    acme.unlock("payments/");
    let said = acme.expect(2, &["generate"]);
    assert!(said.contains("1 file is in the way") && said.contains("generated/docs/topics.json"), "{said}");
    acme.expect(0, &["generate", "--adopt", "generated/docs"]);
    acme.expect(0, &["check"]);
}

#[test]
fn a_checkout_with_other_line_ends_is_up_to_date() {
    let acme = registry();
    acme.expect(0, &["generate"]);
    acme.commit("outputs");
    acme.git(&["config", "core.autocrlf", "true"]);
    acme.remove("generated");
    acme.git(&["checkout", "--quiet", "--", "generated"]);
    assert!(acme.read("generated/src/lib.rs").contains("\r\n"));
    for args in [&["generate", "--check"][..], &["check"], &["generate"]] {
        acme.expect(0, args);
    }
    acme.edit(CAPTURED, "A payment was captured.", "Somebody paid.");
    acme.expect(0, &["generate"]);
    acme.expect(0, &["check"]);
}

#[test]
fn a_merge_leaves_nothing_that_one_command_does_not_settle() {
    let acme = registry();
    acme.expect(0, &["generate"]);
    acme.commit("outputs");
    for (branch, file) in [("one", CAPTURED), ("two", crate::PLACED)] {
        acme.git(&["switch", "--quiet", "--create", branch, "change"]);
        acme.edit(file, "\"description\": \"", "\"description\": \"Changed. ");
        acme.expect(0, &["generate"]);
        acme.commit(branch);
    }
    // It may stop with conflicts in generated files and in the manifest.
    let merge = std::process::Command::new("git")
        .current_dir(&acme.folder)
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "merge", "--quiet", "one"])
        .output();
    merge.expect("git can be started");
    acme.expect(0, &["generate", "--adopt", "generated"]);
    acme.expect(0, &["check"]);
    acme.expect(0, &["generate", "--check"]);
}

#[test]
fn runs_that_are_killed_leave_nothing_in_the_way() {
    let acme = registry();
    for nth in 0..12_u64 {
        let cents = if nth % 2 == 0 { "Cents" } else { "Amounts" };
        acme.edit(CAPTURED, "\"description\": \"", &format!("\"description\": \"{cents} {nth}. "));
        let settings = acme.read("schemas/goodevent.toml");
        acme.write("schemas/goodevent.toml", &settings.replace("docs/", &format!("docs{nth}/")));
        let mut run = acme.command(&["generate"]);
        let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command can be started");
        thread::sleep(Duration::from_millis(nth * 12));
        // It may have ended.
        let _ = run.kill();
        run.wait().expect("it ends");
        acme.write("schemas/goodevent.toml", &settings);
    }
    acme.expect(0, &["generate"]);
    acme.expect(0, &["check"]);
    let left: Vec<PathBuf> = walk(&acme.path("generated"));
    assert!(left.iter().all(|path| !path.to_string_lossy().contains(".goodevent-staging")), "{left:?}");
    assert!(!left.iter().any(|path| path.to_string_lossy().contains("docs1")), "{left:?}");
}

#[test]
fn runs_at_the_same_time_do_not_disturb_each_other() {
    let acme = registry();
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| acme.expect(0, &["generate"]));
        }
    });
    acme.expect(0, &["check"]);
}
