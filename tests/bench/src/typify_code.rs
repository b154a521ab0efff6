//! What typify makes of a schema; for the build script and the generation benchmark.

use std::error::Error;

use proc_macro2::TokenStream;
use schemars::schema::RootSchema;
use typify::{TypeSpace, TypeSpaceSettings};

/// The types of a schema and of its definitions.
///
/// # Errors
/// If the text is no schema, or typify can't make types of it.
pub(crate) fn tokens(schema: &str) -> Result<TokenStream, Box<dyn Error>> {
    let schema: RootSchema = serde_json::from_str(schema)?;
    let mut types = TypeSpace::new(&TypeSpaceSettings::default());
    types.add_root_schema(schema)?;
    Ok(types.to_stream())
}
