//! Over RabbitMQ's plugin for AMQP 1.0: `cargo xtask brokers up` starts one, `GOODEVENT_AMQP_URL` names another. Exchanges and
//! queues are declared over AMQP 0.9.1.

mod harness;
mod special;

goodevent_runtime::conformance_tests!(harness::Amqp);
