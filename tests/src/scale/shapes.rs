//! Registries of `n` elements of a kind.

use super::commands::Command;

/// Longest text of the members, here and in the registry that it is compared with: every element changes.
pub(super) const MAX: usize = 40;
pub(super) const MAX_BEFORE: usize = 60;

/// A kind of registry.
#[derive(Debug)]
pub struct Shape {
    /// The kind of its elements.
    pub name: &'static str,
    /// Elements at the smallest scale: a hundred times as many lie within the documented limits.
    pub unit: usize,
    /// The registry of so many elements.
    pub(super) registry: fn(usize) -> Registry,
    /// Whether each element is reported.
    has_findings: bool,
}

impl Shape {
    /// Whether a command is run over it.
    pub(super) fn takes(&self, command: &Command) -> bool {
        self.has_findings || !command.is_report
    }
}

/// A registry.
pub(super) struct Registry {
    /// The first event.
    pub(super) event: String,
    /// Its files, with texts of at most so many characters.
    files: Box<dyn Fn(usize) -> Vec<(String, String)>>,
    /// A payload with as many elements.
    pub(super) payload: String,
}

impl Registry {
    /// Paths and texts, with the settings.
    pub(super) fn files(&self, max: usize) -> Vec<(String, String)> {
        let mut files = (self.files)(max);
        for (path, text) in [("goodevent.toml", SETTINGS), ("orders/context.toml", CONTEXT)] {
            if !files.iter().any(|(other, _)| other == path) {
                files.push((path.to_owned(), text.to_owned()));
            }
        }
        files
    }
}

const SETTINGS: &str = "organization = \"acme\"\n";
const CONTEXT: &str = "owner = \"team@example.org\"\ndescription = \"Things.\"\n";

const EVENT: &str = "Thing0SeenV1Event";

/// All of them.
pub const SHAPES: &[Shape] = &[
    // Wide.
    quiet("properties", 100, |n| one(move |max| object(n, |_| text(max)), object_payload(n))),
    quiet("required properties", 100, |n| {
        one(move |max| format!(r#""required": [{}], {}"#, names(n), object(n, |_| text(max))), object_payload(n))
    }),
    quiet("integer properties", 100, |n| {
        one(
            move |max| object(n, |at| format!(r#"{{"type": "integer", "minimum": {at}, "maximum": {}}}"#, at + max)),
            format!("{{{}}}", each(n, |at| format!(r#""p{at}": -1"#))),
        )
    }),
    quiet("branches of a tagged oneOf", 10, |n| {
        one(move |max| list("oneOf", n, |at| tagged(at, max)), tagged_payload(n))
    }),
    quiet("branches of an untagged oneOf", 10, |n| {
        one(move |max| list("oneOf", n, |at| untagged(at, max)), tagged_payload(n))
    }),
    quiet("branches of anyOf", 10, |n| one(move |max| list("anyOf", n, |at| untagged(at, max)), tagged_payload(n))),
    quiet("parts of allOf", 10, |n| {
        one(
            move |max| list("allOf", n, |at| format!(r#"{{"properties": {{"p{at}": {}}}}}"#, text(max))),
            format!(r#"{{"a": {}}}"#, object_payload(n)),
        )
    }),
    quiet("conditions", 10, |n| {
        one(
            move |max| {
                list("allOf", n, |at| {
                    format!(
                        r#"{{"if": {{"properties": {{"k": {{"const": {at}}}}}}}, "then": {{"properties": {{"v": {}}}}}}}"#,
                        text(max + at)
                    )
                })
            },
            r#"{"a": {"k": 1, "v": 1}}"#.to_owned(),
        )
    }),
    quiet("values of enum", 100, |n| one(move |max| list("enum", n, |at| value(at, max)), r#"{"a": "v"}"#.to_owned())),
    quiet("constants of oneOf", 100, |n| {
        one(
            move |max| list("oneOf", n, |at| format!(r#"{{"const": {}, "description": "It."}}"#, value(at, max))),
            r#"{"a": "v"}"#.to_owned(),
        )
    }),
    quiet("items of a tuple", 100, |n| {
        one(
            move |max| {
                format!(r#""properties": {{"a": {{"prefixItems": [{}], "items": false}}}}"#, each(n, |_| text(max)))
            },
            format!(r#"{{"a": [{}]}}"#, each(n, |_| "1".to_owned())),
        )
    }),
    quiet("pattern properties", 10, |n| {
        one(
            move |max| format!(r#""patternProperties": {{{}}}"#, each(n, |at| format!(r#""^p{at}_": {}"#, text(max)))),
            format!("{{{}}}", each(n, |at| format!(r#""p{at}_": 1"#))),
        )
    }),
    quiet("dependent schemas", 10, |n| {
        one(
            move |max| {
                let all = each(n, |at| format!(r#""p{at}": {{"properties": {{"p{}": {}}}}}"#, at + 1, text(max)));
                format!(r#""dependentSchemas": {{{all}}}"#)
            },
            object_payload(n),
        )
    }),
    quiet("patterns", 10, |n| {
        one(
            move |max| object(n, |at| format!(r#"{{"type": "string", "pattern": "^[a-z]{{1,{max}}}-{at}$"}}"#)),
            object_payload(n),
        )
    }),
    quiet("large patterns", 2, |n| {
        one(
            move |max| {
                object(n, |at| format!(r#"{{"type": "string", "pattern": "^(a?){{{0}}}a{{{0}}}$"}}"#, 4 * max + at))
            },
            object_payload(n),
        )
    }),
    quiet("examples", 100, |n| {
        one(
            move |max| {
                let examples = each(n, |at| format!(r#"{{"a": "{at}"}}"#));
                format!(r#""properties": {{"a": {}}}, "examples": [{examples}]"#, text(max))
            },
            r#"{"a": 1}"#.to_owned(),
        )
    }),
    quiet("definitions", 100, |n| {
        one(
            move |max| {
                let types = each(n, |at| format!(r#""t{at}": {}"#, text(max)));
                format!(r#"{}, "$defs": {{{types}}}"#, object(n, reference))
            },
            object_payload(n),
        )
    }),
    // Deep.
    quiet("a chain of types", 100, |n| {
        one(
            move |max| {
                let next = |at: usize| if at + 1 < n { reference(at + 1) } else { text(max) };
                let types = each(n, |at| {
                    format!(
                        r#""t{at}": {{"type": "object", "additionalProperties": false, "properties": {{"v": {}, "next": {}}}}}"#,
                        text(max),
                        next(at)
                    )
                });
                format!(r#""properties": {{"a": {}}}, "$defs": {{{types}}}"#, reference(0))
            },
            r#"{"a": {"v": 1}}"#.to_owned(),
        )
    }),
    quiet("types of a graph", 10, |n| {
        one(
            move |max| {
                let next = |at: usize| if at < n { reference(at) } else { text(max) };
                let types = each(n, |at| {
                    format!(
                        r#""t{at}": {{"type": "object", "properties": {{"x": {{"oneOf": [{}, {{"type": "null"}}]}}, "y": {}, "z": {}}}}}"#,
                        next(at + 1),
                        next(at + 2),
                        next(at + 3)
                    )
                });
                format!(r#""properties": {{"a": {}}}, "$defs": {{{types}}}"#, reference(0))
            },
            r#"{"a": {"x": 1}}"#.to_owned(),
        )
    }),
    quiet("levels of objects", 1, |n| {
        one(move |max| format!(r#""properties": {{"a": {}}}"#, nested(n, max)), deep_payload(n))
    }),
    quiet("references to one type", 100, |n| {
        one(
            move |max| format!(r#"{}, "$defs": {{"t0": {}}}"#, object(n, |_| reference(0)), text(max)),
            object_payload(n),
        )
    }),
    // Many files.
    quiet("contracts", 10, |n| many(n, |at, max| vec![contract("orders", at, &object(3, |_| text(max)))])),
    quiet("versions of an event", 10, |n| {
        many(n, |at, max| {
            let name = format!("ThingSeenV{}Event", at + 1);
            let name = if at == 0 { EVENT.to_owned() } else { name };
            vec![named("orders", &name, &object(3, |_| text(max)))]
        })
    }),
    quiet("contexts", 10, |n| {
        many(n, |at, max| {
            let context = if at == 0 { "orders".to_owned() } else { format!("context{at}") };
            vec![
                (format!("{context}/context.toml"), CONTEXT.to_owned()),
                contract(&context, at, &object(3, |_| text(max))),
            ]
        })
    }),
    quiet("shared types", 10, |n| {
        let payload = object_payload(n);
        let files = move |max: usize| {
            let members = object(n, |at| format!(r#"{{"description": "A part.", "$ref": "types/Part{at}.json"}}"#));
            let types = (0..n).map(|at| {
                let text = format!(
                    r#"{{"title": "Part{at}", "description": "A part.", "type": "string", "maxLength": {max}}}"#
                );
                (format!("orders/types/Part{at}.json"), text)
            });
            types.chain([contract("orders", 0, &members)]).collect()
        };
        Registry { event: EVENT.to_owned(), files: Box::new(files), payload }
    }),
    quiet("contracts with one shared type", 10, |n| {
        many(n, |at, max| {
            let money = format!(
                r#"{{"title": "Note", "description": "A note.", "type": "object", "additionalProperties": false, "properties": {{"v": {}}}}}"#,
                text(max)
            );
            let member = r#""properties": {"a": {"description": "A note.", "$ref": "../types/Note.json"}}"#;
            let types = (at == 0).then(|| ("types/Note.json".to_owned(), money));
            types.into_iter().chain([contract("orders", at, member)]).collect()
        })
    }),
    // Many findings.
    loud("findings in a file", 100, |n| {
        one(move |_| object(n, |_| r#"{"type": "string"}"#.to_owned()), object_payload(n))
    }),
    loud("findings in a line", 100, |n| {
        one(move |_| object(n, |_| r#"{"type": "string"}"#.to_owned()).replace('\n', " "), object_payload(n))
    }),
    loud("findings in files", 10, |n| {
        many(n, |at, _| vec![contract("orders", at, r#""properties": {"a": {"type": "string"}}"#)])
    }),
    loud("fixes in a file", 100, |n| {
        one(
            move |_| {
                let names = each(2 * n, |at| format!(r#""p{}""#, at % n));
                format!(
                    r#""required": [{names}], {}"#,
                    object(n, |_| r#"{"type": "string", "default": "a", "title": 1}"#.to_owned())
                )
            },
            object_payload(n),
        )
    }),
    loud("unused definitions", 100, |n| {
        one(
            move |max| format!(r#""$defs": {{{}}}"#, each(n, |at| format!(r#""t{at}": {}"#, text(max)))),
            "{}".to_owned(),
        )
    }),
    loud("unresolved references", 100, |n| {
        one(
            move |max| {
                let types = each(n, |at| format!(r#""t{at}": {}"#, text(max)));
                let members = object(n, |at| format!(r##"{{"$ref": "#/$defs/tt{at}"}}"##));
                format!(r#"{members}, "$defs": {{{types}}}"#)
            },
            object_payload(n),
        )
    }),
    loud("unknown keywords", 100, |n| one(move |_| each(n, |at| format!(r#""kw{at}": 1"#)), "{}".to_owned())),
    loud("undefined required properties", 100, |n| {
        one(
            move |max| {
                let names = each(n, |at| format!(r#""q{at}""#));
                format!(r#""required": [{names}], {}"#, object(n, |_| text(max)))
            },
            object_payload(n),
        )
    }),
    loud("invalid examples", 10, |n| {
        one(
            move |max| {
                let examples = each(n, |at| format!(r#"{{"a": {at}}}"#));
                format!(r#""properties": {{"a": {}}}, "examples": [{examples}]"#, text(max))
            },
            r#"{"a": 1}"#.to_owned(),
        )
    }),
    loud("unknown rules of settings", 100, |n| {
        let rules: String = (0..n).map(|at| format!("missing-frequenc{at} = \"warn\"\n")).collect();
        with_file("goodevent.toml", format!("{SETTINGS}[rules]\n{rules}"))
    }),
    loud("unknown rules of a context", 100, |n| {
        let rules: String = (0..n).map(|at| format!("missing-frequenc{at} = \"warn\"\n")).collect();
        with_file("orders/context.toml", format!("{CONTEXT}[rules]\n{rules}"))
    }),
    loud("unknown settings", 100, |n| {
        let rules: String = (0..n).map(|at| format!("organizatio{at} = \"warn\"\n")).collect();
        with_file("goodevent.toml", format!("{SETTINGS}{rules}"))
    }),
    loud("suppressed findings", 100, |n| {
        one(
            move |_| {
                let allowed = each(n, |at| {
                    format!(r#"{{"rule": "unbounded-string", "reason": "It is.", "at": "/properties/p{at}"}}"#)
                });
                format!(r#""x-event": {{"allow": [{allowed}]}}, {}"#, object(n, |_| r#"{"type": "string"}"#.to_owned()))
            },
            object_payload(n),
        )
    }),
    loud("unused suppressions", 100, |n| {
        one(
            move |max| {
                let allowed = each(n, |at| {
                    format!(r#"{{"rule": "unbounded-number", "reason": "It is.", "at": "/properties/p{at}"}}"#)
                });
                format!(r#""x-event": {{"allow": [{allowed}]}}, {}"#, object(n, |_| text(max)))
            },
            object_payload(n),
        )
    }),
    loud("lines of a baseline", 100, |n| {
        let lines: String =
            (0..n).map(|at| format!("1 missing-description orders/{EVENT}.json the property `p{at}`\n")).collect();
        with_file("goodevent.baseline", lines)
    }),
    loud("lines of a lock", 100, |n| {
        let lines: String = (0..n).map(|at| format!("orders/Thing{at}SeenV1Event {} \n", "0".repeat(64))).collect();
        with_file("goodevent.lock", lines)
    }),
];

const fn quiet(name: &'static str, unit: usize, registry: fn(usize) -> Registry) -> Shape {
    Shape { name, unit, registry, has_findings: false }
}

const fn loud(name: &'static str, unit: usize, registry: fn(usize) -> Registry) -> Shape {
    Shape { name, unit, registry, has_findings: true }
}

/// A registry of one contract.
fn one(members: impl Fn(usize) -> String + 'static, payload: String) -> Registry {
    let files = move |max: usize| vec![contract("orders", 0, &members(max))];
    Registry { event: EVENT.to_owned(), files: Box::new(files), payload }
}

/// A registry of many files, those of each element.
fn many(n: usize, files: fn(usize, usize) -> Vec<(String, String)>) -> Registry {
    let files = move |max: usize| (0..n).flat_map(|at| files(at, max)).collect();
    Registry { event: EVENT.to_owned(), files: Box::new(files), payload: r#"{"p0": 1}"#.to_owned() }
}

/// A registry of one contract, and a file that has the elements.
fn with_file(path: &'static str, text: String) -> Registry {
    let files =
        move |max: usize| vec![contract("orders", 0, &object(1, |_| self::text(max))), (path.to_owned(), text.clone())];
    Registry { event: EVENT.to_owned(), files: Box::new(files), payload: r#"{"p0": 1}"#.to_owned() }
}

fn contract(context: &str, nth: usize, members: &str) -> (String, String) {
    named(context, &format!("Thing{nth}SeenV1Event"), members)
}

fn named(context: &str, name: &str, members: &str) -> (String, String) {
    let facts = if members.contains("x-event") { "" } else { r#""x-event": {"frequency": "10s/hour"}, "# };
    let text = format!(
        r#"{{"title": "{name}", "description": "A thing was seen.", {facts}"type": "object", "additionalProperties": false, {members}}}"#
    );
    (format!("{context}/{name}.json"), text)
}

/// `text` for each number below `n`, with commas between.
fn each(n: usize, text: impl Fn(usize) -> String) -> String {
    (0..n).map(text).collect::<Vec<_>>().join(",\n")
}

fn names(n: usize) -> String {
    each(n, |at| format!(r#""p{at}""#))
}

fn object(n: usize, schema: impl Fn(usize) -> String) -> String {
    format!(r#""properties": {{{}}}"#, each(n, |at| format!(r#""p{at}": {}"#, schema(at))))
}

fn object_payload(n: usize) -> String {
    format!("{{{}}}", each(n, |at| format!(r#""p{at}": 1"#)))
}

fn text(max: usize) -> String {
    format!(r#"{{"description": "A word.", "type": "string", "minLength": 1, "maxLength": {max}}}"#)
}

fn reference(at: usize) -> String {
    format!(r##"{{"description": "A part.", "$ref": "#/$defs/t{at}"}}"##)
}

/// A value that is another one in the registry before, now and then.
fn value(at: usize, max: usize) -> String {
    if at % 50 == 1 { format!(r#""v{at}x{max}""#) } else { format!(r#""v{at}""#) }
}

fn list(keyword: &str, n: usize, schema: impl Fn(usize) -> String) -> String {
    format!(r#""properties": {{"a": {{"description": "One of them.", "{keyword}": [{}]}}}}"#, each(n, schema))
}

fn tagged(at: usize, max: usize) -> String {
    format!(
        r#"{{"type": "object", "required": ["k"], "additionalProperties": false, "properties": {{"k": {{"const": "k{at}"}}, "v": {}}}}}"#,
        text(max + at)
    )
}

fn untagged(at: usize, max: usize) -> String {
    format!(
        r#"{{"type": "object", "required": ["k{at}"], "additionalProperties": false, "properties": {{"k{at}": {}}}}}"#,
        text(max)
    )
}

/// Values of which each fits another branch, or none.
fn tagged_payload(n: usize) -> String {
    format!(r#"{{"a": {{"k": "k{}", "v": 1}}}}"#, n / 2)
}

fn nested(n: usize, max: usize) -> String {
    (0..n).fold(text(max), |inner, _| {
        format!(
            r#"{{"description": "A level.", "type": "object", "additionalProperties": false, "properties": {{"v": {}, "a": {inner}}}}}"#,
            text(max)
        )
    })
}

fn deep_payload(n: usize) -> String {
    format!(r#"{{"a": {}1{}}}"#, r#"{"v": 1, "a": "#.repeat(n), "}".repeat(n))
}
