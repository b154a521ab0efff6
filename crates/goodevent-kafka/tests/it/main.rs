//! Against a real broker: `cargo xtask brokers up` starts one, `GOODEVENT_KAFKA_URL` names another.

mod harness;
mod special;
mod support;

goodevent_runtime::conformance_tests!(harness::Kafka);
