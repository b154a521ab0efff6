//! Questions, and answers to them.

use std::rc::Rc;

use goodevent_schema::ir::{SchemaId, Value};

/// A schema of one of the registries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct At {
    /// Which registry.
    pub(crate) side: usize,
    pub(crate) id: SchemaId,
}

/// A schema that holds, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Goal {
    pub(crate) at: At,
    pub(crate) holds: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Found(Rc<Value>),
    /// There is no such instance.
    None,
    /// That takes more than is known here; what it was.
    Unknown(&'static str),
}

/// Whether an instance is valid, as far as our own evaluation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    Valid,
    Invalid,
    /// That takes more than is known here.
    Unknown,
    /// That takes too many steps.
    TooLong,
}

pub(super) const TOO_DEEP: Answer = Answer::Unknown("it nests too deep");

/// The first instance that is found, else that there is none, unless something is unknown.
pub(super) fn first(answers: impl Iterator<Item = Answer>) -> Answer {
    let mut unknown = None;
    for answer in answers {
        match answer {
            Answer::Found(_) => return answer,
            Answer::None => {}
            Answer::Unknown(why) => unknown = unknown.or(Some(why)),
        }
    }
    unknown.map_or(Answer::None, Answer::Unknown)
}
