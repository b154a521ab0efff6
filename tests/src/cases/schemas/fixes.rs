//! The schema of a case after `lint --fix`.

use std::{fs, io};

use goodevent_schema::{
    source::SourceId,
    syntax::{self, Node},
};
use serde_json::Value;

use super::{EVENT, Subject};
use crate::{cases::shortened, limits::End, oracle};

impl Subject<'_> {
    /// Mends the schema as it is, and once more by unsafe fixes while its valid payloads are its examples: no fix breaks
    /// the schema or a payload that it must keep, and a second run changes nothing. Gives the text with all fixes.
    pub(super) fn check_fixes(&mut self) -> io::Result<String> {
        let (schema, exemplary) = (self.case.schema.clone(), self.exemplary());
        self.check_fix("fixed", &schema, &["lint", "--fix"])?;
        self.check_fix("fixed-unsafely", &exemplary, &["lint", "--fix", "--unsafe-fixes"])
    }

    fn check_fix(&mut self, registry: &str, before: &str, args: &[&str]) -> io::Result<String> {
        let what = args.join(" ");
        self.write_schema(registry, before)?;
        self.goodevent(registry, args, "", &what)?;
        let once = fs::read_to_string(self.schema_path(registry))?;
        let second = format!("{what}, the second time,");
        self.goodevent(registry, args, "", &second)?;
        if fs::read_to_string(self.schema_path(registry))? != once {
            self.faults.push(format!("{second} changes the schema again"));
        }
        let (tree, found) = syntax::parse(SourceId(0), once.as_bytes());
        if tree.is_none() || found.iter().any(|found| found.rule == "duplicate-member") {
            let headlines = found.iter().map(|found| found.headline.as_str()).collect::<Vec<_>>().join("; ");
            self.faults.push(format!("{what} leaves a broken text: {headlines}"));
            return Ok(once);
        }
        if once == before {
            return Ok(once);
        }
        if self.is_taken {
            let generated =
                self.goodevent(registry, &["generate", "--out", "fixed-code"], "", "generate, once fixed,")?;
            if generated.end == End::Exit(1) {
                self.faults.push(format!("{what} leaves a wrong schema: {}", shortened(&generated.stderr)));
            }
        }
        self.check_kept(registry, before, &once, &what)?;
        Ok(once)
    }

    /// Payloads that were valid for the reference are still valid, for it and for the command.
    fn check_kept(&mut self, registry: &str, before: &str, after: &str, what: &str) -> io::Result<()> {
        let reference = |text: &str| {
            let schema: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
            oracle::reference(&schema)
        };
        let Ok(was) = reference(before) else { return Ok(()) };
        let is = match reference(after) {
            Ok(is) => is,
            Err(error) => {
                self.faults.push(format!("{what} leaves a wrong schema: {error}"));
                return Ok(());
            }
        };
        for payload in self.case.valid.clone() {
            if !oracle::accepts(&was, payload.as_bytes()) {
                continue;
            }
            let validated = self.goodevent(registry, &["validate", EVENT, "-"], &payload, "validate, once fixed,")?;
            if !oracle::accepts(&is, payload.as_bytes()) || (self.is_taken && validated.end == End::Exit(1)) {
                self.faults.push(format!("{what} makes {} invalid", shortened(&payload)));
            }
        }
        Ok(())
    }

    /// The schema with the valid payloads as its examples, which no fix that is offered may break.
    fn exemplary(&self) -> String {
        let schema = &self.case.schema;
        let tree = syntax::parse(SourceId(0), schema.as_bytes()).0;
        let dialect = tree.as_ref().and_then(|tree| tree.get("$schema")).and_then(Node::as_str).unwrap_or_default();
        let Some(tree) = tree.as_ref().filter(|tree| !tree.members().is_empty() && !self.case.valid.is_empty()) else {
            return schema.clone();
        };
        // Draft 4 has no examples.
        if dialect.contains("draft-04") {
            return schema.clone();
        }
        let examples = format!("[{}]", self.case.valid.join(", "));
        let mut text = schema.clone();
        match tree.get("examples") {
            Some(own) => text.replace_range(own.span.start as usize..own.span.end as usize, &examples),
            None => text.insert_str(tree.span.start as usize + 1, &format!("\"examples\": {examples}, ")),
        }
        text
    }
}
