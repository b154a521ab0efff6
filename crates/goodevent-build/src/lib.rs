//! Loads registries from disk and writes what is made of them.
