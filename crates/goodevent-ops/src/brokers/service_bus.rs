//! Azure Service Bus: the required topology as text and as files. This module connects to nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write as _},
};

use anyhow::bail;
use goodevent::{Contract, Json, id};
use goodevent_emit::escape::Language;
use goodevent_runtime::headers::TYPE;
use goodevent_schema::broker::{Kind, objection};
use goodevent_schema::config;

use crate::{
    report::Report,
    topology::args::{Args, FileForm},
};

/// Names of rules are no longer.
const MAX_RULE_CHARS: usize = 50;

/// Topics of a namespace, and in each the subscription of a service.
#[derive(Debug, PartialEq, Eq)]
struct Topology<'a> {
    subscription: &'a str,
    topics: BTreeMap<&'a str, BTreeSet<Rule<'a>>>,
}

/// What a subscription takes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Rule<'a> {
    name: String,
    filter: Filter<'a>,
}

/// A correlation filter: cheaper for the broker than one in SQL, and exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Filter<'a> {
    /// The label, which AMQP calls subject and we a routing key.
    Label(&'a str),
    /// The type of the event.
    Type(&'a str),
}

impl<'a> Rule<'a> {
    fn of(contract: &'a Contract) -> Self {
        let name = contract.event_type;
        let name = match name.chars().count() <= MAX_RULE_CHARS {
            true => name.to_owned(),
            // What tells it from others that begin alike follows from the whole name.
            false => {
                let start: String = name.chars().take(MAX_RULE_CHARS - 9).collect();
                let digest = id::of_payload(name, &[], &Json::Null);
                format!("{start}-{}", &digest[..8])
            }
        };
        let filter = match contract.routing_key {
            "" => Filter::Type(contract.event_type),
            routing_key => Filter::Label(routing_key),
        };
        Self { name, filter }
    }
}

pub(super) fn topology(contracts: &[Contract], args: &Args, report: &mut Report) -> anyhow::Result<bool> {
    if args.diff || args.apply {
        bail!(
            "nothing here talks to Azure: --format bicep or terraform writes a file for what does, such as `az deployment`"
        );
    }
    if let Some(why) = objection(config::Broker::ServiceBus, Kind::Queue, &args.service) {
        bail!("Service Bus rejects the subscription `{}`: {why}", args.service);
    }
    let topology = Topology::of(contracts, &args.service);
    match args.format {
        FileForm::Text => report.lines(topology.to_string().trim_end()),
        FileForm::Bicep => report.document(topology.bicep()?.trim_end()),
        FileForm::Terraform => report.document(topology.terraform()?.trim_end()),
    }
    Ok(true)
}

impl<'a> Topology<'a> {
    fn of(contracts: &'a [Contract], subscription: &'a str) -> Self {
        let mut topics: BTreeMap<&str, BTreeSet<Rule<'_>>> = BTreeMap::new();
        for contract in contracts {
            topics.entry(contract.topic).or_default().insert(Rule::of(contract));
        }
        Self { subscription, topics }
    }
}

impl fmt::Display for Topology<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (topic, rules) in &self.topics {
            writeln!(f, "topic {topic} notices duplicates for 10 min")?;
            writeln!(f, "  subscription {}, with dead letters of its own", self.subscription)?;
            for Rule { name, filter } in rules {
                match filter {
                    Filter::Label(label) => writeln!(f, "    rule {name} takes what is labelled `{label}`")?,
                    Filter::Type(own) => writeln!(f, "    rule {name} takes what has `{TYPE}` = `{own}`")?,
                }
            }
        }
        Ok(())
    }
}

/// A router counts attempts and lays aside by itself, so that the broker, which counts deferrals as well, allows the most.
const MAX_DELIVERIES: u32 = 2000;

/// What nobody can say in such a file.
const DEFAULT_RULE: [&str; 2] = [
    "A new subscription has a rule `$Default`, which accepts every message. Azure removes it when the first rule is created;",
    "`az servicebus topic subscription rule list` shows the result.",
];

impl Topology<'_> {
    fn bicep(&self) -> Result<String, fmt::Error> {
        const API: &str = "2024-01-01";
        let mut text = String::new();
        writeln!(text, "// Made by `goodevent topology service-bus --format bicep`.")?;
        writeln!(text, "// {}\n// {}\n", DEFAULT_RULE[0], DEFAULT_RULE[1])?;
        writeln!(
            text,
            "@description('Name of the Service Bus namespace,of the tier Standard or Premium; it must exist.')"
        )?;
        writeln!(text, "param namespaceName string\n")?;
        writeln!(text, "resource namespace 'Microsoft.ServiceBus/namespaces@{API}' existing = {{")?;
        writeln!(text, "  name: namespaceName\n}}")?;
        let mut symbols = Symbols::default();
        for (topic, rules) in &self.topics {
            let topic_symbol = symbols.symbol("topic", topic);
            writeln!(text, "\nresource {topic_symbol} 'Microsoft.ServiceBus/namespaces/topics@{API}' = {{")?;
            writeln!(text, "  parent: namespace\n  name: {}\n  properties: {{", Language::Bicep.text(topic))?;
            writeln!(text, "    requiresDuplicateDetection: true")?;
            writeln!(text, "    duplicateDetectionHistoryTimeWindow: 'PT10M'")?;
            writeln!(text, "    supportOrdering: true\n  }}\n}}")?;
            let own = symbols.symbol("subscription", topic);
            writeln!(text, "\nresource {own} 'Microsoft.ServiceBus/namespaces/topics/subscriptions@{API}' = {{")?;
            writeln!(text, "  parent: {topic_symbol}\n  name: {}", Language::Bicep.text(self.subscription))?;
            writeln!(text, "  properties: {{\n    lockDuration: 'PT5M'")?;
            writeln!(text, "    maxDeliveryCount: {MAX_DELIVERIES}")?;
            writeln!(text, "    deadLetteringOnMessageExpiration: true")?;
            writeln!(text, "    deadLetteringOnFilterEvaluationExceptions: true\n  }}\n}}")?;
            for Rule { name, filter } in rules {
                let rule = symbols.symbol("rule", name);
                writeln!(
                    text,
                    "\nresource {rule} 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@{API}' = {{"
                )?;
                writeln!(text, "  parent: {own}\n  name: {}\n  properties: {{", Language::Bicep.text(name))?;
                writeln!(text, "    filterType: 'CorrelationFilter'\n    correlationFilter: {{")?;
                match filter {
                    Filter::Label(label) => writeln!(text, "      label: {}", Language::Bicep.text(label))?,
                    Filter::Type(own) => {
                        writeln!(
                            text,
                            "      properties: {{\n        '{TYPE}': {}\n      }}",
                            Language::Bicep.text(own)
                        )?;
                    }
                }
                writeln!(text, "    }}\n  }}\n}}")?;
            }
        }
        Ok(text)
    }

    fn terraform(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        writeln!(text, "# Made by `goodevent topology service-bus --format terraform`, for azurerm 4.")?;
        writeln!(text, "# {}\n# {}\n", DEFAULT_RULE[0], DEFAULT_RULE[1])?;
        writeln!(text, "variable \"servicebus_namespace_id\" {{")?;
        writeln!(
            text,
            "  description = \"Id of the Service Bus namespace,of the tier Standard or Premium; it must exist.\""
        )?;
        writeln!(text, "  type        = string\n}}")?;
        let mut symbols = Symbols::default();
        for (topic, rules) in &self.topics {
            let topic_symbol = symbols.symbol("topic", topic);
            writeln!(text, "\nresource \"azurerm_servicebus_topic\" \"{topic_symbol}\" {{")?;
            writeln!(text, "  name                                    = {}", Language::Terraform.text(topic))?;
            writeln!(text, "  namespace_id                            = var.servicebus_namespace_id")?;
            writeln!(text, "  requires_duplicate_detection            = true")?;
            writeln!(text, "  duplicate_detection_history_time_window = \"PT10M\"")?;
            writeln!(text, "  support_ordering                        = true\n}}")?;
            let own = symbols.symbol("subscription", topic);
            writeln!(text, "\nresource \"azurerm_servicebus_subscription\" \"{own}\" {{")?;
            writeln!(
                text,
                "  name                                      = {}",
                Language::Terraform.text(self.subscription)
            )?;
            writeln!(text, "  topic_id                                  = azurerm_servicebus_topic.{topic_symbol}.id")?;
            writeln!(text, "  lock_duration                             = \"PT5M\"")?;
            writeln!(text, "  max_delivery_count                        = {MAX_DELIVERIES}")?;
            writeln!(text, "  dead_lettering_on_message_expiration      = true")?;
            writeln!(text, "  dead_lettering_on_filter_evaluation_error = true\n}}")?;
            for Rule { name, filter } in rules {
                let rule = symbols.symbol("rule", name);
                writeln!(text, "\nresource \"azurerm_servicebus_subscription_rule\" \"{rule}\" {{")?;
                writeln!(text, "  name            = {}", Language::Terraform.text(name))?;
                writeln!(text, "  subscription_id = azurerm_servicebus_subscription.{own}.id")?;
                writeln!(text, "  filter_type     = \"CorrelationFilter\"\n\n  correlation_filter {{")?;
                match filter {
                    Filter::Label(label) => writeln!(text, "    label = {}", Language::Terraform.text(label))?,
                    Filter::Type(own) => {
                        writeln!(
                            text,
                            "    properties = {{\n      \"{TYPE}\" = {}\n    }}",
                            Language::Terraform.text(own)
                        )?;
                    }
                }
                writeln!(text, "  }}\n}}")?;
            }
        }
        Ok(text)
    }
}

/// Names within a file, each of them once.
#[derive(Debug, Default)]
struct Symbols(BTreeSet<String>);

impl Symbols {
    fn symbol(&mut self, role: &str, name: &str) -> String {
        let plain: String = name.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '_' }).collect();
        let (symbol, mut nth) = (format!("{role}_{plain}"), 1);
        let mut own = symbol.clone();
        while !self.0.insert(own.clone()) {
            nth += 1;
            own = format!("{symbol}_{nth}");
        }
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "SubscriptionWithAVeryLongNameThatGoesOnAndOnTerminatedV1";

    fn contracts() -> [Contract; 4] {
        let contract = |event_type, topic, routing_key| Contract { event_type, topic, routing_key, ..Contract::EMPTY };
        [
            contract("OrderPaidV1", "orders", "OrderPaidV1"),
            contract("OrderShippedV1", "orders", "it's ${shipped}"),
            contract("ThingSeenV1", "or-ders", ""),
            contract(LONG, "orders", LONG),
        ]
    }

    #[test]
    fn rules_have_short_names_of_their_own() {
        let long = Contract { event_type: LONG, ..Contract::EMPTY };
        let other = Contract { event_type: "SubscriptionWithAVeryLongNameThatGoesOnAndOnRenewedV1", ..Contract::EMPTY };
        let (rule, other) = (Rule::of(&long), Rule::of(&other));
        assert_eq!(rule.name.chars().count(), MAX_RULE_CHARS);
        assert_ne!(rule.name, other.name);
        assert!(objection(config::Broker::ServiceBus, Kind::Queue, &rule.name).is_none());
    }

    /// The names of all resources of a kind, each with what it belongs to, as other programs read the file.
    fn read_bicep(text: &str) -> Vec<(String, String, String)> {
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(&tree_sitter_bicep::LANGUAGE.into()).expect("the versions fit");
        let tree = parser.parse(text, None).expect("nothing interrupts it");
        assert!(!tree.root_node().has_error(), "it is no Bicep:\n{text}");
        let torn = parser.parse(text.replacen('}', "", 1), None).expect("nothing interrupts it");
        assert!(torn.root_node().has_error(), "the parser sees what is wrong");
        let words = |line: &str| line.split([' ', '\'']).map(str::to_owned).collect::<Vec<_>>();
        let starts = text.split("\nresource ").skip(1);
        let resources = starts.map(|resource| {
            let kind = words(resource)[2].rsplit('/').next().map(|kind| kind.replace("@2024-01-01", ""));
            let member = |name: &str| {
                let line = resource.lines().find_map(|line| line.trim().strip_prefix(name));
                line.unwrap_or_default().trim_matches('\'').to_owned()
            };
            (kind.unwrap_or_default(), member("name: "), member("parent: "))
        });
        resources.collect()
    }

    #[test]
    fn a_bicep_file_holds_the_whole_topology() {
        let contracts = contracts();
        let text = Topology::of(&contracts, "billing").bicep().expect("it is written");
        let resources = read_bicep(&text);
        let of_kind = |wanted: &str| {
            let own = resources.iter().filter(|(kind, ..)| kind == wanted);
            own.map(|(_, name, parent)| (name.as_str(), parent.as_str())).collect::<Vec<_>>()
        };
        assert_eq!(of_kind("namespaces"), [("namespaceName", "")]);
        assert_eq!(of_kind("topics"), [("or-ders", "namespace"), ("orders", "namespace")]);
        assert_eq!(of_kind("subscriptions"), [("billing", "topic_or_ders"), ("billing", "topic_orders")]);
        let rules = of_kind("rules");
        assert!(
            rules.contains(&("ThingSeenV1", "subscription_or_ders")) && rules.len() == contracts.len(),
            "{rules:?}"
        );
        assert!(
            text.contains(r"label: 'it\'s \${shipped}'") && text.contains("'goodevent-type': 'ThingSeenV1'"),
            "{text}"
        );
    }

    #[test]
    fn a_terraform_file_holds_the_whole_topology() {
        let contracts = contracts();
        let text = Topology::of(&contracts, "billing").terraform().expect("it is written");
        let file: serde_json::Value = hcl::from_str(&text).expect("it is Terraform's language");
        let resources = &file["resource"];
        let topics = &resources["azurerm_servicebus_topic"];
        assert_eq!(topics["topic_or_ders"]["name"], "or-ders");
        assert_eq!(topics["topic_orders"]["requires_duplicate_detection"], true);
        let subscription = &resources["azurerm_servicebus_subscription"]["subscription_orders"];
        assert_eq!(subscription["name"], "billing");
        assert_eq!(subscription["topic_id"], "${azurerm_servicebus_topic.topic_orders.id}");
        let rules = resources["azurerm_servicebus_subscription_rule"].as_object().expect("there are rules");
        assert_eq!(rules.len(), contracts.len());
        let paid = &rules["rule_OrderPaidV1"];
        assert_eq!(paid["correlation_filter"]["label"], "OrderPaidV1");
        assert_eq!(paid["subscription_id"], "${azurerm_servicebus_subscription.subscription_orders.id}");
        assert_eq!(rules["rule_ThingSeenV1"]["correlation_filter"]["properties"][TYPE], "ThingSeenV1");
    }

    /// Names come from settings: whatever is in them, the file has the same resources, and each name is read as it is.
    #[test]
    fn hostile_names_are_names() {
        for text in crate::hostile::texts() {
            let own: &'static str = Box::leak(text.clone().into_boxed_str());
            let contract =
                |event_type, topic, routing_key| Contract { event_type, topic, routing_key, ..Contract::EMPTY };
            let contracts = [contract(own, own, own), contract(own, "orders", ""), contract("PaidV1", own, "paid")];
            let topology = Topology::of(&contracts, own);
            let (bicep, terraform) = (topology.bicep().expect("written"), topology.terraform().expect("written"));
            for file in [&bicep, &terraform] {
                let is_wrong = |char: char| crate::hostile::is_active(char) && char != '\n';
                assert!(!file.contains(is_wrong), "{file:?}");
            }
            let kinds: Vec<String> = read_bicep(&bicep).into_iter().map(|(kind, ..)| kind).collect();
            let n_of = |wanted: &str| kinds.iter().filter(|kind| *kind == wanted).count();
            assert_eq!([n_of("topics"), n_of("subscriptions"), n_of("rules")], [2, 2, 3], "{bicep}");
            hcl::parse(&terraform).unwrap_or_else(|error| panic!("{error}: {terraform}"));
            let literal = format!("text = {}\n", Language::Terraform.text(&text));
            let read: serde_json::Value = hcl::eval::from_str(&literal, &hcl::eval::Context::new())
                .unwrap_or_else(|error| panic!("{error}: {literal}"));
            assert_eq!(read["text"], serde_json::Value::from(text), "{literal}");
        }
    }

    #[test]
    fn people_read_what_is_filtered() {
        let contracts = contracts();
        let told = Topology::of(&contracts, "billing").to_string();
        assert!(told.contains("rule ThingSeenV1 takes what has `goodevent-type` = `ThingSeenV1`"), "{told}");
    }
}
