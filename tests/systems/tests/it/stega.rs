//! stega, on RabbitMQ: returns are computed elsewhere; who asked for them got an id, and waits for the outcome by it.

use std::time::Duration;

use contracts::returns::{ReturnsComputationFailedV1Event, ReturnsComputedV1Event};
use goodevent::{Event as _, trace::TraceParent};
use goodevent_rabbitmq::{Config, Connection, Part, Topology};
use goodevent_runtime::{Background, Delivery, Failure, Outcomes, Router, TimedOut};
use goodevent_samples::Samples as _;
use test_brokers::{PATIENCE, Server, run, unique};

use crate::place::{Log, Own, own};

const SUBMITTED: [&str; 4] = [
    "8a52c8af-2408-486f-ba4a-d277079de2b0",
    "1c0f4f3e-6a0b-4f57-9d83-3a1f6f0f1b11",
    "5b9c1f1e-0d1a-4a0e-8f44-6d9f5e0c2a22",
    "9f0e5a77-3c1d-4b62-8a5e-0b7d2c4e6f33",
];

/// An instance of the service that submits.
#[derive(Debug, Clone)]
struct Instance {
    name: &'static str,
    log: Log,
    outcomes: Outcomes<Result<usize, u64>>,
}

impl Instance {
    fn router(name: &'static str, log: &Log, outcomes: &Outcomes<Result<usize, u64>>) -> Router<Self> {
        let state = Self { name, log: log.clone(), outcomes: outcomes.clone() };
        Router::new(state).on(computed).on(failed)
    }
}

async fn computed(own: Instance, done: Delivery<ReturnsComputedV1Event>) -> Result<(), Failure> {
    own.log.note(own.name);
    own.outcomes.settle(&done.event.computation_id, Ok(done.event.periods.len()));
    Ok(())
}

async fn failed(own: Instance, done: Delivery<ReturnsComputationFailedV1Event>) -> Result<(), Failure> {
    own.log.note(own.name);
    own.outcomes.settle(&done.event.computation_id, Err(done.event.missing_days));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn stega() {
    if Server::RabbitMq.is_left_out() {
        return;
    }
    let (url, place) = (Server::RabbitMq.url(), unique("stega"));

    // A direct exchange with one key for each event, and one queue for the service, which one instance at a time consumes.
    assert_eq!(ReturnsComputedV1Event::ROUTING_KEY, "returns.computed");
    let contracts = [own::<ReturnsComputedV1Event>(&place), own::<ReturnsComputationFailedV1Event>(&place)];
    let queue = format!("{place}.reports");
    let topology = Topology::new().exclusive_queue(&queue, &contracts.each_ref()).direct();
    let exchange = Part::Exchange { name: contracts[0].topic.to_owned(), is_direct: true };
    assert!(topology.parts().contains(&exchange), "{topology}");
    let connection = Connection::open(&Config::new(url)).await.expect("the broker is there");
    topology.declare(&connection).await.expect("the user may declare");

    // Nobody waits for the broker to publish; what was handed over is published before the service ends.
    let transport = Own { transport: connection.publisher(), place };
    let computing = Background::start(transport, "performance", 100, 10);
    let (log, outcomes) = (Log::default(), Outcomes::new());
    let done = |id: &str| ReturnsComputedV1Event { computation_id: id.to_owned(), ..ReturnsComputedV1Event::sample(1) };
    let n_periods = done(SUBMITTED[0]).periods.len();

    // Submitted: from now on its outcome is waited for, by its id.
    let [first, second, third, never] = SUBMITTED.map(|id| outcomes.watch(id));
    let (running, stop) = run(Instance::router("first", &log, &outcomes), connection.source(&queue));
    let root = TraceParent::new_root;
    computing.hand_over(done(SUBMITTED[0]), &(), root()).await.expect("it is valid");
    assert_eq!(first.within(PATIENCE).await, Ok(Ok(n_periods)));

    // A second instance stands by until the first one is gone.
    let (waiting, stop_waiting) = run(Instance::router("second", &log, &outcomes), connection.source(&queue));
    let failure = ReturnsComputationFailedV1Event {
        computation_id: SUBMITTED[1].to_owned(),
        missing_days: 3,
        ..ReturnsComputationFailedV1Event::sample(1)
    };
    computing.hand_over(failure, &(), root()).await.expect("it is valid");
    assert_eq!(second.within(PATIENCE).await, Ok(Err(3)));
    stop.trigger();
    running.await.expect("it does not panic").expect("it ends well");
    let pending = computing.hand_over(done(SUBMITTED[2]), &(), root()).await.expect("it is valid");
    assert_eq!(third.within(PATIENCE).await, Ok(Ok(n_periods)));
    assert_eq!(log.all(), ["first", "first", "second"]);

    // What nobody computes has no outcome, and who waits is told so.
    assert_eq!(never.within(Duration::from_millis(100)).await, Err(TimedOut));
    computing.finish().await;
    assert_eq!(pending.outcome().await, Ok(()));
    stop_waiting.trigger();
    waiting.await.expect("it does not panic").expect("it ends well");
    topology.delete(&connection).await.expect("the user may remove it");
}
