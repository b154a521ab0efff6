//! The files of a registry in a tree of git, with links followed as far as they stay in it: as [`walk`](crate::walk) finds
//! them in a folder.

use std::{
    collections::{BTreeMap, VecDeque},
    path::PathBuf,
    rc::Rc,
};

use goodevent_schema::{
    content::{MAX_LINKED, MAX_LINKED_PATH_BYTES, MAX_LINKS, Unreadable},
    registry::{is_read_name, is_read_path},
};

use crate::walk::{Entry, Folder};

/// The object at a path of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Object {
    Folder,
    /// A file, by the id of its content.
    File(String),
    /// A link, by the path that it leads to.
    Link(String),
    /// A repository of its own, whose files git does not have.
    Submodule,
}

/// The objects of a tree by their paths, with `/` between the parts; the tree itself is at the empty path.
#[derive(Debug)]
pub(crate) struct Tree(BTreeMap<String, Object>);

/// Most bytes of the paths of all folders.
const MAX_PATH_BYTES: usize = 64 << 20;

impl Tree {
    /// Of the files, links and submodules.
    ///
    /// # Errors
    /// If there are too many folders.
    pub(crate) fn new(objects: impl IntoIterator<Item = (String, Object)>) -> Result<Self, String> {
        let mut all = BTreeMap::from([(String::new(), Object::Folder)]);
        let mut n_bytes = 0;
        for (path, object) in objects {
            // Around a folder that is known all are.
            for (end, _) in path.rmatch_indices('/') {
                if all.insert(path[..end].to_owned(), Object::Folder).is_some() {
                    break;
                }
                n_bytes += end;
                if n_bytes > MAX_PATH_BYTES {
                    return Err("it contains too many folders".to_owned());
                }
            }
            all.insert(path, object);
        }
        Ok(Self(all))
    }

    /// The paths that may have a part in a registry, in the order of their parts.
    ///
    /// # Errors
    /// If one of them is in a submodule, whose files are not there.
    pub(crate) fn entries(&self) -> Result<Vec<Entry>, String> {
        let children = self.children();
        let top = Folder { below: String::new(), real: String::new(), outer: None, n_links: 0 };
        let (mut found, mut n_linked, mut queue) = (Vec::new(), 0, vec![Rc::new(top)]);
        'folders: while let Some(folder) = queue.pop() {
            for name in children.get(folder.real.as_str()).into_iter().flatten() {
                let (path, place) = (joined(&folder.below, name), joined(&folder.real, name));
                n_linked += usize::from(folder.n_links > 0);
                if n_linked > MAX_LINKED {
                    if n_linked == MAX_LINKED + 1 {
                        let (path, real) = (folder.below.clone(), PathBuf::from(&folder.real));
                        let refused = Some(Unreadable::TooManyLinks);
                        found.push(Entry { path, real, refused, n_links: folder.n_links });
                    }
                    continue 'folders;
                }
                let is_wanted = is_read_name(name);
                // A link to a folder, or a submodule, mostly has no extension.
                let may_hide = is_wanted || !name.contains('.');
                let (real, n_own) = match self.followed(&folder, &place) {
                    Ok(followed) => followed,
                    Err(why) if may_hide => {
                        let real = PathBuf::from(&place);
                        found.push(Entry { path, real, refused: Some(why), n_links: folder.n_links + 1 });
                        continue;
                    }
                    Err(_) => continue,
                };
                let n_links = folder.n_links + n_own;
                if n_links > MAX_LINKS || (n_links > 0 && path.len() > MAX_LINKED_PATH_BYTES) {
                    let refused = Some(Unreadable::TooFar);
                    found.push(Entry { path, real: PathBuf::from(&place), refused, n_links });
                    continue;
                }
                match self.0.get(&real) {
                    Some(Object::Folder) if name.starts_with('.') => {}
                    Some(Object::Folder) => {
                        if is_read_path(&path) {
                            let (path, real) = (path.clone(), PathBuf::from(&real));
                            found.push(Entry { path, real, refused: Some(Unreadable::Folder), n_links });
                        }
                        queue.push(Rc::new(Folder { below: path, real, outer: Some(folder.clone()), n_links }));
                    }
                    Some(Object::File(_)) if is_wanted => {
                        found.push(Entry { path, real: real.into(), refused: None, n_links });
                    }
                    Some(Object::Submodule) if may_hide => {
                        return Err(format!(
                            "`{path}` is a submodule, whose files git does not have: compare with a folder, such as `git worktree add` makes"
                        ));
                    }
                    _ => {}
                }
            }
        }
        found.sort_by(|left, right| left.path.split('/').cmp(right.path.split('/')));
        Ok(found)
    }

    /// The id of the content of a file.
    pub(crate) fn id(&self, path: &str) -> Option<&str> {
        if let Object::File(id) = self.0.get(path)? { Some(id) } else { None }
    }

    /// The names in each folder.
    fn children(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut children: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for path in self.0.keys().filter(|path| !path.is_empty()) {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            children.entry(folder).or_default().push(name);
        }
        children
    }

    /// The path behind all links, and how many there are, of a path in a folder.
    fn followed(&self, folder: &Folder<String>, place: &str) -> Result<(String, usize), Unreadable> {
        let Some(Object::Link(_)) = self.0.get(place) else { return Ok((place.to_owned(), 0)) };
        let (real, n_links) = self.resolved(place)?;
        match folder.outwards().any(|outer| outer.real == real) {
            true => Err(Unreadable::Loop),
            false => Ok((real, n_links)),
        }
    }

    fn resolved(&self, path: &str) -> Result<(String, usize), Unreadable> {
        let mut at: Vec<&str> = Vec::new();
        let mut rest: VecDeque<&str> = path.split('/').collect();
        let mut n_links = 0;
        while let Some(part) = rest.pop_front() {
            match part {
                "" | "." => continue,
                ".." => {
                    at.pop().ok_or(Unreadable::LeadsOut)?;
                    continue;
                }
                part => at.push(part),
            }
            match self.0.get(&at.join("/")) {
                Some(Object::Link(target)) => {
                    n_links += 1;
                    if n_links > MAX_LINKS {
                        return Err(Unreadable::Loop);
                    }
                    if target.starts_with('/') {
                        return Err(Unreadable::LeadsOut);
                    }
                    at.pop();
                    target.rsplit('/').for_each(|part| rest.push_front(part));
                }
                Some(Object::Folder | Object::Submodule) => {}
                Some(Object::File(_)) if rest.is_empty() => {}
                Some(Object::File(_)) | None => return Err(Unreadable::LeadsNowhere),
            }
        }
        Ok((at.join("/"), n_links))
    }
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(objects: &[(&str, Object)]) -> Vec<(String, String, Option<Unreadable>)> {
        let tree = Tree::new(objects.iter().map(|(path, object)| ((*path).to_owned(), object.clone())));
        let tree = tree.expect("there are few folders");
        let entries = tree.entries().expect("there is no submodule");
        entries.into_iter().map(|entry| (entry.path, entry.real.display().to_string(), entry.refused)).collect()
    }

    fn link(target: &str) -> Object {
        Object::Link(target.to_owned())
    }

    #[test]
    fn links_are_followed_within_the_tree() {
        let file = Object::File("1".to_owned());
        let own = |path: &str, real: &str| (path.to_owned(), real.to_owned(), None);
        let objects = [
            ("a/A.json", link("../b/c/../B.json")),
            ("a/f", link("../b/c")),
            ("b/B.json", file.clone()),
            ("b/c/C.json", file.clone()),
            ("b/c/notes.md", file),
            ("chain.json", link("a/A.json")),
        ];
        assert_eq!(
            found(&objects),
            [
                own("a/A.json", "b/B.json"),
                own("a/f/C.json", "b/c/C.json"),
                own("b/B.json", "b/B.json"),
                own("b/c/C.json", "b/c/C.json"),
                own("chain.json", "b/B.json"),
            ]
        );
    }

    #[test]
    fn links_that_lead_elsewhere_are_reported() {
        let cases = [
            ("/etc/passwd", Unreadable::LeadsOut),
            ("../../x.json", Unreadable::LeadsOut),
            ("missing.json", Unreadable::LeadsNowhere),
            ("B.json/x.json", Unreadable::LeadsNowhere),
            ("A.json", Unreadable::Loop),
            ("../a", Unreadable::Loop),
            (".", Unreadable::Loop),
        ];
        for (target, why) in cases {
            let objects = [("a/A.json", link(target)), ("a/B.json", Object::File("1".to_owned()))];
            let expected = ("a/A.json".to_owned(), "a/A.json".to_owned(), Some(why));
            assert_eq!(found(&objects)[0], expected, "{target}");
        }
    }

    #[test]
    fn a_submodule_is_an_error() {
        let tree = Tree::new([("a/B".to_owned(), Object::Submodule)]).expect("there are few folders");
        assert!(tree.entries().expect_err("its files are not there").contains("`a/B` is a submodule"));
    }

    #[test]
    fn folders_within_folders_have_a_limit() {
        let deep = |nth: usize| (format!("{nth}/{}A.json", "a/".repeat(8_000)), Object::File("1".to_owned()));
        assert!(Tree::new((0..2).map(deep)).is_err(), "the paths of 16,000 folders are 128 MB");
        let same = |nth: usize| (format!("{}{nth}.json", "a/".repeat(2_000)), Object::File("1".to_owned()));
        assert!(Tree::new((0..10_000).map(same)).is_ok(), "the folders are the same");
    }
}
