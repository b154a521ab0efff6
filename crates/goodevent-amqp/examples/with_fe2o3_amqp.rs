//! A service that uses `fe2o3-amqp` directly: it depends only on its contracts and `goodevent`.
//!
//! `cargo run -p goodevent-amqp --example with_fe2o3_amqp -- amqp://user:password@localhost`, with RabbitMQ's plugin.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::{env, error::Error, time::Duration};

use contracts::subscriptions::{SubscriptionTerminatedV1Event, subscription_terminated_v1_event::Reason};
use fe2o3_amqp::{
    Connection, Receiver, Sender, Session,
    types::messaging::{Data, Message, Properties},
    types::primitives::Binary,
};
use goodevent::{Event as _, octopus::Envelope, trace::TraceParent};
use tokio::time::timeout;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&env::args().nth(1).unwrap_or("amqp://localhost".to_owned())).await
}

pub(crate) async fn run(url: &str) -> Result<(), Box<dyn Error>> {
    // AMQP 1.0 cannot create queues, 0.9.1 can.
    let queue = format!("own-client-{}", std::process::id());
    let maker = lapin::Connection::connect(url, Default::default()).await?.create_channel().await?;
    maker.queue_declare(queue.as_str().into(), Default::default(), Default::default()).await?;
    let mut connection = Connection::open(queue.as_str(), url).await?;
    let mut session = Session::begin(&mut connection).await?;
    let mut sender = Sender::attach(&mut session, "sender", format!("/amq/queue/{queue}")).await?;

    let gone = SubscriptionTerminatedV1Event {
        subscription_id: "8a52c8af-2408-486f-ba4a-d277079de2b0".to_owned(),
        license_key: "OCT-00412973".to_owned(),
        reason: Reason::PaymentFailure,
        terminated_time_utc: "2021-11-08T12:33:00Z".to_owned(),
    };
    // Encoding validates; the id is the same for the same fact, so that duplicates are recognised.
    let sent = Envelope::new("Octofront", gone).in_activity(TraceParent::new_root());
    let properties = Properties::builder().message_id(sent.id.clone()).subject(SubscriptionTerminatedV1Event::TYPE);
    let body = Data(Binary::from(sent.encode()?));
    let message = Message::builder().properties(properties.build()).body(body).build();
    // The client can miss the credit of a new link: nothing was sent then, and the next attempt succeeds.
    while timeout(Duration::from_millis(500), sender.send(message.clone())).await.is_err() {}

    let mut receiver = Receiver::attach(&mut session, "receiver", format!("/amq/queue/{queue}")).await?;
    let delivery = receiver.recv::<Data>().await?;
    let came = Envelope::<SubscriptionTerminatedV1Event>::decode(&delivery.body().0)?;
    println!("{} ended in {}", came.payload.subscription_id, came.activity_id);
    receiver.accept(&delivery).await?;
    assert_eq!(came, sent);
    // RabbitMQ answers the end of a link such that the client reports an error.
    let _ = (receiver.close().await, sender.close().await, connection.close().await);
    maker.queue_delete(queue.as_str().into(), Default::default()).await?;
    Ok(())
}
