//! Tests that every broker passes, for crates of this project and of others.
//!
//! A crate with a [`Broker`] implements [`Harness`] in its tests: how to connect, and names that no other test uses. The macro
//! [`conformance_tests!`](crate::conformance_tests) then makes one test of each case:
//!
//! ```ignore
//! // tests/conformance.rs
//! mod support;
//!
//! goodevent_runtime::conformance_tests!(support::Toy);
//! ```
//!
//! The crate needs `goodevent-runtime` with the feature `conformance`, and `tokio` with `macros` and `rt-multi-thread`, as
//! development dependencies. Differences between brokers are methods and constants of the harness, so that a case has no
//! exception of its own. A case panics if the broker fails it.

mod consuming;
mod dead_letters;
#[rustfmt::skip]
#[allow(clippy::all, missing_docs, unreachable_pub, unused_qualifications)]
mod event;
mod harness;
mod outage;
mod publishing;
mod routing;
mod support;
mod topology;

pub use self::{
    consuming::*,
    dead_letters::*,
    harness::{Gate, Harness, NoGate, Place},
    outage::*,
    publishing::*,
    routing::*,
    topology::*,
};

/// Makes a test of each case of [`conformance`](crate::conformance) for a [`Harness`], which is an expression.
#[macro_export]
macro_rules! conformance_tests {
    ($harness:expr) => {
        $crate::conformance_tests! {
            $harness;
            messages_arrive_unchanged
            many_messages_are_confirmed
            unroutable_messages_are_errors
            large_windows_do_not_block
            dropped_messages_are_redelivered
            released_messages_are_redelivered_at_once
            retries_wait_and_count
            acknowledged_messages_are_not_redelivered
            missing_queues_are_errors
            dead_letters_keep_the_message_and_the_reason
            listed_dead_letters_stay_in_place
            requeued_messages_return_to_their_queue
            dead_letters_may_have_any_body
            dead_letters_of_a_missing_queue_are_an_error
            topologies_are_declared_once
            tails_show_live_messages_and_take_none
            users_without_permission_publish_and_consume
            rejected_logins_are_errors
            unreachable_brokers_are_errors
            handlers_see_each_key_in_order
            invalid_messages_are_dead_lettered_at_once
            failing_messages_are_retried_then_dead_lettered
            panics_and_hangs_are_failures
            failing_keys_keep_nobody_waiting
            shutdowns_lose_nothing
            cut_connections_are_opened_again
            silent_connections_are_opened_again
        }
    };
    ($harness:expr; $($case:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                $crate::conformance::$case(&$harness).await;
            }
        )*
    };
}
