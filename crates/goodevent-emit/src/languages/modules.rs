//! Files of a language with one file for each document, and the names of their folders, files and types.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use goodevent_model::{
    Document, Model,
    names::{snake, unique},
};
use goodevent_schema::{
    ir::{Role, SchemaId},
    source::SourceId,
};

/// The names that a language allows.
#[derive(Debug, Clone, Copy)]
pub struct Naming {
    /// Names of files and folders that the output itself has, in `snake_case`.
    pub reserved_files: &'static [&'static str],
    /// Words that no variable may be called.
    pub reserved_words: &'static [&'static str],
    /// Names that no type may have.
    pub reserved_types: &'static [&'static str],
    /// Turns any text into the name of a type.
    pub type_name: fn(&str) -> String,
    /// Turns any text into the name of a variable.
    pub variable: fn(&str) -> String,
    /// The extension of files.
    pub extension: &'static str,
}

/// A file's name may have 255 bytes, with its extension.
const MAX_FILE_BYTES: usize = 200;

/// A file: one for each document.
#[derive(Debug)]
pub struct Module {
    /// Its index among all modules and documents.
    pub module_idx: usize,
    /// The document.
    pub source: SourceId,
    /// The schema at the root of the document.
    pub root: SchemaId,
    /// Its folder, from the root of the output.
    pub folder: Vec<String>,
    /// Its name, without extension.
    pub stem: String,
    /// The variable that other modules import it by.
    pub alias: String,
    /// Path of the document, for the header.
    pub origin: String,
    /// Name of the root's type.
    pub type_name: String,
    /// Whether the document is the contract of an event.
    pub is_event: bool,
    /// Whether the index of its folder exports the root's type.
    pub is_public: bool,
    extension: &'static str,
    imported: RefCell<BTreeSet<usize>>,
}

impl Module {
    /// Path of the file, from the root of the output.
    #[must_use]
    pub fn file(&self) -> String {
        let name = format!("{}.{}", self.stem, self.extension);
        self.folder.iter().map(|part| format!("{part}/")).chain([name]).collect()
    }

    /// Notes that this module names something in the module `module_idx`.
    pub fn import(&self, module_idx: usize) {
        self.imported.borrow_mut().insert(module_idx);
    }

    /// The modules whose names were used here.
    #[must_use]
    pub fn imported(&self) -> Vec<usize> {
        self.imported.borrow().iter().copied().collect()
    }
}

/// The files of all documents.
#[must_use]
pub fn modules(model: &Model<'_>, naming: &Naming) -> Vec<Module> {
    let (mut files, mut types): (Taken, Taken) = (BTreeMap::new(), BTreeMap::new());
    let mut aliases: BTreeSet<String> = naming.reserved_words.iter().map(|word| (*word).to_owned()).collect();
    let module = |(module_idx, document): (usize, &Document)| {
        let folder = folder(&document.role, naming);
        let stem = unique(file_name(&document.stem, naming), files.entry(folder.clone()).or_default());
        let type_name = match document.event {
            // The name of an event is the same in all languages.
            Some(_) => document.stem.clone(),
            None => (naming.type_name)(&document.stem),
        };
        let reserved = || naming.reserved_types.iter().map(|name| (*name).to_owned()).collect();
        let type_name = unique(type_name, types.entry(folder.clone()).or_insert_with(reserved));
        Module {
            module_idx,
            source: document.source,
            root: document.root,
            folder,
            stem,
            alias: unique((naming.variable)(&document.stem), &mut aliases),
            origin: document.origin.clone(),
            type_name,
            is_event: document.event.is_some(),
            is_public: document.event.is_some() || document.is_shared(),
            extension: naming.extension,
            imported: RefCell::default(),
        }
    };
    model.documents.iter().enumerate().map(module).collect()
}

/// The names within each folder.
type Taken = BTreeMap<Vec<String>, BTreeSet<String>>;

fn folder(role: &Role, naming: &Naming) -> Vec<String> {
    match role {
        Role::Event { context } => vec![file_name(context, naming)],
        Role::Type { context } => {
            context.iter().map(|context| file_name(context, naming)).chain(["types".to_owned()]).collect()
        }
        Role::External => vec!["external".to_owned()],
    }
}

/// `snake_case`, for a file or folder.
fn file_name(name: &str, naming: &Naming) -> String {
    let snake: String = snake(name).chars().take(MAX_FILE_BYTES).collect();
    if naming.reserved_files.contains(&snake.as_str()) { format!("{snake}_") } else { snake }
}
