//! A service that publishes an event, whose type its build script generates.

include!(concat!(env!("OUT_DIR"), "/contracts.rs"));

use goodevent::{Event, octopus::Envelope};
use subscriptions::{SubscriptionTerminatedV1Event, subscription_terminated_v1_event::Reason, topics};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let event = SubscriptionTerminatedV1Event {
        subscription_id: uuid::Uuid::from_u128(7),
        license_key: "OCT-00412973".to_owned(),
        reason: Reason::Fraud,
        terminated_time_utc: "2021-11-08T12:33:00Z".to_owned(),
    };
    assert_eq!(SubscriptionTerminatedV1Event::TOPIC, topics::SUBSCRIPTIONS);
    let bytes = Envelope::new("Octofront", event.clone()).encode()?;
    let message = Envelope::<SubscriptionTerminatedV1Event>::decode(&bytes)?;
    assert_eq!(message.payload, event);
    println!("published to {}: {}", topics::SUBSCRIPTIONS, String::from_utf8(bytes)?);
    Ok(())
}
