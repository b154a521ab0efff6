//! Against a real server: `cargo xtask brokers up` starts one, `GOODEVENT_NATS_URL` names another.

mod harness;
mod special;
mod support;

goodevent_runtime::conformance_tests!(harness::Nats);
