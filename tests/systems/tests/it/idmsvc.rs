//! The Event API of idmsvc, on Kafka: each message has its mandatory headers and keeps its contract before anybody handles it,
//! and each group of consumers gets all of them.

use contracts::idmsvc::{TodoCreatedV1Event, todo_created_v1_event::TodoCreatedV1EventHeaders};
use goodevent::trace::TraceParent;
use goodevent_kafka::{Config, Connection, Queue, Topic, Topology};
use goodevent_runtime::{
    DeadLetters as _, Delivery, Failure, Message, Publish as _, Publisher, Router,
    headers::{POINTER, REASON},
};
use goodevent_samples::Samples as _;
use test_brokers::{Server, run, unique, until};

use crate::place::{Log, Own, own};

async fn note(log: Log, new: Delivery<TodoCreatedV1Event>) -> Result<(), Failure> {
    log.note(format!("{} by {}", new.event.todo_id, new.headers.x_rh_insights_request_id));
    Ok(())
}

fn todo(todo_id: u64) -> TodoCreatedV1Event {
    TodoCreatedV1Event { todo_id, due_date: "2026-12-01".to_owned(), ..TodoCreatedV1Event::sample(1) }
}

/// Who did it, by which request.
fn headers(request: &str) -> TodoCreatedV1EventHeaders {
    TodoCreatedV1EventHeaders {
        x_rh_identity: "eyJpZGVudGl0eSI6e319".to_owned(),
        x_rh_insights_request_id: request.to_owned(),
    }
}

fn message(todo_id: u64) -> Message {
    Message::of("idmsvc", todo(todo_id), &headers("another"), TraceParent::new_root()).expect("it is valid")
}

#[tokio::test(flavor = "multi_thread")]
async fn idmsvc() {
    if Server::Kafka.is_left_out() {
        return;
    }
    let place = unique("idmsvc");
    let topic = own::<TodoCreatedV1Event>(&place).topic;
    let connection = Connection::open(&Config::new(Server::Kafka.url())).await.expect("the broker is there");
    Topology::default().topic(Topic::new(topic, 3)).declare(&connection).await.expect("the user may declare");

    // The type of the headers is the event's own, so that a producer can't forget one. Others can.
    let transport =
        Own { transport: connection.publisher().expect("the configuration is right"), place: place.clone() };
    let publisher = Publisher::new(transport.clone(), "idmsvc");
    for (todo_id, request) in [(1, "first"), (2, "second")] {
        let activity = TraceParent::new_root();
        publisher.publish_with(todo(todo_id), &headers(request), activity).await.expect("the broker takes it");
    }
    let mut nobody = message(3);
    nobody.headers.remove("x-rh-identity");
    let mut never = message(4);
    never.body = String::from_utf8(never.body).expect("it is JSON").replace("2026-12-01", "tomorrow").into_bytes();
    for invalid in [nobody, never] {
        transport.publish(invalid).await.expect("the broker does not look");
    }

    // Two groups: each has all that is valid, and lays aside what is not.
    let groups = [format!("{place}.hosts"), format!("{place}.mails")];
    for group in &groups {
        let log = Log::default();
        let source = connection.source(group, &[topic]).expect("the configuration is right");
        let (running, stop) = run(Router::new(log.clone()).on(note), source);
        until("the todos", async || log.all().len() == 2).await;
        let dead = async || {
            let opened = connection.dead_letters(&Queue::new(group, &[topic])).await.expect("the topic exists");
            let of_group = opened.list(100).await.expect("they can be read").into_iter().map(|dead| dead.message);
            let why = |own: Message| {
                [REASON, POINTER].map(|name| own.header(name).unwrap_or_default().to_owned()).join(" at ")
            };
            let mut reasons: Vec<String> = of_group.map(why).collect();
            reasons.sort();
            reasons
        };
        until("the dead letters", async || dead().await.len() == 2).await;
        assert_eq!(dead().await, ["contract at /dueDate", "contract at /headers/x-rh-identity"]);
        stop.trigger();
        running.await.expect("it does not panic").expect("it ends well");
        let mut handled = log.all();
        handled.sort();
        assert_eq!(handled, ["1 by first", "2 by second"]);
    }

    // Groups remember: started again, they handle what is new and nothing else.
    let sent = publisher.publish_with(todo(5), &headers("third"), TraceParent::new_root()).await;
    sent.expect("the broker takes it");
    for group in &groups {
        let log = Log::default();
        let source = connection.source(group, &[topic]).expect("the configuration is right");
        let (running, stop) = run(Router::new(log.clone()).on(note), source);
        until("what is new", async || !log.all().is_empty()).await;
        stop.trigger();
        running.await.expect("it does not panic").expect("it ends well");
        assert_eq!(log.all(), ["5 by third"]);
    }
}
