//! The `goodevent` command.
