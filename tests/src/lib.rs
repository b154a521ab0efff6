//! What the tests share: real schemas, payloads made from them, a reference to compare with, and the building of decoders.

pub mod batch;
pub mod cases;
pub mod compat;
pub mod corpus;
pub mod exact;
pub mod folders;
pub mod fuzz;
pub mod giants;
pub mod hostile;
pub mod instances;
pub mod limits;
pub mod lint;
pub mod mutate;
pub mod oracle;
pub mod pairs;
pub mod parts;
pub mod samples;
pub mod scale;
pub mod sizes;
pub mod suite;
pub mod values;

/// The examples in READMEs, which run as they stand.
#[cfg(doctest)]
mod readmes {
    #[doc = include_str!("../../README.md")]
    mod project {}
    #[doc = include_str!("../../docs/languages/rust.md")]
    mod rust {}
    #[doc = include_str!("../../crates/goodevent/README.md")]
    mod goodevent {}
    #[doc = include_str!("../../crates/goodevent-build/README.md")]
    mod build {}
    #[doc = include_str!("../../crates/goodevent-schema/README.md")]
    mod schema {}
    #[doc = include_str!("../../crates/goodevent-check/README.md")]
    mod check {}
    #[doc = include_str!("../../crates/goodevent-emit/README.md")]
    mod emit {}
    #[doc = include_str!("../../crates/goodevent-model/README.md")]
    mod model {}
}
