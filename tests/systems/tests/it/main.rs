//! What five systems do with their events: a story for each, on the broker that it uses, with the contracts of its context.
//!
//! `docs/parity.md` lists feature by feature what is held where; these tests tell how the features go together.

mod idmsvc;
mod name_request;
mod octopus;
mod petisco;
mod place;
mod stega;
