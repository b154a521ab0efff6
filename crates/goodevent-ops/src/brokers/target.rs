//! The part of a command that differs per broker.

use anyhow::Context as _;
use goodevent_runtime::{Binding, Broker, BrokerError};
use goodevent_schema::config;

/// A broker that a command works on.
pub(crate) trait Target {
    type Broker: Broker;

    fn broker(&self) -> &Self::Broker;

    /// Name in `context.toml`.
    fn name(&self) -> &'static str;

    /// Whether a context with this setting is on this broker.
    fn is_here(&self, broker: config::Broker) -> bool;

    /// Faults that the publisher does not notice.
    fn caveat(&self) -> Option<&'static str> {
        None
    }

    /// Bindings of a tail; by default each routing key, and all keys of the topics if the places are open.
    fn bindings(&self, places: &Places) -> Vec<Binding> {
        let keys = places.pairs.iter().map(|(topic, routing_key)| Binding::new(topic, routing_key));
        let open = places.pairs.iter().filter(|_| places.is_open).map(|(topic, _)| Binding::all_keys(topic));
        keys.chain(open).collect()
    }
}

/// Opens the dead letters of a queue, which the operator names as text.
pub(crate) async fn dead_letters<T: Target>(
    target: &T,
    queue: &str,
) -> anyhow::Result<<T::Broker as Broker>::DeadLetters> {
    let named = queue.parse::<<T::Broker as Broker>::Queue>().map_err(Into::<BrokerError>::into);
    let named = named.with_context(|| format!("cannot use `--queue {queue}`"))?;
    Ok(target.broker().dead_letters(&named).await?)
}

/// Topics and routing keys where events are published.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Topics and routing keys.
    pub(crate) pairs: Vec<(String, String)>,
    /// Whether other keys of these topics are included.
    pub(crate) is_open: bool,
}
