//! A command is submitted and its outcome read, as a browser does it, from the service as it is started.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use test_brokers::{PATIENCE, Server};

/// Billing does not know this one.
const STRANGER: &str = "e3d2c1b0-a9f8-4e7d-b6c5-d4e3f2a1b044";

/// A subscription that nobody ended before: some brokers notice events that they had lately.
fn fresh() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_nanos();
    let (high, low) = ((now >> 48) & 0xFFF, now & 0xFFFF_FFFF_FFFF);
    format!("8a52c8af-2408-4{high:03x}-ba4a-{low:012x}")
}

/// The service, which ends with the test.
struct Service {
    process: Child,
    address: String,
}

impl Service {
    fn start(args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_demo-web"));
        command.args(["--listen", "127.0.0.1:0", "--heartbeat-ms", "50"]).args(args);
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the service starts");
        let lines = BufReader::new(process.stdout.take().expect("it is piped")).lines();
        let address = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("http://").map(str::to_owned));
        Self { process, address: address.expect("it says where it listens") }
    }

    /// Submits the end of a subscription; where its outcome will be.
    fn submit(&self, subscription: &str) -> String {
        let answer = self.ask("POST", &format!("/subscriptions/{subscription}/termination"), "");
        assert_eq!(answer.status, 202, "{answer:?}");
        let place = answer.header("location");
        let id = place.strip_prefix("/outcomes/").expect("that is where outcomes are");
        assert_eq!(answer.body, format!("{{\"id\":\"{id}\",\"outcome\":\"{place}\"}}\n"));
        place.to_owned()
    }

    /// Reads an answer to its end.
    fn ask(&self, method: &str, path: &str, header: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("that is some time");
        // After HTTP/1.0 a body ends with its connection.
        write!(stream, "{method} {path} HTTP/1.0\r\n{header}\r\n").expect("it reads");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("it answers to the end");
        let (head, body) = text.split_once("\r\n\r\n").expect("there is a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("there is a status");
        Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(own, _)| *own == name).unwrap_or_else(|| panic!("{name} is there: {self:?}")).1
    }

    /// Type, id and data of each event, as §9.2.6 reads them; and how many comments there are.
    fn events(&self) -> (Vec<[&str; 3]>, usize) {
        assert_eq!((self.status, self.header("content-type")), (200, "text/event-stream"));
        assert_eq!(self.header("cache-control"), "no-cache");
        let blocks = self.body.split("\n\n").filter(|block| !block.is_empty());
        let (comments, events): (Vec<&str>, Vec<&str>) = blocks.partition(|block| block.starts_with(':'));
        (
            events.into_iter().map(|block| ["event", "id", "data"].map(|name| field(block, name))).collect(),
            comments.len(),
        )
    }
}

/// A field of an event.
fn field<'a>(block: &'a str, name: &str) -> &'a str {
    block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
}

fn a_command_has_an_outcome(broker: &str) {
    let service = Service::start(&["--broker", broker]);
    let subscription = fresh();
    let place = service.submit(&subscription);
    let id = &place["/outcomes/".len()..];
    let answer = service.ask("GET", &place, "");
    let (events, n_comments) = answer.events();
    let outcome = format!("{subscription} is not billed any more");
    assert_eq!(events, [["accepted", "1", id], ["outcome", "2", &outcome]]);
    assert!(n_comments > 0, "it showed that it was alive: {answer:?}");

    // Who comes late sees the same, who comes back what is new, and who has seen all is asked to stay away.
    assert_eq!(service.ask("GET", &place, "").events().0, events);
    let again = service.ask("GET", &place, "Last-Event-ID: 1\r\n");
    assert_eq!(again.events().0, [["outcome", "2", &outcome]]);
    assert_eq!(service.ask("GET", &place, "Last-Event-ID: 2\r\n").status, 204);
    // Asked again, it is the same command.
    assert_eq!(service.submit(&subscription), place);
    assert_eq!(service.ask("GET", &place, "").events().0, events);
}

#[test]
fn a_command_has_an_outcome_within_the_process() {
    a_command_has_an_outcome("");
}

/// One after the other: both are at the same exchange, and RabbitMQ does not tell 1.0 what type an event of 0.9.1 is.
#[test]
fn a_command_has_an_outcome_on_rabbitmq_over_both_protocols() {
    if !Server::RabbitMq.is_left_out() {
        a_command_has_an_outcome(&Server::RabbitMq.url());
        a_command_has_an_outcome(&Server::Amqp.url().replacen("amqp://", "amqp1://", 1));
    }
}

#[test]
fn a_command_has_an_outcome_on_nats() {
    if !Server::Nats.is_left_out() {
        a_command_has_an_outcome(&Server::Nats.url());
    }
}

#[test]
fn a_command_has_an_outcome_on_kafka() {
    if !Server::Kafka.is_left_out() {
        a_command_has_an_outcome(&format!("kafka://{}", Server::Kafka.url()));
    }
}

#[test]
fn what_has_no_outcome_times_out() {
    let service = Service::start(&["--patience-ms", "2000", "--work-ms", "100"]);
    let place = service.submit(STRANGER);
    let answer = service.ask("GET", &place, "");
    let timed_out = ["timed-out", "2", "no outcome came in time"];
    assert_eq!(answer.events().0, [["accepted", "1", &place["/outcomes/".len()..]], timed_out]);
    // Others are not hindered.
    let place = service.submit(&fresh());
    assert_eq!(service.ask("GET", &place, "Last-Event-ID: 1\r\n").events().0[0][0], "outcome");
}

#[test]
fn what_nobody_submitted_is_not_found_and_what_is_no_command_not_taken() {
    let service = Service::start(&[]);
    assert_eq!(service.ask("GET", &format!("/outcomes/{}", fresh()), "").status, 404);
    let refused = service.ask("POST", "/subscriptions/none/termination", "");
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("/subscriptionId"), "{refused:?}");
    let page = service.ask("GET", "/", "");
    assert!(page.header("content-type").starts_with("text/html") && page.body.contains("EventSource"));
}

#[test]
fn a_stream_that_waits_is_open() {
    let service = Service::start(&["--work-ms", "5000"]);
    let place = service.submit(&fresh());
    let mut stream = TcpStream::connect(&service.address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(3))).expect("that is some time");
    write!(stream, "GET {place} HTTP/1.0\r\n\r\n").expect("it reads");
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    // Neither of them waits for the outcome.
    assert!(lines.any(|line| line == "event: accepted"));
    assert!(lines.any(|line| line == ": waiting"));
}
