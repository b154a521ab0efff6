//! Names of files, types and fields.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_model::{
    Discriminator, Item, ItemKind, Model, Namer, Shape, Type, Variant,
    names::{pascal, snake, unique},
};
use goodevent_schema::{
    ir::{Role, SchemaId},
    name::words,
    source::SourceId,
};

use crate::languages::tables::Tables;

/// A file's name may have 255 bytes, with its extension.
const MAX_FILE_BYTES: usize = 200;

/// The keywords of Go.
pub(super) const RESERVED_WORDS: [&str; 26] = [
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goodevent",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
];

/// Words that Go writes in capitals.
const INITIALISMS: [&str; 36] = [
    "acl", "api", "ascii", "cpu", "css", "db", "dns", "eof", "gid", "guid", "html", "http", "https", "id", "ip",
    "json", "qps", "ram", "rpc", "sla", "smtp", "sql", "ssh", "tcp", "tls", "ttl", "udp", "ui", "uid", "uri", "url",
    "utc", "utf8", "uuid", "vm", "xml",
];

/// Names of the package that no type may have.
const RESERVED_NAMES: [&str; 1] = ["Contracts"];

/// Methods of types, which no field may be called.
const METHODS: [&str; 4] = ["MarshalJSON", "String", "UnmarshalJSON", "Validate"];

/// The file of a document.
#[derive(Debug)]
pub(super) struct File {
    /// Its path, from the root of the output.
    pub(super) path: String,
    pub(super) source: SourceId,
    pub(super) root: SchemaId,
    /// Name of the root's type.
    pub(super) type_name: String,
    /// Name of the contract, if the document is an event.
    pub(super) contract: Option<String>,
}

/// State that the parts of the emitter share.
pub(super) struct Cx<'m> {
    pub(super) model: &'m Model<'m>,
    pub(super) files: Vec<File>,
    pub(super) tables: Tables<'m>,
    file_of: BTreeMap<SourceId, usize>,
    names: BTreeMap<SchemaId, String>,
    /// The group of items that contain each other, of each item that contains itself.
    cycles: BTreeMap<SchemaId, usize>,
    /// Names of the fields of records, their other members included as the last.
    fields: BTreeMap<SchemaId, Vec<String>>,
    /// Names of the variants of unions, and whether each is a type of its own.
    variants: BTreeMap<SchemaId, Vec<(String, bool)>>,
    /// Names of the constants of enums, and of the function with all of them.
    constants: BTreeMap<SchemaId, Vec<String>>,
    /// Names of tuples, by their places.
    tuples: BTreeMap<String, String>,
}

impl<'m> Cx<'m> {
    /// Names all files and types.
    pub(super) fn new(model: &'m Model<'m>) -> Self {
        let mut taken: BTreeSet<String> = RESERVED_NAMES.iter().map(|name| (*name).to_owned()).collect();
        let files = files(model, &mut taken);
        let file_of = files.iter().enumerate().map(|(index, file)| (file.source, index)).collect();
        let namer = Namer::new(model, exported);
        let mut names = BTreeMap::new();
        for (file, document) in files.iter().zip(&model.documents) {
            let root = exported(&document.stem);
            let own = namer.names(document, &root, &mut BTreeSet::from([root.clone()]));
            // The names of a document begin with its own, so that no other document changes them.
            let name = |(schema, name): (SchemaId, String)| {
                let name = match (schema == document.root, name.strip_prefix(&root)) {
                    (true, _) => file.type_name.clone(),
                    (false, Some(rest)) => unique(format!("{}{rest}", file.type_name), &mut taken),
                    (false, None) => unique(format!("{}{name}", file.type_name), &mut taken),
                };
                (schema, name)
            };
            names.extend(own.into_iter().map(name).collect::<Vec<_>>());
        }
        let validated = model.items.iter().flat_map(|(schema, item)| validated(*schema, item));
        let tables = Tables::with(model, validated);
        let groups = model.cycles().into_iter().enumerate();
        let groups = groups.filter(|(_, group)| group.len() > 1 || model.items[&group[0]].direct().contains(&group[0]));
        let cycles = groups.flat_map(|(index, group)| group.into_iter().map(move |schema| (schema, index))).collect();
        let mut cx = Self {
            model,
            files,
            tables,
            file_of,
            names,
            cycles,
            fields: BTreeMap::new(),
            variants: BTreeMap::new(),
            constants: BTreeMap::new(),
            tuples: BTreeMap::new(),
        };
        for (schema, item) in &model.items {
            cx.name_parts(*schema, item, &mut taken);
        }
        for (schema, item) in &model.items {
            for (place, typed) in cx.places(*schema, item) {
                cx.name_tuples(&place, typed, &mut taken);
            }
        }
        for (file_idx, document) in model.documents.iter().enumerate() {
            let place = cx.files[file_idx].type_name.clone();
            if let Some(typed) = model.alias(document) {
                cx.name_tuples(&place, &Type { alias: None, ..typed.clone() }, &mut taken);
            }
        }
        cx
    }

    fn name_parts(&mut self, schema: SchemaId, item: &Item, taken: &mut BTreeSet<String>) {
        let own = self.names[&schema].clone();
        match &item.kind {
            ItemKind::Record { fields, .. } => {
                let mut taken: BTreeSet<String> = METHODS.iter().map(|name| (*name).to_owned()).collect();
                let names = fields.iter().map(|field| field.name.as_str()).chain(["others"]);
                let names = names.map(|name| unique(exported(name), &mut taken)).collect();
                self.fields.insert(schema, names);
            }
            ItemKind::Union { variants, .. } => {
                let name = |variant: &Variant| match self.variant(&variant.typed) {
                    Some(named) => (named, false),
                    None => (unique(format!("{own}{}", kind(&variant.typed)), taken), true),
                };
                let names = variants.iter().map(name).collect();
                self.variants.insert(schema, names);
            }
            ItemKind::Enum(values) if values.len() != 1 => {
                let list = unique(format!("{own}Values"), taken);
                let names = values.iter().map(|value| unique(format!("{own}{}", exported(value)), taken));
                let names = names.collect::<Vec<_>>().into_iter().chain([list]).collect();
                self.constants.insert(schema, names);
            }
            ItemKind::Enum(_) | ItemKind::Wrapper(_) => {}
        }
    }

    /// The types that an item consists of, each with its place: a text that names it among all others.
    pub(super) fn places<'t>(&self, schema: SchemaId, item: &'t Item) -> Vec<(String, &'t Type)> {
        let own = self.name(schema);
        match &item.kind {
            ItemKind::Record { .. } => {
                let names = self.fields(schema).iter().map(|name| format!("{own}.{name}"));
                names.zip(item.parts()).collect()
            }
            ItemKind::Wrapper(typed) => vec![(format!("{own}.Value"), typed)],
            ItemKind::Enum(_) => Vec::new(),
            ItemKind::Union { variants, .. } => {
                let all = self.variants(schema).iter().zip(variants).filter(|((_, is_made), _)| *is_made);
                all.map(|((name, _), variant)| (name.clone(), &variant.typed)).collect()
            }
        }
    }

    fn name_tuples(&mut self, place: &str, typed: &Type, taken: &mut BTreeSet<String>) {
        if self.alias(typed).is_some() {
            return;
        }
        match &typed.shape {
            Shape::Array { item, .. } => self.name_tuples(&format!("{place}.Item"), item, taken),
            Shape::Map { value } => self.name_tuples(&format!("{place}.Value"), value, taken),
            Shape::Nullable(inner) => self.name_tuples(place, inner, taken),
            Shape::Tuple(items) => {
                let name = unique(format!("{}Tuple", place.replace('.', "")), taken);
                self.tuples.insert(place.to_owned(), name);
                for (index, item) in items.iter().enumerate() {
                    self.name_tuples(&format!("{place}.Item{index}"), item, taken);
                }
            }
            _ => {}
        }
    }

    /// Name of the tuple at a place.
    pub(super) fn tuple(&self, place: &str) -> &str {
        &self.tuples[place]
    }

    /// The name of the type that is a variant by itself: an interface is not.
    fn variant(&self, typed: &Type) -> Option<String> {
        match &typed.shape {
            Shape::Named(named) if self.alias(typed).is_none() && !self.is_union(*named) => {
                Some(self.name(*named).to_owned())
            }
            _ => None,
        }
    }

    /// The file that contains `schema`.
    pub(super) fn file(&self, schema: SchemaId) -> &File {
        &self.files[self.file_of[&self.model.graph()[schema].span.source]]
    }

    /// Name of the item that `schema` became.
    pub(super) fn name(&self, schema: SchemaId) -> &str {
        &self.names[&schema]
    }

    /// Names of the fields of a record; the last is that of its other members.
    pub(super) fn fields(&self, schema: SchemaId) -> &[String] {
        &self.fields[&schema]
    }

    /// Names of the variants of a union, and whether the type of each is made for it.
    pub(super) fn variants(&self, schema: SchemaId) -> &[(String, bool)] {
        &self.variants[&schema]
    }

    /// Names of the constants of an enum; the last is that of the function with all of them.
    pub(super) fn constants(&self, schema: SchemaId) -> &[String] {
        &self.constants[&schema]
    }

    /// The function that returns the table of `schema`.
    pub(super) fn table(&self, schema: SchemaId) -> String {
        format!("table{}_{}", self.file(schema).type_name, self.tables.number(schema))
    }

    /// The variable with the schema that validates values of `schema`.
    pub(super) fn schema(&self, schema: SchemaId) -> String {
        format!("schema{}_{}", self.file(schema).type_name, self.tables.number(schema))
    }

    /// The schema whose document gives `typed` a name of its own.
    pub(super) fn alias(&self, typed: &Type) -> Option<SchemaId> {
        typed.alias.filter(|alias| {
            let document = &self.model.documents[self.file_of[&self.model.graph()[*alias].span.source]];
            document.root == *alias && self.model.alias(document).is_some()
        })
    }

    pub(super) fn is_union(&self, schema: SchemaId) -> bool {
        matches!(self.model.items[&schema].kind, ItemKind::Union { .. })
    }

    /// Whether a value of the item `owner` contains `schema` by a pointer, since it would contain itself otherwise.
    pub(super) fn is_boxed(&self, owner: Option<SchemaId>, schema: SchemaId) -> bool {
        let group = |schema: SchemaId| self.cycles.get(&schema);
        owner.is_some_and(|owner| group(owner).is_some() && group(owner) == group(schema)) && !self.is_union(schema)
    }

    /// Schemas that are asked for by a variable.
    pub(super) fn schemas(&self, source: SourceId) -> Vec<SchemaId> {
        let all = self.model.items.iter().flat_map(|(schema, item)| validated(*schema, item));
        let own = all.filter(|schema| self.model.graph()[*schema].span.source == source);
        let own: BTreeSet<SchemaId> = own.filter(|schema| !self.is_event(*schema)).collect();
        own.into_iter().collect()
    }

    /// Whether `schema` is an event, which its contract validates.
    pub(super) fn is_event(&self, schema: SchemaId) -> bool {
        let file = self.file(schema);
        file.root == schema && file.contract.is_some()
    }
}

/// The schemas that types are validated by apart from an event: records, and the variants that validity determines.
fn validated(schema: SchemaId, item: &Item) -> Vec<SchemaId> {
    match &item.kind {
        ItemKind::Record { .. } => vec![schema],
        ItemKind::Union { by: Discriminator::Validity, variants } => {
            variants.iter().filter_map(|variant| variant.schema).collect()
        }
        _ => Vec::new(),
    }
}

fn files(model: &Model<'_>, taken: &mut BTreeSet<String>) -> Vec<File> {
    let plain = |stem: &str, is_event: bool| if is_event { stem.to_owned() } else { exported(stem) };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for document in &model.documents {
        *counts.entry(plain(&document.stem, document.event.is_some())).or_default() += 1;
    }
    let mut paths = BTreeSet::from(["contracts.go".to_owned()]);
    let file = |document: &goodevent_model::Document| {
        let is_event = document.event.is_some();
        let name = plain(&document.stem, is_event);
        let context = match &document.role {
            Role::Event { context } => Some(context.as_str()),
            Role::Type { context } => context.as_deref(),
            Role::External => Some("external"),
        };
        // Only documents of the same name have the context in their names.
        let is_shared = counts[&name] > 1;
        let prefix = context.filter(|_| is_shared).map(exported).unwrap_or_default();
        let type_name = unique(format!("{prefix}{name}"), taken);
        let contract = document.event.as_ref().map(|event| format!("{prefix}{}Contract", event.event_type));
        // The last word of a name says for which system a file is, so that it must not be one of the contract.
        let suffix = if is_event { "event" } else { "type" };
        let stem = [context.unwrap_or_default(), &document.stem].map(snake);
        let stem = if context.is_some() { stem.join("_") } else { snake(&document.stem) };
        let stem: String = stem.trim_end_matches("_event").chars().take(MAX_FILE_BYTES).collect();
        let mut path = format!("{stem}_{suffix}.go");
        for number in 2.. {
            if paths.insert(path.clone()) {
                break;
            }
            path = format!("{stem}_{number}_{suffix}.go");
        }
        let contract = contract.map(|contract| unique(contract, taken));
        File { path, source: document.source, root: document.root, type_name, contract }
    };
    model.documents.iter().map(file).collect()
}

/// An exported name for any text, with the capitals that Go has.
pub(super) fn exported(text: &str) -> String {
    let words = words(text);
    let words = words.iter().map(|word| match INITIALISMS.contains(&word.as_str()) {
        true => word.to_ascii_uppercase(),
        false => pascal(word),
    });
    let name: String = words.collect();
    if name.starts_with(|first: char| first.is_uppercase()) { name } else { format!("X{name}") }
}

/// A word for the kind of a variant.
fn kind(typed: &Type) -> &'static str {
    match &typed.shape {
        Shape::Json => "JSON",
        Shape::Null => "Null",
        Shape::Bool => "Bool",
        Shape::Integer(..) => "Integer",
        Shape::Number(_) | Shape::Decimal { .. } => "Number",
        Shape::Text(_) => "String",
        Shape::Array { .. } => "List",
        Shape::Tuple(_) => "Tuple",
        Shape::Map { .. } => "Map",
        Shape::Named(_) => "Variant",
        Shape::Nullable(_) => "Nullable",
    }
}
