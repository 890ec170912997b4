use jiff::Timestamp;

use super::{
    Error, Table,
    attributes::{Attributes, ItemReader, ItemWriter, primary_key},
    keys::{REFRESH, ROUND},
};
use crate::domain::ProductId;

/// The stored progress of the refresh rounds.
#[derive(Debug, Clone)]
pub struct RefreshRounds(Table);

/// A refresh round, which enqueues all tracked products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshRound {
    /// The time at which the round began. A product that was fetched since then is not fetched
    /// again.
    pub began_at: Timestamp,
    /// The last product that was enqueued.
    pub queued_up_to: Option<ProductId>,
    /// `true` when all products were enqueued.
    pub is_over: bool,
}

impl RefreshRounds {
    /// The rounds in `table`.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Reads the last round.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn last(&self) -> Result<Option<RefreshRound>, Error> {
        self.0.get(key()).await?.as_ref().map(read).transpose()
    }

    /// Stores the progress of a round.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn put(&self, round: &RefreshRound) -> Result<(), Error> {
        let item = ItemWriter::default()
            .time("began_at", round.began_at)
            .optional_text("queued_up_to", round.queued_up_to.as_ref().map(ProductId::as_str))
            .flag("is_over", round.is_over);
        let mut item = item.finish();
        item.extend(key());
        let put = self.0.put(item);
        Box::pin(put.send()).await.map(drop).map_err(Error::from_sdk)
    }
}

fn key() -> Attributes {
    primary_key(REFRESH, ROUND)
}

fn read(item: &Attributes) -> Result<RefreshRound, Error> {
    let item = ItemReader(item);
    Ok(RefreshRound {
        began_at: item.time("began_at")?,
        queued_up_to: item.optional_text("queued_up_to").map(ProductId::parse).transpose()?,
        is_over: item.flag("is_over")?,
    })
}
