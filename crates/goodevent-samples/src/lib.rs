//! Valid and minimally invalid payloads of event contracts, for the tests of services.
//!
//! It is a separate crate instead of a feature of `goodevent`, because a feature that a test enables can be enabled in
//! production.
//!
//! ```
//! use contracts::subscriptions::SubscriptionTerminatedV1Event;
//! use goodevent::Event;
//! use goodevent_samples::Samples;
//!
//! let event = SubscriptionTerminatedV1Event::sample(7);
//! assert_eq!(event, SubscriptionTerminatedV1Event::sample(7));
//!
//! for miss in SubscriptionTerminatedV1Event::near_misses() {
//!     let refused = SubscriptionTerminatedV1Event::violations(&miss.payload).expect("it is JSON");
//!     assert_eq!(refused, [miss.violation]);
//! }
//! ```
//!
//! With proptest, a strategy is a line:
//!
//! ```
//! use contracts::registration::UserCreatedV1Event;
//! use goodevent::Event;
//! use goodevent_samples::Samples;
//! use proptest::prelude::*;
//!
//! proptest!(|(event in any::<u64>().prop_map(UserCreatedV1Event::sample))| {
//!     let bytes = event.encode().expect("a sample is valid");
//!     prop_assert_eq!(UserCreatedV1Event::decode(&bytes).ok(), Some(event));
//! });
//! ```

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use goodevent::{Event, Violation};
use goodevent_check::{near_miss::near_misses, sample::Sampler};
use goodevent_schema::{
    Schemas,
    ir::{Role, SchemaId},
    read,
    source::{Source, SourceId, Sources},
};

/// Payloads of an event.
pub trait Samples: Event {
    /// Generates a valid event, the same one for the same seed: values of all kinds that the contract allows, and values at
    /// its bounds more often than a uniform choice would.
    ///
    /// # Panics
    /// If no instance is valid for the contract, which the rule `contradictory-constraints` reports.
    #[must_use]
    fn sample(seed: u64) -> Self {
        let bytes = with_contract::<Self, _>(|contract| contract.sample(seed, |bytes| Self::decode(bytes).is_ok()));
        let bytes = bytes.unwrap_or_else(|| panic!("{} has no valid instance", Self::NAME));
        Self::decode(&bytes).unwrap_or_else(|error| panic!("{} rejects a sample: {error}", Self::NAME))
    }

    /// Generates near misses: payloads that violate exactly one keyword each, one for every keyword that can fail alone.
    #[must_use]
    fn near_misses() -> Vec<NearMiss> {
        let payloads = with_contract::<Self, _>(|contract| contract.near_misses());
        let misses = payloads.into_iter().filter_map(|payload| {
            let violation = Self::violations(&payload).ok()?.into_iter().next()?;
            Some(NearMiss { payload, violation })
        });
        misses.collect()
    }
}

impl<E: Event> Samples for E {}

/// A payload that violates exactly one keyword of its contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The payload as JSON, without an envelope.
    pub payload: Vec<u8>,
    /// The only violation of the payload.
    pub violation: Violation,
}

/// A contract, read once and kept to the end of the process: tests ask for many samples of few contracts.
struct Contract {
    schemas: &'static Schemas,
    root: SchemaId,
    sampler: Sampler<'static>,
}

impl Contract {
    fn of<E: Event>() -> Self {
        let path = format!("{}.json", E::NAME);
        let source = Source { path, uri: None, bytes: E::SCHEMA.as_bytes().into() };
        let sources = Sources { root: String::new(), files: vec![source] };
        let (schemas, _) =
            read(&sources, &[(SourceId(0), Role::Event { context: E::CONTRACT.context.to_owned() })], &BTreeMap::new());
        let schemas: &Schemas = Box::leak(Box::new(schemas));
        let sampler = Sampler::new(schemas, 0);
        Self { schemas, root: schemas.documents[0].root, sampler }
    }

    /// A payload that the decoder accepts: its type may hold fewer numbers than the schema allows.
    fn sample(&mut self, seed: u64, decodes: impl Fn(&[u8]) -> bool) -> Option<Vec<u8>> {
        self.sampler.reseed(seed);
        let payload = self.sampler.sample_where(self.root, |payload| decodes(payload.to_string().as_bytes()))?;
        Some(payload.to_string().into_bytes())
    }

    fn near_misses(&self) -> Vec<Vec<u8>> {
        let misses = near_misses(self.schemas, self.root);
        misses.into_iter().map(|miss| miss.payload.to_string().into_bytes()).collect()
    }
}

fn with_contract<E: Event, T>(ask: impl FnOnce(&mut Contract) -> T) -> T {
    thread_local! {
        static CONTRACTS: RefCell<HashMap<&'static str, Contract>> = RefCell::default();
    }
    // Two contracts may have one name, but not one text.
    CONTRACTS.with_borrow_mut(|contracts| ask(contracts.entry(E::SCHEMA).or_insert_with(Contract::of::<E>)))
}
