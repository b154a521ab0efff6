//! Settings are checked as strictly as schemas, each at its place, wherever they are written.

use std::{collections::BTreeMap, fs, path::Path};

use goodevent_build::{Config, Loaded, crate_files, output};

const EVENT: &str = r#"{ "title": "OrderPlacedV1Event", "type": "object", "properties": { "id": { "type": "string", "format": "uuid" } } }"#;

/// A registry with one event and these settings.
fn registry(settings: &str, context: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("the folder is writable");
        fs::write(path, text).expect("the folder is writable");
    };
    write("goodevent.toml", settings);
    write("orders/context.toml", context);
    write("orders/OrderPlacedV1Event.json", EVENT);
    folder
}

/// All findings, as `file:text at the place: headline | help`.
fn found(root: &Path) -> Vec<String> {
    let loaded = Loaded::read(root).expect("it can be read");
    let found = loaded.diagnostics.iter().map(|own| {
        let source = &loaded.sources[own.span.source];
        let text = String::from_utf8_lossy(&source.bytes[own.span.start as usize..own.span.end as usize]).into_owned();
        format!("{}:{text}: {} | {}", source.path, own.headline, own.help)
    });
    found.collect()
}

#[test]
fn each_wrong_setting_is_one_finding_at_its_place() {
    let general = "goodevent.toml";
    for (settings, context, expected) in [
        (
            "[rust.formats]\nuuid = \"::uuid:Uuid\"\n",
            "",
            vec![(general, "\"::uuid:Uuid\"", "is not a Rust type for the format `uuid`")],
        ),
        ("[rust.formats]\nuuid = \"&str\"\n", "", vec![(general, "\"&str\"", "another kind than a path")]),
        ("[rust.formats]\nuid = \"::uuid::Uuid\"\n", "", vec![(general, "\"::uuid::Uuid\"", "did you mean `uuid`?")]),
        ("[rust.formats]\nmoney = \"::m::M\"\n", "", vec![(general, "\"::m::M\"", "there are date, date-time,")]),
        (
            "[outputs]\nmarkdown = \"a/T.md\"\njson = \"a/t.MD\"\n",
            "",
            vec![(general, "\"a/t.MD\"", "the outputs `markdown` and `json` can't both be written")],
        ),
        (
            "[outputs]\njson = \"x\"\nmarkdown = \"x/t.md\"\n",
            "",
            vec![(general, "\"x/t.md\"", "can't both be written")],
        ),
        ("[outputs]\njson = \"SRC/t.json\"\n", "", vec![(general, "\"SRC/t.json\"", "is where generated code lies")]),
        ("[outputs]\njson = \"cargo.TOML\"\n", "", vec![(general, "\"cargo.TOML\"", "is where generated code lies")]),
        ("[outputs]\njson = \".git/t.json\"\n", "", vec![(general, "\".git/t.json\"", "is hidden")]),
        ("[outputs]\njson = \"x/build.rs\"\n", "", vec![(general, "\"x/build.rs\"", "build tools run")]),
        ("[rust.formats]\nuuid = \"A<{ 1 }>\"\n", "", vec![(general, "\"A<{ 1 }>\"", "other arguments than types")]),
        ("[names]\ntopic = \"x.{{contxt}}\"\n", "", vec![(general, "contxt", "did you mean `context`?")]),
        ("[names]\nqueue = \"{{nope}}\"\n", "", vec![(general, "nope", "there are organization, service,")]),
        (
            "[names]\nrouting-key = \"{{#if name}}\"\n",
            "",
            vec![(general, "\"{{#if name}}\"", "the template of the routing key fails")],
        ),
        (
            "",
            "[topics]\ntopic = \"{{context}}.{{nam}}\"\nrouting-key = \"{{dotedd}}\"\n",
            vec![
                ("orders/context.toml", "nam", "did you mean `name`?"),
                ("orders/context.toml", "dotedd", "did you mean `dotted`?"),
            ],
        ),
    ] {
        let folder = registry(settings, context);
        let found = found(folder.path());
        assert_eq!(found.len(), expected.len(), "{settings}{context}: {found:#?}");
        for ((file, place, part), found) in expected.iter().zip(&found) {
            assert!(found.starts_with(&format!("{file}:{place}: ")) && found.contains(part), "{part}: {found}");
        }
    }
    let good = registry(
        "[rust.formats]\nuuid = \"::uuid::Uuid\"\n[outputs]\njson = \"a/t.json\"\nmarkdown = \"a/t.md\"\n[names]\ntopic = \"{{organization}}.{{service}}\"\n",
        "[topics]\nqueue = \"{{context}}-{{version}}\"\n",
    );
    assert_eq!(found(good.path()), [""; 0]);
}

#[test]
fn the_calls_of_config_are_checked_like_settings() {
    let folder = registry("", "");
    let out = folder.path().join("out");
    let fails = |configure: &dyn Fn(&mut Config)| {
        let mut config = Config::new();
        config.out_dir(&out);
        configure(&mut config);
        let error = config.compile(folder.path()).err();
        assert!(error.is_none() || !out.exists(), "something was written");
        error.map(|error| format!("{error:?}"))
    };
    type Configure<'a> = &'a dyn Fn(&mut Config);
    let cases: [(Configure<'_>, &str); 9] = [
        (
            &|config| {
                config.format_type("uuid", "::uuid:Uuid");
            },
            "`format_type`: `::uuid:Uuid` is not a Rust type: ",
        ),
        (
            &|config| {
                config.format_type("uid", "::uuid::Uuid");
            },
            "`format_type`: `uid` is not a format",
        ),
        (
            &|config| {
                config.contexts(["ordrs"]);
            },
            "no context is called `ordrs`; did you mean `orders`?",
        ),
        (
            &|config| {
                config.type_attribute(".", "derive(Eq)");
            },
            "`type_attribute`: `derive(Eq)` is not a Rust attribute: ",
        ),
        (
            &|config| {
                config.type_attribute("ordrs", "#[derive(Eq)]");
            },
            "did you mean `orders`?",
        ),
        (
            &|config| {
                config.field_attribute("orders.A.b", "#[a");
            },
            "`field_attribute`: `#[a` is not a Rust attribute: ",
        ),
        (
            &|config| {
                config.field_attribute("", "#[a]");
            },
            "begins with neither a context nor `types`",
        ),
        (
            &|config| {
                config.extern_path("types", "::contracts:types");
            },
            "is not a Rust path: ",
        ),
        (
            &|config| {
                config.extern_path("typs", "::contracts::types");
            },
            "did you mean `types`?",
        ),
    ];
    for (configure, expected) in cases {
        let shown = fails(configure).unwrap_or_default();
        assert!(shown.starts_with("the options of `Config` are invalid\n\n"), "{expected}: {shown}");
        assert!(shown.contains(expected), "{expected} is not in {shown}");
    }
    let good: &dyn Fn(&mut Config) = &|config| {
        config.contexts(["orders"]).format_type("uuid", "::uuid::Uuid").type_attribute(".", "#[derive(Eq)]");
        config.field_attribute("orders.OrderPlacedV1Event.id", "#[a]").extern_path("types", "::contracts::types");
    };
    assert_eq!(fails(good), None);
}

/// The ways in which a registry becomes code: the build script's, the command's, and those of the library, which may be
/// called with a registry whose findings nobody looked at.
#[test]
fn no_way_of_generating_writes_settings_that_are_code() {
    for code in ["String; fn evil() {}", "A<{ fn evil() {} 1 }>", "A<evil!()>", "String // x"] {
        let folder = registry(&format!("[rust.formats]\nuuid = \"{code}\"\n"), "");
        let out = folder.path().join("out");
        let error = Config::new().out_dir(&out).compile(folder.path()).expect_err("it is not a type");
        assert!(error.to_string().contains("is not a Rust type"), "{error}");
        assert!(!out.exists(), "something was written");
        let loaded = Loaded::read(folder.path()).expect("it can be read");
        crate_files(&loaded, "test", &BTreeMap::new()).expect_err("it is not a type");
        let unseen = Loaded { diagnostics: Vec::new(), ..loaded };
        crate_files(&unseen, "test", &BTreeMap::new()).expect_err("it is not a type");
        let options = goodevent_emit::Options::default();
        goodevent_emit::rust_file(&unseen.sources, &unseen.registry, &options).expect_err("it is not a type");
        goodevent_emit::rust_crate(&unseen.sources, &unseen.registry, &options).expect_err("it is not a type");
        let good = Loaded::read(registry("", "").path()).expect("it can be read");
        let mut options = goodevent_emit::Options::default();
        options.style.format_types.insert("uuid".to_owned(), code.to_owned());
        goodevent_emit::rust_file(&good.sources, &good.registry, &options).expect_err("it is not a type");
        options.style.format_types.clear();
        goodevent_emit::rust_file(&good.sources, &good.registry, &options).expect("there are no options");
    }
}

#[test]
fn no_output_of_a_registry_whose_findings_nobody_looked_at_lies_where_tools_look() {
    let templates = BTreeMap::from([("x".to_owned(), "text".to_owned()), ("y".to_owned(), "text".to_owned())]);
    for outputs in ["x = \".git/hooks/x\"", "x = \"build.rs\"", "x = \"../x\"", "x = \"a.md\"\ny = \"A.md\""] {
        let folder = registry(&format!("[outputs]\n{outputs}\n"), "");
        let loaded = Loaded::read(folder.path()).expect("it can be read");
        assert!(loaded.has_errors());
        let unseen = Loaded { diagnostics: Vec::new(), ..loaded };
        crate_files(&unseen, "test", &templates).expect_err("it may not lie there");
    }
    for path in [".git/hooks/x", "../x", "a/.hidden", "x."] {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let files = output::Files::from([(path.to_owned(), "text".to_owned())]);
        output::write(folder.path(), &files, None, &[]).expect_err("it may not lie there");
    }
}
