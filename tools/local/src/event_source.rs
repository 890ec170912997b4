//! Lambda's event source mapping for SQS: polls a queue, invokes a function with batches of
//! messages, and deletes the messages that it processed. `cargo lambda watch` does not provide it,
//! nor does any other Rust tool. Together with [`sqs_client`](crate::sqs_client) and
//! [`invoke`](crate::invoke), this module works without the rest of the stack.
//!
//! It behaves as <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html> describes:
//!
//! - A batch is sent when it is full or when the batching window since its first message has
//!   passed.
//! - At most `maximum_concurrency` batches are in flight. No further messages are received
//!   meanwhile.
//! - Messages that the function reports as failed ([`batch_response`]) stay in the queue. The whole
//!   batch stays when the function fails, times out or returns an invalid response. These messages
//!   are redelivered after their visibility timeout, and the queue's redrive policy eventually
//!   moves them to its dead-letter queue.
//! - When the function cannot be invoked, the same batch is retried with exponential backoff until
//!   its visibility timeout has passed.
//! - Each message is delivered at least once. After a stop or a crash, received messages are
//!   redelivered.
//!
//! It differs from Lambda in these points:
//!
//! - One poller runs, Lambda starts with five. Batches are fuller and messages arrive more in order
//!   than on AWS, on which no code may rely.
//! - A failing function does not lower the concurrency.
//! - A batch holds at most 10 messages (Lambda: 10,000). There are no filters, FIFO queues or
//!   destinations, and partial batch responses are always enabled (`FunctionResponseTypes`).
//! - A visibility timeout that is shorter than the function's timeout is not rejected.
//! - A function that exceeds its timeout is not stopped. It continues while its messages are
//!   redelivered.

mod batch_response;
mod event;
mod retry;
#[cfg(test)]
mod tests;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Error, Result};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
};

pub(crate) use self::retry::LogSink;
use self::retry::{Backoff, ErrorLog, pause};
use crate::{
    invoke::{InvokeError, LambdaFunction},
    sqs_client::{Message, Queue},
};

/// The wait time of a long poll. A message ends the poll at once, so a short poll costs only one
/// request per second, and the polling stops soon after the stack does.
const LONG_POLL: Duration = Duration::from_secs(1);
/// The interval between polls in the last second of the batching window. SQS accepts only whole
/// seconds as wait time.
const SHORT_POLL: Duration = Duration::from_millis(100);

/// The settings, with their names on AWS.
pub(crate) struct EventSourceMapping {
    pub(crate) queue: Queue,
    pub(crate) function: LambdaFunction,
    /// 1 to 10.
    pub(crate) batch_size: usize,
    pub(crate) maximum_batching_window: Duration,
    /// AWS requires at least 2.
    pub(crate) maximum_concurrency: usize,
    pub(crate) log: LogSink,
}

struct Batch {
    messages: Vec<Message>,
    /// When the first message was received.
    received_at: Instant,
}

/// The attributes of the queue that the mapping needs.
struct QueueAttributes {
    arn: String,
    visibility_timeout: Duration,
}

impl EventSourceMapping {
    /// Runs until the stack stops. Does not wait for requests and invocations that are in progress.
    pub(crate) async fn run(self, mut stopping: watch::Receiver<bool>) {
        let poller = Arc::new(Poller {
            queue_errors: ErrorLog::new(self.log.clone()),
            function_errors: ErrorLog::new(self.log.clone()),
            mapping: self,
        });
        tokio::select! {
            _stopping_or_sender_gone = stopping.wait_for(|stopping| *stopping) => {}
            () = poller.poll() => {}
        }
    }
}

struct Poller {
    mapping: EventSourceMapping,
    queue_errors: ErrorLog,
    function_errors: ErrorLog,
}

impl Poller {
    /// Never returns. Dropping the future also aborts the invocations in flight.
    async fn poll(self: Arc<Self>) {
        let attributes = Arc::new(self.retry_forever(|| self.queue_attributes()).await);
        let permits = Arc::new(Semaphore::new(self.mapping.maximum_concurrency));
        let mut invocations = JoinSet::new();
        while let Ok(permit) = permits.clone().acquire_owned().await {
            let batch = self.retry_forever(|| self.receive_batch()).await;
            if !batch.messages.is_empty() {
                invocations.spawn(self.clone().process_batch(batch, attributes.clone(), permit));
            }
            while invocations.try_join_next().is_some() {}
        }
    }

    /// Repeats an SQS operation with backoff until it succeeds.
    async fn retry_forever<T, F: Future<Output = Result<T>>>(&self, operation: impl Fn() -> F) -> T {
        let mut backoff = Backoff::new();
        loop {
            match operation().await {
                Ok(output) => {
                    self.queue_errors.clear();
                    return output;
                }
                Err(error) => self.log_queue_error(&error),
            }
            backoff.pause().await;
        }
    }

    async fn queue_attributes(&self) -> Result<QueueAttributes> {
        let queue = &self.mapping.queue;
        let seconds = queue.attribute("VisibilityTimeout").await?.parse()?;
        let arn = queue.attribute("QueueArn").await?;
        Ok(QueueAttributes { arn, visibility_timeout: Duration::from_secs(seconds) })
    }

    /// Receives the next batch. It is empty when no message arrived during the long poll.
    async fn receive_batch(&self) -> Result<Batch> {
        let EventSourceMapping { queue, batch_size, maximum_batching_window, .. } = &self.mapping;
        let mut messages = queue.receive(*batch_size, LONG_POLL).await?;
        let received_at = Instant::now();
        while !messages.is_empty() && messages.len() < *batch_size {
            let remaining = maximum_batching_window.saturating_sub(received_at.elapsed());
            if remaining.is_zero() {
                break;
            }
            let wait = LONG_POLL.min(Duration::from_secs(remaining.as_secs()));
            if wait.is_zero() {
                pause(remaining.min(SHORT_POLL)).await;
            }
            // Received messages must not wait until SQS recovers.
            let Ok(more) = queue.receive(batch_size - messages.len(), wait).await else { break };
            messages.extend(more);
        }
        Ok(Batch { messages, received_at })
    }

    /// Invokes the function with a batch and deletes the messages that it processed. Dropping the
    /// permit allows the next batch.
    async fn process_batch(
        self: Arc<Self>,
        batch: Batch,
        attributes: Arc<QueueAttributes>,
        _permit: OwnedSemaphorePermit,
    ) {
        let Some(payload) = self.invoke(&batch, &attributes).await else { return };
        let failed = match batch_response::failed_message_ids(&payload, &batch.messages) {
            Ok(failed) => failed,
            Err(error) => return self.log_function_error(&format!("{error:#}")),
        };
        self.function_errors.clear();
        let processed = batch.messages.iter().filter(|message| !failed.contains(&message.message_id));
        if let Err(error) = self.mapping.queue.delete(processed).await {
            // The messages are redelivered, as can happen on AWS.
            self.log_queue_error(&error);
        }
    }

    /// Returns the function's payload, or `None` when the batch stays in the queue.
    async fn invoke(&self, batch: &Batch, attributes: &QueueAttributes) -> Option<String> {
        let EventSourceMapping { function, .. } = &self.mapping;
        let event = event::sqs_event(&batch.messages, &attributes.arn);
        let mut backoff = Backoff::new();
        while batch.received_at.elapsed() < attributes.visibility_timeout {
            match function.invoke(&event).await {
                Ok(payload) => return Some(payload),
                Err(InvokeError::Function(reason)) => {
                    self.log_function_error(&reason);
                    return None;
                }
                Err(InvokeError::NotInvoked(reason)) => {
                    let name = function.name();
                    self.function_errors.log(format!("SQS -> {name}: cannot invoke the function, retrying: {reason}"));
                }
            }
            backoff.pause().await;
        }
        None
    }

    fn log_function_error(&self, reason: &str) {
        let name = self.mapping.function.name();
        self.function_errors.log(format!("SQS -> {name}: batch failed, its messages will be redelivered: {reason}"));
    }

    fn log_queue_error(&self, error: &Error) {
        let name = self.mapping.function.name();
        self.queue_errors.log(format!("SQS -> {name}: SQS request failed, retrying: {error:#}"));
    }
}
