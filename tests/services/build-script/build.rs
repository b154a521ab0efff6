//! Generates the contracts that this service publishes.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    goodevent_build::Config::new()
        .contexts(["subscriptions"])
        .format_type("uuid", "::uuid::Uuid")
        .extern_path("types", "::contracts::types")
        .type_attribute("subscriptions.SubscriptionTerminatedV1Event", "#[non_exhaustive]")
        .compile("../../../schemas")?;
    Ok(())
}
