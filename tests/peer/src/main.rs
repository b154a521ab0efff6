//! Asks the crate `jsoncompat` whether one schema is included in another: a line in for each question, an array of the
//! narrow and the wide schema; a line out for each answer: `true`, `false`, or `null` if it does not know.

use std::io::{self, BufRead as _, Write as _};

use jsoncompat::{CompatibilityResult, Role, SchemaDocument, analyze_compat};
use serde_json::Value;

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let answer = serde_json::from_str(&line?).ok().and_then(|[narrow, wide]: [Value; 2]| included(&narrow, &wide));
        writeln!(out, "{}", Value::from(answer))?;
    }
    Ok(())
}

fn included(narrow: &Value, wide: &Value) -> Option<bool> {
    let (narrow, wide) = (SchemaDocument::from_json(narrow).ok()?, SchemaDocument::from_json(wide).ok()?);
    // What a new producer writes is read by old consumers: strict inclusion of the new in the old.
    match analyze_compat(&wide, &narrow, Role::Serializer).ok()? {
        CompatibilityResult::Compatible => Some(true),
        CompatibilityResult::Incompatible { .. } => Some(false),
        CompatibilityResult::Unknown { .. } => None,
    }
}
