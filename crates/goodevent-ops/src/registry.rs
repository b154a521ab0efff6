//! The registry, as commands at a broker need it.

use std::path::Path;

use anyhow::{bail, ensure};
use goodevent::Contract;
use goodevent_build::Loaded;
use goodevent_schema::{config, registry};

use crate::report::Report;

/// Reads the registry, which must be without errors.
pub(crate) fn read(root: &Path, report: &mut Report) -> anyhow::Result<Loaded> {
    let loaded = Loaded::read(root)?;
    if loaded.has_errors() {
        report.note_styled(&format!("{}\n", loaded.rendered(true)));
        bail!("the registry has errors; the command was not run");
    }
    ensure!(loaded.registry.contracts().next().is_some(), "the registry at `{}` has no events", root.display());
    Ok(loaded)
}

/// The contract of a name.
pub(crate) fn contract<'l>(loaded: &'l Loaded, name: &str) -> anyhow::Result<&'l registry::Contract> {
    Ok(loaded.contract(name)?)
}

/// The contracts that are named, or all of the contexts that are on a broker.
pub(crate) fn contracts<'l>(
    loaded: &'l Loaded,
    events: &[String],
    is_here: impl Fn(config::Broker) -> bool,
    broker: &str,
) -> anyhow::Result<Vec<&'l registry::Contract>> {
    if !events.is_empty() {
        return events.iter().map(|event| contract(loaded, event)).collect();
    }
    let broker_of = |contract: &&registry::Contract| settings(loaded, contract).topics.broker;
    let all: Vec<_> = loaded.registry.contracts().filter(|own| broker_of(own).is_some_and(&is_here)).collect();
    ensure!(!all.is_empty(), "no context has `broker =  \"{broker}\"` in its context.toml: name events with --event");
    Ok(all)
}

/// The settings of a contract's context.
pub(crate) fn settings<'l>(loaded: &'l Loaded, contract: &registry::Contract) -> &'l config::ContextSettings {
    &loaded.registry.contexts[&contract.context].settings
}

/// A contract as services know it. A process of this command is short, so that what it reads may stay.
pub(crate) fn as_service(own: &registry::Contract) -> Contract {
    let kept = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    Contract {
        name: kept(own.name.as_str()),
        event_type: kept(own.name.versioned()),
        context: kept(&own.context),
        version: own.name.version(),
        topic: kept(&own.topic),
        routing_key: kept(&own.routing_key),
        ..Contract::EMPTY
    }
}
