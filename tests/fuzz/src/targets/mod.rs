//! The targets, and the table of them.

mod amqp;
mod archives;
mod compat;
mod decoders;
mod emit;
mod envelopes;
mod kafka;
mod lint;
mod lower;
mod message;
mod nats;
mod rabbitmq;
mod samples;
mod settings;
mod syntax;
mod templates;
mod typed;
mod wire;

/// A fuzz target.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, which is that of its file and of the folder of its inputs.
    pub name: &'static str,
    /// The promise that it checks, in one line.
    pub about: &'static str,
    /// Longest input; a longer one takes more time and reaches no other code.
    pub max_bytes: usize,
    /// Runs an input, and panics if the promise is broken.
    pub run: fn(&[u8]),
}

/// All targets, by name.
pub static TARGETS: [Target; 16] = [
    target("amqp", "messages of AMQP 1.0 are read, and round-trip", 4_096, amqp::run),
    target("archives", "archives are read within bounds, and nothing leads out of them", 16_384, archives::run),
    target(
        "compat",
        "verdicts are confirmed by their witnesses, and a schema is compatible with itself",
        4_096,
        compat::run,
    ),
    target("decoders", "decoders, violations, the command and the reference agree on any bytes", 4_096, decoders::run),
    target("emit", "generated Rust is Rust, and all outputs can be made", 4_096, emit::run),
    target("envelopes", "messages in envelopes are read or rejected, and round-trip", 4_096, envelopes::run),
    target("kafka", "records of Kafka are read, and round-trip", 4_096, kafka::run),
    target("lint", "findings lie in their files, and fixes leave a schema that is read as before", 4_096, lint::run),
    target("lower", "any schemas are read, and each finding has its place", 4_096, lower::run),
    target("nats", "messages of NATS are read, and round-trip", 4_096, nats::run),
    target("rabbitmq", "messages of RabbitMQ are read, and round-trip", 4_096, rabbitmq::run),
    target("samples", "samples are valid, near misses are not, and no sample exceeds the size", 4_096, samples::run),
    target(
        "settings",
        "settings, locks and baselines are read or reported, and written as they are read",
        4_096,
        settings::run,
    ),
    target("syntax", "any bytes are JSON with places, or a fault with its place", 4_096, syntax::run),
    target("templates", "templates give a text within bounds, or the reason why not", 1_024, templates::run),
    target("wire", "a contract has one digest, however it is spelled", 4_096, wire::run),
];

const fn target(name: &'static str, about: &'static str, max_bytes: usize, run: fn(&[u8])) -> Target {
    Target { name, about, max_bytes, run }
}
