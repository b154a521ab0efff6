//! The rules, in the order of their names.

use super::Rule;

pub(super) mod command_like_name;
pub(super) mod crud_verb;
pub(super) mod default_on_required;
pub(super) mod deprecated_without_successor;
pub(super) mod deprecated_without_sunset;
pub(super) mod empty_payload;
pub(super) mod empty_string_allowed;
pub(super) mod excess_properties;
pub(super) mod expired_suppression;
pub(super) mod float_money;
pub(super) mod generic_verb;
pub(super) mod inconsistent_property_case;
pub(super) mod integer_beyond_double;
pub(super) mod map_property;
pub(super) mod missing_change_value;
pub(super) mod missing_description;
pub(super) mod missing_example;
pub(super) mod missing_frequency;
pub(super) mod missing_owner;
pub(super) mod missing_partition_key;
pub(super) mod missing_published_since;
pub(super) mod missing_subject_identifier;
pub(super) mod non_past_tense_name;
pub(super) mod non_utc_timestamp;
pub(super) mod nullable_property;
pub(super) mod open_object;
pub(super) mod optional_property;
pub(super) mod payload_near_budget;
pub(super) mod payload_over_budget;
pub(super) mod recursive_schema;
pub(super) mod short_support_window;
pub(super) mod topic_without_context;
pub(super) mod unanchored_pattern;
pub(super) mod unbounded_array;
pub(super) mod unbounded_number;
pub(super) mod unbounded_string;
pub(super) mod unexplained_suppression;
pub(super) mod unformatted_identifier;
pub(super) mod unformatted_timestamp;
pub(super) mod untyped_property;
pub(super) mod unused_suppression;
pub(super) mod vague_noun;
pub(super) mod whole_entity_event;

/// All rules.
pub static ALL: &[&Rule] = &[
    &command_like_name::RULE,
    &crud_verb::RULE,
    &default_on_required::RULE,
    &deprecated_without_successor::RULE,
    &deprecated_without_sunset::RULE,
    &empty_payload::RULE,
    &empty_string_allowed::RULE,
    &excess_properties::RULE,
    &expired_suppression::RULE,
    &float_money::RULE,
    &generic_verb::RULE,
    &inconsistent_property_case::RULE,
    &integer_beyond_double::RULE,
    &map_property::RULE,
    &missing_change_value::RULE,
    &missing_description::RULE,
    &missing_example::RULE,
    &missing_frequency::RULE,
    &missing_owner::RULE,
    &missing_partition_key::RULE,
    &missing_published_since::RULE,
    &missing_subject_identifier::RULE,
    &non_past_tense_name::RULE,
    &non_utc_timestamp::RULE,
    &nullable_property::RULE,
    &open_object::RULE,
    &optional_property::RULE,
    &payload_near_budget::RULE,
    &payload_over_budget::RULE,
    &recursive_schema::RULE,
    &short_support_window::RULE,
    &topic_without_context::RULE,
    &unanchored_pattern::RULE,
    &unbounded_array::RULE,
    &unbounded_number::RULE,
    &unbounded_string::RULE,
    &unexplained_suppression::RULE,
    &unformatted_identifier::RULE,
    &unformatted_timestamp::RULE,
    &untyped_property::RULE,
    &unused_suppression::RULE,
    &vague_noun::RULE,
    &whole_entity_event::RULE,
];

/// The rule of a name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}
