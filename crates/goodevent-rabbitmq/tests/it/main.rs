//! Against a real RabbitMQ: `cargo xtask brokers up` starts one, `GOODEVENT_RABBITMQ_URL` names another.

mod harness;
mod special;
mod support;

goodevent_runtime::conformance_tests!(harness::RabbitMq);
