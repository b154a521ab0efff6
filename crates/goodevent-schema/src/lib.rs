//! Reads a registry of JSON Schemas into a typed representation, and says what is wrong with it.

pub mod diagnostic;
pub mod ir;
pub mod source;
pub mod pattern {
    //! stub
    /// stub
    #[derive(Debug)]
    #[allow(missing_docs)]
    pub struct Automaton {
        pub classes: [u8; 256],
        pub n_classes: u16,
        pub next: Vec<u16>,
        pub accepts: Vec<u8>,
        pub start: u16,
    }
    /// stub
    pub fn compile(_: &str) -> Result<Automaton, ()> {
        Err(())
    }
}
