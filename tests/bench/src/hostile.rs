//! Messages that are made to take long: what they cost us and validators, beside what `serde_json` takes to parse them.
//!
//! A validator may need longer than anybody waits, so each of them runs in a process that can be ended.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    process::{Command, Stdio},
    rc::Rc,
    thread,
    time::{Duration, Instant},
};

use goodevent::Event;
use serde_json::Value;

use crate::{
    measure::{Way, compare, median},
    peers::{RuleChangedV1Event as RuleChanged, boon_validator, jsonschema_validator},
    report::{Table, Target, print_targets},
};

/// About the size of the largest event.
const N_BYTES: usize = 60_000;

/// Levels of a value, below the deepest that everybody reads.
const DEPTH: usize = 100;

/// The time after which a validator is ended.
const PATIENCE: Duration = Duration::from_secs(5);

const SCHEMA: &str = include_str!("../schemas/rules/RuleChangedV1Event.json");

/// The first argument of a process that measures a validator.
const SERVE: &str = "--hostile";

/// Names of the validators.
const VALIDATORS: [&str; 2] = ["jsonschema", "boon"];

/// The most times the time of `serde_json` that a message may take.
const MAX_RATIO: f64 = 50.0;

struct Message {
    name: &'static str,
    text: String,
    is_valid: bool,
}

fn messages() -> Vec<Message> {
    let of = |name, member: &str, value: &str, is_valid| Message {
        name,
        text: format!(r#"{{"{member}":{value}}}"#),
        is_valid,
    };
    let many = |item: &dyn Fn(usize) -> String, n_bytes: usize| {
        let mut text = String::new();
        for nth in 0.. {
            let _ = write!(text, "{}{}", if nth == 0 { "" } else { "," }, item(nth));
            if text.len() > n_bytes {
                break;
            }
        }
        text
    };
    let chain = |leaf: &str| {
        let open = r#"{"left":"#.repeat(DEPTH);
        format!("{open}{leaf}{}", r#","either":1}"#.repeat(DEPTH))
    };
    let tree = |leaf: &str| {
        let mut value = leaf.to_owned();
        while value.len() * 2 < N_BYTES {
            value = format!(r#"{{"left":{value},"right":{value},"either":1}}"#);
        }
        value
    };
    let operations = |leaf: &str| {
        let item = format!("{}{leaf}{}", r#"{"none":["#.repeat(DEPTH / 2 - 2), "]}".repeat(DEPTH / 2 - 2));
        format!(r#"{{"all":[{}]}}"#, many(&|_| item.clone(), N_BYTES))
    };
    vec![
        of("late alternatives, a tree", "condition", &tree("1"), true),
        of("late alternatives, a tree with one wrong end", "condition", &tree("2").replacen('2', "true", 1), false),
        of("late alternatives, a chain", "condition", &chain("1"), true),
        of("late alternatives, a chain with a wrong end", "condition", &chain("true"), false),
        of("alternatives by their member, wide and deep", "operation", &operations("1"), true),
        of(
            "different items of one beginning",
            "tags",
            &format!("[{}]", many(&|at| format!(r#"["a","a","{at}"]"#), N_BYTES)),
            true,
        ),
        of("a text for a slow pattern", "code", &format!("\"{}\"", "a".repeat(N_BYTES)), false),
        of("escapes", "reason", &format!("\"{}\"", "\\u0061".repeat(N_BYTES / 6)), true),
        of(
            "members that nobody knows",
            "reason",
            &format!("\"\",{}", many(&|at| format!("\"x{at}\":{{}}"), N_BYTES)),
            false,
        ),
    ]
}

/// Measures and prints.
///
/// # Errors
/// If somebody decides a message in the wrong way, or a process can't be started.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    println!("## Hostile messages\n");
    println!("Time in relation to parsing with serde_json.\n");
    let headings = ["message", "bytes", "serde_json", "goodevent"].into_iter().chain(VALIDATORS);
    let mut table = Table::new(headings);
    let mut targets = Vec::new();
    for (nth, message) in messages().into_iter().enumerate() {
        let Message { name, text, is_valid } = message;
        let bytes: Rc<[u8]> = text.into_bytes().into();
        let is_accepted = RuleChanged::decode(&bytes).is_ok();
        if is_accepted != is_valid {
            return Err(format!("`{name}`: decode says {:?}", RuleChanged::decode(&bytes).err()).into());
        }
        let (parsed, decoded) = (Rc::clone(&bytes), Rc::clone(&bytes));
        let ways = [
            Way { name: "serde_json", run: Box::new(move |_| serde_json::from_slice::<Value>(&parsed).is_ok()) },
            Way { name: "goodevent", run: Box::new(move |_| RuleChanged::decode(&decoded).is_ok()) },
        ];
        let timings = compare(&ways, 1);
        let mut cells = vec![name.to_owned(), bytes.len().to_string(), format!("{:.0} µs", timings[0].ns / 1_000.0)];
        cells.push(format!("{:.2}", timings[1].ratio));
        for validator in VALIDATORS {
            cells.push(ask(validator, nth)?);
        }
        table.row(cells);
        targets.push(Target::new(name, timings[1].ratio, MAX_RATIO));
    }
    table.print();
    print_targets(&targets);
    Ok(())
}

/// The figure of a validator for a message, or that it was ended.
fn ask(validator: &str, nth: usize) -> Result<String, Box<dyn Error>> {
    let mut command = Command::new(env::current_exe()?);
    command.args([SERVE, validator, &nth.to_string()]).stdout(Stdio::piped());
    let mut child = command.spawn()?;
    let start = Instant::now();
    while child.try_wait()?.is_none() {
        if start.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok(format!("not within {} s", PATIENCE.as_secs()));
        }
        thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("`{validator}` ended with {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Measures a validator, if this process was started for that.
///
/// # Errors
/// If there is no such validator or message, or it decides in the wrong way.
pub(crate) fn serve() -> Option<Result<(), Box<dyn Error>>> {
    let mut args = env::args().skip(1);
    if args.next()? != SERVE {
        return None;
    }
    Some(measure(&args.next()?, args.next()?.parse().ok()?))
}

fn measure(validator: &str, nth: usize) -> Result<(), Box<dyn Error>> {
    let message = messages().into_iter().nth(nth).ok_or("there is no such message")?;
    let schema: Value = serde_json::from_str(SCHEMA)?;
    let is_valid: Box<dyn Fn(&Value) -> bool> = match validator {
        "boon" => Box::new(boon_validator(schema)?),
        _ => Box::new(jsonschema_validator(&schema)?),
    };
    let mut ratios = Vec::new();
    let start = Instant::now();
    while ratios.len() < 3 || (start.elapsed() < Duration::from_secs(1) && ratios.len() < 1_000) {
        let begin = Instant::now();
        let value: Value = serde_json::from_str(&message.text)?;
        let parsed = begin.elapsed();
        if is_valid(&value) != message.is_valid {
            println!("decides wrongly");
            return Ok(());
        }
        ratios.push(begin.elapsed().as_secs_f64() / parsed.as_secs_f64());
    }
    println!("{:.2}", median(ratios.into_iter()));
    Ok(())
}
