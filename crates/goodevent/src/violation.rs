//! Stub.
/// V.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {}
impl Violation {
    pub(crate) fn unexplained() -> Self {
        Self {}
    }
}
impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("stub")
    }
}
