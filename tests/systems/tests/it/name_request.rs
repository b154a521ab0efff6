//! Name Request, on NATS: a payment and each change of state are CloudEvents on subjects, and a trace goes through the queue.

use std::{sync::Arc, time::Duration};

use contracts::names::{
    NameRequestPaidV1Event, NameRequestStateChangedV1Event,
    name_request_state_changed_v1_event::{PreviousState, State},
};
use goodevent::{Event as _, Json, cloudevents::CloudEvent, trace::TraceParent};
use goodevent_nats::{Config, Connection, Consumer, NatsPublisher, Stream, Topology};
use goodevent_runtime::{
    Delivery, Failure, Guard, Message, NotPublished, Outcome, Publish, PublishError, Publisher, Router, Settle as _,
    Source as _,
};
use goodevent_samples::Samples as _;
use test_brokers::{PATIENCE, Server, run, unique, until};
use tokio::time::timeout;

use crate::place::Log;

/// Subjects are the server's, so that this test puts something of its own before them.
#[derive(Debug)]
struct Subjects(NatsPublisher, String);

impl Publish for Subjects {
    type Confirmation = <NatsPublisher as Publish>::Confirmation;

    async fn send(&self, message: Message) -> Result<Self::Confirmation, PublishError> {
        let routing_key = format!("{}.{}", self.1, message.routing_key);
        self.0.send(Message { routing_key, ..message }).await
    }
}

/// The service that examines names: what is paid for is examined.
#[derive(Clone)]
struct Examination {
    publisher: Arc<Publisher<Subjects>>,
    log: Log,
}

fn step(time: &str) -> NameRequestStateChangedV1Event {
    NameRequestStateChangedV1Event {
        name_request_number: "NR 1234567".to_owned(),
        previous_state: PreviousState::Draft,
        state: State::Inprogress,
        changed_time_utc: time.to_owned(),
    }
}

async fn examine(own: Examination, paid: Delivery<NameRequestPaidV1Event>) -> Result<(), Failure> {
    own.log.note(format!("{} is paid, says {}", paid.event.name_request_number, paid.source));
    // What follows goes on in the activity of what it follows from.
    own.publisher.publish_with(step("2026-11-20T17:45:12Z"), &(), paid.activity.child()).await?;
    Ok(())
}

async fn tell(own: Examination, changed: Delivery<NameRequestStateChangedV1Event>) -> Result<(), Failure> {
    own.log.note(format!("{:?} in {:032x}", changed.event.state, changed.activity.trace_id()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn name_request() {
    if Server::Nats.is_left_out() {
        return;
    }
    let place = unique("names");
    assert_eq!(NameRequestPaidV1Event::ROUTING_KEY, "names.name-request-paid");
    let connection = Connection::open(&Config::new(Server::Nats.url())).await.expect("the server is there");
    let stream = Stream::new(&place).takes([format!("{place}.names.>")]);
    let stream = stream.consumer(Consumer::new("examination")).consumer(Consumer::new("archive"));
    Topology::default().stream(stream).declare(&connection).await.expect("the user may declare");

    let subjects = || Subjects(connection.publisher(), place.clone());
    let publisher = Arc::new(Publisher::new(subjects(), "/names/examination").guarded(Guard::new(100)));
    let own = Examination { publisher: Arc::clone(&publisher), log: Log::default() };
    let router = Router::new(own.clone()).on(examine).on(tell);
    let (running, stop) = run(router, connection.source(&place, "examination"));

    // A payment comes in, and with it the trace of who paid.
    let activity = TraceParent::new_root();
    let paid =
        NameRequestPaidV1Event { name_request_number: "NR 1234567".to_owned(), ..NameRequestPaidV1Event::sample(1) };
    let till = Publisher::new(subjects(), "/names/till");
    till.publish_with(paid.clone(), &(), activity).await.expect("the stream takes it");
    until("the examination", async || own.log.all().len() == 2).await;
    let trace = format!("{:032x}", activity.trace_id());
    assert_eq!(own.log.all(), ["NR 1234567 is paid, says /names/till".to_owned(), format!("Inprogress in {trace}")]);

    // A state that is what it was is no change, and is not published.
    let again = publisher.publish(step("2026-11-20T18:00:00Z")).await;
    assert_eq!(again, Ok::<_, NotPublished>(Outcome::Unchanged));
    stop.trigger();
    running.await.expect("it does not panic").expect("it ends well");

    // On the wire they are CloudEvents 1.0, which others read as well.
    let mut archive = connection.source(&place, "archive");
    for event_type in ["NameRequestPaidV1", "NameRequestStateChangedV1"] {
        let received = timeout(PATIENCE, archive.next()).await.expect("it is there").expect("all is well");
        let received = received.expect("the source has a message");
        let json = Json::parse(&received.message.body).expect("it is JSON");
        let text = |pointer: &str| json.pointer(pointer).map(Json::to_text).unwrap_or_default();
        assert_eq!((text("/specversion"), text("/type")), ("\"1.0\"".to_owned(), format!("\"{event_type}\"")));
        assert!(text("/traceparent").contains(&trace), "{json:?}");
        if event_type == NameRequestPaidV1Event::TYPE {
            let event = CloudEvent::<NameRequestPaidV1Event>::decode(&received.message.body).expect("it is one");
            assert_eq!((event.data, event.id), (paid.clone(), received.message.id.clone()));
        }
        received.receipt.ack().await.expect("the server is told");
    }
    let rest = timeout(Duration::from_millis(300), archive.next()).await;
    assert!(rest.is_err(), "there is nothing else");
}
