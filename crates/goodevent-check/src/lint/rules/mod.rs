//! The rules, in the order of their names.

use goodevent_schema::diagnostic::{Diagnostic, Level};

use super::{Rule, rule::Check};

pub(super) mod ambiguous_union;
pub(super) mod before_after_pair;
pub(super) mod breaking_change_in_place;
pub(super) mod circular_ref;
pub(super) mod colliding_names;
pub(super) mod colliding_topics;
pub(super) mod command_like_name;
pub(super) mod contradictory_constraints;
pub(super) mod crud_verb;
pub(super) mod dangling_pointer;
pub(super) mod default_on_required;
pub(super) mod deprecated_without_successor;
pub(super) mod deprecated_without_sunset;
pub(super) mod duplicate_event_name;
pub(super) mod duplicate_id;
pub(super) mod duplicate_member;
pub(super) mod edited_published_version;
pub(super) mod empty_array_allowed;
pub(super) mod empty_payload;
pub(super) mod empty_string_allowed;
pub(super) mod excess_properties;
pub(super) mod expired_suppression;
pub(super) mod file_too_large;
pub(super) mod float_money;
pub(super) mod foreign_context_data;
pub(super) mod generic_verb;
pub(super) mod hastened_sunset;
pub(super) mod implausible_frequency;
pub(super) mod inconsistent_property_case;
pub(super) mod integer_beyond_double;
pub(super) mod invalid_example;
pub(super) mod invalid_fact;
pub(super) mod invalid_name_template;
pub(super) mod invalid_output;
pub(super) mod invalid_pattern;
pub(super) mod invalid_schema;
pub(super) mod invalid_settings;
pub(super) mod invalid_topic_name;
pub(super) mod malformed_baseline;
pub(super) mod malformed_json;
pub(super) mod malformed_lock;
pub(super) mod malformed_routing_key;
pub(super) mod map_property;
pub(super) mod missing_bounded_context;
pub(super) mod missing_change_value;
pub(super) mod missing_description;
pub(super) mod missing_envelope_field;
pub(super) mod missing_event_suffix;
pub(super) mod missing_example;
pub(super) mod missing_frequency;
pub(super) mod missing_owner;
pub(super) mod missing_partition_key;
pub(super) mod missing_published_since;
pub(super) mod missing_subject_identifier;
pub(super) mod missing_version_suffix;
pub(super) mod moved_event;
pub(super) mod name_file_mismatch;
pub(super) mod near_duplicate_event_name;
pub(super) mod non_pascal_case_name;
pub(super) mod non_past_tense_name;
pub(super) mod non_utc_timestamp;
pub(super) mod not_utf8;
pub(super) mod nullable_property;
pub(super) mod open_object;
pub(super) mod optional_property;
pub(super) mod passed_sunset;
pub(super) mod payload_envelope_collision;
pub(super) mod payload_near_budget;
pub(super) mod payload_over_budget;
pub(super) mod personal_data_unmarked;
pub(super) mod recursive_schema;
pub(super) mod retyped_envelope_field;
pub(super) mod shared_topic_schema;
pub(super) mod short_support_window;
pub(super) mod skipped_version;
pub(super) mod snapshot_payload;
pub(super) mod stale_baseline;
pub(super) mod topic_without_context;
pub(super) mod unanchored_pattern;
pub(super) mod unbounded_array;
pub(super) mod unbounded_number;
pub(super) mod unbounded_string;
pub(super) mod undeclared_trigger;
pub(super) mod undefined_required_property;
pub(super) mod unexplained_suppression;
pub(super) mod unformatted_identifier;
pub(super) mod unformatted_timestamp;
pub(super) mod unitless_quantity;
pub(super) mod unknown_dialect;
pub(super) mod unknown_fact;
pub(super) mod unknown_format;
pub(super) mod unknown_keyword;
pub(super) mod unknown_rule;
pub(super) mod unlocked_release;
pub(super) mod unread_file;
pub(super) mod unreadable_file;
pub(super) mod unresolved_ref;
pub(super) mod untyped_property;
pub(super) mod unused_definition;
pub(super) mod unused_suppression;
pub(super) mod vague_noun;
pub(super) mod vanished_version;
pub(super) mod version_churn;
pub(super) mod version_mismatch;
pub(super) mod whole_entity_event;
pub(super) mod withdrawn_release;

/// All rules.
pub static ALL: &[&Rule] = &[
    &ambiguous_union::RULE,
    &before_after_pair::RULE,
    &breaking_change_in_place::RULE,
    &circular_ref::RULE,
    &colliding_names::RULE,
    &colliding_topics::RULE,
    &command_like_name::RULE,
    &contradictory_constraints::RULE,
    &crud_verb::RULE,
    &dangling_pointer::RULE,
    &default_on_required::RULE,
    &deprecated_without_successor::RULE,
    &deprecated_without_sunset::RULE,
    &duplicate_event_name::RULE,
    &duplicate_id::RULE,
    &duplicate_member::RULE,
    &edited_published_version::RULE,
    &empty_array_allowed::RULE,
    &empty_payload::RULE,
    &empty_string_allowed::RULE,
    &excess_properties::RULE,
    &expired_suppression::RULE,
    &file_too_large::RULE,
    &float_money::RULE,
    &foreign_context_data::RULE,
    &generic_verb::RULE,
    &hastened_sunset::RULE,
    &implausible_frequency::RULE,
    &inconsistent_property_case::RULE,
    &integer_beyond_double::RULE,
    &invalid_example::RULE,
    &invalid_fact::RULE,
    &invalid_name_template::RULE,
    &invalid_output::RULE,
    &invalid_pattern::RULE,
    &invalid_schema::RULE,
    &invalid_settings::RULE,
    &invalid_topic_name::RULE,
    &malformed_baseline::RULE,
    &malformed_json::RULE,
    &malformed_lock::RULE,
    &malformed_routing_key::RULE,
    &map_property::RULE,
    &missing_bounded_context::RULE,
    &missing_change_value::RULE,
    &missing_description::RULE,
    &missing_envelope_field::RULE,
    &missing_event_suffix::RULE,
    &missing_example::RULE,
    &missing_frequency::RULE,
    &missing_owner::RULE,
    &missing_partition_key::RULE,
    &missing_published_since::RULE,
    &missing_subject_identifier::RULE,
    &missing_version_suffix::RULE,
    &moved_event::RULE,
    &name_file_mismatch::RULE,
    &near_duplicate_event_name::RULE,
    &non_pascal_case_name::RULE,
    &non_past_tense_name::RULE,
    &non_utc_timestamp::RULE,
    &not_utf8::RULE,
    &nullable_property::RULE,
    &open_object::RULE,
    &optional_property::RULE,
    &passed_sunset::RULE,
    &payload_envelope_collision::RULE,
    &payload_near_budget::RULE,
    &payload_over_budget::RULE,
    &personal_data_unmarked::RULE,
    &recursive_schema::RULE,
    &retyped_envelope_field::RULE,
    &shared_topic_schema::RULE,
    &short_support_window::RULE,
    &skipped_version::RULE,
    &snapshot_payload::RULE,
    &stale_baseline::RULE,
    &topic_without_context::RULE,
    &unanchored_pattern::RULE,
    &unbounded_array::RULE,
    &unbounded_number::RULE,
    &unbounded_string::RULE,
    &undeclared_trigger::RULE,
    &undefined_required_property::RULE,
    &unexplained_suppression::RULE,
    &unformatted_identifier::RULE,
    &unformatted_timestamp::RULE,
    &unitless_quantity::RULE,
    &unknown_dialect::RULE,
    &unknown_fact::RULE,
    &unknown_format::RULE,
    &unknown_keyword::RULE,
    &unknown_rule::RULE,
    &unlocked_release::RULE,
    &unread_file::RULE,
    &unreadable_file::RULE,
    &unresolved_ref::RULE,
    &untyped_property::RULE,
    &unused_definition::RULE,
    &unused_suppression::RULE,
    &vague_noun::RULE,
    &vanished_version::RULE,
    &version_churn::RULE,
    &version_mismatch::RULE,
    &whole_entity_event::RULE,
    &withdrawn_release::RULE,
];

/// The rule of a name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}

/// Whether a rule is about released contracts, so that a change cannot suppress it for itself.
pub(super) fn guards_releases(id: &str) -> bool {
    find(id).is_some_and(|rule| rule.guards_releases)
}

/// Whether a finding counts whatever anybody says: for what can't be generated, and since other findings are not reported
/// on account of it.
pub(super) fn is_certain(finding: &Diagnostic) -> bool {
    let is_analysis = find(finding.rule).is_some_and(|rule| matches!(rule.check, Check::Analysis(())));
    is_analysis && finding.level == Level::Error
}
