//! Contracts come from strangers: no file of a registry is taken for a repository, and git runs no program and fetches
//! nothing.

use std::{fs, path::Path, process::Command};

use crate::{CAPTURED, Repository, text};

/// Makes the registry's folder look like a bare repository in which every revision is the registry as it is, and whose
/// settings name a program that leaves a mark.
fn plant(acme: &Repository, mark: &Path) {
    acme.git(&["clone", "--quiet", "--bare", ".", "planted.git"]);
    for entry in ["HEAD", "objects", "refs", "packed-refs"] {
        let from = acme.path("planted.git").join(entry);
        if from.exists() {
            fs::rename(from, acme.path("schemas").join(entry)).expect("it can be moved");
        }
    }
    acme.remove("planted.git");
    let program = format!("touch {}; false", mark.display());
    let settings = format!(
        "[core]\n\trepositoryformatversion = 1\n\tbare = true\n\tsshCommand = \"{program}\"\n\tfsmonitor = \"{program}\"\n\tpager = \"{program}\"\n\
         [extensions]\n\tpartialClone = origin\n\
         [remote \"origin\"]\n\turl = ssh://example.org/x\n\tpromisor = true\n"
    );
    acme.write("schemas/config", &settings);
}

#[test]
fn a_repository_among_the_contracts_is_not_asked() {
    let acme = Repository::released();
    acme.git(&["branch", "base"]);
    acme.remove(CAPTURED);
    acme.commit("it vanishes");
    let mark = acme.path("mark");
    plant(&acme, &mark);
    for command in ["check", "lint", "compat"] {
        let said = acme.expect(1, &[command, "--against", "base"]);
        assert!(said.contains("was released, and is no longer in"), "{command}: {said}");
        // Nor is a revision found that only the planted one has.
        acme.git(&["--git-dir", "schemas", "-c", "core.fsmonitor=false", "update-ref", "refs/heads/only", "change"]);
        acme.expect(2, &[command, "--against", "only"]);
    }
    assert!(!mark.exists(), "a program of the planted settings ran");
}

#[test]
fn nothing_is_fetched_into_a_partial_clone() {
    let acme = Repository::released();
    acme.git(&["config", "uploadpack.allowFilter", "true"]);
    acme.git(&["switch", "--quiet", "main"]);
    acme.edit(CAPTURED, "A payment was captured.", "Somebody paid.");
    acme.commit("other words");
    let url = format!("file://{}", acme.path(".").display());
    acme.git(&["clone", "--quiet", "--filter=blob:none", &url, "partial"]);
    let root = "partial/schemas";
    for command in ["check", "lint", "compat"] {
        let said = acme.expect(2, &["--root", root, command, "--against", "HEAD~1"]);
        assert!(said.contains("this clone is partial") && said.contains("git fetch"), "{command}: {said}");
    }
    acme.git(&["-C", "partial", "fetch", "--quiet", "--no-filter", "--refetch", "origin", "main"]);
    let said = acme.expect(0, &["--root", root, "lint", "--against", "HEAD~1"]);
    assert!(!said.contains("partial"), "{said}");
}

/// Ten trees, each of which holds the next eight times, are a thousand million paths.
#[test]
fn trees_that_expand_are_given_up() {
    let acme = Repository::released();
    let shared = acme.git(&["rev-parse", "HEAD:schemas"]).trim().to_owned();
    let made = |listing: &str| {
        fs::write(acme.path("listing"), listing).expect("the folder is writable");
        let listing = fs::File::open(acme.path("listing")).expect("it is there");
        let made = Command::new("git").current_dir(&acme.folder).arg("mktree").stdin(listing).output();
        let made = made.expect("git can be started");
        assert!(made.status.success(), "{}", text(&made));
        String::from_utf8_lossy(&made.stdout).trim().to_owned()
    };
    let mut tree = made(&(0..8).map(|nth| format!("040000 tree {shared}\t{nth}\n")).collect::<String>());
    for _ in 0..9 {
        tree = made(&(0..8).map(|nth| format!("040000 tree {tree}\t{nth}\n")).collect::<String>());
    }
    let top = made(&format!("040000 tree {tree}\tschemas\n"));
    let commit = acme.git(&["commit-tree", &top, "-m", "it expands"]).trim().to_owned();
    let beside = made(&format!("040000 tree {tree}\tbeside\n"));
    let elsewhere = acme.git(&["commit-tree", &beside, "-m", "it expands beside"]).trim().to_owned();
    for command in ["check", "lint", "compat"] {
        let said = acme.expect(2, &[command, "--against", &commit]);
        assert!(said.contains("git lists more than 64 MiB of files there"), "{command}: {said}");
        let said = acme.expect(2, &[command, "--against", &elsewhere]);
        assert!(said.contains("there is no registry at"), "{command}: {said}");
    }
}
