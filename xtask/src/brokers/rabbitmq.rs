//! RabbitMQ: the one of this machine, or Debian's; AMQP 0.9.1, and AMQP 1.0 by its plugin.
//!
//! Its Erlang node has a name server (epmd) of its own, so that it meets no other node of this machine.

use std::{env, ffi::OsString, fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use anyhow::{Context, Result};

use super::broker::{Broker, LIMITED_USER, PASSWORD, Place, Server, USER};
use crate::packages;

const SERVER: &str = "usr/lib/rabbitmq/lib/rabbitmq_server-";
const ERLANG: &str = "usr/lib/erlang";

/// The name server ends with the node, whose child it becomes.
const START: &str =
    r#""$BINDIR/epmd" -port "$ERL_EPMD_PORT" & exec "$0" -kernel inet_dist_use_interface '{127,0,0,1}'"#;

/// Erlang as such looks for its files where it was installed, not where it is.
const ERL: &str = "#!/bin/sh\nexec \"$BINDIR/erlexec\" \"$@\"\n";

pub(super) struct RabbitMq;

impl Broker for RabbitMq {
    fn name(&self) -> &'static str {
        "rabbitmq"
    }

    /// For clients, for the name server, and for other nodes.
    fn n_ports(&self) -> u16 {
        3
    }

    fn urls(&self, port: u16) -> Vec<(&'static str, String)> {
        let url = format!("amqp://{USER}:{PASSWORD}@127.0.0.1:{port}");
        vec![("GOODEVENT_RABBITMQ_URL", url.clone()), ("GOODEVENT_AMQP_URL", url)]
    }

    fn server(&self, place: &Place) -> Result<Server> {
        let root = place.packages.debian("rabbitmq-server", SERVER)?;
        let server = packages::entry(&root, SERVER).context("the package has no server")?;
        let runtime = packages::entry(&root, &format!("{ERLANG}/erts-")).context("the package has no Erlang")?;
        let version = server.display().to_string().rsplit_once('-').map_or_else(String::new, |(_, it)| it.to_owned());
        let mut command = packages::with_libraries(Command::new("sh"), &root);
        command.arg("-c").arg(START).arg(server.join("sbin/rabbitmq-server"));
        command.env("ROOTDIR", root.join(ERLANG)).env("BINDIR", runtime.join("bin")).env("EMU", "beam");
        configure(&mut command, place)?;
        Ok(Server { command, version })
    }
}

fn configure(command: &mut Command, place: &Place) -> Result<()> {
    let bin = place.home.join("bin");
    fs::create_dir_all(&bin).context("cannot make a folder for `erl`")?;
    let erl = place.write("bin/erl", ERL)?;
    fs::set_permissions(erl, fs::Permissions::from_mode(0o755)).context("cannot make `erl` a program")?;
    let definitions = place.write("definitions.json", &definitions())?;
    command
        .env("PATH", path_with(&bin)?)
        .env("HOME", &place.home)
        .env("ERL_EPMD_PORT", (place.port + 1).to_string())
        .env("ERL_EPMD_ADDRESS", "127.0.0.1")
        .env("RABBITMQ_DIST_PORT", (place.port + 2).to_string())
        .env("RABBITMQ_NODENAME", format!("goodevent-{}@localhost", place.port))
        .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
        .env("RABBITMQ_CONFIG_FILE", place.write("rabbitmq.conf", &config(place.port, &definitions))?)
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", place.write("enabled_plugins", "[rabbitmq_amqp1_0].")?)
        .env("RABBITMQ_MNESIA_BASE", place.data())
        .env("RABBITMQ_LOG_BASE", &place.home)
        .env("RABBITMQ_LOGS", "-")
        .env("ERL_CRASH_DUMP", place.home.join("erl_crash.dump"))
        .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-start_epmd false")
        // Else a shell stays between us and the node.
        .env("RUNNING_UNDER_SYSTEMD", "true");
    Ok(())
}

/// The default is 40 % of the memory, below which a machine with other things to do stops all publishers.
fn config(port: u16, definitions: &Path) -> String {
    format!(
        "listeners.tcp.1 = 127.0.0.1:{port}\nload_definitions = {}\nvm_memory_high_watermark.absolute = 1GiB\n\
         disk_free_limit.absolute = 50MB\n",
        definitions.display()
    )
}

fn definitions() -> String {
    let user = |name: &str, tags: &str| format!(r#"{{"name":"{name}","password":"{PASSWORD}","tags":"{tags}"}}"#);
    let may = |name: &str, configure: &str| {
        format!(r#"{{"user":"{name}","vhost":"/","configure":"{configure}","write":".*","read":".*"}}"#)
    };
    let users = [user(USER, "administrator"), user(LIMITED_USER, "")].join(",");
    let permissions = [may(USER, ".*"), may(LIMITED_USER, "^$")].join(",");
    format!(r#"{{"vhosts":[{{"name":"/"}}],"users":[{users}],"permissions":[{permissions}]}}"#)
}

fn path_with(first: &Path) -> Result<OsString> {
    let others = env::var_os("PATH").unwrap_or_default();
    let all = [first.to_owned()].into_iter().chain(env::split_paths(&others));
    env::join_paths(all).context("the path of the project has a colon")
}
