//! The events as a service developer would write them by hand, for serde to derive the rest.
//!
//! `S` is the type of strings: `String` as one would write it, or [`Slice`] for strings that stay in the input.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A string that stays in the input unless it has escapes. A bare `Cow` in an `Option` or `Vec` would always be owned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Slice<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PaymentCaptured<S = String> {
    pub(crate) payment_id: S,
    pub(crate) order_id: S,
    pub(crate) customer_id: S,
    pub(crate) method: Method,
    pub(crate) channel: Channel,
    pub(crate) amount_cents: u64,
    pub(crate) fee_cents: u64,
    pub(crate) currency: S,
    pub(crate) merchant_name: S,
    pub(crate) statement_text: S,
    pub(crate) country_code: S,
    pub(crate) authorization_code: S,
    pub(crate) attempt: u64,
    pub(crate) is_recurring: bool,
    pub(crate) captured_time_utc: S,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Method {
    Card,
    BankTransfer,
    Wallet,
    Invoice,
    Voucher,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Channel {
    Web,
    App,
    Store,
    Phone,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct OrderPlaced<S = String> {
    pub(crate) order_id: S,
    pub(crate) customer: Customer<S>,
    pub(crate) shipping_address: Address<S>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) billing_address: Option<Address<S>>,
    pub(crate) lines: Vec<Line<S>>,
    pub(crate) payment: Payment<S>,
    pub(crate) currency: S,
    pub(crate) total_cents: u64,
    pub(crate) channel: Channel,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remarks: Option<S>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requested_delivery_date: Option<S>,
    pub(crate) placed_time_utc: S,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Customer<S = String> {
    pub(crate) customer_id: S,
    pub(crate) display_name: S,
    pub(crate) segment: Segment,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) loyalty_number: Option<S>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Segment {
    Consumer,
    Business,
    Reseller,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Address<S = String> {
    pub(crate) recipient: S,
    pub(crate) street: S,
    pub(crate) postal_code: S,
    pub(crate) city: S,
    pub(crate) country_code: S,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Line<S = String> {
    pub(crate) line_id: S,
    pub(crate) sku: S,
    pub(crate) title: S,
    pub(crate) quantity: u64,
    pub(crate) unit_price_cents: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) discount_cents: Option<u64>,
    pub(crate) availability: Availability,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gift_message: Option<S>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Availability {
    InStock,
    BackOrder,
    PreOrder,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Payment<S = String> {
    pub(crate) payment_id: S,
    pub(crate) method: Method,
    pub(crate) is_prepaid: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct StockCounted<S = String> {
    pub(crate) count_id: S,
    pub(crate) warehouse_code: S,
    pub(crate) counted_by: S,
    pub(crate) scope: Scope,
    pub(crate) summary: S,
    pub(crate) positions: Vec<Position<S>>,
    pub(crate) notes: Vec<S>,
    pub(crate) started_time_utc: S,
    pub(crate) finished_time_utc: S,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Scope {
    Full,
    Partial,
    Sample,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Position<S = String> {
    pub(crate) position_id: S,
    pub(crate) sku: S,
    pub(crate) title: S,
    pub(crate) location: Location<S>,
    pub(crate) expected_count: u64,
    pub(crate) actual_count: u64,
    pub(crate) unit: Unit,
    pub(crate) condition: Condition,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lot_number: Option<S>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expiry_date: Option<S>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remark: Option<S>,
    pub(crate) counted_time_utc: S,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Location<S = String> {
    pub(crate) aisle: S,
    pub(crate) shelf: u64,
    pub(crate) bin: S,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Unit {
    Piece,
    Box,
    Pallet,
    Litre,
    Kilogram,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Condition {
    Good,
    Damaged,
    Expired,
    Unknown,
}
