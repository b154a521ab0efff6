//! The toolchain over random schemas, as `cargo xtask fuzz` has them, and over very deep ones: it may refuse them, but not
//! fail.

use goodevent_check::compat::{Prover, Version, changes};
use goodevent_schema::ir::Draft;
use goodevent_tests::{
    batch,
    fuzz::{Case, real},
};
use serde_json::{Value, json};

fn on_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    thread.spawn(run).expect("a thread starts").join().expect("the toolchain does not panic");
}

#[test]
fn random_schemas_are_handled_without_faults() {
    on_small_stack(|| {
        let real = real();
        for seed in 0..300 {
            let faults = Case::of(seed, &real).run(seed, &mut |_| ());
            assert_eq!(faults, Vec::<String>::new(), "seed {seed}");
        }
    });
}

#[test]
fn a_seed_is_a_case() {
    let real = real();
    let of = |seed| Case::of(seed, &real);
    assert_eq!(of(7).old, of(7).old);
    assert_ne!(of(7).old, of(8).old);
}

#[test]
fn schemas_of_any_depth_are_read_compared_or_refused() {
    on_small_stack(|| {
        for depth in [10, 60, 120, 300, 10_000] {
            let nested = |leaf: &str| {
                let open = r#"{"type":"object","required":["a"],"properties":{"a":"#.repeat(depth);
                format!("{open}{{\"type\":\"{leaf}\"}}{}", "}}".repeat(depth)).into_bytes()
            };
            let case = Case { old: nested("string"), new: nested("integer") };
            assert_eq!(case.run(0, &mut |_| ()), Vec::<String>::new(), "{depth} levels");
            // A registry that is not too deep has one change, at its end.
            let registries = [&case.old, &case.new].map(|text| batch::registry_of(text, &[]));
            let [Ok((_, old)), Ok((_, new))] = registries else {
                assert!(depth > 120, "{depth} levels are refused");
                continue;
            };
            let root =
                |registry: &goodevent_schema::Registry| registry.contracts().next().expect("it has an event").root;
            let mut prover = Prover::new(&old.schemas, &new.schemas);
            let changes = changes(&mut prover, (Version::Old, root(&old)), (Version::New, root(&new)));
            assert_eq!(changes.len(), 1, "{depth} levels: {changes:?}");
        }
    });
}

/// The ways in which a schema applies another one to the same instance.
fn applied(schema: &Value, draft: Draft) -> Vec<Value> {
    let text = json!({ "type": "string" });
    let mut all = vec![
        schema.clone(),
        json!({ "allOf": [schema] }),
        json!({ "allOf": [schema, { "minProperties": 1 }] }),
        json!({ "anyOf": [schema] }),
        json!({ "anyOf": [schema, text] }),
        json!({ "anyOf": [text, schema] }),
        json!({ "anyOf": [schema, schema, { "type": "object" }] }),
        json!({ "oneOf": [schema] }),
        json!({ "oneOf": [schema, text] }),
        json!({ "oneOf": [text, schema, schema] }),
        json!({ "not": schema }),
        json!({ "not": { "not": schema } }),
        json!({ "type": "object", "properties": { "a": schema }, "anyOf": [schema, text] }),
    ];
    if draft >= Draft::Draft7 {
        all.extend([
            json!({ "if": schema, "then": { "required": ["a"] } }),
            json!({ "if": text, "then": schema, "else": schema }),
            json!({ "if": schema, "then": schema, "else": schema }),
        ]);
    }
    if draft >= Draft::Draft201909 {
        all.extend([
            json!({ "dependentSchemas": { "a": schema } }),
            json!({ "$ref": schema["$ref"], "anyOf": [schema, { "maxProperties": 3 }] }),
            json!({ "allOf": [schema], "unevaluatedProperties": false }),
        ]);
    } else {
        all.push(json!({ "dependencies": { "a": schema } }));
    }
    all
}

/// Schemas that apply themselves to the same instance, at once or by way of others, at the root and in a member.
fn recursive_in_place(draft: Draft) -> Vec<Value> {
    let definitions = if draft >= Draft::Draft201909 { "$defs" } else { "definitions" };
    let to = |name: &str| json!({ "$ref": format!("#/{definitions}/{name}") });
    let named =
        |own: Vec<(&str, Value)>| Value::Object(own.into_iter().map(|(name, own)| (name.to_owned(), own)).collect());
    let mut all = applied(&json!({ "$ref": "#" }), draft);
    for own in applied(&to("v"), draft) {
        let used = [to("v"), json!({ "type": "object", "required": ["a"], "properties": { "a": to("v") } })];
        for mut schema in used {
            schema[definitions] = named(vec![("v", own.clone())]);
            all.push(schema);
        }
    }
    for own in applied(&to("w"), draft) {
        let back = json!({ "anyOf": [to("v"), { "type": "object", "properties": { "n": to("w") } }] });
        let mut schema = json!({ "type": "object", "properties": { "a": { "type": "array", "items": to("v") } } });
        schema[definitions] = named(vec![("v", own), ("w", back)]);
        all.push(schema);
    }
    for schema in &mut all {
        schema["$schema"] = draft.uri().into();
    }
    all
}

#[test]
fn schemas_that_recur_in_place_are_handled_within_bounds() {
    on_small_stack(|| {
        let mut n_cases = 0;
        for draft in [Draft::Draft4, Draft::Draft7, Draft::Draft201909, Draft::Draft202012] {
            for schema in recursive_in_place(draft) {
                let mut new = schema.clone();
                new["maxProperties"] = 2.into();
                let old = schema.to_string();
                let case = Case { old: old.clone().into_bytes(), new: new.to_string().into_bytes() };
                let start = std::time::Instant::now();
                assert_eq!(case.run(n_cases, &mut |_| ()), Vec::<String>::new(), "{old}");
                let time = start.elapsed();
                assert!(time.as_secs() < 60, "{time:?}: {old}");
                n_cases += 1;
            }
        }
        assert!(n_cases > 200, "{n_cases}");
    });
}
