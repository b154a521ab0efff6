//! The workflow that `init` writes: where its host looks for it, and what its last step finds.
#![cfg(unix)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const BIN: &str = env!("CARGO_BIN_EXE_goodevent");

fn run(command: &mut Command) -> Output {
    command.output().expect("the command can be started")
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn git(folder: &Path, args: &[&str]) {
    let mut command = Command::new("git");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "test").env(format!("GIT_{role}_EMAIL"), "test@example.org");
    }
    let output = run(command.current_dir(folder).args(args));
    assert!(output.status.success(), "git {args:?}: {}", text(&output));
}

/// Files called `contracts.yml` below a folder.
fn workflows(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there").flatten().map(|entry| entry.path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let own = files.into_iter().filter(|path| path.ends_with("contracts.yml"));
    own.chain(folders.iter().flat_map(|folder| workflows(folder))).collect()
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
        let top = tempfile::tempdir().expect("there is room for a folder");
        let top = top.path().canonicalize().expect("it is there");
        git(&top, &["init", "--quiet"]);
        let folder = top.join(here);
        fs::create_dir_all(&folder).expect("the folder is writable");
        let root_args: Vec<&str> = root.into_iter().flat_map(|root| ["--root", root]).collect();
        let made = run(Command::new(BIN).current_dir(&folder).args(&root_args).arg("init"));
        assert!(made.status.success(), "{}", text(&made));
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
        git(&top, &["add", "--all"]);
        git(&top, &["commit", "--quiet", "--message", "contracts"]);
        git(&top, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
        let bin = Path::new(BIN).parent().expect("it lies in a folder").display();
        let check = || {
            let path = format!("{bin}:{}", std::env::var("PATH").unwrap_or_default());
            let mut command = Command::new("sh");
            command.args(["-c", step]).current_dir(top.join(&working)).env("PATH", path).env("GITHUB_BASE_REF", "main");
            run(&mut command)
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
