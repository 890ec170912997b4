//! Lambda's event source mapping for SQS: polls a queue, invokes a function with batches of messages, deletes those that
//! it dealt with. `cargo lambda watch` has no such thing, nor does anything else for Rust on one machine; with
//! [`crate::queue`] and [`crate::invoke`] these files stand on their own, for whoever else needs them.
//!
//! What Lambda does, <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>, this does:
//!
//! - A batch is invoked when it is full or when the batching window since its first message is over.
//! - As many batches at once as `maximum_concurrency` says; what cannot be invoked is not received either.
//! - The messages that the function reports ([`report`]) stay, and so does the whole batch when it fails, does not answer
//!   in time or answers nonsense. They come back when their visibility timeout ends, and the queue's own redrive policy
//!   moves them to its dead-letter queue in the end.
//! - A function that cannot be invoked gets the same batch again and again, with growing pauses, until the visibility
//!   timeout ends.
//! - Each message is delivered at least once. When this is stopped, or killed, what it had received comes back.
//!
//! Where it differs:
//!
//! - One poller instead of five and more: batches are fuller, and a queue's messages arrive more in order than they do
//!   on AWS, where no code may count on it.
//! - A function that fails lowers no concurrency.
//! - Batches hold at most 10 messages (Lambda: 10 000). No filters, no FIFO queues, no destinations; partial failures are
//!   always understood (`FunctionResponseTypes`).
//! - A queue whose visibility timeout is shorter than the function's timeout is not refused.
//! - A function that runs into its timeout is not ended: it finishes in vain, while its messages come back.

mod event;
mod patience;
mod report;
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

pub(crate) use self::patience::Say;
use self::patience::{BackOff, Trouble, pause};
use crate::{
    invoke::{Failure, Function},
    queue::{Message, Queue},
};

/// A message ends a long poll at once, so a short one costs nothing but a request per second, and leaves the queue alone
/// soon after a stop.
const LONG_POLL: Duration = Duration::from_secs(1);
/// Between two looks at the queue in the last second of the batching window: SQS waits whole seconds only.
const SHORT_POLL: Duration = Duration::from_millis(100);

/// The settings, under their names on AWS.
pub(crate) struct EventSourceMapping {
    pub(crate) queue: Queue,
    pub(crate) function: Function,
    /// 1 to 10.
    pub(crate) batch_size: usize,
    pub(crate) maximum_batching_window: Duration,
    /// AWS allows no less than 2.
    pub(crate) maximum_concurrency: usize,
    pub(crate) say: Say,
}

/// Messages on their way to the function.
struct Batch {
    messages: Vec<Message>,
    /// When the first was received.
    since: Instant,
}

/// What the mapping must know of its queue.
struct Source {
    arn: String,
    visibility_timeout: Duration,
}

impl EventSourceMapping {
    /// Works until it is told to stop; then it stops at once, in the middle of whatever it does.
    pub(crate) async fn run(self, mut stopping: watch::Receiver<bool>) {
        let running = Arc::new(Running {
            queue_trouble: Trouble::new(self.say.clone()),
            function_trouble: Trouble::new(self.say.clone()),
            mapping: self,
        });
        tokio::select! {
            _stopping_or_gone = stopping.wait_for(|stopping| *stopping) => {}
            () = running.poll() => {}
        }
    }
}

struct Running {
    mapping: EventSourceMapping,
    queue_trouble: Trouble,
    function_trouble: Trouble,
}

impl Running {
    /// Forever; invocations in flight end with it.
    async fn poll(self: Arc<Self>) {
        let source = Arc::new(self.untiring(|| self.source()).await);
        let permits = Arc::new(Semaphore::new(self.mapping.maximum_concurrency));
        let mut invocations = JoinSet::new();
        while let Ok(permit) = permits.clone().acquire_owned().await {
            let batch = self.untiring(|| self.gather()).await;
            if !batch.messages.is_empty() {
                invocations.spawn(self.clone().deliver(batch, source.clone(), permit));
            }
            while invocations.try_join_next().is_some() {}
        }
    }

    /// What SQS answers, however long it takes.
    async fn untiring<T, F: Future<Output = Result<T>>>(&self, question: impl Fn() -> F) -> T {
        let mut back_off = BackOff::new();
        loop {
            match question().await {
                Ok(answer) => {
                    self.queue_trouble.over();
                    return answer;
                }
                Err(error) => self.queue_fails(&error),
            }
            back_off.pause().await;
        }
    }

    async fn source(&self) -> Result<Source> {
        let queue = &self.mapping.queue;
        let seconds = queue.attribute("VisibilityTimeout").await?.parse()?;
        Ok(Source { arn: queue.attribute("QueueArn").await?, visibility_timeout: Duration::from_secs(seconds) })
    }

    /// The next batch; an empty one when there was nothing for a while.
    async fn gather(&self) -> Result<Batch> {
        let EventSourceMapping { queue, batch_size, maximum_batching_window, .. } = &self.mapping;
        let mut messages = queue.receive(*batch_size, LONG_POLL).await?;
        let since = Instant::now();
        while !messages.is_empty() && messages.len() < *batch_size {
            let left = maximum_batching_window.saturating_sub(since.elapsed());
            if left.is_zero() {
                break;
            }
            let wait = LONG_POLL.min(Duration::from_secs(left.as_secs()));
            if wait.is_zero() {
                pause(left.min(SHORT_POLL)).await;
            }
            // What is there must not wait for an SQS that stopped answering.
            let Ok(more) = queue.receive(batch_size - messages.len(), wait).await else { break };
            messages.extend(more);
        }
        Ok(Batch { messages, since })
    }

    /// Invokes the function with a batch and deletes what it dealt with. The permit lets the next batch be received.
    async fn deliver(self: Arc<Self>, batch: Batch, source: Arc<Source>, _permit: OwnedSemaphorePermit) {
        let Some(payload) = self.invoke(&batch, &source).await else { return };
        let failed = match report::failures(&payload, &batch.messages) {
            Ok(failed) => failed,
            Err(error) => return self.function_fails(&format!("{error:#}")),
        };
        self.function_trouble.over();
        let done = batch.messages.iter().filter(|message| !failed.contains(&message.message_id));
        if let Err(error) = self.mapping.queue.delete(done).await {
            // They come back, as they may on AWS.
            self.queue_fails(&error);
        }
    }

    /// The function's payload. None when the batch is to come back.
    async fn invoke(&self, batch: &Batch, source: &Source) -> Option<String> {
        let EventSourceMapping { function, .. } = &self.mapping;
        let event = event::of(&batch.messages, &source.arn);
        let mut back_off = BackOff::new();
        while batch.since.elapsed() < source.visibility_timeout {
            match function.invoke(&event).await {
                Ok(payload) => return Some(payload),
                Err(Failure::Function(why)) => {
                    self.function_fails(&why);
                    return None;
                }
                Err(Failure::NotInvoked(why)) => {
                    let name = function.name();
                    self.function_trouble.tell(format!("SQS -> {name}: cannot invoke it, trying again: {why}"));
                }
            }
            back_off.pause().await;
        }
        None
    }

    fn function_fails(&self, why: &str) {
        let name = self.mapping.function.name();
        self.function_trouble.tell(format!("SQS -> {name}: a batch failed and comes back: {why}"));
    }

    fn queue_fails(&self, error: &Error) {
        let name = self.mapping.function.name();
        self.queue_trouble.tell(format!("SQS -> {name}: SQS fails, trying again: {error:#}"));
    }
}
