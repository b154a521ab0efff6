//! Names that brokers accept for topics and keys.

use crate::config::Broker;

/// Kind of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Topic, exchange or subject of published events.
    Topic,
    /// Routing key of an event.
    RoutingKey,
    /// Queue, durable consumer or group of a service.
    Queue,
}

impl Kind {
    /// What messages call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::RoutingKey => "routing key",
            Self::Queue => "queue",
        }
    }
}

/// Reason why `broker` does not accept `name`.
#[must_use]
pub fn objection(broker: Broker, kind: Kind, name: &str) -> Option<String> {
    match broker {
        Broker::Rabbitmq => rabbitmq(kind, name),
        Broker::Nats if kind == Kind::Queue => nats_consumer(name),
        Broker::Nats => nats(name),
        Broker::Kafka if kind == Kind::Topic => kafka(name),
        Broker::Kafka => None,
        Broker::ServiceBus if kind == Kind::Topic => service_bus(name, 260),
        Broker::ServiceBus if kind == Kind::Queue => service_bus(name, 50),
        Broker::ServiceBus => (name.chars().count() > 128).then(|| "a label has at most 128 characters".to_owned()),
    }
}

/// Short strings of [AMQP 0-9-1 §4.2.5.3](https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf); in a published key the
/// wildcards of a topic exchange would be taken for words.
fn rabbitmq(kind: Kind, name: &str) -> Option<String> {
    if name.len() > 255 {
        return Some("it is longer than the 255 bytes of a short string".to_owned());
    }
    if kind != Kind::RoutingKey && name.starts_with("amq.") {
        return Some("exchanges and queues that begin with `amq.` belong to the broker".to_owned());
    }
    if kind != Kind::Queue && name.contains(['*', '#']) {
        return Some("`*` and `#` are wildcards of bindings".to_owned());
    }
    let has_empty_word = kind == Kind::RoutingKey && !name.is_empty() && name.split('.').any(str::is_empty);
    has_empty_word.then(|| "there is an empty word between two dots".to_owned())
}

/// [Subjects](https://docs.nats.io/nats-concepts/subjects): tokens between dots.
fn nats(name: &str) -> Option<String> {
    if name.split('.').any(str::is_empty) {
        return Some("a subject has no empty tokens between its dots".to_owned());
    }
    if name.contains(['*', '>']) {
        return Some("`*` and `>` are wildcards of subscriptions".to_owned());
    }
    if name.chars().any(|char| char.is_whitespace() || char.is_control()) {
        return Some("a subject has no white space".to_owned());
    }
    name.starts_with('$').then(|| "subjects that begin with `$` belong to the server".to_owned())
}

/// [Names of consumers](https://docs.nats.io/nats-concepts/jetstream/consumers), which become tokens and files.
fn nats_consumer(name: &str) -> Option<String> {
    let is_refused = |char: char| char.is_whitespace() || matches!(char, '.' | '*' | '>' | '/' | '\\');
    let wrong = name.chars().find(|char| is_refused(*char) || char.is_control())?;
    Some(format!("{wrong:?} is not allowed in the name of a durable consumer"))
}

/// [Topic names](https://kafka.apache.org/documentation/#topicconfigs) of Kafka.
fn kafka(name: &str) -> Option<String> {
    if name.is_empty() || name.len() > 249 {
        return Some("a topic has 1 to 249 characters".to_owned());
    }
    if name == "." || name == ".." {
        return Some("`.` and `..` are not valid topics".to_owned());
    }
    let is_allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
    let wrong = name.chars().find(|char| !is_allowed(*char))?;
    Some(format!("{wrong:?} is not one of the letters, digits, `.`, `_` and `-` that a topic may have"))
}

/// [Entity names](https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftservicebus) of Service Bus.
fn service_bus(name: &str, max_chars: usize) -> Option<String> {
    if name.is_empty() || name.chars().count() > max_chars {
        return Some(format!("it has to have 1 to {max_chars} characters"));
    }
    let is_allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-' | '/' | '~');
    if let Some(wrong) = name.chars().find(|char| !is_allowed(*char)) {
        return Some(format!(
            "{wrong:?} is not one of the letters, digits, `.`, `_`, `-`, `~` and `/` that it may have"
        ));
    }
    let is_edge = |char: Option<char>| char.is_some_and(|char| char.is_ascii_alphanumeric());
    let is_framed = is_edge(name.chars().next()) && is_edge(name.chars().last());
    (!is_framed).then(|| "it must begin and end with a letter or digit".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_fires() {
        for (broker, kind, name, is_fine) in [
            (Broker::Rabbitmq, Kind::RoutingKey, "acme.registration.1.event.user.created", true),
            (Broker::Rabbitmq, Kind::RoutingKey, "acme..user", false),
            (Broker::Rabbitmq, Kind::RoutingKey, "acme.*", false),
            (Broker::Rabbitmq, Kind::Topic, "amq.topic", false),
            (Broker::Rabbitmq, Kind::Topic, &"x".repeat(256), false),
            (Broker::Nats, Kind::Topic, "names.name-request-paid", true),
            (Broker::Nats, Kind::Topic, "names..paid", false),
            (Broker::Nats, Kind::Topic, "names.>", false),
            (Broker::Nats, Kind::Topic, "name requests", false),
            (Broker::Nats, Kind::Topic, "$SYS.x", false),
            (Broker::Kafka, Kind::Topic, "platform.idmsvc.todo-created", true),
            (Broker::Kafka, Kind::Topic, "to/do", false),
            (Broker::Kafka, Kind::Topic, "..", false),
            (Broker::Kafka, Kind::Topic, &"x".repeat(250), false),
            (Broker::ServiceBus, Kind::Topic, "subscriptions", true),
            (Broker::ServiceBus, Kind::Topic, "sub scriptions", false),
            (Broker::ServiceBus, Kind::Topic, "-subscriptions", false),
            (Broker::ServiceBus, Kind::Topic, "", false),
            (Broker::ServiceBus, Kind::RoutingKey, &"x".repeat(129), false),
            (Broker::ServiceBus, Kind::Queue, "stop-billing", true),
            (Broker::ServiceBus, Kind::Queue, &"x".repeat(51), false),
            (Broker::Rabbitmq, Kind::Queue, "amq.gen", false),
            (Broker::Rabbitmq, Kind::Queue, "acme.registration.#", true),
            (Broker::Nats, Kind::Queue, "names-pay", true),
            (Broker::Nats, Kind::Queue, "names.pay", false),
        ] {
            assert_eq!(objection(broker, kind, name).is_none(), is_fine, "{broker:?} {name}");
        }
    }
}
