//! The registry as it was: a place without one is an error, and never a registry of nothing.

use crate::{CENTS, Repository};

/// Every command that looks at the past, with its option.
pub(crate) const COMMANDS: [(&str, &str); 4] =
    [("check", "--against"), ("lint", "--against"), ("compat", "--against"), ("log", "--since")];

/// Runs every command with a base, which has to come to 2; what each said.
fn refused(acme: &Repository, base: &str) -> Vec<String> {
    COMMANDS.iter().map(|(command, option)| acme.expect(2, &[command, option, base])).collect()
}

#[test]
fn a_base_without_a_registry_is_an_error_that_names_the_places() {
    let acme = Repository::released();
    acme.write("empty/.keep", "");
    acme.write("other/package.json", "{}");
    acme.write("other/.vscode/settings.json", "{}");
    acme.git(&["switch", "--quiet", "--orphan", "bare"]);
    acme.git(&["commit", "--quiet", "--allow-empty", "--message", "nothing"]);
    acme.git(&["switch", "--quiet", "change"]);
    acme.git(&["archive", "--output", "bare.zip", "bare"]);
    acme.git(&["archive", "--output", "bare.tar", "bare"]);
    acme.git(&["archive", "--output", "bare.tar.gz", "bare"]);
    for base in ["empty", "other", "bare", "bare.zip", "bare.tar", "bare.tar.gz", "bare:schemas"] {
        for said in refused(&acme, base) {
            assert!(said.contains(&format!("error: there is no registry at `{base}`")), "{base}: {said}");
            assert!(said.contains("goodevent.toml"), "{base}: {said}");
        }
    }
    for said in refused(&acme, "other") {
        assert!(said.contains("in `other` and in `other/schemas`"), "{said}");
    }
    for base in ["no-such-folder", "no-such-revision", "main:no-such-folder", "old.zip"] {
        refused(&acme, base);
    }
}

#[test]
fn a_base_whose_registry_has_no_events_is_an_error_unless_that_is_allowed() {
    let acme = Repository::released();
    acme.write("old/goodevent.toml", "organization = \"acme\"\n");
    for said in refused(&acme, "old") {
        assert!(said.contains("the registry at `old` has no events"), "{said}");
    }
    acme.write("empty/.keep", "");
    for base in ["old", "empty"] {
        for (command, option) in COMMANDS {
            acme.expect(0, &[command, option, base, "--allow-empty"]);
        }
    }
}

#[test]
fn a_copy_of_the_repository_holds_the_registry_where_it_is() {
    let acme = Repository::released();
    acme.git(&["worktree", "add", "--quiet", "old", "main"]);
    acme.git(&["archive", "--prefix", "acme-1.0/", "--output", "old.tar", "main"]);
    acme.write("schemas/types/Cents.json", &CENTS.replace("100000", "10"));
    acme.expect(0, &["generate"]);
    for (command, option) in COMMANDS {
        let is_told = command == "log";
        for base in ["main", "old", "old/", "./old", "old/schemas", "old.tar", "main:schemas"] {
            let said = acme.expect(i32::from(!is_told), &[command, option, base]);
            assert!(said.contains("fell from 100000 to 10"), "{command} {base}: {said}");
            let is_below = base.trim_start_matches("./").trim_end_matches('/') == "old";
            assert_eq!(said.contains("compared with the registry at `"), is_below, "{command} {base}: {said}");
        }
    }
    // The same from below, and by an absolute path.
    let root = acme.path("schemas").display().to_string();
    acme.expect(1, &["compat", "--against", "old", "--root", &root]);
}

#[test]
fn the_registry_is_not_compared_with_itself() {
    let acme = Repository::released();
    for base in [".", "schemas", "./schemas/", "../acme", "orders/../schemas"] {
        acme.write("orders/.keep", "");
        for said in refused(&acme, base) {
            assert!(said.contains("is the registry itself"), "{base}: {said}");
        }
    }
}

#[test]
fn a_registry_that_moved_is_named() {
    let acme = Repository::released();
    acme.rename("schemas", "contracts");
    acme.git(&["archive", "--output", "old.tar", "main"]);
    acme.git(&["worktree", "add", "--quiet", "old", "main"]);
    acme.expect(0, &["--root", "contracts", "generate"]);
    for (command, option) in COMMANDS {
        let asked = |base: &str, code: i32| acme.expect(code, &["--root", "contracts", command, option, base]);
        let said = asked("main", 2);
        assert!(said.contains("a registry is at `main:schemas`, compare with that if it moved"), "{said}");
        let said = asked("old", 2);
        assert!(said.contains("a registry is at `old/schemas`, name that folder"), "{said}");
        for base in ["main:schemas", "old/schemas", "old.tar"] {
            asked(base, 0);
        }
        // It is there: that the base is empty is not to be allowed.
        let allowed = acme.expect(2, &["--root", "contracts", command, option, "main", "--allow-empty"]);
        assert!(allowed.contains("main:schemas"), "{allowed}");
    }
}

#[test]
fn of_several_registries_in_an_archive_the_one_at_the_same_place_is_taken() {
    let acme = Repository::released();
    acme.copy("schemas", "fixtures/schemas");
    acme.edit("fixtures/schemas/types/Cents.json", "100000", "10");
    acme.commit("two registries");
    acme.git(&["archive", "--prefix", "acme-1.0/", "--output", "old.zip", "HEAD"]);
    for root in ["schemas", "fixtures/schemas"] {
        acme.expect(0, &["compat", "--against", "old.zip", "--root", root]);
    }
    acme.rename("schemas", "contracts");
    let said = acme.expect(2, &["--root", "contracts", "compat", "--against", "old.zip"]);
    assert!(said.contains("several registries are in it"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_link_at_a_revision_leads_where_it_does_in_the_folder() {
    let acme = Repository::released();
    let link = |to: &str, at: &str| {
        std::os::unix::fs::symlink(to, acme.path(at)).expect("the link can be made");
    };
    let contract = acme.read("schemas/orders/OrderPlacedV1Event.json");
    acme.write("schemas/orders/store/placed.json", &contract);
    acme.write("schemas/settings/lock.txt", &acme.read("schemas/goodevent.lock"));
    for gone in ["schemas/orders/OrderPlacedV1Event.json", "schemas/goodevent.lock"] {
        std::fs::remove_file(acme.path(gone)).expect("it can be removed");
    }
    link("store/placed.json", "schemas/orders/OrderPlacedV1Event.json");
    link("settings/lock.txt", "schemas/goodevent.lock");
    acme.expect(0, &["check", "--against", "main"]);
    acme.commit("links");
    for (command, option) in COMMANDS {
        acme.expect(0, &[command, option, "HEAD"]);
    }
    acme.write("schemas/types/Cents.json", &CENTS.replace("100000", "10"));
    acme.expect(0, &["generate"]);
    for (command, option) in COMMANDS {
        let said = acme.expect(i32::from(command != "log"), &[command, option, "HEAD"]);
        assert!(said.contains("fell from 100000 to 10"), "{command}: {said}");
    }
}

/// A change that adds a folder, a file or an archive with the name of a revision would be compared with that.
#[test]
fn what_a_change_adds_does_not_stand_in_for_a_revision() {
    let acme = Repository::released();
    acme.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    acme.git(&["tag", "v1.tar", "main"]);
    acme.write("schemas/types/Cents.json", &CENTS.replace("100000", "10"));
    acme.expect(0, &["generate"]);
    for name in ["main", "origin/main", "HEAD"] {
        acme.copy("schemas", &format!("{name}/schemas"));
    }
    acme.git(&["archive", "--output", "v1.tar", "main"]);
    let names = [
        ("main", "refs/heads/main"),
        ("origin/main", "refs/remotes/origin/main"),
        ("HEAD", "refs/heads/change"),
        ("v1.tar", "refs/tags/v1.tar"),
    ];
    for (name, full_name) in names {
        for said in refused(&acme, name) {
            let remedy =
                format!("`{name}` is both a path and a revision of git: name `./{name}` for the one, `{full_name}`");
            assert!(said.contains(&remedy), "{name}: {said}");
        }
    }
    for base in ["refs/heads/main", "refs/remotes/origin/main", "./v1.tar", "refs/tags/v1.tar"] {
        let said = acme.expect(1, &["check", "--against", base]);
        assert!(said.contains("fell from 100000 to 10"), "{base}: {said}");
    }
}

#[test]
fn the_remedy_for_a_revision_that_is_not_there_is_one_that_git_takes() {
    let acme = Repository::released();
    for revision in ["HEAD~70", ":/nothing", "main..change", "main@{9}", "0123456789ab"] {
        for said in refused(&acme, revision) {
            assert!(!said.contains("git fetch origin"), "{revision}: {said}");
        }
    }
    assert!(refused(&acme, "origin/other").iter().all(|said| said.contains("`git fetch origin other`")));
}
