//! Nothing in place of Handlebars.

use serde_json::Value;

use super::{plain::Stop, refused::Refused};

/// No name: the template has an unknown variable, or more than variables.
pub(super) fn render_name(template: &str, _: &Value, stop: Stop) -> Result<String, Refused> {
    let before = &template[..stop.start];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    Err(match stop.unknown {
        Some(name) => Refused::Unknown { name, line, column },
        None => Refused::Absent { line, column },
    })
}
