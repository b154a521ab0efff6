//! The promise of a green check: it looked at everything, and nothing that was released or written by hand is lost.

mod base;
mod empty;
mod everywhere;
#[cfg(unix)]
mod killed;
mod lifecycle;
mod outputs;
mod planted;
mod promises;
mod release;
mod settings;
#[cfg(unix)]
mod special;
#[path = "../support/mod.rs"]
mod support;

use support::{LOCK, PLACED, Repository, text, tree, walk};

const CAPTURED: &str = "schemas/payments/PaymentCapturedV1Event.json";

/// A contract of a payment, with an amount that is a shared type.
const PAYMENT: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "PaymentCapturedV1Event",
  "description": "A payment was captured.",
  "x-event": {
    "since": "2026-01-10",
    "status": "draft",
    "frequency": "10s/hour",
    "dedupKey": ["/paymentId"],
    "partitionKey": "/paymentId"
  },
  "type": "object",
  "additionalProperties": false,
  "required": ["paymentId", "amountCents"],
  "properties": {
    "paymentId": { "description": "The payment.", "type": "string", "format": "uuid" },
    "amountCents": { "$ref": "../types/Cents.json", "description": "How much, in cents." }
  },
  "examples": [{ "paymentId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "amountCents": 5 }]
}
"##;

const CENTS: &str = r#"{
  "title": "Cents",
  "description": "An amount in cents.",
  "type": "integer",
  "minimum": 0,
  "maximum": 100000
}
"#;

const PAYMENTS: &str = "owner = \"team-payments@example.org\"\ndescription = \"Payments.\"\nenvelope = \"octopus\"\naggregates = [\"Payment\"]\n";

/// Registries of two contexts in a repository of git.
impl Repository {
    /// The contracts are drafts, and nothing is committed.
    fn of_drafts() -> Self {
        let repository = Self::with_git("2026-03-01");
        repository.write("schemas/payments/context.toml", PAYMENTS);
        repository.write("schemas/types/Cents.json", CENTS);
        repository.write(CAPTURED, PAYMENT);
        repository
    }

    /// All contracts are released, code is generated, all is committed on `main`, and a branch is begun.
    fn released() -> Self {
        let repository = Self::of_drafts();
        repository.expect(0, &["release", "PaymentCapturedV1Event", "OrderPlacedV1Event"]);
        repository.expect(0, &["generate"]);
        repository.commit("a registry");
        repository.git(&["switch", "--quiet", "--create", "change"]);
        repository
    }
}
