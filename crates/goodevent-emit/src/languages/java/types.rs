//! Definitions of types.

use goodevent_model::{Document, Extra, Field, Integer, ItemKind, Shape, Type, Variant};
use goodevent_schema::ir::SchemaId;

use crate::{
    docs::{described, limits},
    escape::Language,
    languages::modules::Module,
};

use super::{
    literals::literal,
    names::{Cx, components, constants, unions_of},
};

/// The class with the types of a document; nothing if it has none.
pub(super) fn file(cx: &Cx<'_>, module: &Module, document: &Document) -> Option<String> {
    let items = cx.model.items_of(module.source);
    if items.is_empty() {
        return None;
    }
    let unions = unions_of(cx, items);
    let is_event = document.event.is_some();
    let mut nested = String::new();
    for schema in items.iter().filter(|schema| **schema != module.root && cx.is_defined(**schema)) {
        let own = unions.get(schema).map(Vec::as_slice).unwrap_or_default();
        nested.push_str(&definition(cx, *schema, own, "    ", ""));
    }
    let contract = match is_event {
        true => format!(
            "    /** The contract of the event. */\n    {}Contract<{}> CONTRACT = {}.CONTRACT;\n",
            if is_interface(cx, module.root) { "" } else { "public static final " },
            module.type_name,
            cx.internal(module)
        ),
        false => String::new(),
    };
    let body = match cx.model.items.contains_key(&module.root) {
        true => {
            let own = unions.get(&module.root).map(Vec::as_slice).unwrap_or_default();
            definition(cx, module.root, own, "", &format!("{contract}{nested}"))
        }
        false => format!(
            "/** Types of {}. */\npublic final class {} {{\n    private {}() {{}}\n{nested}}}\n",
            Language::Java.comment(&module.origin),
            module.type_name,
            module.type_name
        ),
    };
    let package = &cx.package;
    let import = match is_event {
        true => format!("import {package}.goodevent.Contract;\nimport {package}.internal.{};\n", cx.internal(module)),
        false => String::new(),
    };
    Some(format!(
        "package {};\n\n{import}import {package}.goodevent.Json;\nimport {package}.goodevent.OptionalNullable;\n\
         import {package}.goodevent.Tuple;\nimport {package}.goodevent.Values;\nimport java.math.BigDecimal;\n\
         import java.math.BigInteger;\nimport java.util.HashMap;\nimport java.util.List;\nimport java.util.Map;\n\
         import java.util.Objects;\nimport java.util.Optional;\n\n{body}",
        cx.package_of(module)
    ))
}

fn is_interface(cx: &Cx<'_>, schema: SchemaId) -> bool {
    matches!(&cx.model.items[&schema].kind, ItemKind::Union { variants, .. } if !variants.is_empty())
}

fn definition(cx: &Cx<'_>, schema: SchemaId, unions: &[SchemaId], indent: &str, more: &str) -> String {
    let name = cx.name(schema);
    let module = cx.module(schema);
    let event = cx.model.documents[module.module_idx].event.as_ref().filter(|_| schema == module.root);
    let deprecated = match event {
        Some(event) => event.deprecated.clone(),
        None => cx.model.graph()[schema].docs.deprecated.then(|| "deprecated by the contract".to_owned()),
    };
    let description = cx.model.docs(schema).map_or_else(|| format!("A value of {name}."), str::to_owned);
    let about = |params: &[(String, String)]| comment(&description, params, deprecated.as_deref(), indent);
    let gap = if indent.is_empty() { "" } else { "\n" };
    let text = match &cx.model.items[&schema].kind {
        ItemKind::Record { fields, extra } => record(cx, schema, fields, extra, unions, indent, more, &about),
        ItemKind::Wrapper(typed) => {
            let about = about(&[("value".to_owned(), described("The value", &limits(&typed.shape)))]);
            let ty = type_name(cx, schema, typed, false);
            let check = required("value", &ty);
            let check = if check.is_empty() { check } else { format!("{indent}        {check}\n") };
            format!(
                "{about}{indent}public record {name}({ty} value){} {{\n{indent}    /** Requires a value. */\n{indent}    public \
                 {name} {{\n{check}{indent}    }}\n{more}{indent}}}\n",
                implements(cx, unions)
            )
        }
        ItemKind::Enum(values) => enumeration(name, values, indent, more, &about(&[])),
        ItemKind::Union { variants, .. } if variants.is_empty() => {
            format!(
                "{}{indent}public final class {name} {{\n{indent}    private {name}() {{}}\n{more}{indent}}}\n",
                about(&[])
            )
        }
        ItemKind::Union { variants, .. } => {
            let wrappers = wrappers(cx, schema, variants, indent);
            format!("{}{indent}public sealed interface {name} {{\n{more}{wrappers}{indent}}}\n", about(&[]))
        }
    };
    format!("{gap}{text}")
}

fn implements(cx: &Cx<'_>, unions: &[SchemaId]) -> String {
    let names: Vec<&str> = unions.iter().map(|union| cx.name(*union)).collect();
    if names.is_empty() { String::new() } else { format!(" implements {}", names.join(", ")) }
}

/// The records around variants that are not records themselves.
fn wrappers(cx: &Cx<'_>, schema: SchemaId, variants: &[Variant], indent: &str) -> String {
    let mut text = String::new();
    for (variant, name) in variants.iter().zip(cx.variants(schema)) {
        let Some(name) = name else { continue };
        let ty = type_name(cx, schema, &variant.typed, false);
        let check = required("value", &ty);
        let check = if check.is_empty() { check } else { format!("{indent}            {check}\n") };
        let description = variant.schema.and_then(|branch| cx.model.docs(branch)).unwrap_or("An alternative.");
        let value = described("The value", &limits(&variant.typed.shape));
        let about = comment(description, &[("value".to_owned(), value)], None, &format!("{indent}    "));
        text.push_str(&format!(
            "\n{about}{indent}    record {name}({ty} value) implements {} {{\n{indent}        /** Requires a value. */\n{indent}        \
             public {name} {{\n{check}{indent}        }}\n{indent}    }}\n",
            cx.name(schema)
        ));
    }
    text
}

fn enumeration(name: &str, values: &[String], indent: &str, more: &str, about: &str) -> String {
    let all: Vec<String> = values
        .iter()
        .zip(constants(values))
        .map(|(value, constant)| {
            let shown: String = value.chars().take(100).collect();
            let shown = Language::Java.comment(&shown);
            format!("{indent}    /** {shown}. */\n{indent}    {constant}({})", literal(value))
        })
        .collect();
    format!(
        "{about}{indent}public enum {name} {{\n{};\n\n{more}{indent}    private static final Map<String, {name}> byValue = new \
         HashMap<>();\n\n{indent}    static {{\n{indent}        for ({name} own : values()) {{\n{indent}            \
         byValue.put(own.value, own);\n{indent}        }}\n{indent}    }}\n\n{indent}    private final String value;\n\n{indent}    \
         {name}(String value) {{\n{indent}        this.value = value;\n{indent}    }}\n\n{indent}    /**\n{indent}     * The value, \
         in the spelling of the contract.\n{indent}     *\n{indent}     * @return the value\n{indent}     */\n{indent}    public \
         String value() {{\n{indent}        return value;\n{indent}    }}\n\n{indent}    /**\n{indent}     * The constant of a \
         value.\n{indent}     *\n{indent}     * @param value the value, in the spelling of the contract\n{indent}     * @return the \
         constant\n{indent}     * @throws IllegalArgumentException if the contract does not have the value\n{indent}     */\n\
         {indent}    public static {name} of(String value) {{\n{indent}        {name} own = byValue.get(value);\n{indent}        if \
         (own == null) {{\n{indent}            throw new IllegalArgumentException(\"the contract does not have the \
         value\");\n{indent}        }}\n{indent}        return own;\n{indent}    }}\n{indent}}}\n",
        all.join(",\n")
    )
}

/// A member of a record that has a component.
struct Component {
    name: String,
    ty: String,
    /// The type that the builder takes, and what it makes of it.
    setter: (String, String),
    /// The value that the builder begins with, if the member is not required.
    default: Option<&'static str>,
    docs: String,
    is_deprecated: bool,
    is_personal: bool,
}

/// A record with more components than this, or with optional ones, has a builder.
const MAX_PLAIN_COMPONENTS: usize = 3;

/// A constructor has 255 slots, of which a `long` takes two.
const MAX_SLOTS: usize = 240;

/// Documentation with descriptions of components, by their names.
type About<'a> = dyn Fn(&[(String, String)]) -> String + 'a;

#[allow(clippy::too_many_arguments, reason = "the parts of one definition")]
fn record(
    cx: &Cx<'_>,
    schema: SchemaId,
    fields: &[Field],
    extra: &Extra,
    unions: &[SchemaId],
    indent: &str,
    more: &str,
    about: &About<'_>,
) -> String {
    let name = cx.name(schema);
    let (names, other) = components(fields, extra);
    let is_boxed = 2 * fields.len() > MAX_SLOTS;
    let mut all: Vec<Component> = Vec::new();
    let mut members = String::new();
    for (field, component) in fields.iter().zip(names) {
        match cx.constant(field.is_required, &field.typed) {
            Some(value) => members.push_str(&constant_method(&component, &field.name, value, indent)),
            None => all.push(component_of(cx, schema, field, component, is_boxed)),
        }
    }
    if let (Extra::Open(typed), Some(name)) = (extra, other) {
        let ty = format!("Map<String, {}>", type_name(cx, schema, typed, true));
        all.push(Component {
            setter: (ty.clone(), name.clone()),
            default: Some("Map.of()"),
            docs: "Other members, by their names.".to_owned(),
            is_deprecated: false,
            is_personal: false,
            name,
            ty,
        });
    }
    let params: Vec<(String, String)> = all.iter().map(|own| (own.name.clone(), own.docs.clone())).collect();
    let list: Vec<String> = all
        .iter()
        .map(|own| {
            format!("\n{indent}    {}{} {}", if own.is_deprecated { "@Deprecated " } else { "" }, own.ty, own.name)
        })
        .collect();
    let checks = all.iter().map(|own| required(&own.name, &own.ty)).filter(|check| !check.is_empty());
    let checks: String = checks.map(|check| format!("{indent}        {check}\n")).collect();
    let has_builder = all.len() > MAX_PLAIN_COMPONENTS || all.iter().any(|own| own.default.is_some());
    let builder = if has_builder { builder(name, &all, indent) } else { String::new() };
    let shown = if all.iter().any(|own| own.is_personal) { to_string(name, &all, indent) } else { String::new() };
    format!(
        "{}{indent}public record {name}({}){} {{\n{more}{indent}    /** Requires all components; copies lists and maps. */\n\
         {indent}    public {name} {{\n{checks}{indent}    }}\n{members}{builder}{shown}{indent}}}\n",
        about(&params),
        list.join(","),
        implements(cx, unions)
    )
}

fn constant_method(component: &str, name: &str, value: &str, indent: &str) -> String {
    let name = Language::Java.comment(name);
    format!(
        "\n{indent}    /**\n{indent}     * The member {name}, which has one value.\n{indent}     *\n{indent}     * @return the \
         value\n{indent}     */\n{indent}    public String {component}() {{\n{indent}        return {};\n{indent}    }}\n",
        literal(value)
    )
}

fn component_of(cx: &Cx<'_>, schema: SchemaId, field: &Field, name: String, is_boxed: bool) -> Component {
    let inner = |typed: &Type| type_name(cx, schema, typed, true);
    let (ty, setter, default) = match (&field.typed.shape, field.is_required) {
        (Shape::Nullable(own), true) => {
            (format!("Optional<{}>", inner(own)), (format!("Optional<{}>", inner(own)), name.clone()), None)
        }
        (_, true) => {
            let ty = type_name(cx, schema, &field.typed, is_boxed);
            (ty.clone(), (ty, name.clone()), None)
        }
        (Shape::Nullable(own), false) => {
            let ty = format!("OptionalNullable<{}>", inner(own));
            (ty.clone(), (ty, name.clone()), Some("OptionalNullable.absent()"))
        }
        (_, false) => {
            let own = inner(&field.typed);
            (format!("Optional<{own}>"), (own, format!("Optional.of({name})")), Some("Optional.empty()"))
        }
    };
    let description = field.schema.and_then(|own| cx.model.docs(own)).map(str::to_owned);
    let description = description.unwrap_or_else(|| format!("The member {}.", field.name));
    Component {
        docs: described(&description, &limits(&field.typed.shape)),
        is_deprecated: field.schema.is_some_and(|own| cx.model.graph()[own].docs.deprecated),
        is_personal: field.schema.is_some_and(|own| cx.model.personal.contains(&own)),
        name,
        ty,
        setter,
        default,
    }
}

fn builder(name: &str, all: &[Component], indent: &str) -> String {
    let boxed = |ty: &str| match ty {
        "long" => "Long".to_owned(),
        "double" => "Double".to_owned(),
        "boolean" => "Boolean".to_owned(),
        ty => ty.to_owned(),
    };
    let fields: String = all
        .iter()
        .map(|own| {
            let value = own.default.map(|value| format!(" = {value}")).unwrap_or_default();
            format!("{indent}        private {} {}{value};\n", boxed(&own.ty), own.name)
        })
        .collect();
    let setters: String = all
        .iter()
        .map(|own| {
            let (ty, value) = &own.setter;
            let (component, docs) = (&own.name, Language::Java.comment(&own.docs));
            format!(
                "\n{indent}        /**\n{indent}         * Sets the component.\n{indent}         *\n{indent}         * @param \
                 {component} {docs}\n{indent}         * @return this builder\n{indent}         */\n{indent}        public Builder \
                 {component}({ty} {component}) {{\n{indent}            this.{component} = {value};\n{indent}            return \
                 this;\n{indent}        }}\n"
            )
        })
        .collect();
    let arguments: Vec<String> = all
        .iter()
        .map(|own| match own.ty.as_str() {
            "long" | "double" | "boolean" => {
                format!("\n{indent}                Objects.requireNonNull({}, \"{}\")", own.name, own.name)
            }
            _ => format!("\n{indent}                {}", own.name),
        })
        .collect();
    format!(
        "\n{indent}    /**\n{indent}     * A builder, whose optional components are absent.\n{indent}     *\n{indent}     * @return \
         the builder\n{indent}     */\n{indent}    public static Builder builder() {{\n{indent}        return new \
         Builder();\n{indent}    }}\n\n{indent}    /** Sets the components one by one. */\n{indent}    public static final class \
         Builder {{\n{fields}\n{indent}        private Builder() {{}}\n{setters}\n{indent}        /**\n{indent}         * The record \
         of the components that were set.\n{indent}         *\n{indent}         * @return the record\n{indent}         * @throws \
         NullPointerException if a required component is missing\n{indent}         */\n{indent}        public {name} build() \
         {{\n{indent}            return new {name}({});\n{indent}        }}\n{indent}    }}\n",
        arguments.join(",")
    )
}

/// A text without personal data.
fn to_string(name: &str, all: &[Component], indent: &str) -> String {
    let parts: Vec<String> = all
        .iter()
        .map(|own| match own.is_personal {
            true => format!("\"{}=<personal data>\"", own.name),
            false => format!("\"{}=\" + {}", own.name, own.name),
        })
        .collect();
    format!(
        "\n{indent}    /** The components without personal data. */\n{indent}    @Override\n{indent}    public String toString() \
         {{\n{indent}        return \"{name}[\" + {} + \"]\";\n{indent}    }}\n",
        parts.join(" + \", \" + ")
    )
}

/// The statement that requires a component, and copies what could change.
fn required(component: &str, ty: &str) -> String {
    match ty {
        "long" | "double" | "boolean" => String::new(),
        ty if ty.starts_with("List<") => format!("{component} = Values.list({component}, \"{component}\");"),
        ty if ty.starts_with("Map<") => format!("{component} = Values.map({component}, \"{component}\");"),
        _ => format!("Objects.requireNonNull({component}, \"{component}\");"),
    }
}

/// The type of `typed` inside of the item `owner`, in any class.
pub(super) fn whole_type(cx: &Cx<'_>, owner: SchemaId, typed: &Type, is_boxed: bool) -> String {
    written(cx, owner, typed, is_boxed, &|schema| cx.path(schema))
}

/// The same in the class of the document of `owner`, whose types have short names there.
fn type_name(cx: &Cx<'_>, owner: SchemaId, typed: &Type, is_boxed: bool) -> String {
    let home = cx.module(owner).module_idx;
    written(cx, owner, typed, is_boxed, &|schema| match cx.module(schema).module_idx == home {
        true => cx.name(schema).to_owned(),
        false => cx.path(schema),
    })
}

/// Whether a `long` holds all integers of a range.
pub(super) fn is_long(integer: Integer) -> bool {
    match integer {
        Integer::Signed(..) => true,
        Integer::Unsigned(_, max) => i64::try_from(max).is_ok(),
        Integer::Signed128(..) | Integer::Unsigned128(..) => false,
    }
}

fn written(cx: &Cx<'_>, owner: SchemaId, typed: &Type, is_boxed: bool, name: &dyn Fn(SchemaId) -> String) -> String {
    let inner = |typed: &Type| written(cx, owner, typed, true, name);
    match &typed.shape {
        Shape::Json => "Json".to_owned(),
        Shape::Null => "Json.Null".to_owned(),
        Shape::Bool => (if is_boxed { "Boolean" } else { "boolean" }).to_owned(),
        Shape::Integer(integer, _) if is_long(*integer) => (if is_boxed { "Long" } else { "long" }).to_owned(),
        Shape::Integer(..) | Shape::Decimal { is_integer: true } => "BigInteger".to_owned(),
        Shape::Number(_) => (if is_boxed { "Double" } else { "double" }).to_owned(),
        Shape::Decimal { is_integer: false } => "BigDecimal".to_owned(),
        Shape::Text(_) => "String".to_owned(),
        Shape::Named(schema) if cx.named(owner, typed).is_some() => name(*schema),
        Shape::Named(_) => "Json".to_owned(),
        Shape::Array { item, .. } => format!("List<{}>", inner(item)),
        Shape::Tuple(items) => {
            let all: Vec<String> = items.iter().map(inner).collect();
            format!("Tuple.Of{}<{}>", items.len(), all.join(", "))
        }
        Shape::Map { value } => format!("Map<String, {}>", inner(value)),
        Shape::Nullable(own) => format!("Optional<{}>", inner(own)),
    }
}

/// A comment with a description and that of each parameter; `deprecated` is the reason of a deprecation.
fn comment(description: &str, params: &[(String, String)], deprecated: Option<&str>, indent: &str) -> String {
    let of = |text: &str| Language::Java.comment(text.trim());
    let mut lines = vec![of(description)];
    let mut tags: Vec<String> = params.iter().map(|(name, docs)| format!("@param {name} {}", of(docs))).collect();
    tags.extend(deprecated.map(|reason| format!("@deprecated {}", of(reason))));
    if !tags.is_empty() {
        lines.push(String::new());
        lines.extend(tags);
    }
    let annotation = if deprecated.is_some() { format!("{indent}@Deprecated\n") } else { String::new() };
    let lines: String = lines.iter().map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n").collect();
    format!("{indent}/**\n{lines}{indent} */\n{annotation}")
}
