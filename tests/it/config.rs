//! What `goodevent_build::Config` makes of its options.

use std::{fs, path::Path};

use goodevent_build::{Config, Error};

/// The registry's code as `config` has it.
fn code(config: &mut Config) -> Result<String, Error> {
    let registry = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    let folder = tempfile::tempdir().expect("there is room for a folder");
    config.out_dir(folder.path()).include_file("events.rs").compile(registry)?;
    Ok(fs::read_to_string(folder.path().join("events.rs")).expect("the file was written"))
}

#[test]
fn attributes_go_by_path() {
    let mut config = Config::new();
    config
        .type_attribute("returns.ReturnsComputedV1Event", "#[must_use]")
        .field_attribute("subscriptions.SubscriptionCreatedV1Event.seats", "#[doc(alias = \"users\")]");
    let code = code(&mut config).expect("the registry is right");
    assert!(code.contains("#[must_use] pub struct ReturnsComputedV1Event<S = ::std::string::String> {"));
    assert!(code.contains("#[doc(alias = \"users\")] pub seats: u64,"));
    assert_eq!(code.matches("users\")]").count(), 1);
    assert!(!code.contains("#[must_use] pub struct SubscriptionCreatedV1Event"));
}

#[test]
fn types_come_from_elsewhere() {
    let mut config = Config::new();
    config.extern_path("types", "::contracts::types").extern_path("maintenance.types.TimeWindow", "::time::Window");
    let code = code(&mut config).expect("the registry is right");
    assert!(code.contains("::contracts::types::money::generic::Money<S>"));
    assert!(code.contains("::time::Window"));
    assert!(!code.contains("pub struct Money<") && !code.contains("pub struct TimeWindow<"));
}

#[test]
fn what_is_no_rust_is_named() {
    let error = code(Config::new().type_attribute(".", "#[derive(")).expect_err("a bracket is missing");
    assert!(format!("{error:?}").contains("`#[derive(` is not a Rust attribute"), "{error:?}");
}

#[test]
fn only_the_contexts_asked_for_are_generated() {
    let code = code(Config::new().contexts(["names"])).expect("the registry is right");
    assert!(code.contains("pub mod names {") && !code.contains("pub mod returns {"));
}
