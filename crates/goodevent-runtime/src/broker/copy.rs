//! Replacement of a message by a copy, for brokers that have no delay, or no dead letters, of their own.

use std::{future::Future, time::Duration};

use super::{BrokerError, PublishError, Settle};

/// Delay before an original whose copy was not confirmed is released, so that the two do not alternate in a fast loop.
const PAUSE: Duration = Duration::from_secs(1);

/// Publishes a copy of a message, and acknowledges the original after the copy is confirmed: a crash may duplicate a message
/// but never lose it. Retries and dead letters of every broker that needs a copy use it.
///
/// An original whose copy is not confirmed is released after a second.
///
/// # Errors
/// If the copy is not confirmed, or the broker cannot be informed; it redelivers the original.
pub async fn copy_then_acknowledge<R, A>(
    receipt: R,
    copy: impl Future<Output = Result<(), PublishError>> + Send,
    acknowledge: impl FnOnce(R) -> A + Send,
) -> Result<(), BrokerError>
where
    R: Settle,
    A: Future<Output = Result<(), BrokerError>> + Send,
{
    let Err(error) = copy.await else { return acknowledge(receipt).await };
    tokio::time::sleep(PAUSE).await;
    if let Err(error) = receipt.release().await {
        tracing::warn!(error = error.chain(), "the original will be redelivered when the connection ends");
    }
    Err(BrokerError::from(error).context("cannot publish a copy of the message"))
}
