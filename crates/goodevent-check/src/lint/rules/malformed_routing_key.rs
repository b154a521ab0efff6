//! `malformed-routing-key`

use goodevent_schema::{config::Broker, diagnostic::Edit, registry::Contract, source::Span};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the routing key of a RabbitMQ event consists of words of `a-z`, `0-9`, `-` and `_`, separated by dots, and ends with the words of the event's name.
    /// ## Why is this bad?
    /// Consumers bind with patterns such as `acme.*.1.event.user.#`, which count words. A message whose key has an empty word, or another case, is not delivered, and no error is reported.
    /// ## Example
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// service = "orders"
    /// [topics]
    /// broker = "rabbitmq"
    /// topic = "orders"
    /// routing-key = "acme.{{service}}.{{type}}"
    /// ```
    /// Use instead:
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// service = "orders"
    /// [topics]
    /// broker = "rabbitmq"
    /// topic = "orders"
    /// routing-key = "acme.{{service}}.{{version}}.event.{{dotted}}"
    /// ```
    "malformed-routing-key" {
        summary: "a routing key consists of words separated by dots",
        category: Routing, level: Deny, fix: Suggested, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let context = cx.context(contract);
    let key = contract.routing_key.as_str();
    if context.settings.topics.broker != Some(Broker::Rabbitmq) || key.is_empty() {
        return;
    }
    let is_plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '-' | '_');
    let flaw = match key.split('.').find(|word| word.is_empty() || !word.chars().all(is_plain)) {
        Some("") => "has an empty word".to_owned(),
        Some(word) => format!("has the word `{word}`, which is not of a-z, 0-9, - and _"),
        None if !names(key, contract) => "does not name the event".to_owned(),
        None => return,
    };
    let finding = cx.finding(cx.title(contract), format!("the routing key `{key}` {flaw}"));
    cx.push(finding.help(format!("write it as `{CANONICAL}`")).suggest(rewritten(cx, contract)));
}

const CANONICAL: &str = "{{organization}}.{{service}}.{{version}}.event.{{dotted}}";

/// The template that makes the key, in canonical form.
fn rewritten(cx: &Cx<'_>, contract: &Contract) -> Option<Edit> {
    let own = cx.context(contract).settings.topics.routing_key.as_ref();
    let own = own.map(|own| (own, format!("{}/context.toml", contract.context)));
    let general = cx.registry.settings.names.routing_key.as_ref().map(|key| (key, "goodevent.toml".to_owned()));
    let (template, path) = own.or(general)?;
    let (source, _) = cx.sources.iter().find(|(_, source)| source.path == path)?;
    let range = template.span();
    let span = Span { source, start: range.start as u32, end: range.end as u32 };
    let skip = if cx.registry.settings.organization.is_empty() { "{{organization}}." } else { "" };
    Some(Edit { span, text: format!("\"{}\"", CANONICAL.trim_start_matches(skip)) })
}

/// Whether the words of the event's name are in the key, however they are joined.
fn names(key: &str, contract: &Contract) -> bool {
    let plain = |text: &str| text.replace(['.', '-', '_'], "");
    plain(key).contains(&plain(&contract.name.joined(".")))
}
