//! Against a real RabbitMQ: `cargo xtask brokers up` starts one, `GOODEVENT_RABBITMQ_URL` names another.

mod harness;
mod special;
mod support;

mod classic {
    goodevent_runtime::conformance_tests!(crate::harness::RabbitMq::<false>);
}

mod quorum {
    goodevent_runtime::conformance_tests!(crate::harness::RabbitMq::<true>);
}
