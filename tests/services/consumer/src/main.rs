//! A service that consumes an event, whose type comes from the registry's own crate.

use contracts::registration::UserCreatedV1Event;
use goodevent::Event;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bytes = br#"{"userId":"8a52c8af-2408-486f-ba4a-d277079de2b0","email":"ada@example.org","displayName":"Ada",
        "locale":"en-GB","registeredTimeUtc":"2026-11-20T08:00:00Z"}"#;
    let event = UserCreatedV1Event::decode(bytes)?;
    println!("{} on {}: {}", UserCreatedV1Event::NAME, UserCreatedV1Event::ROUTING_KEY, event.display_name);
    let error = UserCreatedV1Event::decode(br#"{"userId":"me"}"#).expect_err("the event is not valid");
    println!("refused: {error}");
    Ok(())
}
