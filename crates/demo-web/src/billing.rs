//! The billing service, which carries out commands and publishes their outcomes.

use std::{sync::Arc, time::Duration};

use contracts::subscriptions::SubscriptionTerminatedV2Event;
use goodevent_runtime::{Delivery, Failure, Outcomes, Place, Retry};

/// Whom billing does not know. What it is asked about this one fails until it is dead-lettered, and has no outcome.
const STRANGER: &str = "e3d2c1b0-a9f8-4e7d-b6c5-d4e3f2a1b044";

pub(crate) const RETRY: Retry =
    Retry { max_attempts: 3, first: Duration::from_millis(200), longest: Duration::from_secs(1), place: Place::Here };

#[derive(Debug)]
pub(crate) struct Billing {
    pub(crate) outcomes: Outcomes<String>,
    pub(crate) work: Duration,
}

/// Handled twice, it says the same twice: the id of an event is that of the command.
pub(crate) async fn stop_billing(
    billing: Arc<Billing>,
    gone: Delivery<SubscriptionTerminatedV2Event>,
) -> Result<(), Failure> {
    let subscription = &gone.event.subscription_id;
    if subscription == STRANGER {
        return Err(Failure::Retry(format!("billing does not know {subscription}").into()));
    }
    tokio::time::sleep(billing.work).await;
    billing.outcomes.settle(&gone.id, format!("{subscription} is not billed any more"));
    Ok(())
}
