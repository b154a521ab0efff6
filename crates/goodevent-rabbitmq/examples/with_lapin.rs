//! A service that uses `lapin` directly: it depends only on its contracts and `goodevent`.
//!
//! `cargo run -p goodevent-rabbitmq --example with_lapin -- amqp://user:password@localhost`

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::{env, error::Error};

use contracts::registration::UserConfirmedV1Event;
use futures_util::StreamExt as _;
use goodevent::{Encoded, Event as _, trace::TraceParent};
use lapin::{BasicProperties, Connection, ConnectionProperties, options::*, types::FieldTable};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&env::args().nth(1).unwrap_or("amqp://localhost".to_owned())).await
}

pub(crate) async fn run(url: &str) -> Result<(), Box<dyn Error>> {
    let channel = Connection::connect(url, ConnectionProperties::default()).await?.create_channel().await?;
    let (name, topic) = (format!("own-client-{}", std::process::id()), UserConfirmedV1Event::TOPIC);
    let (queue, exchange, key) =
        (|| name.as_str().into(), || topic.into(), || UserConfirmedV1Event::ROUTING_KEY.into());
    let durable = ExchangeDeclareOptions { durable: true, ..Default::default() };
    channel.exchange_declare(exchange(), lapin::ExchangeKind::Topic, durable, FieldTable::default()).await?;
    channel.queue_declare(queue(), QueueDeclareOptions::default(), FieldTable::default()).await?;
    channel.queue_bind(queue(), exchange(), key(), QueueBindOptions::default(), FieldTable::default()).await?;

    let event = UserConfirmedV1Event {
        user_id: format!("8a52c8af-2408-486f-ba4a-{:012x}", std::process::id()),
        email: "ada@example.org".to_owned(),
        confirmed_time_utc: goodevent::clock::now(),
    };
    // Encoding validates; the id is the same for the same fact.
    let sent = Encoded::new("accounts", event.clone(), TraceParent::new_root())?;
    let properties = BasicProperties::default()
        .with_type(UserConfirmedV1Event::TYPE.into())
        .with_message_id(sent.id.into())
        .with_content_type("application/json".into());
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    channel.basic_publish(exchange(), key(), BasicPublishOptions::default(), &sent.body, properties).await?.await?;
    let messages = channel.basic_consume(queue(), queue(), BasicConsumeOptions::default(), FieldTable::default());
    let (mut messages, mut came) = (messages.await?, None);
    while came.as_ref() != Some(&event) {
        let message = messages.next().await.ok_or("the channel is closed")??;
        match UserConfirmedV1Event::decode(&message.data) {
            Ok(confirmed) => {
                println!("{} confirmed {}", confirmed.user_id, confirmed.email);
                message.ack(BasicAckOptions::default()).await?;
                came = Some(confirmed);
            }
            Err(refusal) => {
                println!("no such event: {refusal}");
                message.reject(BasicRejectOptions::default()).await?;
            }
        }
    }
    channel.queue_delete(queue(), QueueDeleteOptions::default()).await?;
    Ok(())
}
