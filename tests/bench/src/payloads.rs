//! Payloads to be decoded: different ones, so that no branch predictor learns them by heart, and the same in every run.

use goodevent_check::random::Random;
use serde::Serialize;
use serde_json::Value;

use crate::derived::{
    Address, Availability, Channel, Condition, Customer, Line, Location, Method, OrderPlaced, Payment, PaymentCaptured,
    Position, Scope, Segment, StockCounted, Unit,
};

/// Number of payloads of each kind.
pub(crate) const N_PAYLOADS: usize = 64;

/// Large events get positions until they have this many bytes.
const LARGE_BYTES: usize = 62_900;

const WORDS: [&str; 40] = [
    "amber", "and", "basket", "blue", "bolt", "brass", "cable", "carton", "cloth", "copper", "dry", "fine", "for",
    "frame", "glass", "green", "heavy", "in", "iron", "large", "leather", "light", "marble", "of", "oak", "paper",
    "plain", "round", "set", "silver", "small", "soft", "spare", "steel", "the", "thin", "travel", "warm", "with",
    "wool",
];
const FOREIGN_WORDS: [&str; 5] = ["café", "Größe", "señal", "naïve", "smörgås"];
const NAMES: [&str; 12] = [
    "Ada Brook",
    "Bram Okafor",
    "Chiara Lind",
    "Dov Hartmann",
    "Eun-ji Park",
    "Fatou Diallo",
    "Goran Petrić",
    "Hana Suzuki",
    "Ines Carvalho",
    "Jörg Weiß",
    "Kiri Walker",
    "Lars Møller",
];
const CITIES: [&str; 8] = ["Antwerp", "Bergen", "Cork", "Dresden", "Gdańsk", "Leeds", "Porto", "Zürich"];
const COUNTRIES: [&str; 8] = ["BE", "NO", "IE", "DE", "PL", "GB", "PT", "CH"];
const CURRENCIES: [&str; 5] = ["EUR", "NOK", "PLN", "GBP", "CHF"];
const METHODS: [Method; 5] = [Method::Card, Method::BankTransfer, Method::Wallet, Method::Invoice, Method::Voucher];
const CHANNELS: [Channel; 4] = [Channel::Web, Channel::App, Channel::Store, Channel::Phone];

/// A small event.
pub(crate) fn payment_captured(random: &mut Random) -> PaymentCaptured {
    PaymentCaptured {
        payment_id: uuid(random),
        order_id: format!("ORD-{}", digits(random, 8)),
        customer_id: uuid(random),
        method: pick(random, &METHODS),
        channel: pick(random, &CHANNELS),
        amount_cents: number(random, 1, 5_000_000),
        fee_cents: number(random, 0, 90_000),
        currency: pick(random, &CURRENCIES).to_owned(),
        merchant_name: title(random, 3),
        statement_text: text(random, 30),
        country_code: pick(random, &COUNTRIES).to_owned(),
        authorization_code: code(random, 6, 12),
        attempt: number(random, 1, 10),
        is_recurring: random.once_in(2),
        captured_time_utc: date_time(random),
    }
}

/// A middling event.
pub(crate) fn order_placed(random: &mut Random) -> OrderPlaced {
    OrderPlaced {
        order_id: format!("ORD-{}", digits(random, 8)),
        customer: Customer {
            customer_id: uuid(random),
            display_name: pick(random, &NAMES).to_owned(),
            segment: pick(random, &[Segment::Consumer, Segment::Business, Segment::Reseller]),
            loyalty_number: maybe(random, 2, |random| digits(random, 10)),
        },
        shipping_address: address(random),
        billing_address: maybe(random, 3, address),
        lines: (0..number(random, 10, 14)).map(|_| line(random)).collect(),
        payment: Payment { payment_id: uuid(random), method: pick(random, &METHODS), is_prepaid: random.once_in(2) },
        currency: pick(random, &CURRENCIES).to_owned(),
        total_cents: number(random, 0, 90_000_000),
        channel: pick(random, &CHANNELS),
        remarks: Some(text(random, 520)),
        requested_delivery_date: maybe(random, 2, date),
        placed_time_utc: date_time(random),
    }
}

fn address(random: &mut Random) -> Address {
    Address {
        recipient: pick(random, &NAMES).to_owned(),
        street: format!("{} {}", title(random, 2), number(random, 1, 300)),
        postal_code: digits(random, 5),
        city: pick(random, &CITIES).to_owned(),
        country_code: pick(random, &COUNTRIES).to_owned(),
    }
}

fn line(random: &mut Random) -> Line {
    Line {
        line_id: uuid(random),
        sku: sku(random),
        title: title(random, 5),
        quantity: number(random, 1, 20),
        unit_price_cents: number(random, 50, 500_000),
        discount_cents: maybe(random, 3, |random| number(random, 1, 5_000)),
        availability: pick(random, &[Availability::InStock, Availability::BackOrder, Availability::PreOrder]),
        gift_message: maybe(random, 4, |random| text(random, 60)),
    }
}

/// A large event.
pub(crate) fn stock_counted(random: &mut Random) -> StockCounted {
    let mut event = StockCounted {
        count_id: uuid(random),
        warehouse_code: format!("WH-{}-{}", letters(random, 3), digits(random, 2)),
        counted_by: pick(random, &NAMES).to_owned(),
        scope: pick(random, &[Scope::Full, Scope::Partial, Scope::Sample]),
        summary: text(random, 1_500),
        positions: Vec::new(),
        notes: (0..number(random, 3, 8)).map(|_| text(random, 400)).collect(),
        started_time_utc: date_time(random),
        finished_time_utc: date_time(random),
    };
    let mut n_bytes = json(&event).len();
    while n_bytes < LARGE_BYTES {
        let position = position(random);
        n_bytes += json(&position).len() + 1;
        event.positions.push(position);
    }
    event
}

fn position(random: &mut Random) -> Position {
    let expected_count = number(random, 0, 3_000);
    Position {
        position_id: uuid(random),
        sku: sku(random),
        title: title(random, 5),
        location: Location {
            aisle: format!("{}{}", letters(random, 1), digits(random, 2)),
            shelf: number(random, 0, 12),
            bin: format!("B-{}", digits(random, 4)),
        },
        expected_count,
        actual_count: expected_count.saturating_sub(number(random, 0, 9)),
        unit: pick(random, &[Unit::Piece, Unit::Box, Unit::Pallet, Unit::Litre, Unit::Kilogram]),
        condition: pick(random, &[Condition::Good, Condition::Damaged, Condition::Expired, Condition::Unknown]),
        lot_number: maybe(random, 2, |random| format!("L{}", digits(random, 6))),
        expiry_date: maybe(random, 3, date),
        remark: maybe(random, 4, |random| text(random, 90)),
        counted_time_utc: date_time(random),
    }
}

/// Compact JSON, members in the order of the schema.
pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("the types of the benchmark have string keys only")
}

/// The same payload with the members of every object in another order.
pub(crate) fn shuffled(payload: &[u8], random: &mut Random) -> Vec<u8> {
    let value: Value = serde_json::from_slice(payload).expect("serde_json wrote the payload");
    let mut out = Vec::with_capacity(payload.len());
    write_shuffled(&value, random, &mut out);
    out
}

fn write_shuffled(value: &Value, random: &mut Random, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            shuffle(&mut members, random);
            list(out, b"{}", members, |(name, member), out| {
                out.extend(json(name));
                out.push(b':');
                write_shuffled(member, random, out);
            });
        }
        Value::Array(items) => list(out, b"[]", items, |item, out| write_shuffled(item, random, out)),
        _ => out.extend(json(value)),
    }
}

fn list<T>(
    out: &mut Vec<u8>,
    brackets: &[u8; 2],
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(T, &mut Vec<u8>),
) {
    out.push(brackets[0]);
    for (item_idx, item) in items.into_iter().enumerate() {
        if item_idx > 0 {
            out.push(b',');
        }
        write(item, out);
    }
    out.push(brackets[1]);
}

/// [Fisher-Yates](https://doi.org/10.1145/364520.364540).
fn shuffle<T>(items: &mut [T], random: &mut Random) {
    for end in (1..items.len()).rev() {
        items.swap(end, random.below(end + 1));
    }
}

fn pick<T: Copy>(random: &mut Random, items: &[T]) -> T {
    items[random.below(items.len())]
}

fn maybe<T>(random: &mut Random, once_in: usize, make: impl FnOnce(&mut Random) -> T) -> Option<T> {
    random.once_in(once_in).then(|| make(random))
}

fn number(random: &mut Random, min: u64, max: u64) -> u64 {
    min + random.number() % (max - min + 1)
}

fn characters(random: &mut Random, alphabet: &[u8], n: u64) -> String {
    (0..n).map(|_| char::from(pick(random, alphabet))).collect()
}

fn digits(random: &mut Random, n: u64) -> String {
    characters(random, b"0123456789", n)
}

fn letters(random: &mut Random, n: u64) -> String {
    characters(random, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", n)
}

fn code(random: &mut Random, min: u64, max: u64) -> String {
    let n = number(random, min, max);
    characters(random, b"ABCDEFGHJKMNPQRSTUVWXYZ0123456789", n)
}

fn sku(random: &mut Random) -> String {
    format!("{}-{}-{}", letters(random, 3), digits(random, 4), code(random, 2, 2))
}

fn uuid(random: &mut Random) -> String {
    let (high, low) = (random.number(), random.number());
    let variant = 0x8000 | (low >> 48 & 0x3FFF);
    format!(
        "{:08x}-{:04x}-4{:03x}-{variant:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xFFFF,
        high & 0xFFF,
        low & 0xFFFF_FFFF_FFFF
    )
}

fn date(random: &mut Random) -> String {
    format!("20{:02}-{:02}-{:02}", number(random, 20, 29), number(random, 1, 12), number(random, 1, 28))
}

fn date_time(random: &mut Random) -> String {
    let (hour, minute, second) = (number(random, 0, 23), number(random, 0, 59), number(random, 0, 59));
    let fraction = maybe(random, 2, |random| format!(".{}", digits(random, 3))).unwrap_or_default();
    format!("{}T{hour:02}:{minute:02}:{second:02}{fraction}Z", date(random))
}

fn word(random: &mut Random) -> &'static str {
    if random.once_in(40) { pick(random, &FOREIGN_WORDS) } else { pick(random, &WORDS) }
}

fn title(random: &mut Random, max_words: u64) -> String {
    let n_words = number(random, 2, max_words);
    (0..n_words).map(|_| word(random)).collect::<Vec<_>>().join(" ")
}

/// Words and line breaks, about `n_bytes` of them, give or take a fifth.
fn text(random: &mut Random, n_bytes: u64) -> String {
    let n_bytes = number(random, n_bytes * 4 / 5, n_bytes * 6 / 5) as usize;
    let mut text = String::from(word(random));
    while text.len() < n_bytes {
        text.push(if random.once_in(30) { '\n' } else { ' ' });
        text += word(random);
    }
    text
}
