//! Generates the types of the benchmark's events: ours, and typify's.

#[path = "src/typify_code.rs"]
mod typify_code;

use std::{env, error::Error, fs, path::PathBuf};

/// Modules of typify's types, and the schemas they are made from.
const EVENTS: [(&str, &str); 3] = [
    ("payment_captured", "schemas/billing/PaymentCapturedV1Event.json"),
    ("order_placed", "schemas/orders/OrderPlacedV1Event.json"),
    ("stock_counted", "schemas/inventory/StockCountedV1Event.json"),
];

fn main() -> Result<(), Box<dyn Error>> {
    goodevent_build::compile("schemas")?;
    println!("cargo::rerun-if-changed=src/typify_code.rs");
    let mut modules = String::new();
    for (module, path) in EVENTS {
        let code = typify_code::tokens(&fs::read_to_string(path)?)?;
        modules += &format!("pub mod {module} {{ {code} }}\n");
    }
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    Ok(fs::write(out_dir.join("typify.rs"), modules)?)
}
