//! Circles of files that take names from each other.

use std::{collections::BTreeSet, path::Path};

use super::modules::{Id, Modules};

/// A line for each circle, and one for each of its arrows.
pub(super) fn faults(modules: &Modules, dir: &Path) -> Vec<String> {
    let arrows = modules.arrows();
    let file = |id: Id| {
        let file = &modules.0[id].file;
        file.strip_prefix(dir).unwrap_or(file).display().to_string()
    };
    let mut faults = Vec::new();
    for circle in circles(modules.0.len(), |id| arrows[id].keys().copied()) {
        faults.push(format!("a circle of {} files", circle.len()));
        for (from, to) in circle.iter().flat_map(|from| circle.iter().map(move |to| (*from, *to))) {
            if let Some(names) = arrows[from].get(&to) {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                faults.push(format!("  {} → {}: {}", file(from), file(to), names.join(", ")));
            }
        }
    }
    faults
}

/// The sets of at least two nodes that reach each other.
fn circles<I: Iterator<Item = Id>>(n_nodes: usize, next: impl Fn(Id) -> I) -> Vec<BTreeSet<Id>> {
    let reached = |from: Id| {
        let (mut seen, mut queue) = (BTreeSet::new(), vec![from]);
        while let Some(id) = queue.pop() {
            queue.extend(next(id).filter(|id| seen.insert(*id)));
        }
        seen
    };
    let reached: Vec<BTreeSet<Id>> = (0..n_nodes).map(reached).collect();
    let mut known = BTreeSet::new();
    let mut circles = Vec::new();
    for id in 0..n_nodes {
        let circle: BTreeSet<Id> = reached[id].iter().copied().filter(|other| reached[*other].contains(&id)).collect();
        if circle.len() > 1 && known.is_disjoint(&circle) {
            known.extend(&circle);
            circles.push(circle);
        }
    }
    circles
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{super::modules, *};

    fn faults_of(files: &[(&str, &str)]) -> Vec<String> {
        let dir = tempfile::tempdir().expect("there is room");
        for (name, text) in files {
            fs::write(dir.path().join(name), text).expect("there is room");
        }
        faults(&modules::of(&dir.path().join("lib.rs")).expect("the crate is well-formed"), dir.path())
    }

    #[test]
    fn a_circle_names_its_files_and_what_ties_them() {
        let lib = ("lib.rs", "mod a; mod b; pub use a::one; pub use b::Two;");
        let a = ("a.rs", "use crate::Two; pub fn one(_: Two) {}");
        let b =
            ("b.rs", "pub struct Two; impl Two { fn new() -> Self { println!(\"{:?}\", super::a::one(Two)); Two } }");
        assert_eq!(faults_of(&[lib, a, b]), ["a circle of 2 files", "  a.rs → b.rs: Two", "  b.rs → a.rs: one"]);
        let parent = ("lib.rs", "mod a; use a::one; const N: u8 = 1;");
        let child = ("a.rs", "pub fn one() -> u8 { super::N }");
        assert_eq!(faults_of(&[parent, child]), ["a circle of 2 files", "  lib.rs → a.rs: one", "  a.rs → lib.rs: N"]);
    }

    #[test]
    fn re_exports_and_tests_tie_nothing() {
        let lib = ("lib.rs", "mod a; mod b; pub use self::{a::one, b::Two};");
        let a = ("a.rs", "use super::Two; pub fn one(_: Two) {} #[cfg(test)] mod tests { use super::super::b::Two; }");
        let b = ("b.rs", "pub struct Two; #[cfg(test)] mod tests { use crate::a::one; }");
        assert_eq!(faults_of(&[lib, a, b]), Vec::<String>::new());
    }

    #[test]
    fn an_exported_macro_is_in_its_file_and_named_at_the_root() {
        let lib = ("lib.rs", "mod a; mod macros; pub use a::One;");
        let a = ("a.rs", "use crate::make; pub struct One; make!(One);");
        let macros = ("macros.rs", "#[macro_export] macro_rules! make { ($name:ident) => { $crate::make!(); } }");
        assert_eq!(faults_of(&[lib, a, macros]), Vec::<String>::new());
        let macros = ("macros.rs", "#[macro_export] macro_rules! make { () => { $crate::a::One } }");
        assert_eq!(
            faults_of(&[lib, a, macros]),
            ["a circle of 2 files", "  a.rs → macros.rs: make", "  macros.rs → a.rs: One"]
        );
    }
}
