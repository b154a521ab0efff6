//! Dependencies between crates, and the table of ARCHITECTURE.md that names them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail, ensure};
use toml::Table;

/// A crate of the workspace that is not only for tests.
pub(super) struct Package {
    pub(super) name: String,
    pub(super) dir: PathBuf,
    dependencies: BTreeSet<String>,
}

impl Package {
    /// The files that its modules hang on.
    pub(super) fn roots(&self) -> Vec<PathBuf> {
        let files = ["src/lib.rs", "src/main.rs"].map(|file| self.dir.join(file));
        files.into_iter().filter(|file| file.is_file()).collect()
    }
}

/// The crates below `crates/`, the templates and the commands of this repository.
pub(super) fn packages(root: &Path) -> Result<Vec<Package>> {
    let mut dirs = vec![root.join("templates"), root.join("xtask")];
    for entry in fs::read_dir(root.join("crates")).context("cannot read `crates`")? {
        dirs.push(entry?.path());
    }
    dirs.sort();
    let read = |dir: PathBuf| -> Result<Package> {
        let path = dir.join("Cargo.toml");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let manifest: Table = text.parse().with_context(|| format!("`{}` is not TOML", path.display()))?;
        let name = manifest.get("package").and_then(|package| package.get("name")).and_then(|name| name.as_str());
        let name = name.with_context(|| format!("`{}` has no `package.name`", path.display()))?.to_owned();
        let sections = ["dependencies", "build-dependencies"].into_iter().filter_map(|name| manifest.get(name));
        let names = sections.filter_map(|section| section.as_table()).flat_map(Table::keys).cloned();
        Ok(Package { name, dir, dependencies: names.collect() })
    };
    let mut packages: Vec<Package> = dirs.into_iter().map(read).collect::<Result<_>>()?;
    let own: BTreeSet<String> = packages.iter().map(|package| package.name.clone()).collect();
    packages.iter_mut().for_each(|package| package.dependencies.retain(|name| own.contains(name)));
    Ok(packages)
}

/// The half of the house that a crate is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Shared,
    Toolchain,
    Product,
    /// It may depend on both halves.
    Above,
}

impl Half {
    fn may_use(self, other: Self) -> bool {
        self == other || self == Self::Above || other == Self::Shared
    }
}

/// Differences between the dependencies and the table, and dependencies of one half on the other.
pub(super) fn faults(root: &Path, packages: &[Package]) -> Result<Vec<String>> {
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).context("cannot read `ARCHITECTURE.md`")?;
    let table = table(&text)?;
    let mut faults = Vec::new();
    for Package { name, dependencies, .. } in packages {
        let Some((half, named)) = table.get(name.as_str()) else {
            faults.push(format!("`{name}` is not in the table of ARCHITECTURE.md"));
            continue;
        };
        let unnamed = dependencies.iter().filter(|other| !named.contains(other.as_str()));
        faults
            .extend(unnamed.map(|other| format!("`{name}` depends on `{other}`, which ARCHITECTURE.md does not name")));
        let gone = named.iter().filter(|other| !dependencies.contains(**other));
        faults.extend(gone.map(|other| format!("`{name}` does not depend on `{other}`, contrary to ARCHITECTURE.md")));
        let crossing =
            dependencies.iter().filter(|other| table.get(other.as_str()).is_some_and(|(of, _)| !half.may_use(*of)));
        faults.extend(crossing.map(|other| format!("`{name}` depends on `{other}` of the other half")));
    }
    let is_known = |name: &str| packages.iter().any(|package| package.name == name);
    faults.extend(
        table
            .keys()
            .filter(|name| !is_known(name))
            .map(|name| format!("ARCHITECTURE.md names `{name}`, which does not exist")),
    );
    Ok(faults)
}

/// The lines ``| half | `crate` | `dependency`, … |`` below the heading *Crates*.
fn table(text: &str) -> Result<BTreeMap<&str, (Half, BTreeSet<&str>)>> {
    let (_, text) = text.split_once("\n## Crates\n").context("ARCHITECTURE.md has no section `Crates`")?;
    let text = text.split("\n## ").next().unwrap_or(text);
    let mut table = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with('|')).skip(2) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [half, name, dependencies] = cells.as_slice() else {
            bail!("this line does not have three columns: {line}")
        };
        let half = match *half {
            "shared" => Half::Shared,
            "toolchain" => Half::Toolchain,
            "product" => Half::Product,
            "above" => Half::Above,
            other => bail!("`{other}` is not a half of the house: {line}"),
        };
        let dependencies: BTreeSet<&str> = quoted(dependencies).collect();
        let name = quoted(name).next().with_context(|| format!("this line names no crate: {line}"))?;
        ensure!(table.insert(name, (half, dependencies)).is_none(), "`{name}` is twice in the table");
    }
    ensure!(!table.is_empty(), "the section `Crates` of ARCHITECTURE.md has no table");
    Ok(table)
}

/// The parts of a text between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A\n\n## Crates\n\nWords.\n\n| half | crate | depends on |\n|---|---|---|\n\
        | shared | `json` | |\n| toolchain | `schema` | `json` |\n| product | `runtime` | `json`, `schema` |\n\n## More\n";

    fn package(name: &str, dependencies: &[&str]) -> Package {
        let dependencies = dependencies.iter().map(|name| (*name).to_owned()).collect();
        Package { name: name.to_owned(), dir: PathBuf::new(), dependencies }
    }

    fn faults_of(packages: &[Package]) -> Vec<String> {
        let dir = tempfile::tempdir().expect("there is room");
        fs::write(dir.path().join("ARCHITECTURE.md"), TEXT).expect("there is room");
        faults(dir.path(), packages).expect("the table is well-formed")
    }

    #[test]
    fn each_difference_is_a_fault() {
        let packages = [package("json", &["schema"]), package("runtime", &["json", "schema"]), package("new", &[])];
        assert_eq!(
            faults_of(&packages),
            [
                "`json` depends on `schema`, which ARCHITECTURE.md does not name",
                "`json` depends on `schema` of the other half",
                "`runtime` depends on `schema` of the other half",
                "`new` is not in the table of ARCHITECTURE.md",
                "ARCHITECTURE.md names `schema`, which does not exist",
            ]
        );
        let packages = [package("json", &[]), package("schema", &[]), package("runtime", &["json"])];
        let gone = faults_of(&packages);
        assert_eq!(gone[0], "`schema` does not depend on `json`, contrary to ARCHITECTURE.md");
        assert_eq!(gone.len(), 2);
    }
}
