//! The workflow that `init` writes: where its host looks for it, and what its last step finds.
#![cfg(unix)]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use support::{BIN, Repository, text, walk};

/// Files called `contracts.yml` below a folder.
fn workflows(folder: &Path) -> Vec<PathBuf> {
    walk(folder).into_iter().filter(|path| path.ends_with("contracts.yml")).collect()
}

#[test]
fn the_workflow_is_found_and_compares_with_the_base_branch() {
    for (here, root) in [
        ("", None),
        ("", Some("services/events")),
        ("services/billing", None),
        ("services/billing", Some("contracts")),
        ("services/billing", Some("../../contracts")),
        ("it's my #1 folder", Some("größe & co")),
    ] {
        let acme = Repository::empty();
        let top = acme.folder.canonicalize().expect("it is there");
        acme.git(&["init", "--quiet"]);
        let folder = top.join(here);
        fs::create_dir_all(&folder).expect("the folder is writable");
        let root_args: Vec<&str> = root.into_iter().flat_map(|root| ["--root", root]).collect();
        acme.expect_in(&folder, 0, &[&root_args[..], &["init"]].concat());
        let path = top.join(".github/workflows/contracts.yml");
        assert_eq!(workflows(&top), [path.as_path()], "{here} {root:?}");
        let workflow = fs::read_to_string(&path).expect("it is readable");
        for part in
            ["on: pull_request\n", "fetch-depth: 0\n", "cargo install --git https://", " --locked goodevent-cli\n"]
        {
            assert!(workflow.contains(part), "{part} is not in {workflow}");
        }
        let working = workflow.lines().find_map(|line| line.trim().strip_prefix("working-directory: "));
        let working: String = working.map(|text| serde_json::from_str(text).expect("it is quoted")).unwrap_or_default();
        let step = workflow.trim_end().lines().next_back().expect("there are lines").trim();
        acme.commit("contracts");
        acme.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
        let bin = Path::new(BIN).parent().expect("it lies in a folder").display();
        let check = || {
            let path = format!("{bin}:{}", std::env::var("PATH").unwrap_or_default());
            let mut command = Command::new("sh");
            command.args(["-c", step]).current_dir(top.join(&working)).env("PATH", path).env("GITHUB_BASE_REF", "main");
            command.output().expect("the shell starts")
        };
        let good = check();
        assert_eq!(good.status.code(), Some(0), "{step}: {}", text(&good));
        let event = folder.join(root.unwrap_or("schemas")).join("orders/OrderPlacedV1Event.json");
        let event = event.canonicalize().expect("the contract is there");
        let contract = fs::read_to_string(&event).expect("it is readable");
        fs::write(&event, contract.replace("  \"additionalProperties\": false,\n", "")).expect("it is writable");
        let bad = check();
        assert_eq!(bad.status.code(), Some(1), "{step}: {}", text(&bad));
        let place = event.strip_prefix(&top).expect("it lies in the repository").display().to_string();
        assert!(text(&bad).contains(&format!("::error file={place},")), "{place} is not in {}", text(&bad));
    }
}
