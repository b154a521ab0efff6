//! Octopus, over AMQP 1.0, by RabbitMQ's plugin, since Azure Service Bus can't be installed: an end that comes before its
//! beginning waits for it, and what can't be handled lies aside.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use contracts::subscriptions::{
    SubscriptionCreatedV1Event, SubscriptionTerminatedV1Event, subscription_terminated_v1_event::Reason, topics,
};
use goodevent::{Json, trace::TraceParent};
use goodevent_amqp::{Config, Connection, Dialect};
use goodevent_rabbitmq::Topology;
use goodevent_runtime::{
    DeadLetters as _, Delivery, Failure, Message, Publish as _, Router,
    headers::{POINTER, REASON},
};
use goodevent_samples::Samples as _;
use test_brokers::{Server, run, unique, until};

use crate::place::{Log, Own, own};

const ADA: &str = "8a52c8af-2408-486f-ba4a-d277079de2b0";
const BOB: &str = "1c0f4f3e-6a0b-4f57-9d83-3a1f6f0f1b11";

/// The service that writes bills.
#[derive(Debug, Clone, Default)]
struct Billing {
    customers: Arc<Mutex<BTreeSet<String>>>,
    log: Log,
}

async fn start(billing: Billing, new: Delivery<SubscriptionCreatedV1Event>) -> Result<(), Failure> {
    billing.log.note("start");
    billing.customers.lock().expect("nobody panics with it").insert(new.event.subscription_id);
    Ok(())
}

async fn stop(billing: Billing, gone: Delivery<SubscriptionTerminatedV1Event>) -> Result<(), Failure> {
    if gone.event.reason == Reason::Fraud {
        return Err(Failure::Reject("fraud is for the police".to_owned()));
    }
    if !billing.customers.lock().expect("nobody panics with it").remove(&gone.event.subscription_id) {
        billing.log.note("too early");
        return Err(Failure::Defer(Duration::from_millis(500)));
    }
    let (trace, attempt) = (gone.activity.trace_id(), gone.attempt);
    billing.log.note(format!("stop in {trace:032x}, attempt {attempt}, says {}", gone.source));
    Ok(())
}

fn end(subscription: &str, reason: Reason, activity: TraceParent) -> Message {
    let event = SubscriptionTerminatedV1Event {
        subscription_id: subscription.to_owned(),
        license_key: "OCT-00412973".to_owned(),
        reason,
        terminated_time_utc: "2021-11-08T12:33:00Z".to_owned(),
    };
    Message::of("Octofront", event, &(), activity).expect("it is valid")
}

#[tokio::test(flavor = "multi_thread")]
async fn octopus() {
    if Server::Amqp.is_left_out() {
        return;
    }
    let (url, place) = (Server::Amqp.url(), unique("octopus"));

    // The envelope; one topic for the context, and an id that is the same for the same fact.
    let activity = TraceParent::new_root();
    let message = end(ADA, Reason::CustomerRequest, activity);
    let json = Json::parse(&message.body).expect("it is JSON");
    let text = |pointer: &str| json.pointer(pointer).map(Json::to_text).unwrap_or_default();
    let told = ["/source", "/type", "/activityId", "/specVersion", "/payload/subscriptionId"].map(text);
    let quoted = |text: &str| format!("\"{text}\"");
    assert_eq!(told, ["Octofront", "SubscriptionTerminatedV1", &activity.to_string(), "1.0", ADA].map(quoted));
    assert_eq!(message.topic, topics::SUBSCRIPTIONS);
    assert_eq!((&message.id, text("/id")), (&end(ADA, Reason::Fraud, TraceParent::new_root()).id, quoted(&message.id)));
    assert_ne!(message.id, end(BOB, Reason::Fraud, activity).id);

    let contracts = [own::<SubscriptionCreatedV1Event>(&place), own::<SubscriptionTerminatedV1Event>(&place)];
    assert_eq!(contracts[0].topic, contracts[1].topic);
    let queue = format!("{place}.billing");
    let topology = Topology::new().queue(&queue, &contracts.each_ref());
    let admin = goodevent_rabbitmq::Connection::lazy(&goodevent_rabbitmq::Config::new(&url));
    topology.declare(&admin).await.expect("the user may declare");
    let connection = Connection::open(&Config::new(Dialect::RabbitMq, url)).await.expect("the broker is there");
    let transport = Own { transport: connection.publisher(), place };
    let billing = Billing::default();
    let (running, ask) = run(Router::new(billing.clone()).on(start).on(stop), connection.source(&queue));

    // It comes too early, and comes again until what it needs is there. That counts as no attempt, and the trace goes on.
    transport.publish(message).await.expect("the broker takes it");
    until("the deferral", async || billing.log.has("too early")).await;
    let created =
        SubscriptionCreatedV1Event { subscription_id: ADA.to_owned(), ..SubscriptionCreatedV1Event::sample(1) };
    let created = Message::of("Octofront", created, &(), activity).expect("it is valid");
    transport.publish(created).await.expect("the broker takes it");
    let stopped = format!("stop in {:032x}, attempt 1, says Octofront", activity.trace_id());
    until("the end", async || billing.log.has(&stopped)).await;

    // What nobody wants and what is no such event lie aside, each with its reason.
    transport.publish(end(BOB, Reason::Fraud, activity)).await.expect("the broker takes it");
    let mut bored = end(BOB, Reason::CustomerRequest, activity);
    bored.body = String::from_utf8(bored.body).expect("it is JSON").replace("customerRequest", "boredom").into_bytes();
    transport.publish(bored).await.expect("the broker does not look");
    let dead = async || {
        let opened = connection.dead_letters(&queue).await.expect("the queue exists");
        let all = opened.list(10).await.expect("they can be read");
        let why =
            |own: &Message| [REASON, POINTER].map(|name| own.header(name).unwrap_or_default().to_owned()).join(" ");
        all.iter().map(|dead_letter| why(&dead_letter.message)).collect::<BTreeSet<String>>()
    };
    until("the dead letters", async || dead().await.len() == 2).await;
    assert_eq!(dead().await.into_iter().collect::<Vec<_>>(), ["contract /payload/reason", "rejected "]);
    ask.trigger();
    running.await.expect("it does not panic").expect("it ends well");
    topology.delete(&admin).await.expect("the user may remove it");
}
