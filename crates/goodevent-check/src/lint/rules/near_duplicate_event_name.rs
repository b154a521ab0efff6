//! `near-duplicate-event-name`

use goodevent_schema::{registry::Context, suggest};

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that the names of two events of a context differ in more than a letter, a plural, or the order of their words.
    /// ## Why is this bad?
    /// Whoever subscribes takes the wrong one, and wonders why it is so quiet.
    /// ## Example
    /// ```json orders/OrdersPlacedV1Event.json
    /// {}
    /// ```
    /// Use instead:
    /// ```json orders/OrderBatchImportedV1Event.json
    /// {}
    /// ```
    "near-duplicate-event-name" {
        summary: "names of events are easy to tell apart",
        category: Names, level: Warn, fix: None, check: Context(check)
    }
}

fn check(cx: &mut Cx<'_>, _: &str, context: &Context) {
    for (at, contract) in context.contracts.iter().enumerate() {
        for other in &context.contracts[..at] {
            if other.name.stem() != contract.name.stem() && are_near(other.name.stem(), contract.name.stem()) {
                let headline = format!("`{}` is almost the name of `{}`", contract.name, other.name);
                let finding = cx.finding(cx.title(contract), headline).related(cx.title(other), "the other one");
                cx.push(finding.help("make one event of both, or say in the names how they differ"));
            }
        }
    }
}

/// Whether one word is the plural of the other or one letter off, or the same words stand in another order.
fn are_near(left: &str, right: &str) -> bool {
    let (mut left, mut right) = (words::split(left), words::split(right));
    if left.len() != right.len() {
        return false;
    }
    let mut differing = left.iter().zip(&right).filter(|(left, right)| left != right);
    let is_one_off = match (differing.next(), differing.next()) {
        (Some((left, right)), None) => is_letter_off(left, right),
        _ => false,
    };
    left.sort();
    right.sort();
    is_one_off || left == right
}

fn is_letter_off(left: &str, right: &str) -> bool {
    let is_plural = |one: &str, many: &str| many.strip_suffix("es").or(many.strip_suffix('s')) == Some(one);
    let is_long = left.len().min(right.len()) > 4;
    is_plural(left, right) || is_plural(right, left) || (is_long && suggest::distance(left, right) == 1)
}
