use jiff::Timestamp;

use super::ChangeEffects;
use crate::{
    domain::{Act, AuditEvent, EventId, IdempotencyKey, Item, ItemChanges, ItemId, Origin, UserId, WriteId},
    store::{Error, IfMatch, Once, Watchlist},
};

/// Changes watchlists. Before anybody is told, Redis forgets the pages of the one that changed, so that the owner's next
/// read shows it whichever instance answers, and the audit trail learns of it ([`ChangeEffects`]).
#[derive(Debug, Clone)]
pub struct WatchlistWriter {
    watchlist: Watchlist,
    follow_up: ChangeEffects,
}

impl WatchlistWriter {
    /// Changes what is in `watchlist`.
    #[must_use]
    pub const fn new(watchlist: Watchlist, follow_up: ChangeEffects) -> Self {
        Self { watchlist, follow_up }
    }

    /// As [`Watchlist::add`].
    ///
    /// # Errors
    /// As there; [`Error::Unavailable`] also when the event could not be recorded.
    pub async fn add(&self, owner: UserId, item: &Item, origin: &Origin) -> Result<(), Error> {
        let change = self.watchlist.add(owner, item);
        self.follow_up.after(owner, &[], change, |()| Some(added(owner, item, origin))).await
    }

    /// As [`Watchlist::add_once`]. A try that died before it could record the event is made good by the next one: the event
    /// of an item's addition is the same however often it is sent.
    ///
    /// # Errors
    /// As there; [`Error::Unavailable`] also when the event could not be recorded.
    pub async fn add_once(
        &self,
        owner: UserId,
        item: &Item,
        key: &IdempotencyKey,
        origin: &Origin,
    ) -> Result<Once, Error> {
        let change = self.watchlist.add_once(owner, item, key);
        let event = |once: &Once| match once {
            Once::Added => Some(added(owner, item, origin)),
            Once::AddedBefore(earlier) => Some(added(owner, earlier, origin)),
            Once::OtherRequest => None,
        };
        self.follow_up.after(owner, &[], change, event).await
    }

    /// As [`Watchlist::update`].
    ///
    /// # Errors
    /// As there; [`Error::Unavailable`] also when the event could not be recorded.
    pub async fn update(
        &self,
        owner: UserId,
        id: ItemId,
        changes: &ItemChanges,
        if_match: &IfMatch,
        (write, now): (WriteId, Timestamp),
        origin: &Origin,
    ) -> Result<Option<Item>, Error> {
        let change = self.watchlist.update(owner, id, changes, if_match, write, now);
        let event = || self.follow_up.audit().event(Act::item_updated(owner, id, changes), origin);
        self.follow_up.after(owner, &[], change, |updated| updated.as_ref().map(|_| event())).await
    }

    /// As [`Watchlist::remove`].
    ///
    /// # Errors
    /// As there; [`Error::Unavailable`] also when the event could not be recorded.
    pub async fn remove(
        &self,
        owner: UserId,
        id: ItemId,
        if_match: &IfMatch,
        origin: &Origin,
    ) -> Result<Option<()>, Error> {
        let change = self.watchlist.remove(owner, id, if_match);
        let event = || self.follow_up.audit().event(Act::item_removed(owner, id), origin);
        self.follow_up.after(owner, &[], change, |removed| removed.map(|()| event())).await
    }

    /// As [`Watchlist::clear`], told of as done by this account.
    ///
    /// # Errors
    /// As there.
    pub async fn clear(&self, owner: UserId, by: UserId, origin: &Origin) -> Result<(), Error> {
        let audit = self.follow_up.audit();
        let told = |items| audit.entry(&audit.event(Act::watchlist_cleared(by, owner, items), origin));
        self.follow_up.after_quietly(owner, &[], self.watchlist.clear(owner, &told)).await
    }
}

fn added(owner: UserId, item: &Item, origin: &Origin) -> AuditEvent {
    let act = Act::item_added(owner, item);
    AuditEvent { id: EventId::of_addition(item.id), at: item.created_at, act, origin: origin.clone() }
}
