//! The wire form of a contract: everything that decides which instances are valid, in one spelling, and nothing else.
//!
//! Formatting, order, documentation, the place of a referenced schema, `const` instead of an `enum` of one value, an
//! exclusive bound of integers instead of an inclusive one, and keywords without effect on the type do not change the form.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use goodevent_json::string;
use goodevent_schema::{
    decimal::Decimal,
    ir::{
        AppliedKeywords, ArrayKeywords, ContentEncoding, Draft, Format, Graph, Keywords, Number, NumberKeywords,
        ObjectKeywords, Property, SchemaId, TextKeywords, Types, Value,
    },
};
use hmac_sha256::Hash;

/// SHA-256 of the wire form of `root`, in hexadecimal digits.
#[must_use]
pub fn digest(graph: &Graph, root: SchemaId) -> String {
    // What this contract alone sees: another one that refers to the same types leaves the digest as it is.
    let mut former = Former::with(graph, BTreeSet::new(), evaluating(graph, graph.below(root)));
    // The number of the form's own version: a change of it must not pass for one of the contract.
    sha256(format!("1\n{}", former.text(root)).as_bytes())
}

/// SHA-256 in hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let halves = Hash::hash(bytes).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.map(|half| char::from(DIGITS[usize::from(half)])).collect()
}

pub(crate) struct Former<'g> {
    graph: &'g Graph,
    /// Schemas whose `const` and `enum` don't count.
    loose: BTreeSet<SchemaId>,
    /// Schemas whose idle keywords count, since `unevaluated…` sees what they evaluate.
    evaluating: BTreeSet<SchemaId>,
    /// Forms that say the same wherever they stand.
    known: HashMap<SchemaId, Form>,
    /// Schemas that the current one lies in.
    open: Vec<SchemaId>,
    /// Schemas that may still be looked at one within another.
    n_left: usize,
    /// Whether there are too many for that: then a recursion is seen as a whole.
    is_large: bool,
    /// The forms so far of the schemas of one recursion.
    colors: HashMap<SchemaId, Rc<str>>,
}

/// The form of a schema.
#[derive(Debug, Clone)]
struct Form {
    text: Rc<str>,
    /// Place in `open` of the outermost schema that a recursion in it leads back to.
    outermost: usize,
}

const TRUE: &str = "true";
const FALSE: &str = "false";

/// A form that leads nowhere back.
const CLOSED: usize = usize::MAX;

/// As many schemas are looked at one within another; mutual recursion has more ways than can be gone.
const MAX_VISITS: usize = 20_000;

/// As deep they nest.
const MAX_NESTED: usize = 128;

/// As many forms are made to tell the schemas of a recursion apart.
const MAX_TOLD_APART: usize = 100_000;

/// Larger forms are replaced by their digests, so that what is shared does not multiply.
const MAX_TEXT_BYTES: usize = 256;

impl<'g> Former<'g> {
    /// As if these schemas had neither `const` nor `enum`.
    pub(crate) fn without_constants(graph: &'g Graph, loose: BTreeSet<SchemaId>) -> Self {
        Self::with(graph, loose, evaluating(graph, (0..).map(SchemaId).take(graph.schemas.len())))
    }

    fn with(graph: &'g Graph, loose: BTreeSet<SchemaId>, evaluating: BTreeSet<SchemaId>) -> Self {
        Self {
            graph,
            loose,
            evaluating,
            known: HashMap::new(),
            open: Vec::new(),
            n_left: MAX_VISITS,
            is_large: false,
            colors: HashMap::new(),
        }
    }

    /// The form of a schema by itself.
    pub(crate) fn text(&mut self, id: SchemaId) -> Rc<str> {
        if !self.is_large {
            self.n_left = MAX_VISITS;
            let form = self.form(id);
            if !self.is_large {
                return form.text;
            }
            self.known.clear();
        }
        if let Some(known) = self.known.get(&id) {
            return known.text.clone();
        }
        let (graph, known) = (self.graph, &self.known);
        let leads_to = |id: SchemaId| graph[id].keywords.children().chain(graph[id].keywords.targets()).collect();
        for component in components(id, leads_to, |id| known.contains_key(&id)) {
            self.component(&component);
        }
        self.form(id).text
    }

    /// The forms of schemas that refer to each other, or of one; all others that they lead to are known.
    ///
    /// Schemas are told apart by what they say, then by the schemas that they lead to, until that tells no more of them
    /// apart ([Hopcroft and Karp](https://hdl.handle.net/1813/5958)). The form is what all of them say.
    fn component(&mut self, component: &[SchemaId]) {
        let graph = self.graph;
        let leads_to = |id: SchemaId| graph[id].keywords.children().chain(graph[id].keywords.targets());
        if let [id] = *component
            && !leads_to(id).any(|below| below == id)
        {
            self.form(id);
            return;
        }
        self.colors = component.iter().map(|id| (*id, "*".into())).collect();
        let mut n_colors = 1;
        for round in 1.. {
            if round * component.len() > MAX_TOLD_APART.max(2 * component.len()) {
                // By their order, which may tell equal ones apart.
                let mut members = component.to_vec();
                members.sort_unstable();
                self.colors = members
                    .into_iter()
                    .zip(0..)
                    .map(|(id, nth): (_, usize)| (id, format!("{nth:09}").into()))
                    .collect();
                break;
            }
            let colors = component.iter().map(|id| (*id, sha256(self.own_text(*id).as_bytes()).into())).collect();
            self.colors = colors;
            let n_before = std::mem::replace(&mut n_colors, self.colors.values().collect::<BTreeSet<_>>().len());
            if n_before == n_colors {
                break;
            }
        }
        let classes: BTreeMap<Rc<str>, SchemaId> = self.colors.iter().map(|(id, color)| (color.clone(), *id)).collect();
        let numbers: HashMap<Rc<str>, usize> = classes.keys().cloned().zip(0..).collect();
        let numbered = self.colors.iter().map(|(id, color)| (*id, numbers[color]));
        self.colors = numbered.map(|(id, number)| (id, format!("#{number}").into())).collect();
        let all = sha256(list(classes.values().map(|id| self.own_text(*id)).collect::<Vec<_>>()).as_bytes());
        for (id, number) in std::mem::take(&mut self.colors) {
            self.known.insert(id, Form { text: format!("{all}{number}").into(), outermost: CLOSED });
        }
    }

    fn own_text(&mut self, id: SchemaId) -> Rc<str> {
        self.of_keywords(id).text
    }

    fn form(&mut self, id: SchemaId) -> Form {
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        if let Some(color) = self.colors.get(&id) {
            return Form { text: color.clone(), outermost: CLOSED };
        }
        self.n_left = self.n_left.saturating_sub(1);
        if !self.is_large && (self.n_left == 0 || self.open.len() >= MAX_NESTED) {
            self.is_large = true;
        }
        if self.is_large && !self.open.is_empty() {
            // Of no use: it is looked for in the other way.
            return Form { text: FALSE.into(), outermost: CLOSED };
        }
        if let Some(at) = self.open.iter().position(|open| *open == id) {
            return Form { text: format!("^{}", self.open.len() - at).into(), outermost: at };
        }
        let graph = self.graph;
        let schema = &graph[id];
        self.open.push(id);
        let mut form = match schema.always {
            Some(always) => Form { text: if always { TRUE } else { FALSE }.into(), outermost: CLOSED },
            None => self.of_keywords(id),
        };
        self.open.pop();
        if form.outermost >= self.open.len() {
            form.outermost = CLOSED;
            if form.text.len() > MAX_TEXT_BYTES {
                form.text = sha256(form.text.as_bytes()).into();
            }
            self.known.insert(id, form.clone());
        }
        form
    }

    fn of_keywords(&mut self, id: SchemaId) -> Form {
        let (schema, is_loose) = (&self.graph[id], self.loose.contains(&id));
        let keywords = &schema.keywords;
        let AppliedKeywords { all_of, any_of, one_of, not, condition, dynamic_reference } = &*keywords.applied;
        // What accepts everything says nothing, unless it is seen that it evaluates.
        let is_seen = self.evaluating.contains(&id);
        let mut outermost = CLOSED;
        let mut said: BTreeMap<&str, String> = BTreeMap::new();
        let types = keywords.types.as_ref().map_or(Types::ALL, |types| types.value);
        match values(keywords).filter(|_| !is_loose) {
            Some(values) => {
                // Draft 4 has equal numbers of which one is an integer and the other is not.
                let is_plain = types.contains(Types::INTEGER) && !types.contains(Types::NUMBER);
                if schema.draft == Draft::Draft4 && is_plain {
                    said.insert("type", type_names(Types::INTEGER, schema.draft));
                }
                said.insert("enum", list(values));
            }
            None if types != Types::ALL => drop(said.insert("type", type_names(types, schema.draft))),
            None => {}
        }
        scalars(keywords, types, &mut said);
        if types.contains(Types::ARRAY) {
            self.array(keywords, is_seen, &mut said, &mut outermost);
        }
        if types.contains(Types::OBJECT) {
            self.object(keywords, is_seen, &mut said, &mut outermost);
        }
        let mut all: BTreeSet<Rc<str>> = BTreeSet::new();
        let parts = all_of.iter().copied().chain(keywords.reference.iter().map(|target| target.value));
        for part in parts {
            all.insert(self.part(part, &mut outermost));
        }
        for (name, union) in [("anyOf", any_of), ("oneOf", one_of)] {
            let mut forms: Vec<Rc<str>> = union.iter().map(|branch| self.part(*branch, &mut outermost)).collect();
            forms.sort();
            if name == "anyOf" {
                forms.dedup();
            }
            match forms.as_slice() {
                [] => {}
                [only] => drop(all.insert(only.clone())),
                _ if name == "anyOf" && !is_seen && forms.iter().any(|form| **form == *TRUE) => {}
                _ => drop(said.insert(name, list(forms))),
            }
        }
        let not = not.map(|not| self.part(not, &mut outermost)).filter(|not| **not != *FALSE);
        said.extend(not.map(|not| ("not", not.to_string())));
        if let Some(condition) = condition {
            let mut of = |branch: Option<SchemaId>| {
                branch.map_or_else(|| TRUE.into(), |branch| self.part(branch, &mut outermost))
            };
            let forms = [of(Some(condition.condition)), of(condition.then), of(condition.otherwise)];
            if is_seen || forms[1..].iter().any(|form| **form != *TRUE) {
                said.insert("if", list(forms));
            }
        }
        if let Some(dynamic) = dynamic_reference {
            let anchors: BTreeSet<SchemaId> = dynamic.anchors.iter().map(|(_, anchor)| *anchor).collect();
            let forms = [dynamic.target].into_iter().chain(anchors).map(|anchor| self.part(anchor, &mut outermost));
            said.insert("$dynamicRef", list(forms.collect::<Vec<_>>()));
        }
        all.remove(TRUE);
        let text = match (said.is_empty(), all.len()) {
            (true, 1) => all.into_iter().next().unwrap_or_else(|| TRUE.into()),
            (_, n_parts) => {
                if n_parts > 0 {
                    said.insert("allOf", list(all));
                }
                if said.is_empty() { TRUE.into() } else { object(&said).into() }
            }
        };
        Form { text, outermost }
    }

    fn part(&mut self, id: SchemaId, outermost: &mut usize) -> Rc<str> {
        let form = self.form(id);
        *outermost = form.outermost.min(*outermost);
        form.text
    }

    fn array(&mut self, keywords: &Keywords, is_seen: bool, said: &mut BTreeMap<&str, String>, outermost: &mut usize) {
        let ArrayKeywords { prefix_items, items, contains, min_items, max_items, unique_items, unevaluated_items } =
            &*keywords.array;
        let mut prefix: Vec<Rc<str>> = prefix_items.iter().map(|item| self.part(*item, outermost)).collect();
        let rest = items.map(|items| self.part(items, outermost));
        let rest = rest.filter(|rest| **rest != *TRUE || is_seen);
        while prefix.last().is_some_and(|last| **last == *TRUE) && rest.is_none() && !is_seen {
            prefix.pop();
        }
        if !prefix.is_empty() {
            said.insert("prefixItems", list(prefix));
        }
        said.extend(rest.map(|rest| ("items", rest.to_string())));
        if let Some(contains) = contains {
            let form = self.part(contains.schema, outermost);
            let max = contains.max.map_or_else(|| "any".to_owned(), |max| max.to_string());
            said.insert("contains", list([&*form, &contains.min.to_string(), &max]));
        }
        limits(said, "minItems", min_items.as_ref().map(|min| min.value).filter(|min| *min > 0));
        limits(said, "maxItems", max_items.as_ref().map(|max| max.value));
        if unique_items.is_some() {
            said.insert("uniqueItems", TRUE.to_owned());
        }
        let unevaluated = unevaluated_items.map(|items| self.part(items, outermost));
        said.extend(unevaluated.map(|items| ("unevaluatedItems", items.to_string())));
    }

    fn object(
        &mut self,
        keywords: &'g Keywords,
        is_seen: bool,
        said: &mut BTreeMap<&str, String>,
        outermost: &mut usize,
    ) {
        let ObjectKeywords {
            properties,
            pattern_properties,
            additional_properties,
            property_names,
            required,
            min_properties,
            max_properties,
            dependent_required,
            dependent_schemas,
            unevaluated_properties,
        } = &*keywords.object;
        let others = additional_properties.map(|others| self.part(others, outermost));
        let others = others.filter(|others| **others != *TRUE || is_seen);
        let is_open = others.is_none() && !is_seen;
        let mut of = |named: &'g [Property]| -> BTreeMap<&'g str, Rc<str>> {
            let forms = named.iter().map(|property| (&*property.name.value, self.part(property.schema, outermost)));
            // In an open object a property that may be anything says nothing.
            forms.filter(|(_, form)| !is_open || **form != *TRUE).collect()
        };
        for (name, named) in [
            ("properties", of(properties)),
            ("patternProperties", of(pattern_properties)),
            ("dependentSchemas", of(dependent_schemas)),
        ] {
            if !named.is_empty() {
                said.insert(name, object(&named));
            }
        }
        said.extend(others.map(|others| ("additionalProperties", others.to_string())));
        let names = property_names.map(|names| self.part(names, outermost)).filter(|names| **names != *TRUE);
        said.extend(names.map(|names| ("propertyNames", names.to_string())));
        let names: BTreeSet<String> = required.iter().map(|name| string::quote(&name.value)).collect();
        let n_required = names.len() as u64;
        if !names.is_empty() {
            said.insert("required", list(names));
        }
        let min = min_properties.as_ref().map(|min| min.value).filter(|min| *min > n_required);
        limits(said, "minProperties", min);
        limits(said, "maxProperties", max_properties.as_ref().map(|max| max.value));
        let dependent = dependent_required.iter().filter(|(_, names)| !names.is_empty()).map(|(name, names)| {
            let names: BTreeSet<String> = names.iter().map(|name| string::quote(&name.value)).collect();
            (name.value.as_str(), list(names))
        });
        let dependent: BTreeMap<&str, String> = dependent.collect();
        if !dependent.is_empty() {
            said.insert("dependentRequired", object(&dependent));
        }
        let unevaluated = unevaluated_properties.map(|others| self.part(others, outermost));
        said.extend(unevaluated.map(|others| ("unevaluatedProperties", others.to_string())));
    }
}

/// Of some schemas those with `unevaluatedItems` or `unevaluatedProperties`, and all that they apply to the same instance.
fn evaluating(graph: &Graph, ids: impl Iterator<Item = SchemaId>) -> BTreeSet<SchemaId> {
    let sees = |id: &SchemaId| {
        let keywords = &graph[*id].keywords;
        keywords.object.unevaluated_properties.is_some() || keywords.array.unevaluated_items.is_some()
    };
    let mut queue: Vec<SchemaId> = ids.filter(sees).collect();
    let mut evaluating = BTreeSet::new();
    while let Some(id) = queue.pop() {
        if evaluating.insert(id) {
            let keywords = &graph[id].keywords;
            queue.extend(keywords.in_place().chain(keywords.targets()));
        }
    }
    evaluating
}

/// The schemas that lead to each other, for a schema and all that it leads to; those before the ones that lead to them
/// ([Tarjan](https://doi.org/10.1137/0201010), without recursion).
pub(crate) fn components(
    root: SchemaId,
    leads_to: impl Fn(SchemaId) -> Vec<SchemaId>,
    is_known: impl Fn(SchemaId) -> bool,
) -> Vec<Vec<SchemaId>> {
    struct Visit {
        id: SchemaId,
        below: Vec<SchemaId>,
        lowest: usize,
    }
    let visit = |id: SchemaId, number: usize| Visit { id, below: leads_to(id), lowest: number };
    let mut numbers: HashMap<SchemaId, usize> = HashMap::from([(root, 0)]);
    let mut undone = vec![root];
    let mut is_undone = BTreeSet::from([root]);
    let mut visits = vec![visit(root, 0)];
    let mut found = Vec::new();
    while let Some(last) = visits.last_mut() {
        if let Some(below) = last.below.pop() {
            match numbers.get(&below) {
                Some(number) if is_undone.contains(&below) => last.lowest = last.lowest.min(*number),
                Some(_) => {}
                None if is_known(below) => {}
                None => {
                    let number = numbers.len();
                    numbers.insert(below, number);
                    undone.push(below);
                    is_undone.insert(below);
                    visits.push(visit(below, number));
                }
            }
            continue;
        }
        let Some(Visit { id, lowest, .. }) = visits.pop() else { break };
        if let Some(above) = visits.last_mut() {
            above.lowest = above.lowest.min(lowest);
        }
        if lowest == numbers[&id] {
            let begin = undone.iter().rposition(|own| *own == id).unwrap_or_default();
            let component = undone.split_off(begin);
            for id in &component {
                is_undone.remove(id);
            }
            found.push(component);
        }
    }
    found
}

fn limits<'k>(said: &mut BTreeMap<&'k str, String>, name: &'k str, limit: Option<u64>) {
    said.extend(limit.map(|limit| (name, limit.to_string())));
}

/// What strings and numbers have to keep to, as far as the types leave any.
fn scalars(keywords: &Keywords, types: Types, said: &mut BTreeMap<&str, String>) {
    let TextKeywords { min_length, max_length, pattern, format, content_encoding, content_json } = &*keywords.text;
    let NumberKeywords { minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of } = &*keywords.number;
    if types.contains(Types::STRING) {
        limits(said, "minLength", min_length.as_ref().map(|min| min.value).filter(|min| *min > 0));
        limits(said, "maxLength", max_length.as_ref().map(|max| max.value));
        said.extend(pattern.as_ref().map(|pattern| ("pattern", string::quote(&pattern.value))));
        said.extend(format.as_ref().map(|format| ("format", format_word(format.value).to_owned())));
        let encoding = content_encoding.as_ref();
        said.extend(encoding.map(|encoding| ("contentEncoding", encoding_word(encoding.value).to_owned())));
        said.extend(content_json.map(|_| ("contentMediaType", "json".to_owned())));
    }
    if types.contains(Types::INTEGER) {
        let is_whole = !types.contains(Types::NUMBER);
        let whole =
            |bound: &Number, by: i128| bound.as_i128().filter(|_| is_whole).and_then(|value| value.checked_add(by));
        for (name, inclusive, exclusive, by) in
            [("minimum", minimum, exclusive_minimum, 1), ("maximum", maximum, exclusive_maximum, -1)]
        {
            let beyond = exclusive.as_ref().map(|bound| &bound.value);
            let own = inclusive.as_ref().map(|bound| bound.value.as_i128());
            // A bound that is not an integer itself stays as it is written, and so does the other one beside it.
            let next = beyond.filter(|_| own != Some(None)).and_then(|bound| whole(bound, by));
            match beyond.map(|bound| (bound, next)) {
                // Of integers that are greater than 4 the least is 5.
                Some((_, Some(next))) => {
                    let both = own.flatten().map_or(next, |own| if by > 0 { own.max(next) } else { own.min(next) });
                    said.insert(name, both.to_string());
                }
                Some((bound, None)) => {
                    said.extend(inclusive.as_ref().map(|bound| (name, number(&bound.value))));
                    said.insert(if by > 0 { "exclusiveMinimum" } else { "exclusiveMaximum" }, number(bound));
                }
                None => said.extend(inclusive.as_ref().map(|bound| (name, number(&bound.value)))),
            }
        }
        let divisor = multiple_of.as_ref().map(|divisor| number(&divisor.value));
        said.extend(divisor.filter(|divisor| !is_whole || divisor != "1").map(|divisor| ("multipleOf", divisor)));
    }
}

/// The values that `enum` and `const` leave, of the types there are.
fn values(keywords: &Keywords) -> Option<BTreeSet<String>> {
    let types = keywords.types.as_ref().map_or(Types::ALL, |types| types.value);
    let of = |values: Vec<&Value>| -> BTreeSet<String> {
        values.into_iter().filter(|value| types.contains(value.types())).map(json).collect()
    };
    let listed =
        keywords.enumeration.as_ref().map(|values| of(values.value.iter().map(|value| &value.value).collect()));
    let constant = keywords.constant.as_ref().map(|constant| of(vec![&constant.value]));
    match (listed, constant) {
        (Some(listed), Some(constant)) => Some(listed.intersection(&constant).cloned().collect()),
        (listed, constant) => listed.or(constant),
    }
}

fn type_names(types: Types, draft: Draft) -> String {
    // Draft 4 has an integer as what is written without fraction.
    let integer = if draft == Draft::Draft4 { "plain integer" } else { "integer" };
    let names = [
        (Types::NULL, "null"),
        (Types::BOOLEAN, "boolean"),
        (Types::STRING, "string"),
        (Types::ARRAY, "array"),
        (Types::OBJECT, "object"),
    ];
    let names = names.into_iter().filter(|(own, _)| types.contains(*own)).map(|(_, name)| name.to_owned());
    let numeric = match (types.contains(Types::NUMBER), types.contains(Types::INTEGER)) {
        (true, _) => Some("number"),
        (false, true) => Some(integer),
        (false, false) => None,
    };
    list(names.chain(numeric.map(str::to_owned)))
}

/// A value by what it is equal to
/// ([JSON Schema Core 4.2.2](https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.2)).
fn json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => number(value),
        Value::String(value) => string::quote(value),
        Value::Array(items) => list(items.iter().map(json)),
        Value::Object(members) => object(&members.iter().map(|(name, value)| (name.as_str(), json(value))).collect()),
    }
}

fn number(number: &Number) -> String {
    if let Some(value) = number.as_i128() {
        return value.to_string();
    }
    // The shortest digits that lead to the double, if they are the number.
    let double = format!("{:e}", number.as_f64());
    let exact = Decimal::of(number);
    match exact == Decimal::of(&Number(double.as_str().into())) && exact.is_some() {
        true => double,
        false => exact.map_or_else(|| number.0.to_string(), |exact| exact.print().0.to_string()),
    }
}

/// A format in the wire form. These words are part of the digests that locks hold, and stay as they are for good.
fn format_word(format: Format) -> &'static str {
    match format {
        Format::Date => "Date",
        Format::DateTime => "DateTime",
        Format::Time => "Time",
        Format::Duration => "Duration",
        Format::Email => "Email",
        Format::IdnEmail => "IdnEmail",
        Format::Hostname => "Hostname",
        Format::HostnameRfc1034 => "HostnameRfc1034",
        Format::IdnHostname => "IdnHostname",
        Format::Ipv4 => "Ipv4",
        Format::Ipv6 => "Ipv6",
        Format::Uri => "Uri",
        Format::UriReference => "UriReference",
        Format::Iri => "Iri",
        Format::IriReference => "IriReference",
        Format::UriTemplate => "UriTemplate",
        Format::JsonPointer => "JsonPointer",
        Format::RelativeJsonPointer => "RelativeJsonPointer",
        Format::Regex => "Regex",
        Format::Uuid => "Uuid",
    }
}

/// An encoding in the wire form; like [`format_word`].
fn encoding_word(encoding: ContentEncoding) -> &'static str {
    match encoding {
        ContentEncoding::Base16 => "Base16",
        ContentEncoding::Base32 => "Base32",
        ContentEncoding::Base32Hex => "Base32Hex",
        ContentEncoding::Base64 => "Base64",
        ContentEncoding::Base64Url => "Base64Url",
    }
}

fn list(forms: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut list = "[".to_owned();
    for (nth, form) in forms.into_iter().enumerate() {
        list.push_str(if nth == 0 { "" } else { "," });
        list.push_str(form.as_ref());
    }
    list + "]"
}

fn object(members: &BTreeMap<&str, impl AsRef<str>>) -> String {
    let mut object = "{".to_owned();
    for (nth, (name, form)) in members.iter().enumerate() {
        object.push_str(if nth == 0 { "" } else { "," });
        object.push_str(&string::quote(name));
        object.push(':');
        object.push_str(form.as_ref());
    }
    object + "}"
}

#[cfg(test)]
mod tests {

    use goodevent_schema::{
        Registry, analyze,
        source::{Source, Sources},
    };

    use super::*;

    /// Types that refer to each other, each to all.
    fn mutual(n_types: usize, leaf: &str) -> String {
        let types = (0..n_types).map(|nth| {
            let members = (0..n_types).map(move |to| format!(r##""p{to}": {{"$ref": "#/$defs/t{to}"}}"##));
            format!(r#""t{nth}": {{"properties": {{{}, "own": {leaf}}}}}"#, members.collect::<Vec<_>>().join(", "))
        });
        format!(r##"{{"$ref": "#/$defs/t0", "$defs": {{{}}}}}"##, types.collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn mutual_recursion_is_seen_as_a_whole() {
        let one = mutual(40, r#"{"type": "string"}"#);
        assert_eq!(of(&one), of(&one.replace(r#""type""#, r#""title": "x", "type""#)));
        assert_ne!(of(&one), of(&mutual(40, r#"{"type": "null"}"#)));
        assert_ne!(of(&one), of(&one.replacen("string", "null", 1)));
        // All types say the same.
        assert_eq!(of(&one), of(&one.replace("#/$defs/t0\", \"$defs", "#/$defs/t7\", \"$defs")));
    }

    #[test]
    fn long_ways_of_references_are_gone() {
        let chain = |n: usize, end: &str| {
            let types = (0..n).map(|nth| format!(r##""t{nth}": {{"$ref": "#/$defs/t{}"}}"##, nth + 1));
            let types: Vec<String> = types.collect();
            format!(r##"{{"$ref": "#/$defs/t0", "$defs": {{{}, "t{n}": {end}}}}}"##, types.join(", "))
        };
        let thread = std::thread::Builder::new().stack_size(512 << 10);
        let compared = move || {
            assert_eq!(of(&chain(500, r#"{"type": "null"}"#)), of(r#"{"type": "null"}"#));
            // Longer chains are errors of the analysis, which cuts them; a digest is made all the same.
            [of(&chain(9_000, r#"{"type": "null"}"#)), of(&chain(9_000, r##"{"$ref": "#/$defs/t0"}"##))]
        };
        let joined = thread.spawn(compared).expect("there is a thread").join();
        assert!(joined.expect("nothing overflows").iter().all(|digest| digest.len() == 64));
    }

    #[test]
    fn a_long_recursion_is_told_from_one_that_differs_at_its_end() {
        let chain = |n: usize, last: &str| {
            let types = (0..n).map(|nth| {
                let value = if nth + 1 == n { last } else { "{}" };
                let next = format!(r##"{{"$ref": "#/$defs/t{}"}}"##, (nth + 1) % n);
                format!(r#""t{nth}": {{"type": "object", "properties": {{"next": {next}, "own": {value}}}}}"#)
            });
            format!(r##"{{"$ref": "#/$defs/t0", "$defs": {{{}}}}}"##, types.collect::<Vec<_>>().join(","))
        };
        for n in [3, 40, 1_000] {
            assert_eq!(of(&chain(n, "{}")), of(&chain(n, r#"{"title": "the last"}"#)), "{n}");
            assert_ne!(of(&chain(n, "{}")), of(&chain(n, r#"{"type": "null"}"#)), "{n}");
            assert_ne!(of(&chain(n, r#"{"type": "null"}"#)), of(&chain(n + 1, r#"{"type": "null"}"#)), "{n}");
        }
    }

    #[test]
    fn numbers_differ_in_every_digit() {
        let form = |number: &str| of(&format!(r#"{{"const": {number}}}"#));
        assert_eq!(form("0.50"), form("5e-1"));
        for (left, right) in
            [("0.1", "0.1000000000000000055"), ("9007199254740993.5", "9007199254740992.5"), ("1e400", "1e500")]
        {
            assert_ne!(form(left), form(right));
        }
        let draft4 = |rest: &str| of(&format!(r#"{{"$schema": "http://json-schema.org/draft-04/schema#", {rest}}}"#));
        assert_ne!(draft4(r#""enum": [1]"#), draft4(r#""type": "integer", "enum": [1]"#));
    }

    fn read(schema: &str) -> (Registry, SchemaId) {
        let source = Source { path: "a/ThingSeenV1Event.json".to_owned(), uri: None, bytes: schema.as_bytes().into() };
        let sources = Sources { root: String::new(), files: vec![source] };
        let (registry, _) = analyze(&sources);
        let root = registry.contexts["a"].contracts[0].root;
        (registry, root)
    }

    fn of(schema: &str) -> String {
        let (registry, root) = read(schema);
        digest(&registry.schemas.graph, root)
    }

    /// Locks hold digests of these texts: who changes one voids them, and needs a new number of the form.
    #[test]
    fn the_wire_form_stays() {
        for (schema, expected) in [
            (
                r#"{"type": "object", "properties": {"a": {"type": "string", "minLength": 2, "pattern": "^\\d\"é\\u0001"}}, "required": ["a"], "additionalProperties": false}"#,
                r#"{"additionalProperties":false,"properties":{"a":{"minLength":2,"pattern":"^\\d\"é\\u0001","type":[string]}},"required":["a"],"type":[object]}"#,
            ),
            (
                r#"{"type": ["integer", "null"], "exclusiveMinimum": 0, "maximum": 7, "multipleOf": 2}"#,
                r#"{"maximum":7,"minimum":1,"multipleOf":2,"type":[null,integer]}"#,
            ),
            (
                r#"{"type": "number", "exclusiveMaximum": 1.5, "minimum": 1e-7, "multipleOf": 0.10}"#,
                r#"{"exclusiveMaximum":1.5e0,"minimum":1e-7,"multipleOf":1e-1,"type":[number]}"#,
            ),
            (r#"{"enum": ["b\n", 1.0, {"z": [null, true]}, "a"]}"#, r#"{"enum":["a","b\n",1,{"z":[null,true]}]}"#),
            (
                r#"{"$schema": "http://json-schema.org/draft-07/schema#", "type": "string", "format": "date-time", "contentEncoding": "base64", "contentMediaType": "application/json"}"#,
                r#"{"contentEncoding":Base64,"contentMediaType":json,"format":DateTime,"type":[string]}"#,
            ),
            (
                r#"{"type": "array", "prefixItems": [{"type": "null"}], "items": {"type": "boolean"}, "contains": {"const": true}, "minContains": 2, "maxContains": 3, "minItems": 1, "maxItems": 9, "uniqueItems": true}"#,
                r#"{"contains":[{"enum":[true]},2,3],"items":{"type":[boolean]},"maxItems":9,"minItems":1,"prefixItems":[{"type":[null]}],"type":[array],"uniqueItems":true}"#,
            ),
            (
                r#"{"minProperties": 1, "maxProperties": 2, "patternProperties": {"^a": {"type": "null"}}, "propertyNames": {"maxLength": 3}, "dependentRequired": {"a": ["b"]}, "dependentSchemas": {"a": {"maxProperties": 1}}}"#,
                r#"{"dependentRequired":{"a":["b"]},"dependentSchemas":{"a":{"maxProperties":1}},"maxProperties":2,"minProperties":1,"patternProperties":{"^a":{"type":[null]}},"propertyNames":{"maxLength":3}}"#,
            ),
            (
                r#"{"anyOf": [{"type": "null"}, {"type": "string"}], "not": {"const": ""}, "if": {"type": "null"}, "then": false, "allOf": [{"maxLength": 4}]}"#,
                r#"{"allOf":[{"maxLength":4}],"anyOf":[{"type":[null]},{"type":[string]}],"if":[{"type":[null]},false,true],"not":{"enum":[""]}}"#,
            ),
            (
                r#"{"oneOf": [{"type": "object"}, {"type": "array"}], "unevaluatedProperties": false, "unevaluatedItems": {"type": "null"}}"#,
                r#"{"oneOf":[{"type":[array]},{"type":[object]}],"unevaluatedItems":{"type":[null]},"unevaluatedProperties":false}"#,
            ),
            (r##"{"properties": {"next": {"$ref": "#"}}}"##, r#"{"properties":{"next":^2}}"#),
        ] {
            let (registry, root) = read(schema);
            let graph = &registry.schemas.graph;
            let mut former = Former::with(graph, BTreeSet::new(), evaluating(graph, graph.below(root)));
            assert_eq!(&*former.text(root), expected, "{schema}");
        }
        assert_eq!(of(r#"{"type": "null"}"#), "9b6a8e7d9670cfd8788bd5025f228f39e41b3029c1892876c5b7d90932dfd96d");
    }

    #[test]
    fn what_means_the_same_has_one_digest() {
        for (left, right) in [
            (r#"{"type": "string", "title": "x"}"#, r#"{ "description": "y", "type": ["string"], "minLength": 0 }"#),
            (r#"{"enum": [1, "a"]}"#, r#"{"enum": ["a", 1.0]}"#),
            (r#"{"const": "a"}"#, r#"{"type": "string", "enum": ["a"]}"#),
            (r#"{"type": "integer", "exclusiveMinimum": 0}"#, r#"{"type": "integer", "minimum": 1, "maxLength": 3}"#),
            (
                r##"{"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"type": "null"}}}"##,
                r##"{"properties": {"b": true, "a": {"allOf": [{"type": "null"}]}}, "additionalProperties": true}"##,
            ),
            (
                r##"{"type": "object", "properties": {"a": {"$ref": "#"}}}"##,
                r##"{"$ref": "#/$defs/t", "$defs": {"t": {"type": "object", "properties": {"a": {"$ref": "#/$defs/t"}}}}}"##,
            ),
            (
                r#"{"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "null"}], "additionalItems": false}"#,
                r#"{"prefixItems": [{"type": "null"}], "items": false}"#,
            ),
        ] {
            assert_eq!(of(left), of(right), "{left} {right}");
        }
    }

    /// Each bound beside each other one.
    #[test]
    fn bounds_that_accept_different_integers_have_different_digests() {
        const BOUNDS: [Option<f64>; 8] =
            [None, Some(-1.0), Some(-0.0), Some(0.01), Some(1.5), Some(2.0), Some(3.5), Some(1e40)];
        let all = BOUNDS.iter().flat_map(|first| BOUNDS.iter().map(move |second| (*first, *second)));
        for [inclusive, exclusive] in [["minimum", "exclusiveMinimum"], ["maximum", "exclusiveMaximum"]] {
            let is_low = inclusive == "minimum";
            let mut known: BTreeMap<String, (Vec<bool>, String)> = BTreeMap::new();
            for (own, beyond) in all.clone() {
                let member = |name: &str, bound: Option<f64>| bound.map(|bound| format!(r#", "{name}": {bound:?}"#));
                let members = [member(inclusive, own), member(exclusive, beyond)].into_iter().flatten();
                let schema = format!(r#"{{"type": "integer"{}}}"#, members.collect::<String>());
                let accepts = |value: f64| {
                    own.is_none_or(|own| if is_low { value >= own } else { value <= own })
                        && beyond.is_none_or(|beyond| if is_low { value > beyond } else { value < beyond })
                };
                let accepted = (-3..6).map(f64::from).chain([1e39, 1e40, 1e41]).map(accepts).collect::<Vec<_>>();
                let (other, their) = known.entry(of(&schema)).or_insert_with(|| (accepted.clone(), schema.clone()));
                assert_eq!(*other, accepted, "{their} and {schema}");
            }
        }
    }

    /// In each place that applies a schema to the same instance, and each keyword that accepts everything.
    #[test]
    fn what_unevaluated_sees_is_told_apart() {
        let objects = [
            r#"{"properties": {"a": true}}"#,
            r#"{"properties": {"b": true}}"#,
            r#"{"patternProperties": {"^a": true}}"#,
            r#"{"additionalProperties": true}"#,
            r#"{"if": {"properties": {"a": {"type": "null"}}}}"#,
            r#"{"if": {"properties": {"b": {"type": "null"}}}}"#,
            r#"{"anyOf": [true, {"properties": {"c": true}}]}"#,
            r#"{"anyOf": [true, {"properties": {"d": true}}]}"#,
            "true",
        ];
        let arrays = [
            r#"{"prefixItems": [true]}"#,
            r#"{"prefixItems": [true, true]}"#,
            r#"{"items": true}"#,
            r#"{"if": {"prefixItems": [{"type": "null"}]}}"#,
            r#"{"anyOf": [true, {"prefixItems": [true, true, true]}]}"#,
            "true",
        ];
        let places: [fn(&str) -> String; 7] = [
            |part| format!(r#""allOf": [{part}]"#),
            |part| format!(r#""allOf": [{{"allOf": [{part}]}}, {{"minLength": 3}}]"#),
            |part| format!(r#""anyOf": [{part}, {{"type": "null"}}]"#),
            |part| format!(r#""oneOf": [{part}, {{"type": "null"}}]"#),
            |part| format!(r##""$ref": "#/$defs/t", "$defs": {{"t": {part}}}"##),
            |part| format!(r#""if": {{"minLength": 3}}, "then": {part}, "else": {{"minLength": 1}}"#),
            |part| format!(r#""dependentSchemas": {{"k": {part}}}"#),
        ];
        for (parts, keyword) in [(&objects[..], "unevaluatedProperties"), (&arrays[..], "unevaluatedItems")] {
            let skipped = usize::from(keyword == "unevaluatedItems");
            for place in &places[..places.len() - skipped] {
                let schemas = parts.iter().map(|part| format!(r#"{{{}, "{keyword}": false}}"#, place(part)));
                let schemas: Vec<String> = schemas.collect();
                let digests: BTreeSet<String> = schemas.iter().map(|schema| of(schema)).collect();
                assert_eq!(digests.len(), schemas.len(), "{schemas:#?}");
            }
        }
        // Nobody sees it.
        assert_eq!(of(r#"{"allOf": [{"properties": {"a": true}}]}"#), of("{}"));
    }

    #[test]
    fn what_means_something_else_has_another() {
        let schemas = [
            r#"{"type": "string"}"#,
            r#"{"type": "string", "minLength": 1}"#,
            r#"{"type": "string", "format": "date"}"#,
            r#"{"type": "string", "pattern": "a"}"#,
            r#"{"type": "integer"}"#,
            r#"{"type": "number"}"#,
            r#"{"properties": {"a": {"type": "null"}}}"#,
            r#"{"properties": {"a": {"type": "null"}}, "required": ["a"]}"#,
            r#"{"properties": {"a": {"type": "null"}}, "additionalProperties": false}"#,
            r#"{"properties": {"a": true}, "additionalProperties": false}"#,
            r#"{"oneOf": [{"type": "null"}, {"type": "string"}]}"#,
            r#"{"anyOf": [{"type": "null"}, {"type": "string"}]}"#,
            r##"{"type": "object", "properties": {"a": {"$ref": "#"}}}"##,
            r##"{"type": "object", "properties": {"a": {"properties": {"a": {"$ref": "#"}}}}}"##,
        ];
        let digests: BTreeSet<String> = schemas.iter().map(|schema| of(schema)).collect();
        assert_eq!(digests.len(), schemas.len());
    }
}
