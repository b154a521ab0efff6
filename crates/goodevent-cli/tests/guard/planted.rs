//! Contracts come from strangers: no file of a registry is taken for a repository, and git runs no program and fetches
//! nothing.

use std::{fs, path::Path};

use crate::{CAPTURED, Repository};

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
        assert!(said.contains("was released, and is gone"), "{command}: {said}");
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
