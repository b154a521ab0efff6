//! Names of packages, classes, components and constants.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_model::{
    Extra, Item, ItemKind, Model, Namer, Shape, Type,
    names::{camel, constant, pascal},
};
use goodevent_schema::{ir::SchemaId, source::SourceId};

use crate::languages::{
    modules::{Module, Naming, modules},
    names::is_circular,
};

/// Words that no package, variable or method may be called.
pub(super) const KEYWORDS: [&str; 53] = [
    "abstract",
    "assert",
    "boolean",
    "break",
    "byte",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extends",
    "false",
    "final",
    "finally",
    "float",
    "for",
    "goto",
    "if",
    "implements",
    "import",
    "instanceof",
    "int",
    "interface",
    "long",
    "native",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "short",
    "static",
    "strictfp",
    "super",
    "switch",
    "synchronized",
    "this",
    "throw",
    "throws",
    "transient",
    "true",
    "try",
    "void",
    "volatile",
    "while",
];

/// Packages that the output has itself, and keywords.
const RESERVED_FILES: [&str; 57] = [
    "external",
    "goodevent",
    "internal",
    "types",
    "abstract",
    "assert",
    "boolean",
    "break",
    "byte",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extends",
    "false",
    "final",
    "finally",
    "float",
    "for",
    "goto",
    "if",
    "implements",
    "import",
    "instanceof",
    "int",
    "interface",
    "long",
    "native",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "short",
    "static",
    "strictfp",
    "super",
    "switch",
    "synchronized",
    "this",
    "throw",
    "throws",
    "transient",
    "true",
    "try",
    "void",
    "volatile",
    "while",
];

/// Methods that every record or its builder has, and words that are keywords in some places.
const RESERVED_COMPONENTS: [&str; 15] = [
    "builder",
    "clone",
    "equals",
    "finalize",
    "getClass",
    "hashCode",
    "notify",
    "notifyAll",
    "record",
    "toString",
    "var",
    "wait",
    "yield",
    "sealed",
    "permits",
];

/// Names of types that generated code uses: those of `java.lang`, of the shared code and of `java.util`.
const RESERVED_TYPES: &str = "AbstractMethodError Appendable ArithmeticException ArrayIndexOutOfBoundsException \
    ArrayStoreException AssertionError AutoCloseable Boolean BootstrapMethodError Byte CharSequence Character Class \
    ClassCastException ClassCircularityError ClassFormatError ClassLoader ClassNotFoundException ClassValue \
    CloneNotSupportedException Cloneable Comparable Compiler Deprecated Double Enum EnumConstantNotPresentException Error \
    Exception ExceptionInInitializerError Float FunctionalInterface IllegalAccessError IllegalAccessException \
    IllegalArgumentException IllegalCallerException IllegalMonitorStateException IllegalStateException \
    IllegalThreadStateException IncompatibleClassChangeError IndexOutOfBoundsException InheritableThreadLocal \
    InstantiationError InstantiationException Integer InternalError InterruptedException Iterable LayerInstantiationException \
    LinkageError Long MatchException Math Module ModuleLayer NegativeArraySizeException NoClassDefFoundError \
    NoSuchFieldError NoSuchFieldException NoSuchMethodError NoSuchMethodException NullPointerException Number \
    NumberFormatException Object OutOfMemoryError Override Package Process ProcessBuilder ProcessHandle Readable Record \
    ReflectiveOperationException Runnable Runtime RuntimeException RuntimePermission SafeVarargs ScopedValue \
    SecurityException SecurityManager Short StackOverflowError StackTraceElement StackWalker StrictMath String StringBuffer \
    StringBuilder StringIndexOutOfBoundsException StringTemplate SuppressWarnings System Thread ThreadDeath ThreadGroup \
    ThreadLocal Throwable TypeNotPresentException UnknownError UnsatisfiedLinkError UnsupportedClassVersionError \
    UnsupportedOperationException VerifyError VirtualMachineError Void WrongThreadException \
    BigDecimal BigInteger Builder Codec Contract Contracts Envelope EventException Facts HashMap Json List Map Message \
    Metadata Num Objects Optional OptionalLong OptionalNullable Reading Received Set Supplier Tables Tuple Values \
    Violation Writing";

const NAMING: Naming = Naming {
    reserved_files: &RESERVED_FILES,
    reserved_types: &[],
    reserved_words: &KEYWORDS,
    type_name: pascal,
    variable: camel,
    extension: "java",
};

/// The name of a class file has its outer classes in it, and at most 255 bytes.
const MAX_TYPE_CHARS: usize = 70;

/// State that the parts of the emitter share.
pub(super) struct Cx<'m> {
    pub(super) model: &'m Model<'m>,
    pub(super) modules: Vec<Module>,
    pub(super) package: String,
    module_of: BTreeMap<SourceId, usize>,
    internals: Vec<String>,
    names: BTreeMap<SchemaId, String>,
    variants: BTreeMap<SchemaId, Vec<Option<String>>>,
    used: BTreeSet<SchemaId>,
    places: BTreeMap<SchemaId, (usize, usize)>,
}

impl<'m> Cx<'m> {
    /// Names all modules and types.
    pub(super) fn new(model: &'m Model<'m>, package: &str) -> Self {
        let mut modules = modules(model, &NAMING);
        let mut folders: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
        let mut taken = BTreeSet::new();
        let mut internals = Vec::new();
        for module in &mut modules {
            let names = folders.entry(module.folder.clone()).or_insert_with(reserved_types);
            module.type_name = unique(&module.type_name, names, 2 * MAX_TYPE_CHARS);
            // No type has an underscore in its name, so that none is called so.
            let folder: String = module.folder.iter().map(|part| pascal(part)).collect();
            let folder: String = folder.chars().take(MAX_TYPE_CHARS).collect();
            internals.push(unique(&format!("{folder}_{}", module.type_name), &mut taken, 4 * MAX_TYPE_CHARS));
        }
        let module_of = modules.iter().map(|module| (module.source, module.module_idx)).collect();
        let namer = Namer::new(model, pascal);
        let (mut names, mut variants) = (BTreeMap::new(), BTreeMap::new());
        let mut cx = Self {
            model,
            modules,
            package: package.to_owned(),
            module_of,
            internals,
            names: BTreeMap::new(),
            variants: BTreeMap::new(),
            used: BTreeSet::new(),
            places: BTreeMap::new(),
        };
        for (module, document) in cx.modules.iter().zip(&model.documents) {
            // Files of classes differ in more than case.
            let mut taken = reserved_types();
            taken.insert(module.type_name.to_ascii_lowercase());
            let items = namer.names(document, &module.type_name, &mut BTreeSet::from([module.type_name.clone()]));
            for schema in model.items_of(module.source) {
                let name = match *schema == document.root {
                    true => module.type_name.clone(),
                    false => unique(&items[schema], &mut taken, MAX_TYPE_CHARS),
                };
                names.insert(*schema, name);
            }
            for schema in model.items_of(module.source) {
                let ItemKind::Union { variants: all, .. } = &model.items[schema].kind else { continue };
                let mut seen = BTreeSet::new();
                let mut name = |typed: &Type, tag: Option<&String>| match cx.direct(*schema, typed) {
                    Some(record) if seen.insert(record) => None,
                    _ => Some(unique(&cx.variant_name(typed, tag, &items), &mut taken, MAX_TYPE_CHARS)),
                };
                let all = all.iter().map(|variant| name(&variant.typed, variant.tags.first())).collect();
                variants.insert(*schema, all);
            }
        }
        cx.names = names;
        cx.variants = variants;
        cx.used = used(&cx);
        cx.places = places(&cx);
        cx
    }

    /// The module that contains `schema`.
    pub(super) fn module(&self, schema: SchemaId) -> &Module {
        &self.modules[self.module_of[&self.model.graph()[schema].span.source]]
    }

    /// The class with the tables of a document, and the code that reads and writes its types.
    pub(super) fn internal(&self, module: &Module) -> &str {
        &self.internals[module.module_idx]
    }

    /// The package of a document.
    pub(super) fn package_of(&self, module: &Module) -> String {
        [&self.package].into_iter().chain(&module.folder).cloned().collect::<Vec<_>>().join(".")
    }

    /// Name of the item that `schema` became, without its package and the class that it is in.
    pub(super) fn name(&self, schema: SchemaId) -> &str {
        &self.names[&schema]
    }

    /// The whole name of the item that `schema` became. It stands where a type is expected, so that no variable hides it.
    pub(super) fn path(&self, schema: SchemaId) -> String {
        let module = self.module(schema);
        let package = self.package_of(module);
        match schema == module.root {
            true => format!("{package}.{}", module.type_name),
            false => format!("{package}.{}.{}", module.type_name, self.name(schema)),
        }
    }

    /// Whether an item has a definition: constants are written by the records that they are members of.
    pub(super) fn is_defined(&self, schema: SchemaId) -> bool {
        self.used.contains(&schema)
    }

    /// The class of its document and the number there of the code that reads and writes an item.
    pub(super) fn place(&self, schema: SchemaId) -> (usize, usize) {
        self.places[&schema]
    }

    /// For each variant of a union the record around its value; nothing for a record that is one of the union itself.
    pub(super) fn variants(&self, union: SchemaId) -> &[Option<String>] {
        &self.variants[&union]
    }

    /// The record of the same document that a variant of `union` is.
    pub(super) fn direct(&self, union: SchemaId, typed: &Type) -> Option<SchemaId> {
        let Shape::Named(schema) = &typed.shape else { return None };
        let is_record = matches!(self.model.items[schema].kind, ItemKind::Record { .. });
        let (module, home) = (self.module(*schema), self.module(union));
        // A class does not implement an interface within it.
        (is_record && module.module_idx == home.module_idx && module.root != *schema).then_some(*schema)
    }

    /// The type of a value of `typed` inside of the item `owner`, which may not be defined by itself alone.
    pub(super) fn named(&self, owner: SchemaId, typed: &Type) -> Option<SchemaId> {
        let Shape::Named(schema) = &typed.shape else { return None };
        let is_same = matches!(self.model.items[&owner].kind, ItemKind::Wrapper(_) | ItemKind::Union { .. });
        (!is_same || !is_circular(self.model, *schema, owner)).then_some(*schema)
    }

    /// The only value of a member that is there always, which a record does not need a component for.
    pub(super) fn constant(&self, is_required: bool, typed: &Type) -> Option<&'m str> {
        let Shape::Named(schema) = &typed.shape else { return None };
        match &self.model.items[schema].kind {
            ItemKind::Enum(values) if is_required && values.len() == 1 && self.module(*schema).root != *schema => {
                values.first().map(String::as_str)
            }
            _ => None,
        }
    }

    fn variant_name(&self, typed: &Type, tag: Option<&String>, items: &BTreeMap<SchemaId, String>) -> String {
        if let Some(tag) = tag {
            return format!("{}Value", pascal(tag));
        }
        match &typed.shape {
            Shape::Json => "JsonValue".to_owned(),
            Shape::Null => "NullValue".to_owned(),
            Shape::Bool => "BoolValue".to_owned(),
            Shape::Integer(..) | Shape::Decimal { is_integer: true } => "IntegerValue".to_owned(),
            Shape::Number(_) | Shape::Decimal { .. } => "NumberValue".to_owned(),
            Shape::Text(_) => "TextValue".to_owned(),
            Shape::Array { .. } => "ListValue".to_owned(),
            Shape::Tuple(_) => "TupleValue".to_owned(),
            Shape::Map { .. } => "MapValue".to_owned(),
            Shape::Nullable(inner) => self.variant_name(inner, None, items),
            Shape::Named(schema) => match items.get(schema) {
                Some(name) => format!("{name}Value"),
                None => format!("{}Value", self.module(*schema).type_name),
            },
        }
    }
}

fn reserved_types() -> BTreeSet<String> {
    RESERVED_TYPES.split_whitespace().map(str::to_ascii_lowercase).collect()
}

/// The name, shortened, with a number if another one differs from it in case only.
fn unique(name: &str, taken: &mut BTreeSet<String>, max_chars: usize) -> String {
    let name: String = name.chars().take(max_chars).collect();
    let mut all = [name.clone()].into_iter().chain((2..).map(|n| format!("{name}{n}")));
    all.find(|name| taken.insert(name.to_ascii_lowercase())).expect("the range of numbers has no end")
}

/// The components of a record in the order of its fields, and that of its other members.
pub(super) fn components(fields: &[goodevent_model::Field], extra: &Extra) -> (Vec<String>, Option<String>) {
    let mut taken: BTreeSet<String> =
        KEYWORDS.iter().chain(&RESERVED_COMPONENTS).map(|word| (*word).to_owned()).collect();
    let mut name = |name: &str| {
        let short: String = camel(name).chars().take(200).collect();
        goodevent_model::names::unique(short, &mut taken)
    };
    let fields = fields.iter().map(|field| name(&field.name)).collect();
    let other = match extra {
        Extra::Open(_) => Some(name("additional_properties")),
        Extra::Closed => None,
    };
    (fields, other)
}

/// The constants of an enum.
pub(super) fn constants(values: &[String]) -> Vec<String> {
    let mut taken = BTreeSet::from(["CONTRACT".to_owned()]);
    let name = |value: &String| {
        let short: String = constant(value).chars().take(200).collect();
        goodevent_model::names::unique(short, &mut taken)
    };
    values.iter().map(name).collect()
}

/// The unions that each record of a document is a variant of.
pub(super) fn unions_of(cx: &Cx<'_>, items: &[SchemaId]) -> BTreeMap<SchemaId, Vec<SchemaId>> {
    let mut unions: BTreeMap<SchemaId, Vec<SchemaId>> = BTreeMap::new();
    for union in items {
        let Item { kind: ItemKind::Union { variants, .. }, .. } = &cx.model.items[union] else { continue };
        for (variant, name) in variants.iter().zip(cx.variants(*union)) {
            if let (Some(record), None) = (cx.direct(*union, &variant.typed), name) {
                unions.entry(record).or_default().push(*union);
            }
        }
    }
    unions
}

/// The items that some type has a value of; constants are written by the records that they are in.
fn used(cx: &Cx<'_>) -> BTreeSet<SchemaId> {
    let mut used = BTreeSet::new();
    let mut add = |typed: &Type| named(typed, &mut used);
    for Item { kind, .. } in cx.model.items.values() {
        match kind {
            ItemKind::Record { fields, extra } => {
                fields
                    .iter()
                    .filter(|field| cx.constant(field.is_required, &field.typed).is_none())
                    .for_each(|field| add(&field.typed));
                if let Extra::Open(typed) = extra {
                    add(typed);
                }
            }
            ItemKind::Wrapper(typed) => add(typed),
            ItemKind::Enum(_) => {}
            ItemKind::Union { variants, .. } => variants.iter().for_each(|variant| add(&variant.typed)),
        }
    }
    // A type is there even if no other has a value of it, apart from constants.
    let is_constant =
        |schema: &SchemaId| matches!(&cx.model.items[schema].kind, ItemKind::Enum(values) if values.len() == 1);
    used.extend(cx.modules.iter().map(|module| module.root));
    used.extend(cx.model.items.keys().filter(|schema| !is_constant(schema)));
    used
}

fn named(typed: &Type, used: &mut BTreeSet<SchemaId>) {
    match &typed.shape {
        Shape::Named(schema) => drop(used.insert(*schema)),
        Shape::Array { item, .. } => named(item, used),
        Shape::Map { value } => named(value, used),
        Shape::Nullable(inner) => named(inner, used),
        Shape::Tuple(items) => items.iter().for_each(|item| named(item, used)),
        _ => {}
    }
}

/// The weight of the code of the items in one class, whose constants are limited.
const MAX_WEIGHT: usize = 2_000;

/// For each item the class and the number of the code that reads and writes it: classes are small enough for their limits.
fn places(cx: &Cx<'_>) -> BTreeMap<SchemaId, (usize, usize)> {
    let mut places = BTreeMap::new();
    for module in &cx.modules {
        let (mut part, mut nth, mut weight) = (0, 0, 0);
        for schema in cx.model.items_of(module.source).iter().filter(|schema| cx.is_defined(**schema)) {
            let own = cx.model.items[schema].parts().len() + 2;
            if weight > 0 && weight + own > MAX_WEIGHT {
                (part, nth, weight) = (part + 1, 0, 0);
            }
            places.insert(*schema, (part, nth));
            (nth, weight) = (nth + 1, weight + own);
        }
    }
    places
}
