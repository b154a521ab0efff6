//! The commands at real brokers.

#[path = "../../goodevent-emit/tests/hostile/mod.rs"]
mod hostile;
mod support;

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use goodevent::trace::TraceParent;
use goodevent_runtime::{
    Delivery, Message, Publish, Reason, Received, Refusal, Settle as _, Source,
    headers::{HISTORY, REQUEUED},
};
use serde_json::Value;
use support::assert_documented;
use test_brokers::Server;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

/// Where a server is, in the words of the commands.
fn url(server: Server) -> String {
    match server {
        Server::Kafka => format!("kafka://{}", server.url()),
        Server::Amqp => server.url().replacen("amqp:", "amqp1:", 1),
        _ => server.url(),
    }
}

/// The registry of this project.
fn own_registry() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas")
}

fn command(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodevent-ops"));
    command.args(args).arg("--root").arg(root).env_remove("GOODEVENT_BROKER_URL").stdin(Stdio::null());
    command
}

fn run_in(root: &Path, args: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command(root, args).output().expect("the command runs");
    (status.code(), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
}

fn run(args: &[&str]) -> (Option<i32>, String) {
    run_in(&own_registry(), args)
}

/// What the command writes to standard output, if all is well.
fn output(root: &Path, args: &[&str]) -> String {
    let Output { status, stdout, stderr } = command(root, args).output().expect("the command runs");
    assert!(status.success(), "{args:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8_lossy(&stdout).into_owned()
}

const SERVERS: [Server; 4] = [Server::RabbitMq, Server::Nats, Server::Kafka, Server::Amqp];

/// A registry with one event of our own, and a service that consumes it: all names are those of this run.
struct Place {
    server: Server,
    folder: tempfile::TempDir,
    name: String,
    url: String,
}

impl Place {
    fn new(server: Server, test: &str) -> Self {
        let folder = tempfile::tempdir().expect("there is a folder");
        let name = format!("ops-{test}-{server:?}-{}", std::process::id()).to_lowercase();
        let context = folder.path().join("schemas").join(&name);
        fs::create_dir_all(&context).expect("it is made");
        let (broker, url) = (server.name(), url(server));
        let settings = format!(
            "envelope = \"octopus\"\n\
             [topics]\nbroker = \"{broker}\"\ntopic = \"{name}\"\nrouting-key = \"{name}.sent\""
        );
        let contract = r#"{
            "title": "PingSentV1Event", "description": "Somebody sent a ping.",
            "x-event": { "dedupKey": ["/number"], "partitionKey": "/number", "headers": { "x-tenant": "Whose it is." } },
            "type": "object", "additionalProperties": false, "required": ["number"],
            "properties": { "number": { "type": "integer", "minimum": 1, "maximum": 1000 } }
        }"#;
        fs::write(context.join("context.toml"), settings).expect("it is written");
        fs::write(context.join("PingSentV1Event.json"), contract).expect("it is written");
        let place = Self { server, folder, name, url };
        let plain = place.plain_url();
        let (code, told) = place.run(&["topology", broker, "--service", &place.name, "--url", &plain, "--apply"]);
        assert_eq!(code, Some(0), "{told}");
        place
    }

    fn registry(&self) -> PathBuf {
        self.folder.path().join("schemas")
    }

    /// As adapters take it.
    fn plain_url(&self) -> String {
        self.url.replacen("amqp1:", "amqp:", 1)
    }

    fn run(&self, args: &[&str]) -> (Option<i32>, String) {
        run_in(&self.registry(), args)
    }

    fn publish(&self, number: u32, more: &[&str]) -> (Option<i32>, String) {
        let path = self.folder.path().join(format!("{number}.json"));
        fs::write(&path, format!("{{ \"number\": {number} }}\n")).expect("it is written");
        let path = path.display().to_string();
        let args = ["publish", "PingSentV1Event", &path, "--to", &self.url, "--header", "x-tenant=acme"];
        self.run(&[&args[..], more].concat())
    }

    fn dead_letters(&self, args: &[&str]) -> String {
        let queue = match self.server {
            Server::Nats => format!("{0}/{0}", self.name),
            _ => self.name.clone(),
        };
        output(&self.registry(), &[args, &["--url", &self.url, "--queue", &queue]].concat())
    }

    fn listed(&self, args: &[&str]) -> Vec<Value> {
        let list = ["dead-letters", "list", "--format", "json"];
        let all: Value = serde_json::from_str(&self.dead_letters(&[&list[..], args].concat())).expect("it is JSON");
        assert_documented("dead-letters-list", &all);
        all["messages"].as_array().cloned().expect("there is a list")
    }

    /// Takes so many messages as the service does, and lays them aside for these reasons, or is done with them.
    async fn consume(&self, n_messages: usize, refusals: &[Refusal]) -> Vec<Message> {
        let url = self.plain_url();
        match self.server {
            Server::Postgres => panic!("it is no broker"),
            Server::RabbitMq => settle(rabbitmq(&url).await.source(&self.name), n_messages, refusals).await,
            Server::Amqp => settle(self.amqp().await.source(&self.name), n_messages, refusals).await,
            Server::Nats => {
                let config = goodevent_nats::Config::new(url);
                let connection = goodevent_nats::Connection::open(&config).await.expect("it is there");
                settle(connection.source(&self.name, &self.name), n_messages, refusals).await
            }
            Server::Kafka => {
                let source = self.kafka().await.source(&self.name, &[&self.name]).expect("it is made");
                settle(source, n_messages, refusals).await
            }
        }
    }

    async fn amqp(&self) -> goodevent_amqp::Connection {
        let config = goodevent_amqp::Config::of_url(&self.url).expect("it is a URL");
        goodevent_amqp::Connection::open(&config).await.expect("it is there")
    }

    async fn kafka(&self) -> goodevent_kafka::Connection {
        let config = goodevent_kafka::Config::of_url(&self.url).expect("it is a URL");
        goodevent_kafka::Connection::open(&config).await.expect("it is there")
    }

    /// Publishes what no command would.
    async fn publish_anything(&self, message: Message) {
        let url = self.plain_url();
        let published = match self.server {
            Server::Postgres => panic!("it is no broker"),
            Server::RabbitMq => rabbitmq(&url).await.publisher().publish(message).await,
            Server::Amqp => self.amqp().await.publisher().publish(message).await,
            Server::Nats => {
                let config = goodevent_nats::Config::new(url);
                let connection = goodevent_nats::Connection::open(&config).await.expect("it is there");
                connection.publisher().publish(message).await
            }
            Server::Kafka => self.kafka().await.publisher().expect("it is made").publish(message).await,
        };
        published.expect("the broker has it");
    }
}

async fn rabbitmq(url: &str) -> goodevent_rabbitmq::Connection {
    goodevent_rabbitmq::Connection::open(&goodevent_rabbitmq::Config::new(url)).await.expect("it is there")
}

async fn settle(mut source: impl Source, n_messages: usize, refusals: &[Refusal]) -> Vec<Message> {
    let mut messages = Vec::new();
    for nth in 0..n_messages {
        let next = timeout(PATIENCE, source.next()).await.expect("it comes in time").expect("all is well");
        let Received { message, receipt, .. } = next.expect("there is one");
        messages.push((*message).clone());
        match refusals.get(nth) {
            Some(refusal) => receipt.dead_letter(&message, refusal).await.expect("the message is dead-lettered"),
            None => receipt.ack().await.expect("it is done"),
        }
    }
    // Kafka is told once a second how far it is.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    messages
}

fn refusal(reason: Reason, detail: &str) -> Refusal {
    Refusal { reason, pointer: String::new(), detail: detail.to_owned(), attempts: 3 }
}

#[test]
fn a_topology_is_printed_missed_made_and_there() {
    for server in [Server::RabbitMq, Server::Nats, Server::Kafka] {
        let (broker, url) = (server.name(), url(server));
        // Topics of Kafka are those of their events, so that they need a registry of their own.
        let folder = tempfile::tempdir().expect("there is a folder");
        let service = format!("ops-{}", std::process::id());
        let context = folder.path().join(&service);
        fs::create_dir_all(&context).expect("it is made");
        let settings = format!(
            "[topics]\nbroker = \"{broker}\"\ntopic = \"{service}.{{{{kebab}}}}\"\nrouting-key = \"{service}.{{{{dotted}}}}\""
        );
        fs::write(context.join("context.toml"), settings).expect("it is written");
        for name in ["PingSentV1Event", "PongSentV1Event"] {
            let contract = format!(r#"{{ "title": "{name}", "type": "object" }}"#);
            fs::write(context.join(format!("{name}.json")), contract).expect("it is written");
        }
        let topology = ["topology", broker, "--service", service.as_str()];
        let (code, printed) = run_in(folder.path(), &topology);
        assert!(code == Some(0) && printed.contains(&service), "{printed}");
        let at_broker = |what| run_in(folder.path(), &[&topology[..], &["--url", &url, what]].concat());
        let (code, missing) = at_broker("--diff");
        assert!(code == Some(1) && missing.contains(&service), "{missing}");
        let (code, made) = at_broker("--apply");
        assert_eq!(code, Some(0), "{made}");
        let (code, nothing) = at_broker("--diff");
        assert_eq!(code, Some(0), "{nothing}");
        let queue = match broker {
            "nats" => format!("{service}/{service}"),
            "kafka" => format!("{service}.ping-sent"),
            _ => service.clone(),
        };
        let (code, listed) = run(&["dead-letters", "list", "--url", &url, "--queue", &queue]);
        assert!(code == Some(0) && listed.contains("0 messages were dead-lettered"), "{listed}");
        if broker == "kafka" {
            let (code, told) =
                run_in(folder.path(), &[&topology[..], &["--url", &url, "--diff", "--partitions", "2"]].concat());
            assert!(code == Some(1) && told.contains("has 6 partitions, and shall have 2"), "{told}");
        }
    }
}

#[test]
fn a_topology_of_service_bus_is_written_as_files() {
    let topology = ["topology", "service-bus", "--service", "billing", "--event", "SubscriptionTerminatedV2Event"];
    for (form, expected) in [
        ("text", "rule SubscriptionTerminatedV2 takes what is labelled `SubscriptionTerminatedV2`"),
        ("bicep", "      label: 'SubscriptionTerminatedV2'\n"),
        ("terraform", "    label = \"SubscriptionTerminatedV2\"\n"),
    ] {
        let (code, told) = run(&[&topology[..], &["--format", form]].concat());
        assert!(code == Some(0) && told.contains(expected), "{told}");
        assert_eq!(run(&[&topology[..], &["--format", form]].concat()).1, told);
    }
    let (code, told) = run(&[&topology[..], &["--url", "service-bus://x", "--apply"]].concat());
    assert!(code == Some(2) && told.contains("nothing here talks to Azure"), "{told}");
}

async fn list_show_and_put_back(server: Server) {
    let place = Place::new(server, "dead");
    for number in 1..=4 {
        let (code, told) = place.publish(number, &[]);
        assert_eq!(code, Some(0), "{server:?}: {told}");
    }
    let why = [Reason::Failed, Reason::Rejected, Reason::Failed, Reason::Failed];
    let published = place.consume(4, &why.map(|reason| refusal(reason, "no mail"))).await;
    let failed: Vec<&str> = [0, 2, 3].map(|nth: usize| published[nth].id.as_str()).to_vec();

    assert_eq!(place.listed(&[]).len(), 4, "{server:?}");
    let listed = place.listed(&["--reason", "failed", "--event", "PingSentV1Event", "--newer-than", "10m"]);
    let mut ids: Vec<&str> = listed.iter().filter_map(|own| own["id"].as_str()).collect();
    let mut expected = failed.clone();
    ids.sort_unstable();
    expected.sort_unstable();
    assert_eq!(ids, expected, "{server:?}");
    assert!(listed[0]["detail"] == "no mail" && listed[0]["attempts"] == "3", "{listed:?}");
    assert!(place.listed(&["--older-than", "1h"]).is_empty(), "{server:?}");
    assert!(place.listed(&["--event", "PongSentV1"]).is_empty(), "{server:?}");
    let shown = place.dead_letters(&["dead-letters", "show", failed[0], "--format", "json"]);
    assert_documented("dead-letters-show", &serde_json::from_str(&shown).expect("it is JSON"));
    let shown = place.dead_letters(&["dead-letters", "show", failed[0]]);
    assert!(shown.contains("x-tenant: acme") && shown.contains("\"payload\":{\"number\":"), "{server:?}: {shown}");

    let would = place.dead_letters(&["dead-letters", "requeue", "--reason", "failed", "--dry-run"]);
    assert!(would.contains("3 messages would be requeued"), "{server:?}: {would}");
    let start = Instant::now();
    let were = place.dead_letters(&["dead-letters", "requeue", "--reason", "failed", "--rate", "2"]);
    // Nothing but the count, where nobody looks.
    assert!(were.starts_with("3 messages were requeued"), "{server:?}: {were}");
    assert!(start.elapsed() >= Duration::from_secs(1), "{server:?}: three at two a second take a second");
    assert_eq!(place.listed(&[]).len(), 1, "{server:?}");

    let again = place.consume(3, &[refusal(Reason::Rejected, "no paper")]).await;
    for message in &again {
        assert_eq!(message.header(REQUEUED), Some("1"), "{server:?}");
        let history = message.header(HISTORY).unwrap_or_default();
        assert!(history.ends_with("failed after 3: no mail"), "{server:?}: {history}");
        let original = published.iter().find(|own| own.id == message.id).expect("it was published");
        assert_eq!((&message.body, &message.partition_key), (&original.body, &original.partition_key), "{server:?}");
        assert_eq!((&message.topic, &message.routing_key), (&original.topic, &original.routing_key), "{server:?}");
    }
    let were = place.dead_letters(&["requeue", "--id", &again[0].id]);
    assert!(were.starts_with("1 message was requeued"), "{server:?}: {were}");
    let twice = place.consume(1, &[]).await;
    assert_eq!((&twice[0].id, twice[0].header(REQUEUED)), (&again[0].id, Some("2")), "{server:?}");
    let history = twice[0].header(HISTORY).unwrap_or_default();
    assert!(history.contains("rejected after 3: no paper; "), "{server:?}: {history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_laid_aside_is_put_back_rabbitmq() {
    list_show_and_put_back(Server::RabbitMq).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_laid_aside_is_put_back_nats() {
    list_show_and_put_back(Server::Nats).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_laid_aside_is_put_back_kafka() {
    list_show_and_put_back(Server::Kafka).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_laid_aside_is_put_back_amqp() {
    list_show_and_put_back(Server::Amqp).await;
}

/// A command that goes on, until what it says about the run has been read so far.
fn start(root: &Path, args: &[&str], until: &str) -> Child {
    let mut child = command(root, args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut told = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut line = String::new();
    while !line.contains(until) {
        line.clear();
        assert!(told.read_line(&mut line).expect("it is text") > 0, "{args:?} ended before `{until}`");
    }
    // Who closes the pipe would end the command.
    std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
    child
}

async fn watch_and_take_nothing(server: Server) {
    let place = Place::new(server, "tail");
    let (code, told) = place.publish(1, &[]);
    assert_eq!(code, Some(0), "{server:?}: {told}");
    let args = ["tail", &place.url, "--json", "--limit", "3", "--for", "30s"];
    let mut tail = start(&place.registry(), &args, "watching 1 event");
    let (code, told) = place.publish(2, &[]);
    assert_eq!(code, Some(0), "{server:?}: {told}");
    let message = Message {
        topic: place.name.clone(),
        routing_key: format!("{}.sent", place.name),
        partition_key: Some("3".to_owned()),
        id: "wrong".to_owned(),
        event_type: "PingSentV1".to_owned(),
        body: br#"{"id":"wrong","source":"x","type":"PingSentV1","occurredTimeUtc":"now","activityId":
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","specVersion":"1.0","payload":{"number":0}}"#
            .to_vec(),
        ..Message::default()
    };
    place.publish_anything(message.clone()).await;
    let unknown = Message { event_type: "PongSentV1".to_owned(), id: "unknown".to_owned(), ..message };
    place.publish_anything(unknown).await;

    let mut text = String::new();
    tail.stdout.take().expect("it is piped").read_to_string(&mut text).expect("it is text");
    assert_eq!(tail.wait().expect("it ends").code(), Some(1), "{server:?}: what is invalid is a finding");
    let seen: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    assert_eq!(seen.len(), 3, "{server:?}: {text}");
    seen.iter().for_each(|line| assert_documented("tail", line));
    let by_id = |id: &str| seen.iter().find(|own| own["id"] == id).expect("it was seen");
    let good = seen.iter().find(|own| own["isValid"] == true).expect("one is valid");
    assert!(good["event"] == "PingSentV1Event" && good["body"]["payload"]["number"] == 2, "{server:?}: {good}");
    assert_eq!(good["headers"]["x-tenant"], "acme", "{server:?}");
    let pointers: Vec<&str> = by_id("wrong")["violations"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|own| own["pointer"].as_str())
        .collect();
    assert_eq!(pointers, ["/headers/x-tenant", "/occurredTimeUtc", "/payload/number"], "{server:?}");
    assert!(by_id("unknown")["violations"][0]["message"].as_str().is_some_and(|own| own.contains("PongSentV1")));

    // The service gets all of it, what was published before included.
    let consumed = place.consume(4, &[]).await;
    assert_eq!(consumed.len(), 4, "{server:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_by_watching_rabbitmq() {
    watch_and_take_nothing(Server::RabbitMq).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_by_watching_nats() {
    watch_and_take_nothing(Server::Nats).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_by_watching_kafka() {
    watch_and_take_nothing(Server::Kafka).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_by_watching_amqp() {
    watch_and_take_nothing(Server::Amqp).await;
}

/// What strangers publish comes back from a broker as it was, and is escaped wherever it is shown.
async fn show_without_effect(server: Server) {
    let place = Place::new(server, "hostile");
    // Neither the names and ids of brokers nor the headers of NATS hold all texts.
    let short = "::add-path::x \u{1b}[31m\u{202e}\u{9b}";
    let header = if server == Server::Nats { hostile::all().replace(['\r', '\n'], " ") } else { hostile::all() };
    let message = |number: u32| Message {
        topic: place.name.clone(),
        routing_key: format!("{}.sent", place.name),
        partition_key: Some(short.to_owned()),
        id: format!("{short}{number}"),
        event_type: short.to_owned(),
        headers: [("x-tenant".to_owned(), header.clone())].into(),
        body: hostile::all().into_bytes(),
    };
    for (number, form) in [(1, &[][..]), (2, &["--json"])] {
        let args = [&["tail", &place.url, "--limit", "1", "--for", "30s"], form].concat();
        let mut tail = start(&place.registry(), &args, "watching 1 event");
        place.publish_anything(message(number)).await;
        let mut text = String::new();
        tail.stdout.take().expect("it is piped").read_to_string(&mut text).expect("it is text");
        tail.wait().expect("it ends");
        assert!(text.contains("add-path"), "{server:?}: {text}");
        assert_eq!(hostile::effect(&text), None, "{server:?}");
    }
    let consumed = place.consume(2, &vec![refusal(Reason::Failed, &hostile::all()); 2]).await;
    for (number, own) in (1..).zip(&consumed) {
        let sent = message(number);
        assert_eq!((&own.id, &own.event_type, &own.body), (&sent.id, &sent.event_type, &sent.body), "{server:?}");
        assert_eq!(own.header("x-tenant"), Some(header.as_str()), "{server:?}");
    }
    let listed = place.listed(&[]);
    assert_eq!(listed.len(), 2, "{server:?}");
    for args in [&["dead-letters", "list"][..], &["dead-letters", "show", &consumed[0].id]] {
        for form in ["human", "json"] {
            let text = place.dead_letters(&[args, &["--format", form]].concat());
            assert!(text.contains("add-path"), "{server:?}: {text}");
            assert_eq!(hostile::effect(&text), None, "{server:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_publish_has_no_effect_rabbitmq() {
    show_without_effect(Server::RabbitMq).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_publish_has_no_effect_nats() {
    show_without_effect(Server::Nats).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_publish_has_no_effect_kafka() {
    show_without_effect(Server::Kafka).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_publish_has_no_effect_amqp() {
    show_without_effect(Server::Amqp).await;
}

/// Who interrupts it hears how far it came, and the rest is where it was.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_requeue_can_be_interrupted() {
    let place = Place::new(Server::RabbitMq, "interrupted");
    for number in 1..=5 {
        let (code, told) = place.publish(number, &[]);
        assert_eq!(code, Some(0), "{told}");
    }
    place.consume(5, &vec![refusal(Reason::Failed, "no mail"); 5]).await;
    let args = ["requeue", "--url", &place.url, "--queue", &place.name, "--rate", "0.2"];
    let requeue = command(&place.registry(), &args).stdout(Stdio::piped()).spawn().expect("it starts");
    let first = place.consume(1, &[]).await;
    assert_eq!(first[0].header(REQUEUED), Some("1"));
    let killed = Command::new("kill").args(["-INT", &requeue.id().to_string()]).status().expect("there is `kill`");
    assert!(killed.success());
    let Output { status, stdout, .. } = requeue.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&stdout).into_owned();
    assert_eq!(status.code(), Some(1), "{told}");
    assert!(told.starts_with("1 message was requeued") && told.ends_with("then it was interrupted\n"), "{told}");
    assert_eq!(place.listed(&[]).len(), 4);
}

/// RabbitMQ does not translate headers, so that the one that is mandatory is missing; the envelope says the rest.
#[test]
fn what_is_published_over_one_protocol_is_seen_over_the_other() {
    let place = Place::new(Server::Amqp, "both");
    let args = ["tail", &place.plain_url(), "--json", "--limit", "1", "--for", "20s"];
    let mut tail = start(&place.registry(), &args, "watching 1 event");
    let (code, told) = place.publish(3, &[]);
    assert_eq!(code, Some(0), "{told}");
    let mut text = String::new();
    tail.stdout.take().expect("it is piped").read_to_string(&mut text).expect("it is text");
    let seen: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_documented("tail", &seen);
    assert!(seen["event"] == "PingSentV1Event" && seen["body"]["payload"]["number"] == 3, "{seen}");
    assert!(seen["headers"].as_object().is_some_and(|headers| !headers.keys().any(|name| name.starts_with("x-amqp"))));
    assert_eq!(tail.wait().expect("it ends").code(), Some(1), "{seen}");
}

#[test]
fn what_is_watched_is_shown_to_people() {
    let place = Place::new(Server::Nats, "people");
    let args = ["tail", &place.url, "--event", "PingSentV1Event", "--limit", "1", "--color", "always"];
    let mut tail = start(&place.registry(), &args, "watching 1 event");
    let (code, told) = place.publish(7, &[]);
    assert_eq!(code, Some(0), "{told}");
    let mut text = String::new();
    tail.stdout.take().expect("it is piped").read_to_string(&mut text).expect("it is text");
    assert!(tail.wait().expect("it ends").success());
    assert!(text.contains("\x1b[32mok\x1b[0m") && text.contains("\"payload\":{\"number\":7}"), "{text}");
}

/// What the command makes of a payload is what the type makes of it.
fn check_dry_run<E: goodevent_samples::Samples + Clone>(seed: u64, headers: &[(&str, &str)]) {
    let event = E::sample(seed);
    let folder = tempfile::tempdir().expect("there is a folder");
    let file = folder.path().join("payload.json");
    fs::write(&file, event.encode().expect("it is valid")).expect("it is written");
    let file = file.display().to_string();
    let headers: Vec<String> = headers.iter().map(|(name, value)| format!("--header={name}={value}")).collect();
    let mut args = vec!["publish", E::NAME, &file, "--dry-run", "--source", "shop"];
    args.extend(headers.iter().map(String::as_str));
    let told = output(&own_registry(), &args);
    let (above, body) = told.split_once("\n\n").expect("the body comes last");
    let header = |line: &str| {
        let (name, value) = line.strip_prefix("header ")?.split_once(": ")?;
        Some((name.to_owned(), value.to_owned()))
    };
    let said = |name: &str| above.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
    let made = Message {
        topic: said("topic: ").unwrap_or_default(),
        routing_key: said("routing key: ").unwrap_or_default(),
        partition_key: said("partition key: "),
        id: said("id: ").unwrap_or_default(),
        event_type: said("type: ").unwrap_or_default(),
        headers: above.lines().filter_map(header).collect(),
        body: body.trim_end().as_bytes().to_vec(),
    };
    let delivery = Delivery::<E>::read(&made, 1).unwrap_or_else(|error| panic!("{}: {error}\n{told}", E::NAME));
    let expected = Message::of("shop", event.clone(), &delivery.headers, TraceParent::new_root()).expect("it is valid");
    assert_eq!((&delivery.event.encode(), &delivery.id), (&event.encode(), &expected.id), "{}", E::NAME);
    let rest = |message: &Message| {
        let Message { topic, routing_key, partition_key, id, event_type, .. } = message.clone();
        (topic, routing_key, partition_key, id, event_type)
    };
    assert_eq!(rest(&made), rest(&expected), "{}", E::NAME);
    assert_eq!(delivery.activity.to_string(), made.headers["traceparent"], "{}", E::NAME);
}

#[test]
fn what_would_leave_is_what_types_make() {
    for seed in 0..3 {
        check_dry_run::<contracts::registration::UserCreatedV1Event>(seed, &[]);
        check_dry_run::<contracts::subscriptions::SubscriptionTerminatedV1Event>(seed, &[]);
        check_dry_run::<contracts::names::NameRequestPaidV1Event>(seed, &[]);
        let headers = [("X-RH-Identity", "e30="), ("x-rh-insights-request-id", "7")];
        check_dry_run::<contracts::idmsvc::TodoCreatedV1Event>(seed, &headers);
    }
}

#[test]
fn only_what_is_valid_and_taken_is_published() {
    for server in SERVERS {
        let place = Place::new(server, "publish");
        let (code, told) = place.publish(0, &[]);
        assert!(
            code == Some(1) && told.contains("error[violation]: /number: 0 is not at least 1 (minimum)"),
            "{server:?}: {told}"
        );
        let (code, told) = place.publish(5, &["--format", "json"]);
        assert!(code == Some(0) && told.contains("\"partitionKey\":\"5\""), "{server:?}: {told}");
        let (code, told) = place.publish(5, &["--header", "traceparent=x"]);
        assert!(code == Some(2) && told.contains("`traceparent` is malformed"), "{server:?}: {told}");
        // A topic that is not there.
        let settings = place.registry().join(&place.name).join("context.toml");
        let text = fs::read_to_string(&settings).expect("it is there").replace(&place.name, "ops-never-made");
        fs::write(&settings, text).expect("it is written");
        let (code, told) = place.publish(5, &[]);
        assert!(code == Some(2) && told.contains("unroutable: "), "{server:?}: {told}");
        let (code, told) = place.run(&["tail", &place.url, "--for", "1s"]);
        match server {
            // A subject is always there.
            Server::Nats => assert_eq!(code, Some(0), "{told}"),
            _ => assert!(code == Some(2) && told.contains("ops-never-made"), "{server:?}: {told}"),
        }
    }
}

#[test]
fn what_is_wrong_is_said() {
    let list = ["dead-letters", "list", "--queue", "x", "--url"];
    let cases: [(&[&str], &str); 12] = [
        (&["topology", "rabbitmq", "--service", "x", "--event", "UserCreatedV2Event"], "did you mean `UserCreatedV1"),
        (
            &["topology", "rabbitmq", "--service", "x", "--event", "NobodyKnowsV1Event"],
            "is called `NobodyKnowsV1Event`",
        ),
        (&["topology", "rabbitmq", "--service", "x", "--apply"], "--url"),
        (&["topology", "rabbitmq", "--service", "x", "--format", "bicep"], "--format requires service-bus"),
        (&["topology", "service-bus", "--service", "x y"], "rejects the subscription `x y`"),
        (&["topology", "kafka", "--service", "x", "--partitions", "0"], "0 is not in 1.."),
        (&[&list[..], &["http://localhost"]].concat(), "is none of amqp://, nats://, kafka://"),
        (&[&list[..], &["localhost"]].concat(), "a URL begins with amqp://"),
        (&[&list[..], &["amqp://127.0.0.1:1", "--older-than", "5"]].concat(), "write a number and a unit"),
        (&["tail", "service-bus://x:y@127.0.0.1:1"], "Service Bus delivers events to subscriptions only"),
        (&["publish", "UserCreatedV1Event", "nowhere.json", "--dry-run"], "cannot read `nowhere.json`"),
        (&["publish", "UserCreatedV1Event", "x.json"], "--to <URL>"),
    ];
    for (args, expected) in cases {
        let (code, told) = run(args);
        assert!(code == Some(2) && told.contains(expected), "{args:?}: {code:?} {told}");
    }
}

#[test]
fn a_broker_that_is_away_is_named() {
    for scheme in ["amqp", "amqp1", "service-bus", "nats", "kafka"] {
        let url = format!("{scheme}://x:y@127.0.0.1:1");
        let (code, told) = run(&["dead-letters", "list", "--queue", "x", "--url", &url]);
        let is_named = told.contains("127.0.0.1:1: ") || told.contains("127.0.0.1:1/bootstrap: ");
        assert!(code == Some(2) && is_named && told.contains("Connection refused"), "{scheme}: {code:?} {told}");
    }
}

/// A service makes an id from its type's `NAME`, which is the contract's name as it is written.
#[test]
fn a_command_and_a_service_make_one_id_of_an_event_of_any_name() {
    let folder = tempfile::tempdir().expect("there is a folder");
    let context = folder.path().join("schemas/texts");
    fs::create_dir_all(&context).expect("it is made");
    let payload = r#"{ "b": 1.0, "a": "é" }"#;
    let file = folder.path().join("payload.json");
    fs::write(&file, payload).expect("it is written");
    let names = ["SMSSentV1Event", "ABCreatedV1Event", "AbStoredV1Event", "X25SentV12Event"];
    for name in names {
        let contract =
            r#"{ "type": "object", "properties": { "b": { "type": "integer" }, "a": { "type": "string" } } }"#;
        fs::write(context.join(format!("{name}.json")), contract).expect("it is written");
    }
    for name in names {
        let told = output(
            &folder.path().join("schemas"),
            &["publish", name, &file.display().to_string(), "--dry-run", "--source=texts"],
        );
        let said = |what: &str| told.lines().find_map(|line| line.strip_prefix(what)).map(str::to_owned);
        let json = goodevent::Json::parse(payload.as_bytes()).expect("it is JSON");
        assert_eq!(said("id: "), Some(goodevent::id::of_payload(name, &[], &json)), "{told}");
        assert_eq!(said("type: ").as_deref(), name.strip_suffix("Event"), "{told}");
    }
}
