//! Whether there is an instance that is valid for some schemas and not for others, and which.
//!
//! The question is taken apart as a tableau: a schema that holds, or does not, becomes what its keywords say; wherever
//! there is a choice, each way is tried. What is left of a way is about one JSON type, for which numbers, automata, items
//! or members decide. *None* is only said where all ways were looked at, *found* only of an instance that keeps to all
//! that was understood; the rest is *unknown*.

#[cfg(feature = "rules")]
mod answer;
#[cfg(feature = "rules")]
mod array;
mod evaluate;
#[cfg(feature = "rules")]
mod kinds;
#[cfg(feature = "rules")]
mod known;
#[cfg(feature = "rules")]
mod number;
#[cfg(feature = "rules")]
mod object;
#[cfg(feature = "rules")]
mod part;
mod question;
#[cfg(feature = "rules")]
mod said;
#[cfg(feature = "rules")]
mod search;
mod site;
mod solver;
#[cfg(feature = "rules")]
mod spelling;
#[cfg(feature = "rules")]
mod state;
#[cfg(feature = "rules")]
mod text;
mod unequal;

pub(crate) use self::{
    evaluate::Values,
    question::{Answer, At, Goal, Judged},
    site::Site,
    solver::{MAX_STEPS, Solver},
};
