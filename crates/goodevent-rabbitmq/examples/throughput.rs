//! How fast the publisher is, beside the bare client with the same confirms: `cargo run --release --example throughput`.
//!
//! `GOODEVENT_RABBITMQ_URL` names the broker.

#![expect(clippy::print_stdout, reason = "an example talks to its user")]

use std::{collections::VecDeque, env, error::Error, time::Instant};

use goodevent_rabbitmq::RabbitPublisher;
use goodevent_runtime::{Message, Publish as _};
use lapin::{BasicProperties, Channel, Connection, options::BasicPublishOptions, types::FieldTable};

const QUEUE: &str = "goodevent.throughput";
const N_EVENTS: u32 = 40_000;

type Outcome = Result<f64, Box<dyn Error>>;

fn message() -> Message {
    let header = ("traceparent".to_owned(), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned());
    Message {
        routing_key: QUEUE.to_owned(),
        id: "8a52c8af-2408-486f-ba4a-d277079de2b0".to_owned(),
        event_type: "UserCreatedV1".to_owned(),
        partition_key: Some("8a52c8af-2408-486f-ba4a-d277079de2b0".to_owned()),
        headers: [header].into(),
        body: vec![b'x'; 500],
        ..Message::default()
    }
}

async fn ours(publisher: &RabbitPublisher, window: usize) -> Outcome {
    let (start, mut pending) = (Instant::now(), VecDeque::with_capacity(window));
    for _ in 0..N_EVENTS {
        if pending.len() == window
            && let Some(first) = pending.pop_front()
        {
            let first: goodevent_rabbitmq::Confirmation = first;
            first.await?;
        }
        pending.push_back(publisher.send(message()).await?);
    }
    for own in pending {
        own.await?;
    }
    Ok(f64::from(N_EVENTS) / start.elapsed().as_secs_f64())
}

async fn bare(channel: &Channel, window: usize) -> Outcome {
    let (start, mut pending) = (Instant::now(), VecDeque::with_capacity(window));
    for _ in 0..N_EVENTS {
        if pending.len() == window
            && let Some(first) = pending.pop_front()
        {
            let first: lapin::PublisherConfirm = first;
            first.await?;
        }
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let own = message();
        let mut headers = FieldTable::default();
        for (name, value) in own.headers {
            headers.insert(name.into(), lapin::types::AMQPValue::LongString(value.into()));
        }
        let properties = BasicProperties::default()
            .with_delivery_mode(2)
            .with_message_id(own.id.into())
            .with_type(own.event_type.into())
            .with_content_type("application/json".into())
            .with_headers(headers);
        pending.push_back(channel.basic_publish("".into(), QUEUE.into(), options, &own.body, properties).await?);
    }
    for own in pending {
        own.await?;
    }
    Ok(f64::from(N_EVENTS) / start.elapsed().as_secs_f64())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("GOODEVENT_RABBITMQ_URL")?;
    let connection = Connection::connect(&url, Default::default()).await?;
    let channel = connection.create_channel().await?;
    channel.confirm_select(Default::default()).await?;
    let durable = lapin::options::QueueDeclareOptions { durable: true, ..Default::default() };
    channel.queue_declare(QUEUE.into(), durable, FieldTable::default()).await?;
    for window in [100, 1_000] {
        let publisher = RabbitPublisher::connect(&url, window).await?;
        for _ in 0..4 {
            let bare = bare(&channel, window).await?;
            channel.queue_purge(QUEUE.into(), Default::default()).await?;
            let ours = ours(&publisher, window).await?;
            channel.queue_purge(QUEUE.into(), Default::default()).await?;
            println!("window {window}: bare {bare:.0}/s, ours {ours:.0}/s, {:.2} of it", ours / bare);
        }
    }
    channel.queue_delete(QUEUE.into(), Default::default()).await?;
    connection.close(200, "OK".into()).await?;
    Ok(())
}
