//! The events whose types are known here, for targets that ask each type.

/// A list of what `$run` is for each event of the registry, in the order of their contexts.
macro_rules! of_registry {
    ($run:ident) => {
        [
            $run::<contracts::idmsvc::DomainRegisteredV1Event>,
            $run::<contracts::idmsvc::TodoCompletedV1Event>,
            $run::<contracts::idmsvc::TodoCreatedV1Event>,
            $run::<contracts::maintenance::OutageWindowCancelledV1Event>,
            $run::<contracts::maintenance::OutageWindowChangedV1Event>,
            $run::<contracts::names::NameRequestExpiredV1Event>,
            $run::<contracts::names::NameRequestPaidV1Event>,
            $run::<contracts::names::NameRequestStateChangedV1Event>,
            $run::<contracts::registration::UserConfirmedV1Event>,
            $run::<contracts::registration::UserCreatedV1Event>,
            $run::<contracts::returns::ReturnsComputationFailedV1Event>,
            $run::<contracts::returns::ReturnsComputedV1Event>,
            $run::<contracts::subscriptions::SubscriptionCreatedV1Event>,
            $run::<contracts::subscriptions::SubscriptionPlanChangedV1Event>,
            $run::<contracts::subscriptions::SubscriptionRenewedV1Event>,
            $run::<contracts::subscriptions::SubscriptionTerminatedV1Event>,
            $run::<contracts::subscriptions::SubscriptionTerminatedV2Event>,
        ]
    };
}

/// The same for each event of `schemas/`, whose contracts are harder.
macro_rules! of_hard {
    ($run:ident) => {
        [
            $run::<crate::hard::hard::ShapeDrawnV1Event>,
            $run::<crate::hard::hard::SumsComputedV1Event>,
            $run::<crate::hard::hard::ThreadWrittenV1Event>,
        ]
    };
}

pub(super) use {of_hard, of_registry};
