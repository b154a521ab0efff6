//! State that the emitters of one run share: modules, names, and properties of each type.

mod boxes;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use goodevent_model::{Document, Item, Model, Namer, Shape, Type, names::unique};
use goodevent_schema::{
    ir::{Format, Graph, SchemaId},
    source::SourceId,
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::{constants::Constants, names, patterns::Patterns, style::Style};

/// A module of the output: one for each document.
#[derive(Debug)]
pub(crate) struct Module {
    /// The document.
    pub(crate) source: SourceId,
    /// Its path in the output.
    pub(crate) path: Vec<String>,
    /// Context and name of the root's type, with dots between: what attributes and external paths go by.
    pub(crate) dotted: String,
    /// Path of the document, for the header.
    pub(crate) origin: String,
    /// Name of the root's type.
    pub(crate) type_name: String,
    pub(crate) root: SchemaId,
    pub(crate) is_event: bool,
    /// JSON Pointers to the personal data of the event.
    pub(crate) personal_data: Vec<String>,
    /// A document of shared types, whose root has a name though it may have no item.
    pub(crate) is_shared: bool,
}

impl Module {
    /// Name of an event's type with strings that stay in the input.
    pub(crate) fn twin_name(&self) -> String {
        format!("{}Ref", self.type_name)
    }

    /// Name of the type of an event's mandatory headers.
    pub(crate) fn headers_name(&self) -> String {
        format!("{}Headers", self.type_name)
    }
}

/// Where in the output a path begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'m> {
    pub(crate) module: &'m Module,
    /// In the module's `generic`, where the type of strings is `S`. Outside, it is `String`.
    pub(crate) is_generic: bool,
}

impl Scope<'_> {
    /// The type of strings.
    pub(crate) fn text(self) -> TokenStream {
        if self.is_generic { quote!(S) } else { quote!(::std::string::String) }
    }
}

/// What the emitters share.
pub(crate) struct Cx<'g> {
    pub(crate) graph: &'g Graph,
    pub(crate) model: &'g Model<'g>,
    pub(crate) modules: Vec<Module>,
    module_of: BTreeMap<SourceId, usize>,
    names: BTreeMap<SchemaId, String>,
    /// Names of the generic types with strings that stay in the input.
    twins: BTreeMap<SchemaId, String>,
    /// Items with a string somewhere below, so that they are generic over how it is kept.
    with_text: BTreeSet<SchemaId>,
    boxes: BTreeMap<SchemaId, BTreeSet<SchemaId>>,
    pub(crate) constants: Constants<'g>,
    pub(crate) patterns: RefCell<Patterns>,
    pub(crate) style: &'g Style,
}

impl<'g> Cx<'g> {
    /// Names everything that `modules` hold; there is one for each document of the model.
    pub(crate) fn new(model: &'g Model<'g>, modules: Vec<Module>, style: &'g Style) -> Self {
        let module_of = modules.iter().enumerate().map(|(module_idx, module)| (module.source, module_idx)).collect();
        let mut cx = Self {
            graph: model.graph(),
            model,
            modules,
            module_of,
            names: BTreeMap::new(),
            twins: BTreeMap::new(),
            with_text: BTreeSet::new(),
            boxes: BTreeMap::new(),
            constants: Constants::new(model),
            patterns: RefCell::default(),
            style,
        };
        cx.with_text = cx.items_with_text();
        (cx.names, cx.twins) = cx.item_names();
        cx.boxes = boxes::boxes(model);
        cx
    }

    /// The module that holds `schema`.
    pub(crate) fn module(&self, schema: SchemaId) -> &Module {
        &self.modules[self.module_of[&self.graph[schema].span.source]]
    }

    /// The items of a module that code names, in the order of its document.
    pub(crate) fn items(&self, module: &Module) -> Vec<(SchemaId, &Item)> {
        let schemas = self.model.items_of(module.source).iter();
        let schemas = schemas.filter(|schema| !self.constants.implied().contains(schema));
        schemas.map(|schema| (*schema, &self.model.items[schema])).collect()
    }

    /// Name of the item that `schema` became.
    pub(crate) fn name(&self, schema: SchemaId) -> Ident {
        ident(&self.names[&schema])
    }

    /// Name of the item, or the alias, that `schema` became, with strings that stay in the input.
    pub(crate) fn twin(&self, schema: SchemaId) -> Ident {
        ident(&self.twins[&schema])
    }

    /// Path from `module` to the name `name` in the module of `schema`.
    pub(crate) fn path(&self, module: &Module, schema: SchemaId, name: &Ident) -> TokenStream {
        let target = self.module(schema);
        self.external(target, schema, name).unwrap_or_else(|| self.inner_path(module, target, name))
    }

    /// Path from `scope` to the definition `name` in the module of `schema`, with its argument if it is generic.
    pub(crate) fn definition(&self, scope: Scope<'_>, schema: SchemaId, name: &Ident, is_generic: bool) -> TokenStream {
        let target = self.module(schema);
        let arguments = is_generic.then(|| {
            let text = scope.text();
            quote!(<#text>)
        });
        let full = if is_generic { quote!(generic::#name) } else { quote!(#name) };
        let path = match self.external(target, schema, &full) {
            Some(path) => path,
            None if !scope.is_generic => self.inner_path(scope.module, target, &full),
            None if is_generic && std::ptr::eq(target, scope.module) => quote!(#name),
            None => {
                let outside = self.inner_path(scope.module, target, &full);
                quote!(super::#outside)
            }
        };
        quote!(#path #arguments)
    }

    /// Path from `module` to the name `name` in the module `target`, wherever its types come from.
    pub(crate) fn inner_path(&self, module: &Module, target: &Module, name: &impl ToTokens) -> TokenStream {
        if std::ptr::eq(target, module) {
            return quote!(#name);
        }
        let up = up(module);
        let down = target.path.iter().map(|part| ident(part));
        quote!(#up #(#down::)* #name)
    }

    /// The path of a type that another crate has.
    pub(crate) fn external(&self, target: &Module, schema: SchemaId, name: &impl ToTokens) -> Option<TokenStream> {
        let (prefix, path) = self.style.externs.iter().rfind(|(prefix, _)| lies_in(&target.dotted, prefix))?;
        let path: TokenStream = path.parse().ok()?;
        if *prefix == target.dotted {
            return (schema == target.root).then_some(path);
        }
        let n_parts = if prefix == "." { 0 } else { prefix.split('.').count() };
        let down = target.path[n_parts..].iter().map(|part| ident(part));
        Some(quote!(#path #(::#down)* ::#name))
    }

    /// The attributes for what is called `dotted`.
    pub(crate) fn attributes(attributes: &[(String, String)], dotted: &str) -> TokenStream {
        let ours = attributes.iter().filter(|(prefix, _)| lies_in(dotted, prefix));
        ours.filter_map(|(_, attribute)| attribute.parse::<TokenStream>().ok()).collect()
    }

    /// What attributes call an item by: `subscriptions.SubscriptionCreatedV1Event`, and what lies in it behind that.
    pub(crate) fn dotted(&self, schema: SchemaId) -> String {
        let module = self.module(schema);
        if schema == module.root { module.dotted.clone() } else { format!("{}.{}", module.dotted, self.name(schema)) }
    }

    /// Whether `typed` has strings, and so is generic over how they are kept.
    pub(crate) fn has_text(&self, typed: &Type) -> bool {
        self.finds_text(typed, &self.with_text)
    }

    /// Whether the item is generic over how strings are kept.
    pub(crate) fn is_generic(&self, schema: SchemaId) -> bool {
        self.with_text.contains(&schema)
    }

    /// Whether `inner` has to be boxed inside of `outer`.
    pub(crate) fn is_boxed(&self, outer: SchemaId, inner: SchemaId) -> bool {
        self.boxes.get(&outer).is_some_and(|boxed| boxed.contains(&inner))
    }

    /// The type that the configuration maps a format to.
    pub(crate) fn format_type(&self, format: Option<Format>) -> Option<&str> {
        let name = format?.name();
        self.style.format_types.get(name).map(String::as_str)
    }

    /// Names of the items, and of the generic ones with strings that stay in the input.
    fn item_names(&self) -> (BTreeMap<SchemaId, String>, BTreeMap<SchemaId, String>) {
        let (mut all, mut twins) = (BTreeMap::new(), BTreeMap::new());
        let namer = Namer::new(self.model, names::pascal).without(self.constants.implied());
        for (module, document) in self.modules.iter().zip(&self.model.documents) {
            let mut taken = BTreeSet::from([module.type_name.clone()]);
            if module.is_event {
                taken.extend([module.twin_name(), module.headers_name()]);
            }
            let own = namer.names(document, &module.type_name, &mut taken);
            // Last, so that a twin takes no name that a contract gives.
            for (schema, name) in self.generic_names(module, document, &own) {
                let twin = match module.is_event && schema == module.root {
                    true => module.twin_name(),
                    false => unique(format!("{name}Ref"), &mut taken),
                };
                twins.insert(schema, twin);
            }
            all.extend(own);
        }
        (all, twins)
    }

    /// The generic items of a module, and its alias if that is generic.
    fn generic_names(
        &self,
        module: &Module,
        document: &Document,
        names: &BTreeMap<SchemaId, String>,
    ) -> Vec<(SchemaId, String)> {
        let alias = self.model.alias(document).filter(|typed| self.has_text(typed));
        let alias = alias.map(|_| (module.root, module.type_name.clone()));
        let items = self.items(module).into_iter().filter(|(schema, _)| self.is_generic(*schema));
        alias.into_iter().chain(items.map(|(schema, _)| (schema, names[&schema].clone()))).collect()
    }

    fn finds_text(&self, typed: &Type, known: &BTreeSet<SchemaId>) -> bool {
        match &typed.shape {
            Shape::Json | Shape::Null | Shape::Bool | Shape::Integer(..) | Shape::Number(_) | Shape::Decimal { .. } => {
                false
            }
            Shape::Text(text) => self.format_type(text.format).is_none(),
            Shape::Map { .. } => true,
            Shape::Named(schema) => known.contains(schema),
            Shape::Array { item, .. } | Shape::Nullable(item) => self.finds_text(item, known),
            Shape::Tuple(items) => items.iter().any(|item| self.finds_text(item, known)),
        }
    }

    /// Grows the set until it holds every item with text below.
    fn items_with_text(&self) -> BTreeSet<SchemaId> {
        let mut known = BTreeSet::new();
        loop {
            let before = known.len();
            for (schema, item) in &self.model.items {
                if item.parts().iter().any(|typed| self.finds_text(typed, &known)) {
                    known.insert(*schema);
                }
            }
            if known.len() == before {
                return known;
            }
        }
    }
}

/// Whether `dotted` is `prefix` or lies in it; everything lies in `.`.
fn lies_in(dotted: &str, prefix: &str) -> bool {
    let rest = dotted.strip_prefix(prefix);
    prefix == "." || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The way from a module to the root of the output.
pub(crate) fn up(module: &Module) -> TokenStream {
    let supers = module.path.iter().map(|_| quote!(super::));
    quote!(#(#supers)*)
}

/// An identifier, raw if it says so.
pub(crate) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}
