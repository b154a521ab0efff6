//! Modules, and the names in them.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use goodevent_model::{
    Document, Item, ItemKind, Model, Namer, Shape, Type,
    names::{camel, pascal, snake, unique},
};
use goodevent_schema::{
    ir::{Role, SchemaId},
    source::SourceId,
};

/// Names of files and folders that the output has itself.
const RESERVED_FILES: [&str; 5] = ["contracts", "external", "goodevent", "index", "types"];

/// Words that no variable may be called.
const RESERVED_WORDS: [&str; 52] = [
    "abstract",
    "any",
    "arguments",
    "as",
    "async",
    "await",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "g",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "while",
    "yield",
];

/// A file's name may have 255 bytes, with its extension.
const MAX_FILE_BYTES: usize = 200;

/// A file: one for each document.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) module_idx: usize,
    pub(super) source: SourceId,
    pub(super) root: SchemaId,
    /// Its folder, from the root of the output.
    pub(super) folder: Vec<String>,
    /// Its name, without extension.
    pub(super) stem: String,
    /// The variable that other modules import it by.
    pub(super) alias: String,
    /// Path of the document, for the header.
    pub(super) origin: String,
    /// Name of the root's type.
    pub(super) type_name: String,
    pub(super) is_event: bool,
    /// Whether the index of its folder exports the root's type.
    pub(super) is_public: bool,
    imported: RefCell<BTreeSet<usize>>,
}

impl Module {
    /// Path of the file, from the root of the output.
    pub(super) fn file(&self) -> String {
        self.folder.iter().map(|part| format!("{part}/")).chain([format!("{}.ts", self.stem)]).collect()
    }

    /// The relative path of an import.
    pub(super) fn way_to(&self, target: &Self) -> String {
        let n_common = self.folder.iter().zip(&target.folder).take_while(|(own, other)| own == other).count();
        let up = "../".repeat(self.folder.len() - n_common);
        let up = if up.is_empty() { "./".to_owned() } else { up };
        let down: String = target.folder[n_common..].iter().map(|part| format!("{part}/")).collect();
        format!("{up}{down}{}.js", target.stem)
    }

    /// The modules whose names were used here.
    pub(super) fn imported(&self) -> Vec<usize> {
        self.imported.borrow().iter().copied().collect()
    }
}

/// What the parts of the emitter share.
pub(super) struct Cx<'m> {
    pub(super) model: &'m Model<'m>,
    pub(super) modules: Vec<Module>,
    module_of: BTreeMap<SourceId, usize>,
    names: BTreeMap<SchemaId, String>,
}

impl<'m> Cx<'m> {
    /// Names all modules and types.
    pub(super) fn new(model: &'m Model<'m>) -> Self {
        let modules = modules(model);
        let module_of = modules.iter().map(|module| (module.source, module.module_idx)).collect();
        let namer = Namer::new(model, pascal);
        let mut names = BTreeMap::new();
        for (module, document) in modules.iter().zip(&model.documents) {
            let mut taken = BTreeSet::from([module.type_name.clone()]);
            names.extend(namer.names(document, &module.type_name, &mut taken));
        }
        Self { model, modules, module_of, names }
    }

    /// The module that contains `schema`.
    pub(super) fn module(&self, schema: SchemaId) -> &Module {
        &self.modules[self.module_of[&self.model.graph()[schema].span.source]]
    }

    /// Name of the item that `schema` became.
    pub(super) fn name(&self, schema: SchemaId) -> &str {
        &self.names[&schema]
    }

    /// The way from `module` to `name` in the module of `schema`.
    pub(super) fn path(&self, module: &Module, schema: SchemaId, name: &str) -> String {
        let target = self.module(schema);
        if target.module_idx == module.module_idx {
            return name.to_owned();
        }
        module.imported.borrow_mut().insert(target.module_idx);
        format!("{}.{name}", target.alias)
    }

    /// The schema whose document gives `typed` a name of its own.
    pub(super) fn alias(&self, typed: &Type) -> Option<SchemaId> {
        typed.alias.filter(|alias| {
            let document = &self.model.documents[self.module(*alias).module_idx];
            document.root == *alias && document.is_shared()
        })
    }

    /// The items that are the same type as `item`, or alternatives of it: a type may not be defined by itself alone.
    pub(super) fn is_circular(&self, item: SchemaId, owner: SchemaId) -> bool {
        let mut queue = vec![item];
        let mut seen = BTreeSet::new();
        while let Some(schema) = queue.pop() {
            if schema == owner {
                return true;
            }
            if seen.insert(schema) {
                queue.extend(self.model.items.get(&schema).map(same).unwrap_or_default());
            }
        }
        false
    }
}

fn same(item: &Item) -> Vec<SchemaId> {
    match &item.kind {
        ItemKind::Record { .. } | ItemKind::Enum(_) => Vec::new(),
        ItemKind::Wrapper(_) | ItemKind::Union { .. } => {
            item.parts().into_iter().filter_map(|typed| named(&typed.shape)).collect()
        }
    }
}

fn named(shape: &Shape) -> Option<SchemaId> {
    match shape {
        Shape::Named(schema) => Some(*schema),
        Shape::Nullable(inner) => named(&inner.shape),
        _ => None,
    }
}

fn modules(model: &Model<'_>) -> Vec<Module> {
    let (mut files, mut types): (Taken, Taken) = (BTreeMap::new(), BTreeMap::new());
    let mut aliases: BTreeSet<String> = RESERVED_WORDS.iter().map(|word| (*word).to_owned()).collect();
    let module = |(module_idx, document): (usize, &Document)| {
        let folder = folder(&document.role);
        let stem = unique(file_name(&document.stem), files.entry(folder.clone()).or_default());
        let type_name = match document.event {
            // The name of an event is the same in all languages.
            Some(_) => document.stem.clone(),
            None => pascal(&document.stem),
        };
        let type_name = unique(type_name, types.entry(folder.clone()).or_default());
        Module {
            module_idx,
            source: document.source,
            root: document.root,
            folder,
            stem,
            alias: unique(camel(&document.stem), &mut aliases),
            origin: document.origin.clone(),
            type_name,
            is_event: document.event.is_some(),
            is_public: document.event.is_some() || document.is_shared(),
            imported: RefCell::default(),
        }
    };
    model.documents.iter().enumerate().map(module).collect()
}

/// The names within each folder.
type Taken = BTreeMap<Vec<String>, BTreeSet<String>>;

fn folder(role: &Role) -> Vec<String> {
    match role {
        Role::Event { context } => vec![file_name(context)],
        Role::Type { context } => {
            context.iter().map(|context| file_name(context)).chain(["types".to_owned()]).collect()
        }
        Role::External => vec!["external".to_owned()],
    }
}

/// `snake_case`, for a file or folder.
fn file_name(name: &str) -> String {
    let snake: String = snake(name).chars().take(MAX_FILE_BYTES).collect();
    if RESERVED_FILES.contains(&snake.as_str()) { format!("{snake}_") } else { snake }
}
