use jiff::Timestamp;

use super::{
    Error, Table,
    attributes::{Attributes, ItemReader, ItemWriter, s},
    keys::{PK, REFRESH, ROUND, SK},
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
        let get = self.0.client.get_item().table_name(&self.0.name).set_key(Some(key())).consistent_read(true);
        let output = Box::pin(get.send()).await.map_err(Error::from_sdk)?;
        output.item.as_ref().map(read).transpose()
    }

    /// Writes down how far a round has come.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn put(&self, round: &RefreshRound) -> Result<(), Error> {
        let item = ItemWriter::default()
            .time("began_at", round.began_at)
            .text_if_some("queued_up_to", round.queued_up_to.as_ref().map(ProductId::as_str))
            .flag("is_over", round.is_over);
        let mut item = item.finish();
        item.extend(key());
        let put = self.0.client.put_item().table_name(&self.0.name).set_item(Some(item));
        Box::pin(put.send()).await.map(drop).map_err(Error::from_sdk)
    }
}

fn key() -> Attributes {
    [(PK.to_owned(), s(REFRESH)), (SK.to_owned(), s(ROUND))].into()
}

fn read(item: &Attributes) -> Result<RefreshRound, Error> {
    let item = ItemReader(item);
    Ok(RefreshRound {
        began_at: item.time("began_at")?,
        queued_up_to: item.text_if_there("queued_up_to").map(ProductId::parse).transpose()?,
        is_over: item.flag("is_over")?,
    })
}
