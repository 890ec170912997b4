use std::time::Duration;

use tokio::time::Instant;

use super::RefreshQueue;
use crate::{
    clock::Clock,
    config::RefreshConfig,
    domain::{Error, to_the_millisecond},
    store::{self, Products, RefreshRound},
};

/// Begins and continues the rounds in which all held products are refreshed.
///
/// A round's progress is written down after each page of products, so that a run that is interrupted is continued by the next,
/// which sends at most one page of messages again.
#[derive(Debug, Clone)]
pub struct RefreshRounds {
    products: Products,
    rounds: store::RefreshRounds,
    queue: RefreshQueue,
    config: RefreshConfig,
    clock: Clock,
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoundProgress {
    /// Products that were put into the queue.
    pub queued: usize,
    /// Whether there are more than fit into the time: the next run goes on.
    pub has_more: bool,
}

impl RefreshRounds {
    /// Queues the held ones of `products`, as often as `config` says.
    #[must_use]
    pub const fn new(
        products: Products,
        rounds: store::RefreshRounds,
        queue: RefreshQueue,
        config: RefreshConfig,
        clock: Clock,
    ) -> Self {
        Self { products, rounds, queue, config, clock }
    }

    /// Continues the round that is under way, or begins one when it is time, or `at_once`.
    ///
    /// # Errors
    /// The table or the queue does not answer: the next run goes on.
    pub async fn run(&self, at_once: bool, within: Duration) -> Result<RoundProgress, Error> {
        let until = Instant::now() + within;
        let mut progress = RoundProgress { queued: 0, has_more: false };
        let Some(mut round) = self.due(at_once).await? else { return Ok(progress) };
        while !round.is_over {
            if Instant::now() >= until {
                return Ok(RoundProgress { has_more: true, ..progress });
            }
            let page = self.products.held(round.queued_up_to.as_ref()).await?;
            self.queue.ask(None, round.began_at, &page.products).await?;
            progress.queued += page.products.len();
            round.is_over = page.next.is_none();
            round.queued_up_to = page.next;
            self.rounds.put(&round).await?;
        }
        Ok(progress)
    }

    async fn due(&self, at_once: bool) -> Result<Option<RefreshRound>, Error> {
        let now = to_the_millisecond(self.clock.now());
        // Whoever begins one by hand wants it whatever became of the last one, though nobody can read that.
        let last = if at_once { None } else { self.rounds.last().await? };
        match last {
            Some(round) if !round.is_over => Ok(Some(round)),
            Some(round) if now.duration_since(round.began_at) < self.config.every => Ok(None),
            _ => Ok(Some(RefreshRound { began_at: now, queued_up_to: None, is_over: false })),
        }
    }
}
