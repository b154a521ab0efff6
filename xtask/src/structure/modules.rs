//! The modules of a crate, and what each takes from others.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, Item, UseTree};

/// Number of a module in [`Modules`].
pub(super) type Id = usize;

/// Modules of one crate; the first is its root.
pub(super) struct Modules(pub(super) Vec<Module>);

/// A module with a file of its own. Modules without one count as parts of the file that they are in.
pub(super) struct Module {
    pub(super) file: PathBuf,
    parent: Option<Id>,
    children: BTreeMap<String, Id>,
    /// Of the root: the macros that it names although other files define them.
    exported: BTreeMap<String, Id>,
    /// Names that its file defines.
    defined: BTreeSet<String>,
    /// Names that its `use` declarations bind, with the paths.
    bound: HashMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    /// All other paths in it.
    paths: BTreeSet<Vec<String>>,
}

/// Reads a crate from its root file. Code for tests does not count.
pub(super) fn of(root: &Path) -> Result<Modules> {
    let mut modules = Modules(Vec::new());
    let dir = root.parent().unwrap_or(root).to_owned();
    modules.read(root.to_owned(), &dir, None)?;
    Ok(modules)
}

impl Modules {
    /// The files that each module takes names from, with the names.
    pub(super) fn arrows(&self) -> Vec<BTreeMap<Id, BTreeSet<String>>> {
        let of = |id: Id| {
            let module = &self.0[id];
            let mut arrows: BTreeMap<Id, BTreeSet<String>> = BTreeMap::new();
            for path in module.bound.values().chain(&module.paths).chain(&module.globs) {
                if let Some((target, name)) = self.resolve(id, path, 0).filter(|(target, _)| *target != id) {
                    arrows.entry(target).or_default().insert(name);
                }
            }
            arrows
        };
        (0..self.0.len()).map(of).collect()
    }

    fn read(&mut self, file: PathBuf, dir: &Path, parent: Option<Id>) -> Result<Id> {
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
        let parsed = syn::parse_file(&text).with_context(|| format!("cannot parse `{}`", file.display()))?;
        let id = self.0.len();
        self.0.push(Module {
            file,
            parent,
            children: BTreeMap::new(),
            exported: BTreeMap::new(),
            defined: BTreeSet::new(),
            bound: HashMap::new(),
            globs: Vec::new(),
            paths: BTreeSet::new(),
        });
        self.take(id, dir, parsed.items)?;
        Ok(id)
    }

    fn take(&mut self, id: Id, dir: &Path, items: Vec<Item>) -> Result<()> {
        for item in items.into_iter().filter(|item| !is_for_tests(item)) {
            match item {
                Item::Mod(module) => {
                    let name = module.ident.to_string();
                    let below = dir.join(&name);
                    match module.content {
                        Some((_, items)) => self.take(id, dir, items)?,
                        None => {
                            let files = [dir.join(format!("{name}.rs")), below.join("mod.rs")];
                            let file = files.into_iter().find(|file| file.is_file());
                            let file =
                                file.with_context(|| format!("module `{name}` in `{}` has no file", dir.display()))?;
                            let child = self.read(file, &below, Some(id))?;
                            self.0[id].children.insert(name, child);
                        }
                    }
                }
                Item::Use(item) => self.bind(id, &item.tree, &mut Vec::new()),
                item => {
                    if is_exported(&item) {
                        self.0[0].exported.extend(name(&item).map(|name| (name, id)));
                    }
                    self.0[id].defined.extend(name(&item));
                    paths(item.to_token_stream(), &mut self.0[id].paths);
                }
            }
        }
        Ok(())
    }

    fn bind(&mut self, id: Id, tree: &UseTree, prefix: &mut Vec<String>) {
        let path = |name: String| [prefix.as_slice(), &[name]].concat();
        match tree {
            UseTree::Path(own) => {
                prefix.push(own.ident.to_string());
                self.bind(id, &own.tree, prefix);
                prefix.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.bind(id, tree, prefix)),
            UseTree::Glob(_) => self.0[id].globs.push(prefix.clone()),
            UseTree::Name(own) if own.ident == "self" => {
                let name = prefix.last().cloned().unwrap_or_default();
                self.0[id].bound.insert(name, prefix.clone());
            }
            UseTree::Name(own) => {
                let path = path(own.ident.to_string());
                self.0[id].bound.insert(own.ident.to_string(), path);
            }
            UseTree::Rename(own) => {
                let path = path(own.ident.to_string());
                self.0[id].bound.insert(own.rename.to_string(), path);
            }
        }
    }

    /// The file that defines what a path in `from` names, and its name; none for other crates, and for modules as such.
    fn resolve(&self, from: Id, path: &[String], depth: usize) -> Option<(Id, String)> {
        // Imports can import each other.
        const MAX_DEPTH: usize = 16;
        if depth > MAX_DEPTH {
            return None;
        }
        let (first, rest) = path.split_first()?;
        let module = &self.0[from];
        let (mut at, mut rest) = match first.as_str() {
            "crate" => (0, rest),
            "self" => (from, rest),
            "super" => (module.parent?, rest),
            name if module.children.contains_key(name) => (module.children[name], rest),
            name => {
                let bound = module.bound.get(name).filter(|bound| bound.first() != Some(first) || bound.len() > 1)?;
                return self.resolve(from, &[bound.as_slice(), rest].concat(), depth + 1);
            }
        };
        while let Some((name, others)) = rest.split_first() {
            let module = &self.0[at];
            if name == "super" {
                at = module.parent?;
            } else if let Some(child) = module.children.get(name) {
                at = *child;
            } else if module.defined.contains(name) {
                return Some((at, name.clone()));
            } else if let Some(id) = module.exported.get(name) {
                return Some((*id, name.clone()));
            } else if let Some(bound) = module.bound.get(name) {
                return self.resolve(at, &[bound.as_slice(), others].concat(), depth + 1);
            } else {
                let mut globs = module.globs.iter();
                let found = globs.find_map(|glob| self.resolve(at, &[glob.as_slice(), rest].concat(), depth + 1));
                return found.or_else(|| Some((at, name.clone())));
            }
            rest = others;
        }
        None
    }
}

fn is_for_tests(item: &Item) -> bool {
    let attributes: &[Attribute] = match item {
        Item::Const(own) => &own.attrs,
        Item::Enum(own) => &own.attrs,
        Item::Fn(own) => &own.attrs,
        Item::Impl(own) => &own.attrs,
        Item::Macro(own) => &own.attrs,
        Item::Mod(own) => &own.attrs,
        Item::Static(own) => &own.attrs,
        Item::Struct(own) => &own.attrs,
        Item::Trait(own) => &own.attrs,
        Item::Type(own) => &own.attrs,
        Item::Use(own) => &own.attrs,
        _ => &[],
    };
    let is_test = |tokens: String| tokens.contains("test") && !tokens.contains("not");
    attributes.iter().any(|own| own.path().is_ident("cfg") && is_test(own.meta.to_token_stream().to_string()))
}

/// Whether an item is a macro that other crates can call, which names it at the root of its crate.
fn is_exported(item: &Item) -> bool {
    matches!(item, Item::Macro(own) if own.attrs.iter().any(|own| own.path().is_ident("macro_export")))
}

fn name(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(own) => own.ident.to_string(),
        Item::Enum(own) => own.ident.to_string(),
        Item::Fn(own) => own.sig.ident.to_string(),
        Item::Macro(own) => own.ident.as_ref()?.to_string(),
        Item::Static(own) => own.ident.to_string(),
        Item::Struct(own) => own.ident.to_string(),
        Item::Trait(own) => own.ident.to_string(),
        Item::Type(own) => own.ident.to_string(),
        Item::Union(own) => own.ident.to_string(),
        _ => return None,
    })
}

/// All paths of at least two parts, in the bodies of macros as well.
fn paths(tokens: TokenStream, found: &mut BTreeSet<Vec<String>>) {
    let mut path: Vec<String> = Vec::new();
    let mut n_colons = 0;
    let mut end = |path: &mut Vec<String>| {
        let path = std::mem::take(path);
        if path.len() > 1 {
            found.insert(path);
        }
    };
    let mut groups = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                if n_colons != 2 {
                    end(&mut path);
                }
                path.push(ident.to_string());
                n_colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => n_colons += 1,
            TokenTree::Group(group) => {
                end(&mut path);
                groups.push(group.stream());
                n_colons = 0;
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {
                end(&mut path);
                n_colons = 0;
            }
        }
    }
    end(&mut path);
    groups.into_iter().for_each(|group| paths(group, found));
}
