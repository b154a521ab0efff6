//! Against a real server: `cargo xtask brokers up` starts one, `GOODEVENT_NATS_URL` names another.

mod broker;
mod support;
