//! Against a real broker: `cargo xtask brokers up` starts one, `GOODEVENT_KAFKA_URL` names another.

mod broker;
mod support;
