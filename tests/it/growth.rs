//! The cost of one more member, type or file: as much as the one before it. And what refers to itself costs no more than
//! what does not.

use std::{fmt::Write as _, time::Duration};

use goodevent_check::{
    compat::{Prover, Version, changes},
    lint::{self, Options},
    near_miss::near_misses,
    sample::Sampler,
    size::Sizer,
};
use goodevent_schema::{
    Registry, analyze,
    diagnostic::Diagnostic,
    source::{Source, Sources},
};
use goodevent_tests::hostile::links::{LINKS, linked};

/// As many members there are few, and many, of.
const FEW: usize = 800;
const MANY: usize = 8_000;

/// The factor by which a member may cost more among many than among few. A quadratic step costs ten times as much.
const MAX_RATIO: f64 = 3.5;

fn registry(files: &[(String, String)]) -> (Sources, Registry, Vec<Diagnostic>) {
    let source =
        |(path, text): &(String, String)| Source { path: path.clone(), uri: None, bytes: text.as_bytes().into() };
    let sources = Sources { root: "schemas".to_owned(), files: files.iter().map(source).collect() };
    let (registry, found) = analyze(&sources);
    (sources, registry, found)
}

fn event(nth: usize, keywords: &str) -> (String, String) {
    let name = format!("Thing{nth}SeenV1Event");
    let path = format!("orders/{name}.json");
    (path, format!(r#"{{"title": "{name}", "type": "object", "additionalProperties": false, {keywords}}}"#))
}

/// `text` for each number below `n`, with commas between.
fn each(n: usize, text: impl Fn(usize) -> String) -> String {
    (0..n).map(text).collect::<Vec<_>>().join(",\n")
}

type Maker = fn(usize) -> Vec<(String, String)>;

/// Registries of `n` members of a kind.
const KINDS: &[(&str, Maker)] = &[
    ("numbers", |n| vec![event(0, &object(n, |_| r#"{"type": "number", "minimum": 0}"#.to_owned()))]),
    ("strings", |n| vec![event(0, &object(n, |at| format!(r#"{{"type": "string", "maxLength": {at}}}"#)))]),
    ("patterns", |n| {
        vec![event(0, &object(n, |at| format!(r#"{{"type": "string", "pattern": "^[a-z]{{1,9}}{at}$"}}"#)))]
    }),
    ("arrays", |n| vec![event(0, &object(n, |_| r#"{"type": "array", "items": {"type": "boolean"}}"#.to_owned()))]),
    ("nullable properties", |n| {
        vec![event(0, &object(n, |_| r#"{"type": ["string", "null"], "format": "date"}"#.to_owned()))]
    }),
    ("pairs of states", |n| {
        vec![event(
            0,
            &format!(r#""properties": {{{}}}"#, each(n, |at| format!(r#""previousThing{at}": {{"type": "object"}}"#))),
        )]
    }),
    ("defaults", |n| vec![event(0, &object(n, |_| r#"{"type": "integer", "default": 1}"#.to_owned()))]),
    ("required names", |n| {
        let names = each(n, |at| format!(r#""p{at}""#));
        vec![event(0, &format!(r#"{}, "required": [{names}]"#, object(n, |_| r#"{"type": "boolean"}"#.to_owned())))]
    }),
    ("definitions", |n| {
        let types = each(n, |at| format!(r#""t{at}": {{"type": "string", "maxLength": {at}}}"#));
        let members = object(n, |at| format!(r##"{{"$ref": "#/$defs/t{at}"}}"##));
        vec![event(0, &format!(r#"{members}, "$defs": {{{types}}}"#))]
    }),
    ("unused definitions", |n| {
        vec![event(0, &format!(r#""$defs": {{{}}}"#, each(n, |at| format!(r#""t{at}": {{"type": "null"}}"#))))]
    }),
    ("a chain of definitions", |n| {
        let types = each(n, |at| {
            format!(
                r##""t{at}": {{"type": "object", "properties": {{"next": {{"$ref": "#/$defs/t{}"}}}}}}"##,
                (at + 1) % n
            )
        });
        vec![event(0, &format!(r##""properties": {{"first": {{"$ref": "#/$defs/t0"}}}}, "$defs": {{{types}}}"##))]
    }),
    ("values", |n| {
        vec![event(0, &format!(r#""properties": {{"a": {{"enum": [{}]}}}}"#, each(n, |at| format!(r#""v{at}""#))))]
    }),
    ("values of a pattern", |n| {
        let values = each(n, |at| format!(r#""v{at}""#));
        vec![event(0, &format!(r#""properties": {{"a": {{"type": "string", "minLength": 2, "enum": [{values}]}}}}"#))]
    }),
    ("branches of anyOf", |n| vec![event(0, &format!(r#""properties": {{"a": {{"anyOf": [{}]}}}}"#, each(n, branch)))]),
    ("branches of oneOf", |n| vec![event(0, &format!(r#""properties": {{"a": {{"oneOf": [{}]}}}}"#, each(n, branch)))]),
    ("constants of oneOf", |n| {
        vec![event(
            0,
            &format!(r#""properties": {{"a": {{"oneOf": [{}]}}}}"#, each(n, |at| format!(r#"{{"const": "v{at}"}}"#))),
        )]
    }),
    ("parts of allOf", |n| {
        let parts = each(n, |at| format!(r#"{{"properties": {{"p{at}": {{"type": "null"}}}}}}"#));
        vec![event(0, &format!(r#""properties": {{"a": {{"allOf": [{parts}]}}}}"#))]
    }),
    ("examples", |n| {
        let examples = each(n, |at| format!(r#"{{"a": {at}}}"#));
        vec![event(0, &format!(r#""properties": {{"a": {{"type": "integer"}}}}, "examples": [{examples}]"#))]
    }),
    ("properties with an example", |n| {
        vec![event(0, &object(n, |at| format!(r#"{{"type": "integer", "examples": [{at}]}}"#)))]
    }),
    ("items of a tuple", |n| {
        vec![event(
            0,
            &format!(
                r#""properties": {{"a": {{"prefixItems": [{}], "items": false}}}}"#,
                each(n, |_| r#"{"type": "null"}"#.to_owned())
            ),
        )]
    }),
    ("unknown keywords", |n| vec![event(0, &each(n, |at| format!(r#""kw{at}": 1"#)))]),
    ("suppressed findings", |n| {
        let allowed =
            each(n, |at| format!(r#"{{"rule": "unbounded-string", "reason": "It is.", "at": "/properties/p{at}"}}"#));
        let members = object(n, |_| r#"{"type": "string"}"#.to_owned());
        vec![event(0, &format!(r#""x-event": {{"allow": [{allowed}]}}, {members}"#))]
    }),
    ("references that lead nowhere", |n| {
        let types = each(n, |at| format!(r#""t{at}": {{"type": "null"}}"#));
        let members = object(n, |at| format!(r##"{{"$ref": "#/$defs/tt{at}"}}"##));
        vec![event(0, &format!(r#"{members}, "$defs": {{{types}}}"#))]
    }),
    ("unknown rules", |n| {
        let rules: String = (0..n).map(|at| format!("unbounded-strin{at} = \"warn\"\n")).collect();
        vec![event(0, r#""properties": {}"#), ("goodevent.toml".to_owned(), format!("[rules]\n{rules}"))]
    }),
    ("files", |n| (0..n / 4).map(|nth| event(nth, &object(2, |_| r#"{"type": "boolean"}"#.to_owned()))).collect()),
];

fn object(n: usize, schema: impl Fn(usize) -> String) -> String {
    format!(r#""properties": {{{}}}"#, each(n, |at| format!(r#""p{at}": {}"#, schema(at))))
}

fn branch(at: usize) -> String {
    format!(r#"{{"type": "object", "required": ["kind"], "properties": {{"kind": {{"const": "k{at}"}}}}}}"#)
}

/// The processor time of this thread so far; the time of others does not count.
#[cfg(unix)]
fn cpu() -> Duration {
    let time = nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID);
    time.expect("a thread has a clock").into()
}

/// Elsewhere only the time that passes is known.
#[cfg(not(unix))]
fn cpu() -> Duration {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default()
}

/// The work of a task, as the least of three runs.
fn work(mut task: impl FnMut()) -> f64 {
    let runs = (0..3).map(|_| {
        let start = cpu();
        task();
        (cpu() - start).as_secs_f64()
    });
    runs.fold(f64::MAX, f64::min)
}

/// Kinds whose cost for each member grows, by what is done with them.
fn growing(task: impl Fn(&[(String, String)])) -> String {
    let mut growing = String::new();
    for (kind, maker) in KINDS {
        let per_member = |n: usize| {
            let files = maker(n);
            work(|| task(&files)) / n as f64
        };
        let ratio = per_member(MANY) / per_member(FEW);
        if ratio > MAX_RATIO {
            let written = writeln!(growing, "{kind}: a member costs {ratio:.1} times as much");
            written.expect("a string takes what is written");
        }
    }
    growing
}

#[test]
#[ignore = "compares times of the processor: run it alone, by `cargo test -p goodevent-tests --test it growth -- --ignored`"]
fn linting_costs_as_much_for_each_member() {
    let growing = growing(|files| {
        let (sources, registry, found) = registry(files);
        drop(lint::lint(&sources, &registry, found, &Options::default()));
    });
    assert!(growing.is_empty(), "{growing}");
}

#[test]
#[ignore = "compares times of the processor: run it alone, by `cargo test -p goodevent-tests --test it growth -- --ignored`"]
fn sizes_and_samples_cost_as_much_for_each_member() {
    let growing = growing(|files| {
        let (_, registry, _) = registry(files);
        let root = registry.contracts().next().expect("there is an event").root;
        Sizer::new(&registry.schemas).bound(root);
        Sampler::new(&registry.schemas, 1).sample(root);
    });
    assert!(growing.is_empty(), "{growing}");
}

/// Types that refer to themselves and each other: `n` types of `n` members each, in the ways that schemas do it.
fn recursions(n: usize) -> Vec<(String, Vec<(String, String)>)> {
    let types = |member: &dyn Fn(String) -> String| {
        let members = each(n, |at| format!(r#""p{at}": {}"#, member(format!("t{at}"))));
        let own = format!(r#"{{"type": "object", "additionalProperties": false, "properties": {{{members}}}}}"#);
        each(n, |at| format!(r#""t{at}": {own}"#))
    };
    let to = |name: &str| format!(r##"{{"$ref": "#/$defs/{name}"}}"##);
    let ways: [(&str, &dyn Fn(String) -> String); 4] = [
        ("members", &|name| to(&name)),
        ("items", &|name| format!(r#"{{"type": "array", "items": {}}}"#, to(&name))),
        ("alternatives", &|name| format!(r#"{{"oneOf": [{}, {{"type": "null"}}]}}"#, to(&name))),
        ("maps", &|name| format!(r#"{{"type": "object", "additionalProperties": {}}}"#, to(&name))),
    ];
    let mutual = ways.map(|(name, member)| {
        let text = format!(r#""properties": {{"first": {}}}, "$defs": {{{}}}"#, to("t0"), types(member));
        (format!("{n} types by {name}"), vec![event(0, &text)])
    });
    let itself = event(0, &object(n, |_| r##"{"$ref": "#"}"##.to_owned()));
    let shared = each(n, |at| {
        let next = if at + 1 < n { to(&format!("t{}", at + 1)) } else { r#"{"type": "boolean"}"#.to_owned() };
        format!(
            r#""t{at}": {{"type": "object", "additionalProperties": false, "required": ["a", "b"], "properties": {{"a": {next}, "b": {next}}}}}"#
        )
    });
    let shared = event(0, &format!(r#""properties": {{"first": {}}}, "$defs": {{{shared}}}"#, to("t0")));
    mutual
        .into_iter()
        .chain([(format!("{n} members of itself"), vec![itself]), (format!("{n} doublings"), vec![shared])])
        .collect()
}

#[test]
fn what_refers_to_the_next_twice_is_read_linted_and_generated() {
    /// Of the processor, in a build without optimisation and for all commands.
    const MAX_TIME: Duration = Duration::from_secs(30);
    for link in &LINKS {
        let (name, files) = (link.keyword, [event(0, &linked(link, 30, |at| at + 1))]);
        let start = cpu();
        let (sources, registry, found) = registry(&files);
        let root = registry.contracts().next().expect("there is an event").root;
        drop(goodevent_emit::rust_file(&sources, &registry, &goodevent_emit::Options::default()));
        drop(lint::lint(&sources, &registry, found, &Options::default()));
        let mut sampler = Sampler::new(&registry.schemas, 3);
        let samples: Vec<_> = (0..3).filter_map(|_| sampler.sample(root)).collect();
        drop(near_misses(&registry.schemas, root));
        let widths = goodevent_emit::widths(&sources, &registry);
        let validator = goodevent_check::validate::Validator::new(&registry.schemas.graph, &widths);
        for sample in &samples {
            assert!(validator.of_value(root, sample).is_empty(), "{name}: {sample}");
        }
        let mut prover = Prover::new(&registry.schemas, &registry.schemas);
        let changes = changes(&mut prover, (Version::Old, root), (Version::New, root));
        assert!(changes.is_empty(), "{name} is what it is: {changes:?}");
        let time = cpu() - start;
        assert!(time < MAX_TIME, "{name} takes {time:?}");
    }
}

#[test]
fn long_chains_are_cut_where_they_are_about_one_value() {
    for link in &LINKS {
        let name = link.keyword;
        let files = vec![event(0, &linked(link, 1_000, |at| at + 1))];
        let all = move || {
            let (sources, registry, found) = registry(&files);
            let is_cut = |finding: &Diagnostic| finding.headline.contains("schemas, one within the next");
            let n_cut = found.iter().filter(|finding| is_cut(finding)).count();
            let root = registry.contracts().next().expect("there is an event").root;
            drop(goodevent_emit::rust_file(&sources, &registry, &goodevent_emit::Options::default()));
            drop(lint::lint(&sources, &registry, found, &Options::default()));
            drop(Sampler::new(&registry.schemas, 3).sample(root));
            let mut prover = Prover::new(&registry.schemas, &registry.schemas);
            drop(changes(&mut prover, (Version::Old, root), (Version::New, root)));
            n_cut
        };
        // As much as the main thread has.
        let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(all).expect("there is a thread");
        let n_cut = thread.join().unwrap_or_else(|_| panic!("{name} does not panic"));
        let is_in_place = ["allOf", "anyOf", "oneOf", "if", "not", "dependentSchemas"].contains(&name);
        assert_eq!(n_cut, usize::from(is_in_place || name.starts_with("unevaluated")), "{name}");
    }
}

#[test]
fn what_refers_to_itself_is_sampled_sized_linted_and_compared() {
    /// Of the processor, in a build without optimisation and for all commands.
    const MAX_TIME: Duration = Duration::from_secs(20);
    for (name, files) in recursions(14).into_iter().chain(recursions(30)) {
        let start = cpu();
        let (sources, registry, found) = registry(&files);
        let root = registry.contracts().next().expect("there is an event").root;
        let mut sampler = Sampler::new(&registry.schemas, 3);
        for _ in 0..20 {
            let payload = sampler.sample(root).unwrap_or_else(|| panic!("{name} has payloads")).to_string();
            assert!(payload.len() <= 65_536, "{name}: {} bytes", payload.len());
        }
        assert!(!near_misses(&registry.schemas, root).is_empty(), "{name} has near misses");
        Sizer::new(&registry.schemas).bound(root);
        drop(lint::lint(&sources, &registry, found, &Options::default()));
        let mut prover = Prover::new(&registry.schemas, &registry.schemas);
        let changes = changes(&mut prover, (Version::Old, root), (Version::New, root));
        assert!(changes.is_empty(), "{name} is what it is: {changes:?}");
        let time = cpu() - start;
        assert!(time < MAX_TIME, "{name} takes {time:?}");
    }
}
