//! Changes of a watchlist.

use super::ChangeEffects;
use crate::{
    domain::{
        AuditAction, AuditEvent, EventId, IdempotencyKey, Item, ItemChanges, ItemId, RequestSource, UserId, Write,
    },
    store::{Error, ExpectedVersion, Idempotent, Watchlist},
};

/// Changes watchlists, with the effects of a change ([`ChangeEffects`]): the owner's cached pages
/// are invalidated, so that the next read returns the change from any instance, and the change is
/// recorded in the audit trail.
#[derive(Debug, Clone)]
pub struct WatchlistWriter {
    watchlist: Watchlist,
    effects: ChangeEffects,
}

impl WatchlistWriter {
    /// Creates a writer of the items in `watchlist`.
    #[must_use]
    pub const fn new(watchlist: Watchlist, effects: ChangeEffects) -> Self {
        Self { watchlist, effects }
    }

    /// Adds an item: [`Watchlist::add`] with the effects of a change.
    ///
    /// # Errors
    /// Same as [`Watchlist::add`]; also [`Error::Unavailable`] when the event could not be
    /// recorded.
    pub async fn add(&self, owner: UserId, item: &Item, source: &RequestSource) -> Result<(), Error> {
        let effects = self.effects.begin(owner, &[]);
        let result = self.watchlist.add(owner, item).await;
        effects.finish(result, Some(added(owner, item, source))).await
    }

    /// Adds an item at most once per idempotency key: [`Watchlist::add_idempotent`] with the
    /// effects of a change.
    ///
    /// A replayed request records the event of the first one again. That is harmless, because the
    /// event id is derived from the item id, and it completes a first attempt that stopped before
    /// it recorded the event.
    ///
    /// # Errors
    /// Same as [`Watchlist::add_idempotent`]; also [`Error::Unavailable`] when the event could not
    /// be recorded.
    pub async fn add_idempotent(
        &self,
        owner: UserId,
        item: &Item,
        key: &IdempotencyKey,
        source: &RequestSource,
    ) -> Result<Idempotent, Error> {
        let effects = self.effects.begin(owner, &[]);
        let result = self.watchlist.add_idempotent(owner, item, key).await;
        let event = match &result {
            Ok(Idempotent::Created) => Some(added(owner, item, source)),
            Ok(Idempotent::Replayed(earlier)) => Some(added(owner, earlier, source)),
            Ok(Idempotent::KeyReused) | Err(_) => None,
        };
        effects.finish(result, event).await
    }

    /// Changes an item: [`Watchlist::update`] with the effects of a change.
    ///
    /// # Errors
    /// Same as [`Watchlist::update`]; also [`Error::Unavailable`] when the event could not be
    /// recorded.
    pub async fn update(
        &self,
        owner: UserId,
        id: ItemId,
        changes: &ItemChanges,
        expected: &ExpectedVersion,
        write: Write,
        source: &RequestSource,
    ) -> Result<Option<Item>, Error> {
        let effects = self.effects.begin(owner, &[]);
        let result = self.watchlist.update(owner, id, changes, expected, write).await;
        let event = match &result {
            Ok(Some(_)) => Some(self.effects.audit().event(AuditAction::item_updated(owner, id, changes), source)),
            Ok(None) | Err(_) => None,
        };
        effects.finish(result, event).await
    }

    /// Removes an item: [`Watchlist::remove`] with the effects of a change.
    ///
    /// # Errors
    /// Same as [`Watchlist::remove`]; also [`Error::Unavailable`] when the event could not be
    /// recorded.
    pub async fn remove(
        &self,
        owner: UserId,
        id: ItemId,
        expected: &ExpectedVersion,
        source: &RequestSource,
    ) -> Result<Option<()>, Error> {
        let effects = self.effects.begin(owner, &[]);
        let result = self.watchlist.remove(owner, id, expected).await;
        let event = match &result {
            Ok(Some(())) => Some(self.effects.audit().event(AuditAction::item_removed(owner, id), source)),
            Ok(None) | Err(_) => None,
        };
        effects.finish(result, event).await
    }

    /// Removes all items of an account and invalidates its cached pages. `actor` is the account
    /// that the audit trail names for it. [`Watchlist::delete_all`] stores the audit events with
    /// the deletions.
    ///
    /// # Errors
    /// Same as [`Watchlist::delete_all`].
    pub async fn delete_all(&self, owner: UserId, actor: UserId, source: &RequestSource) -> Result<(), Error> {
        let audit = self.effects.audit();
        let audit_entry =
            |items| audit.outbox_entry(&audit.event(AuditAction::watchlist_cleared(actor, owner, items), source));
        let effects = self.effects.begin(owner, &[]);
        let result = self.watchlist.delete_all(owner, &audit_entry).await;
        effects.finish(result, None).await
    }
}

/// The event of an addition. Its id and time come from the item, so that a repeated event is stored
/// once.
fn added(owner: UserId, item: &Item, source: &RequestSource) -> AuditEvent {
    let action = AuditAction::item_added(owner, item);
    AuditEvent { id: EventId::of_addition(item.id), at: item.created_at, action, source: source.clone() }
}
