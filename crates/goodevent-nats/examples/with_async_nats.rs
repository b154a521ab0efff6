//! A service that uses `async-nats` directly: it depends only on its contracts and `goodevent`.
//!
//! `cargo run -p goodevent-nats --example with_async_nats -- nats://user:password@localhost`

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::{env, error::Error};

use async_nats::{ConnectOptions, HeaderMap, ServerAddr, jetstream};
use contracts::{names::NameRequestPaidV1Event, types::money::Money};
use futures_util::StreamExt as _;
use goodevent::{
    Event as _,
    cloudevents::{CloudEvent, PREFIX},
    trace::TraceParent,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&env::args().nth(1).unwrap_or("nats://localhost".to_owned())).await
}

pub(crate) async fn run(url: &str) -> Result<(), Box<dyn Error>> {
    let address: ServerAddr = url.parse()?;
    let (user, password) = (address.username().unwrap_or_default(), address.password().unwrap_or_default());
    let login = ConnectOptions::new().user_and_password(user.to_owned(), password.to_owned());
    let context = jetstream::new(login.connect(address).await?);
    let name = format!("own-client-{}", std::process::id());
    let subject = format!("{name}.{}", NameRequestPaidV1Event::ROUTING_KEY);
    let config =
        jetstream::stream::Config { name: name.clone(), subjects: vec![subject.clone()], ..Default::default() };
    let stream = context.create_stream(config).await?;

    let paid = NameRequestPaidV1Event {
        name_request_number: "NR 1234567".to_owned(),
        payment_id: 1205,
        fee: Money { amount_cents: 3150, currency: "CAD".to_owned() },
        is_priority: false,
        paid_time_utc: goodevent::clock::now(),
    };
    // Encoding validates. In binary mode the attributes are headers, and the body is the event alone.
    let event = CloudEvent::new("/names", paid).in_activity(TraceParent::new_root());
    let (attributes, body) = event.to_binary(PREFIX)?;
    let mut headers = HeaderMap::new();
    attributes.into_iter().for_each(|(name, value)| headers.insert(name, value));
    // The server drops a second message with the same id.
    headers.insert("Nats-Msg-Id", event.id.as_str());
    context.publish_with_headers(subject, headers, body.into()).await?.await?;

    let consumer = stream.create_consumer(jetstream::consumer::pull::Config::default()).await?;
    let message = consumer.messages().await?.next().await.ok_or("the stream ended")??;
    let headers = message.headers.iter().flat_map(HeaderMap::iter);
    let headers = headers.flat_map(|(name, values)| values.iter().map(move |value| (name.as_ref(), value.as_str())));
    let came = CloudEvent::<NameRequestPaidV1Event>::from_binary(PREFIX, headers, &message.payload)?;
    println!("{} paid {} cents in {:?}", came.data.name_request_number, came.data.fee.amount_cents, came.activity());
    message.ack().await.map_err(|error| error.to_string())?;
    assert_eq!((&came.id, came.activity(), &came.data), (&event.id, event.activity(), &event.data));
    context.delete_stream(name).await?;
    Ok(())
}
