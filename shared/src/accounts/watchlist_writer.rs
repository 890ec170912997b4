use jiff::Timestamp;

use crate::{
    cache::Cache,
    domain::{IdempotencyKey, Item, ItemChanges, ItemId, UserId, WriteId},
    store::{Error, IfMatch, Once, Watchlist},
};

/// Changes watchlists, and lets Redis forget the pages of the one that changed before anybody is told
/// ([`Cache::forget_after`]): the owner's next read shows it, whichever instance answers.
#[derive(Debug, Clone)]
pub struct WatchlistWriter {
    watchlist: Watchlist,
    cache: Cache,
}

impl WatchlistWriter {
    /// Changes what is in `watchlist` and kept in `cache`.
    #[must_use]
    pub const fn new(watchlist: Watchlist, cache: Cache) -> Self {
        Self { watchlist, cache }
    }

    /// As [`Watchlist::add`].
    ///
    /// # Errors
    /// As there.
    pub async fn add(&self, owner: UserId, item: &Item) -> Result<(), Error> {
        self.cache.forget_after(owner, &[], self.watchlist.add(owner, item)).await
    }

    /// As [`Watchlist::add_once`].
    ///
    /// # Errors
    /// As there.
    pub async fn add_once(&self, owner: UserId, item: &Item, key: &IdempotencyKey) -> Result<Once, Error> {
        self.cache.forget_after(owner, &[], self.watchlist.add_once(owner, item, key)).await
    }

    /// As [`Watchlist::update`].
    ///
    /// # Errors
    /// As there.
    pub async fn update(
        &self,
        owner: UserId,
        id: ItemId,
        changes: &ItemChanges,
        if_match: &IfMatch,
        write: WriteId,
        now: Timestamp,
    ) -> Result<Option<Item>, Error> {
        self.cache.forget_after(owner, &[], self.watchlist.update(owner, id, changes, if_match, write, now)).await
    }

    /// As [`Watchlist::remove`].
    ///
    /// # Errors
    /// As there.
    pub async fn remove(&self, owner: UserId, id: ItemId, if_match: &IfMatch) -> Result<Option<()>, Error> {
        self.cache.forget_after(owner, &[], self.watchlist.remove(owner, id, if_match)).await
    }

    /// As [`Watchlist::clear`].
    ///
    /// # Errors
    /// As there.
    pub async fn clear(&self, owner: UserId) -> Result<(), Error> {
        self.cache.forget_after(owner, &[], self.watchlist.clear(owner)).await
    }
}
