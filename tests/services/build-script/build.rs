//! Generates the contracts that this service publishes.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    goodevent_build::Config::new()
        .contexts(["subscriptions"])
        .format_type("uuid", "::uuid::Uuid")
        .compile("../../../schemas")?;
    Ok(())
}
