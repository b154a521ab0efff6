//! Permitted paths of outputs: one check for settings, for manifests and for every written file.
//!
//! Paths that a file system identifies are treated as one: some ignore case, or trailing dots and spaces, or have short names.

/// Reason why a path below the output folder is not permitted for a generated file.
#[must_use]
pub fn fault(path: &str) -> Option<&'static str> {
    let parts = || path.split('/');
    let is_plain = |part: &str| {
        !matches!(part, "" | "." | "..")
            && !part.contains(['\\', ':'])
            && !part.chars().any(char::is_control)
            && !part.ends_with(['.', ' '])
    };
    // The short name of `.git` on Windows.
    let is_hidden = |part: &str| part.starts_with('.') || folded(part).starts_with("git~");
    match () {
        () if !parts().all(is_plain) => Some("is not a path below the output folder"),
        () if parts().any(is_hidden) => Some("is hidden, and tools read hidden files and folders"),
        () => None,
    }
}

/// Reason why a path below the output folder is not permitted for a text output of a registry.
#[must_use]
pub fn setting_fault(path: &str) -> Option<&'static str> {
    let parts: Vec<String> = path.split('/').map(folded).collect();
    let name = parts.last().map_or("", String::as_str);
    fault(path).or(match () {
        () if GENERATED.contains(&parts[0].as_str()) => Some("is where generated code lies"),
        () if is_run(name) => Some("is a file that build tools run or take settings from"),
        () => None,
    })
}

/// A path in the form in which case-insensitive file systems compare it.
#[must_use]
pub fn folded(path: &str) -> String {
    // Some letters are one in upper case alone, such as `ſ` and `s`.
    path.to_uppercase().to_lowercase()
}

/// Files and folders of the generated crate.
const GENERATED: [&str; 3] = ["src", "settings", "cargo.toml"];

/// Files that tools look for by their names, in whatever folder: to run them, or to learn from them what to run.
const RUN: [&str; 62] = [
    "androidmanifest.xml",
    "appveyor.yml",
    "azure-pipelines.yaml",
    "azure-pipelines.yml",
    "binding.gyp",
    "bitbucket-pipelines.yml",
    "build",
    "build.bazel",
    "build.gradle",
    "build.gradle.kts",
    "build.rs",
    "build.sbt",
    "build.xml",
    "build.zig",
    "cargo.lock",
    "cargo.toml",
    "cloudbuild.yaml",
    "cmakelists.txt",
    "composer.json",
    "configure",
    "conftest.py",
    "containerfile",
    "context.toml",
    "default.nix",
    "deno.json",
    "directory.build.props",
    "directory.build.targets",
    "docker-compose.yml",
    "dockerfile",
    "flake.nix",
    "gemfile",
    "gnumakefile",
    "go.mod",
    "go.sum",
    "go.work",
    "goodevent.baseline",
    "goodevent.lock",
    "goodevent.toml",
    "jenkinsfile",
    "justfile",
    "makefile",
    "meson.build",
    "mix.exs",
    "module.bazel",
    "noxfile.py",
    "package-lock.json",
    "package.json",
    "package.swift",
    "pom.xml",
    "procfile",
    "pyproject.toml",
    "rakefile",
    "requirements.txt",
    "rust-toolchain",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "setup.cfg",
    "setup.py",
    "sitecustomize.py",
    "tox.ini",
    "tsconfig.json",
    "workspace",
];

fn is_run(name: &str) -> bool {
    // `vite.config.ts`, `jest.config.js` and the like.
    let is_script =
        ["cjs", "cts", "js", "mjs", "mts", "ts"].iter().any(|end| name.ends_with(&format!(".config.{end}")));
    is_script || RUN.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_lie_below_their_folder_and_nobody_runs_them() {
        assert!(RUN.is_sorted());
        for good in [
            "topics.md",
            "docs/topics.json",
            "ts/topics.ts",
            "a/b/c/__init__.py",
            "build/topics.md",
            "übersicht.md",
            "a..b.md",
        ] {
            assert_eq!(setting_fault(good), None, "{good}");
        }
        let outside = [
            "", "/", "/etc/x", "../x", "a/../x", "a/..", "./x", "a//x", "a/", "C:\\x", "a\\x", "x:y", "x\0", "x\n",
            "a./x", "x ", "...",
        ];
        for path in outside {
            assert_eq!(fault(path), Some("is not a path below the output folder"), "{path:?}");
        }
        for path in [
            ".git/hooks/pre-commit",
            ".GIT/x",
            "a/.git/x",
            ".github/workflows/x.yml",
            ".x",
            "a/.x",
            "GIT~1/config",
            ".cargo/config.toml",
        ] {
            assert!(fault(path).is_some_and(|why| why.contains("hidden")), "{path}");
        }
        for path in ["src/x.rs", "SRC/x", "ſrc/x", "settings/x.json", "Cargo.toml", "cargo.TOML"] {
            assert_eq!(setting_fault(path), Some("is where generated code lies"), "{path}");
        }
        for path in [
            "build.rs",
            "a/Build.rs",
            "a/build.rſ",
            "a/Cargo.toml",
            "Makefile",
            "x/package.json",
            "vite.config.ts",
            "a/goodevent.toml",
        ] {
            assert!(setting_fault(path).is_some_and(|why| why.contains("build tools")), "{path}");
        }
    }
}
