//! The templates of goodevent, embedded.
