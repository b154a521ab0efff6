//! The example for those who bring a client of their own works.

#[path = "../examples/with_fe2o3_amqp.rs"]
#[expect(dead_code, reason = "the example starts by itself")]
mod example;

use test_brokers::{PATIENCE, Server};
use tokio::time::timeout;

#[tokio::test]
async fn a_client_of_ones_own_publishes_and_consumes() {
    let done = timeout(PATIENCE, example::run(&Server::Amqp.url())).await.expect("it comes to an end");
    done.expect("nothing is wrong");
}
