use jiff::Timestamp;

use super::{
    Error, Table,
    attributes::{Attributes, ItemReader, ItemWriter, primary_key},
    keys::{REFRESH, ROUND},
};
use crate::domain::ProductId;

/// How far the refresh of all held products has come.
#[derive(Debug, Clone)]
pub struct RefreshRounds(Table);

/// One time that all held products are refreshed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshRound {
    /// When it began: what was seen of a product since then is as good as asking again.
    pub began_at: Timestamp,
    /// The product up to which all are queued.
    pub queued_up_to: Option<ProductId>,
    /// Whether all are.
    pub is_over: bool,
}

impl RefreshRounds {
    /// The rounds in a table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// The last round.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn last(&self) -> Result<Option<RefreshRound>, Error> {
        self.0.get(key()).await?.as_ref().map(read).transpose()
    }

    /// Writes down how far a round has come.
    ///
    /// # Errors
    /// The table does not answer.
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
