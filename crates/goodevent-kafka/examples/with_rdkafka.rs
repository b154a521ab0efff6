//! A service that uses `rdkafka` directly: it depends only on its contracts and `goodevent`.
//!
//! `cargo run -p goodevent-kafka --example with_rdkafka -- localhost:9092`

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::{env, error::Error, time::Duration};

use contracts::idmsvc::{TodoCompletedV1Event, todo_completed_v1_event::TodoCompletedV1EventHeaders};
use goodevent::{Event as _, Headers as _};
use rdkafka::{
    ClientConfig, Message as _,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{CommitMode, Consumer as _, StreamConsumer},
    message::{Header, Headers as _, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&env::args().nth(1).unwrap_or("localhost:9092".to_owned())).await
}

pub(crate) async fn run(brokers: &str) -> Result<(), Box<dyn Error>> {
    let topic = format!("{}.own-client-{}", TodoCompletedV1Event::TOPIC, std::process::id());
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers).set("group.id", &topic).set("auto.offset.reset", "earliest");
    let (admin, options): (AdminClient<DefaultClientContext>, _) = (config.create()?, AdminOptions::new());
    admin.create_topics(&[NewTopic::new(&topic, 1, TopicReplication::Fixed(1))], &options).await?;

    let done = TodoCompletedV1Event { todo_id: 12345, effort_minutes: 45, completed_time_utc: goodevent::clock::now() };
    let mandatory =
        TodoCompletedV1EventHeaders { x_rh_identity: "e30=".to_owned(), x_rh_insights_request_id: "r-1".to_owned() };
    // Encoding validates; the headers are a struct, so that none is forgotten.
    let (body, key) = (done.encode()?, done.todo_id.to_string());
    let names = TodoCompletedV1EventHeaders::NAMES.iter().zip(mandatory.values());
    let headers = names.fold(OwnedHeaders::new(), |all, (key, value)| all.insert(Header { key, value: Some(value) }));
    let record = FutureRecord::to(&topic).key(&key).payload(&body).headers(headers);
    let producer: FutureProducer = config.create()?;
    producer.send(record, Duration::from_secs(5)).await.map_err(|(error, _)| error)?;

    let consumer: StreamConsumer = config.create()?;
    consumer.subscribe(&[&topic])?;
    let message = consumer.recv().await?;
    let texts = |name: &str| {
        let header = message.headers()?.iter().find(|header| header.key.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value?).ok()
    };
    let headers = TodoCompletedV1EventHeaders::read(texts)?;
    let came = TodoCompletedV1Event::decode(message.payload().unwrap_or_default())?;
    println!("{} took {} minutes, asked by {}", came.todo_id, came.effort_minutes, headers.x_rh_insights_request_id);
    consumer.commit_message(&message, CommitMode::Sync)?;
    assert_eq!((came, headers.values()), (done, mandatory.values()));
    admin.delete_topics(&[&topic], &options).await?;
    Ok(())
}
