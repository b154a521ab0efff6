//! TypeScript: its compiler, from npm, and Node.js, which has to be installed.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
};

/// The compiler, by its exact version.
const TYPESCRIPT: &str = "typescript@7.0.2";

/// The strictest settings that users have: generated code must pass them all.
const SETTINGS: &str = r#"{
  "compilerOptions": {
    "target": "es2022", "lib": ["es2024", "dom"], "module": "nodenext", "types": [], "outDir": "out",
    "strict": true, "noUncheckedIndexedAccess": true, "exactOptionalPropertyTypes": true, "noImplicitOverride": true,
    "noFallthroughCasesInSwitch": true, "noImplicitReturns": true, "noUnusedLocals": true, "noUnusedParameters": true,
    "verbatimModuleSyntax": true, "erasableSyntaxOnly": true, "isolatedModules": true
  },
  "include": ["**/*.ts"], "exclude": ["out"]
}
"#;

static INSTALLATION: Mutex<()> = Mutex::new(());

/// Folder of the packages, in the target folder.
fn packages() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let folder = target.join("node");
    let _one_at_a_time = INSTALLATION.lock().unwrap_or_else(PoisonError::into_inner);
    if !folder.join("node_modules/typescript/package.json").exists() {
        fs::create_dir_all(&folder).expect("the target folder is writable");
        run(Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--no-save", TYPESCRIPT])
            .current_dir(&folder));
    }
    folder
}

/// Compiles the `.ts` files of a folder into its folder `out`; returns what the compiler says about them.
#[must_use]
pub fn compiled(folder: &Path) -> String {
    fs::write(folder.join("tsconfig.json"), SETTINGS).expect("the folder is writable");
    fs::write(folder.join("package.json"), "{ \"type\": \"module\" }\n").expect("the folder is writable");
    let compiler = packages().join("node_modules/typescript/bin/tsc");
    let output = Command::new("node").arg(compiler).arg("-p").arg(folder).stdin(Stdio::null()).output();
    let output = output.expect("`node` is installed");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs a script in a folder; returns what it prints.
#[must_use]
pub fn printed(folder: &Path, script: &str) -> String {
    fs::write(folder.join("script.mjs"), script).expect("the folder is writable");
    run(Command::new("node").arg("script.mjs").current_dir(folder))
}

fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?} cannot run: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}
