//! What the story of the demo needs of each broker.

pub mod stage;
