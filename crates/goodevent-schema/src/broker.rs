//! What brokers allow their topics and keys to be called.

use crate::config::Broker;

/// A name of a place or a way there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Topic,
    RoutingKey,
}

/// Why `broker` does not take `name`.
pub(crate) fn objection(broker: Broker, kind: Kind, name: &str) -> Option<String> {
    match broker {
        Broker::Rabbitmq => rabbitmq(kind, name),
        Broker::Nats => nats(name),
        Broker::Kafka if kind == Kind::Topic => kafka(name),
        Broker::Kafka => None,
        Broker::ServiceBus if kind == Kind::Topic => service_bus(name),
        Broker::ServiceBus => (name.chars().count() > 128).then(|| "a label has at most 128 characters".to_owned()),
    }
}

/// Short strings of [AMQP 0-9-1 §4.2.5.3](https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf); in a published key the
/// wildcards of a topic exchange would be taken for words.
fn rabbitmq(kind: Kind, name: &str) -> Option<String> {
    if name.len() > 255 {
        return Some("it is longer than the 255 bytes of a short string".to_owned());
    }
    if kind == Kind::Topic && name.starts_with("amq.") {
        return Some("exchanges that begin with `amq.` belong to the broker".to_owned());
    }
    if name.contains(['*', '#']) {
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

/// [Topic names](https://kafka.apache.org/documentation/#topicconfigs) of Kafka.
fn kafka(name: &str) -> Option<String> {
    if name.is_empty() || name.len() > 249 {
        return Some("a topic has 1 to 249 characters".to_owned());
    }
    if name == "." || name == ".." {
        return Some("`.` and `..` are no topics".to_owned());
    }
    let is_allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
    let wrong = name.chars().find(|char| !is_allowed(*char))?;
    Some(format!("{wrong:?} is not one of the letters, digits, `.`, `_` and `-` that a topic may have"))
}

/// [Entity names](https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftservicebus) of Service Bus.
fn service_bus(name: &str) -> Option<String> {
    if name.is_empty() || name.chars().count() > 260 {
        return Some("a topic has 1 to 260 characters".to_owned());
    }
    let is_allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-' | '/' | '~');
    if let Some(wrong) = name.chars().find(|char| !is_allowed(*char)) {
        return Some(format!(
            "{wrong:?} is not one of the letters, digits, `.`, `_`, `-`, `~` and `/` that a topic may have"
        ));
    }
    let is_edge = |char: Option<char>| char.is_some_and(|char| char.is_ascii_alphanumeric());
    let is_framed = is_edge(name.chars().next()) && is_edge(name.chars().last());
    (!is_framed).then(|| "a topic begins and ends with a letter or digit".to_owned())
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
        ] {
            assert_eq!(objection(broker, kind, name).is_none(), is_fine, "{broker:?} {name}");
        }
    }
}
