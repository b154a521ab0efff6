//! Decoders of contracts that are harder than those of the registry.

fn main() -> Result<(), goodevent_build::Error> {
    goodevent_build::compile("schemas")
}
