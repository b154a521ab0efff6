//! Whether there is an instance that is valid for some schemas and not for others, and which.
//!
//! The question is taken apart as a tableau: a schema that holds, or does not, becomes what its keywords say; wherever
//! there is a choice, each way is tried. What is left of a way is about one JSON type, for which numbers, automata, items
//! or members decide. *None* is only said where all ways were looked at, *found* only of an instance that keeps to all
//! that was understood; the rest is *unknown*.

mod answer;
mod array;
mod evaluate;
mod kinds;
mod known;
mod number;
mod object;
mod part;
mod question;
mod said;
mod search;
mod site;
mod solver;
mod spelling;
mod state;
mod text;
mod unequal;

pub(crate) use self::{
    evaluate::Values,
    question::{Answer, At, Goal, Judged},
    site::Site,
    solver::{MAX_STEPS, Solver},
};
