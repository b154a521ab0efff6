//! `goodevent topology`

pub(crate) mod args;

use std::path::Path;

use anyhow::ensure;

use self::args::{Args, FileForm, Kind};
use crate::{brokers, registry, report::Report};

pub(crate) async fn run(root: &Path, args: &Args, report: &mut Report) -> anyhow::Result<bool> {
    let is_file = args.format != FileForm::Text;
    ensure!(
        !is_file || args.broker == Kind::ServiceBus,
        "--format requires service-bus; create the topology of other brokers with --apply"
    );
    let loaded = registry::read(root, report)?;
    let (broker, name) = args.broker.settings();
    let contracts = registry::contracts(&loaded, &args.events, |own| own == broker, name)?;
    let contracts: Vec<_> = contracts.into_iter().map(registry::as_service).collect();
    brokers::topology(&contracts, args, report).await
}
