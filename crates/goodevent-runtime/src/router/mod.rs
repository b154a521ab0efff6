//! Routing of messages to handlers, by the type of a handler's argument.

mod builder;
mod handler;
mod run;
mod schedule;
mod settle;

pub use self::{
    builder::{RouteError, Router, RunError, Unknown},
    handler::Handling,
};
