//! What operators see: counters and spans.

use std::{
    collections::BTreeMap,
    fmt,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use contracts::{
    maintenance::OutageWindowChangedV1Event, registration::UserConfirmedV1Event,
    subscriptions::SubscriptionTerminatedV1Event,
};
use goodevent::{Event, trace::TraceParent};
use goodevent_runtime::{
    Background, Delivery, Failure, Guard, Message, Publish as _, Publisher, Retry, Router, Shutdown,
    memory::MemoryBroker,
};
use goodevent_samples::Samples as _;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use test_brokers::until;
use tracing::{
    Subscriber,
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{
    layer::{Context, Layer, SubscriberExt as _},
    registry::LookupSpan,
};

const QUEUE: &str = "queue";
const CONFIRMED: &str = UserConfirmedV1Event::CONTRACT.event_type;

/// Runs one story at a time: whether a span is of interest is decided once for the process, when it is first met, so that a
/// story without a subscriber would hide the spans of another one.
fn alone(story: impl Future<Output = ()>) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    runtime.block_on(story);
}

/// The spans that end during `story`.
fn spans_of(story: impl Future<Output = ()>) -> Vec<Fields> {
    let ended = Ended::default();
    alone(async {
        let _default = tracing::subscriber::set_default(tracing_subscriber::registry().with(ended.clone()));
        story.await;
    });
    ended.0.lock().expect("nobody panics").clone()
}

/// What is counted while `story` is told, by names and labels; of a histogram, how much was recorded.
fn counts_of(story: impl Future<Output = ()>) -> BTreeMap<String, u64> {
    let recorder = DebuggingRecorder::new();
    metrics::with_local_recorder(&recorder, || alone(story));
    let metrics = recorder.snapshotter().snapshot().into_vec().into_iter();
    let named = metrics.map(|(key, _, _, value)| {
        let labels = key.key().labels().map(|label| format!(" {}={}", label.key(), label.value()));
        let value = match value {
            DebugValue::Counter(count) => count,
            DebugValue::Histogram(values) => values.len() as u64,
            DebugValue::Gauge(_) => 0,
        };
        (format!("{}{}", key.key().name(), labels.collect::<String>()), value)
    });
    named.filter(|(_, value)| *value > 0).collect()
}

fn broker() -> MemoryBroker {
    let broker = MemoryBroker::new();
    broker.bind::<UserConfirmedV1Event>(QUEUE);
    broker
}

async fn at_second(_: (), event: Delivery<UserConfirmedV1Event>) -> Result<(), Failure> {
    if event.attempt == 1 { Err(Failure::Retry("the database is away".into())) } else { Ok(()) }
}

/// Handles until there are so many dead letters, and for a while.
async fn handle_all(broker: &MemoryBroker, router: Router<()>, n_dead: usize) {
    let stop = Shutdown::new();
    let running = tokio::spawn(router.run(broker.source(QUEUE), stop.clone()));
    until("the dead letters", async || broker.dead_letters(QUEUE).len() == n_dead).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    stop.trigger();
    running.await.expect("the router does not panic").expect("all is well");
}

/// A router that is quick.
fn router() -> Router<()> {
    Router::new(()).on(at_second).retry(Retry { first: Duration::from_millis(1), ..Retry::default() })
}

#[test]
fn what_becomes_of_events_is_counted() {
    let counts = counts_of(async {
        let broker = broker();
        let publisher = Publisher::new(broker.clone(), "accounts");
        let (event, other) = (UserConfirmedV1Event::sample(1), UserConfirmedV1Event::sample(2));
        publisher.publish(event.clone()).await.expect("it is valid and taken");
        let mut wrong = event.clone();
        wrong.user_id = "nobody".to_owned();
        publisher.publish(wrong).await.expect_err("it breaks its contract");
        publisher.publish(SubscriptionTerminatedV1Event::sample(1)).await.expect_err("nothing takes it");

        let background = Background::start(broker.clone(), "accounts", 10, 10);
        background.hand_over(other, &(), TraceParent::new_root()).await.expect("it is valid");
        background.finish().await;

        let mut broken = Message::of("accounts", event, &(), TraceParent::new_root()).expect("it is valid");
        broken.body = b"{".to_vec();
        broker.publish(broken).await.expect("the queue takes anything");
        handle_all(&broker, router(), 1).await;
    });
    let terminated = SubscriptionTerminatedV1Event::CONTRACT.event_type;
    let expected = [
        (format!("goodevent_published_total event={CONFIRMED}"), 2),
        (format!("goodevent_publishing_seconds event={CONFIRMED}"), 2),
        (format!("goodevent_unpublished_total event={terminated} reason=unroutable"), 1),
        (format!("goodevent_refused_total event={CONFIRMED} rule=format side=publish"), 1),
        (format!("goodevent_refused_total event={CONFIRMED} rule=not-json side=consume"), 1),
        ("goodevent_dead_lettered_total reason=not-json".to_owned(), 1),
        (format!("goodevent_failed_total event={CONFIRMED}"), 2),
        (format!("goodevent_retried_total event={CONFIRMED}"), 2),
        (format!("goodevent_consumed_total event={CONFIRMED}"), 2),
        (format!("goodevent_handling_seconds event={CONFIRMED}"), 4),
        // Twice each attempt, and once each that was published.
        (format!("goodevent_message_bytes event={CONFIRMED}"), 6),
    ];
    assert_eq!(counts, BTreeMap::from(expected));
}

#[test]
fn attempts_that_end_otherwise_are_counted() {
    /// The first is deferred until the router stops, the second panics, the third hangs.
    async fn stumble(_: (), event: Delivery<UserConfirmedV1Event>) -> Result<(), Failure> {
        match [1, 2].map(|nth| event.event == UserConfirmedV1Event::sample(nth)) {
            [true, _] => Err(Failure::Defer(Duration::from_hours(1))),
            [_, true] => panic!("the second is bad"),
            _ => std::future::pending().await,
        }
    }
    let counts = counts_of(async {
        let broker = broker();
        for nth in 1..=3 {
            let event = UserConfirmedV1Event::sample(nth);
            let message = Message::of("accounts", event, &(), TraceParent::new_root()).expect("it is valid");
            broker.publish(message).await.expect("the queue takes anything");
        }
        let retry = Retry { max_attempts: 2, first: Duration::from_millis(1), ..Retry::default() };
        handle_all(&broker, Router::new(()).on(stumble).retry(retry).time_out(Duration::from_millis(20)), 2).await;
    });
    for (name, n_expected) in [
        ("goodevent_deferred_total event=UserConfirmedV1", 1),
        ("goodevent_panicked_total event=UserConfirmedV1", 2),
        ("goodevent_timed_out_total event=UserConfirmedV1", 2),
        ("goodevent_failed_total event=UserConfirmedV1", 5),
        ("goodevent_retried_total event=UserConfirmedV1", 2),
        ("goodevent_dead_lettered_total reason=panicked", 1),
        ("goodevent_dead_lettered_total reason=timed-out", 1),
    ] {
        assert_eq!(counts.get(name), Some(&n_expected), "{name} of {counts:?}");
    }
}

/// Spans that have ended: their names, and their fields.
#[derive(Clone, Default)]
struct Ended(Arc<Mutex<Vec<Fields>>>);

#[derive(Clone, Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Ended {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, spans: Context<'_, S>) {
        let mut fields = Fields(BTreeMap::from([("span", attributes.metadata().name().to_owned())]));
        attributes.record(&mut fields);
        spans.span(id).expect("it is new").extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, spans: Context<'_, S>) {
        if let Some(fields) = spans.span(id).expect("it is open").extensions_mut().get_mut::<Fields>() {
            values.record(fields);
        }
    }

    fn on_close(&self, id: span::Id, spans: Context<'_, S>) {
        let fields = spans.span(&id).and_then(|span| span.extensions_mut().remove::<Fields>());
        self.0.lock().expect("nobody panics").extend(fields);
    }
}

#[test]
fn publishing_and_handling_are_spans_of_one_activity() {
    let activity = TraceParent::new_root();
    let spans = spans_of(async {
        let broker = broker();
        let publisher = Publisher::new(broker.clone(), "accounts");
        publisher.publish_with(UserConfirmedV1Event::sample(1), &(), activity).await.expect("it is valid and taken");
        handle_all(&broker, router(), 0).await;
    });
    let of = |name| spans.iter().map(|Fields(fields)| fields).filter(move |fields| fields["span"] == name);
    let [published] = of("publish").collect::<Vec<_>>()[..] else { panic!("it was published once") };
    assert_eq!(published["otel.kind"], "producer");
    assert_eq!(published["messaging.destination.name"], UserConfirmedV1Event::TOPIC);
    let [failed, done] = of("handle").collect::<Vec<_>>()[..] else { panic!("it was handled twice") };
    for (span, attempt) in [(published, None), (failed, Some("1")), (done, Some("2"))] {
        assert_eq!((span["event"].as_str(), span["traceparent"].as_str()), (CONFIRMED, &*activity.to_string()));
        assert_eq!(span["messaging.message.id"], published["messaging.message.id"]);
        assert_eq!(span.get("attempt").map(String::as_str), attempt);
    }
    assert_eq!((failed["otel.status_code"].as_str(), failed["error"].as_str()), ("ERROR", "the database is away"));
    assert!(!done.contains_key("error"));
}

#[test]
fn what_is_refused_shows_in_its_span() {
    let spans = spans_of(async {
        let broker = broker();
        let message = Message::of("accounts", UserConfirmedV1Event::sample(1), &(), TraceParent::new_root());
        broker.publish(Message { body: b"{}".to_vec(), ..message.expect("it is valid") }).await.expect("it is taken");
        handle_all(&broker, router(), 1).await;
    });
    let handled = spans.iter().find(|Fields(fields)| fields["span"] == "handle").expect("it was tried");
    assert_eq!(handled.0["otel.status_code"], "ERROR");
    assert!(handled.0["error"].contains("required"), "{}", handled.0["error"]);
}

#[test]
fn what_says_nothing_new_is_counted() {
    let counts = counts_of(async {
        let broker = MemoryBroker::new();
        broker.bind::<OutageWindowChangedV1Event>(QUEUE);
        let publisher = Publisher::new(broker, "maintenance").guarded(Guard::new(10));
        for _ in 0..3 {
            publisher.publish(OutageWindowChangedV1Event::sample(1)).await.expect("it is valid and taken");
        }
    });
    let event = OutageWindowChangedV1Event::CONTRACT.event_type;
    assert_eq!(counts[&format!("goodevent_unchanged_total event={event}")], 2);
    assert_eq!(counts[&format!("goodevent_published_total event={event}")], 1);
}
