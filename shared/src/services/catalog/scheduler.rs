use std::time::Duration;

use tokio::time::Instant;

use super::RefreshQueue;
use crate::{
    clock::Clock,
    config::RefreshConfig,
    domain::{Error, truncate_to_millis},
    store::{Products, RefreshRound, RefreshRounds},
};

/// Starts and continues refresh rounds. One round enqueues every product that is some customer's
/// favourite.
///
/// The round's progress is stored after each page of products. A run that was interrupted is
/// continued by the next one, which enqueues at most one page again.
#[derive(Debug, Clone)]
pub struct RefreshScheduler {
    /// The products.
    pub products: Products,
    /// The state of the refresh rounds.
    pub rounds: RefreshRounds,
    /// The queue of refresh requests.
    pub queue: RefreshQueue,
    /// The interval of the rounds.
    pub config: RefreshConfig,
    /// The clock.
    pub clock: Clock,
}

/// The condition for starting a new round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundStart {
    /// Start a round when the configured interval has passed. An unfinished round is continued
    /// instead.
    WhenDue,
    /// Start a round now, even if the last one is unfinished or its stored progress is unreadable.
    Now,
}

/// The result of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoundProgress {
    /// The number of products that were enqueued.
    pub queued: usize,
    /// `true` when the time limit ended the run before the round was complete. The next run
    /// continues it.
    pub has_more: bool,
}

impl RefreshScheduler {
    /// Continues the current round or starts a new one. Returns early when `time_limit` has passed.
    ///
    /// # Errors
    /// The table or the queue is unavailable. The next run continues the round.
    pub async fn run(&self, start: RoundStart, time_limit: Duration) -> Result<RoundProgress, Error> {
        let deadline = Instant::now() + time_limit;
        let mut progress = RoundProgress { queued: 0, has_more: false };
        let Some(mut round) = self.due_round(start).await? else { return Ok(progress) };
        while !round.is_over {
            if Instant::now() >= deadline {
                return Ok(RoundProgress { has_more: true, ..progress });
            }
            let page = self.products.tracked(round.queued_up_to.as_ref()).await?;
            self.queue.enqueue(None, round.began_at, &page.products).await?;
            progress.queued += page.products.len();
            round.is_over = page.next.is_none();
            round.queued_up_to = page.next;
            self.rounds.put(&round).await?;
        }
        Ok(progress)
    }

    /// The round to work on; `None` when the last one is complete and the next one is not due.
    async fn due_round(&self, start: RoundStart) -> Result<Option<RefreshRound>, Error> {
        let now = truncate_to_millis(self.clock.now());
        let last = match start {
            RoundStart::WhenDue => self.rounds.last().await?,
            RoundStart::Now => None,
        };
        match last {
            Some(round) if !round.is_over => Ok(Some(round)),
            Some(round) if now.duration_since(round.began_at) < self.config.interval => Ok(None),
            _ => Ok(Some(RefreshRound { began_at: now, queued_up_to: None, is_over: false })),
        }
    }
}
