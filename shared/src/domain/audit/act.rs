//! Every act that there is, each made in one way.

use super::{Act, Action, Actor, Changes, FAVORITES, Outcome, Scalar, Target, TargetType, WATCHLIST_ITEMS};
use crate::domain::{
    Credential, Customer, CustomerChanges, CustomerId, CustomerName, Email, Item, ItemChanges, ItemId, ItemType,
    ProductId, Role, SessionId, Title, User, UserId,
};

impl Act {
    fn new(action: Action, actor: Actor, kind: TargetType, id: Option<String>) -> Self {
        let target = Target { kind, id };
        Self { action, outcome: Outcome::Success, actor, target, changes: Changes::new() }
    }

    fn by(actor: UserId, action: Action, kind: TargetType, id: &dyn ToString) -> Self {
        Self::new(action, actor.into(), kind, Some(id.to_string()))
    }

    fn with(mut self, name: &str, value: impl Into<Scalar>) -> Self {
        self.changes.insert(name.to_owned(), value.into());
        self
    }

    fn with_if_some(self, name: &str, value: Option<impl Into<Scalar>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn ended(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }

    /// Somebody made an account.
    #[must_use]
    pub fn registered(user: &User) -> Self {
        let actor = Actor { id: Some(user.id), email: Some(user.email.clone()) };
        Self::new(Action::Registered, actor, TargetType::Account, Some(user.id.to_string()))
            .with("role", user.role.as_str())
    }

    /// Somebody signed in.
    #[must_use]
    pub fn logged_in(account: &Credential, session: SessionId) -> Self {
        let actor = Actor { id: Some(account.user_id), email: Some(account.email.clone()) };
        Self::new(Action::LoggedIn, actor, TargetType::Session, Some(session.to_string()))
    }

    /// Somebody could not sign in with this address, which is perhaps this account's.
    #[must_use]
    pub fn login_failed(email: &Email, account: Option<UserId>, reason: &'static str) -> Self {
        let actor = Actor { id: None, email: Some(email.clone()) };
        Self::new(Action::LoginFailed, actor, TargetType::Account, account.map(|id| id.to_string()))
            .with("reason", reason)
            .ended(Outcome::Failure)
    }

    /// The owner of a session gave a wrong password.
    #[must_use]
    pub fn password_refused(user: UserId, reason: &'static str) -> Self {
        Self::by(user, Action::PasswordRefused, TargetType::Account, &user)
            .with("reason", reason)
            .ended(Outcome::Failure)
    }

    /// A session went on.
    #[must_use]
    pub fn token_refreshed(user: UserId, session: SessionId) -> Self {
        Self::by(user, Action::TokenRefreshed, TargetType::Session, &session)
    }

    /// A refresh token came a second time. Whoever sent it may not be the account's owner.
    #[must_use]
    pub fn token_replayed(user: UserId, session: SessionId) -> Self {
        Self::by(user, Action::TokenReplayed, TargetType::Session, &session).ended(Outcome::Denied)
    }

    /// A session, or all sessions with it, was ended.
    #[must_use]
    pub fn logged_out(user: UserId, session: SessionId, all: bool) -> Self {
        Self::by(user, Action::LoggedOut, TargetType::Session, &session).with("all", all)
    }

    /// The password was changed.
    #[must_use]
    pub fn password_changed(user: UserId) -> Self {
        Self::by(user, Action::PasswordChanged, TargetType::Account, &user)
    }

    /// Another session was ended.
    #[must_use]
    pub fn session_revoked(user: UserId, session: SessionId) -> Self {
        Self::by(user, Action::SessionRevoked, TargetType::Session, &session)
    }

    /// An item was added.
    #[must_use]
    pub fn item_added(owner: UserId, item: &Item) -> Self {
        Self::by(owner, Action::ItemAdded, TargetType::Item, &item.id)
            .with("title", item.title.as_str())
            .with("type", item.item_type.as_str())
    }

    /// An item was changed.
    #[must_use]
    pub fn item_updated(owner: UserId, id: ItemId, changes: &ItemChanges) -> Self {
        Self::by(owner, Action::ItemUpdated, TargetType::Item, &id)
            .with_if_some("title", changes.title.as_ref().map(Title::as_str))
            .with_if_some("type", changes.item_type.map(ItemType::as_str))
    }

    /// An item was removed.
    #[must_use]
    pub fn item_removed(owner: UserId, id: ItemId) -> Self {
        Self::by(owner, Action::ItemRemoved, TargetType::Item, &id)
    }

    /// This account was deleted: by its owner, or by an administrator.
    #[must_use]
    pub fn account_deleted(by: UserId, account: &User) -> Self {
        let action = if by == account.id { Action::AccountDeleted } else { Action::UserDeleted };
        // The profile, where an address is looked up otherwise, is gone by the time the event is stored.
        let email = Some(account.email.clone()).filter(|_| by == account.id);
        let actor = Actor { id: Some(by), email };
        Self::new(action, actor, TargetType::Account, Some(account.id.to_string()))
            .with("email", account.email.as_str())
    }

    /// Items were removed with their account.
    #[must_use]
    pub fn watchlist_cleared(by: UserId, owner: UserId, items: u64) -> Self {
        Self::by(by, Action::WatchlistCleared, TargetType::Watchlist, &owner).with(WATCHLIST_ITEMS, items)
    }

    /// An account was made an administrator by whoever runs the service.
    #[must_use]
    pub fn promoted(account: UserId) -> Self {
        let actor = Actor::default();
        Self::new(Action::AdminPromoted, actor, TargetType::Account, Some(account.to_string()))
            .with("role", Role::Admin.as_str())
    }

    /// An administrator changed an account.
    #[must_use]
    pub fn user_changed(by: UserId, account: UserId, role: Option<Role>, disabled: Option<bool>) -> Self {
        Self::by(by, Action::UserChanged, TargetType::Account, &account)
            .with_if_some("role", role.map(Role::as_str))
            .with_if_some("disabled", disabled)
    }

    /// A customer was made.
    #[must_use]
    pub fn customer_created(customer: &Customer) -> Self {
        Self::by(customer.owner, Action::CustomerCreated, TargetType::Customer, &customer.id)
            .with("name", customer.name.as_str())
            .with("email", customer.email.as_str())
    }

    /// A customer was changed.
    #[must_use]
    pub fn customer_updated(owner: UserId, id: CustomerId, changes: &CustomerChanges) -> Self {
        Self::by(owner, Action::CustomerUpdated, TargetType::Customer, &id)
            .with_if_some("name", changes.name.as_ref().map(CustomerName::as_str))
            .with_if_some("email", changes.email.as_ref().map(Email::as_str))
    }

    /// A customer was deleted: by its owner, or with its owner's account.
    #[must_use]
    pub fn customer_deleted(by: UserId, customer: &Customer) -> Self {
        Self::by(by, Action::CustomerDeleted, TargetType::Customer, &customer.id).with("email", customer.email.as_str())
    }

    /// These products became favourites of the customer.
    #[must_use]
    pub fn favorites_added<'a>(
        by: UserId,
        customer: CustomerId,
        products: impl ExactSizeIterator<Item = &'a ProductId>,
    ) -> Self {
        let number = u64::try_from(products.len()).unwrap_or(u64::MAX);
        let ids: Vec<&str> = products.map(ProductId::as_str).collect();
        Self::by(by, Action::FavoritesAdded, TargetType::Customer, &customer)
            .with("product_ids", ids.join(" ").as_str())
            .with(FAVORITES, number)
    }

    /// The product is no favourite of the customer's any more.
    #[must_use]
    pub fn favorite_removed(by: UserId, customer: CustomerId, product: &ProductId) -> Self {
        Self::by(by, Action::FavoriteRemoved, TargetType::Customer, &customer).with("product_id", product.as_str())
    }

    /// Favourites were removed with their customer.
    #[must_use]
    pub fn favorites_cleared(by: UserId, customer: CustomerId, favorites: u64) -> Self {
        Self::by(by, Action::FavoritesCleared, TargetType::Customer, &customer).with(FAVORITES, favorites)
    }

    /// So many of the customer's favourites are to be refreshed.
    #[must_use]
    pub fn refresh_requested(by: UserId, customer: CustomerId, queued: u64) -> Self {
        Self::by(by, Action::RefreshRequested, TargetType::Customer, &customer).with("queued", queued)
    }

    /// An administrator looked at a customer of somebody else's.
    #[must_use]
    pub fn viewed_customer(by: UserId, customer: CustomerId) -> Self {
        Self::by(by, Action::AdminViewed, TargetType::Customer, &customer)
    }

    /// An administrator looked at something.
    #[must_use]
    pub fn viewed(by: UserId, kind: TargetType, id: Option<UserId>) -> Self {
        Self::new(Action::AdminViewed, by.into(), kind, id.map(|id| id.to_string()))
    }

    /// Somebody who is no administrator called a route that takes one.
    #[must_use]
    pub fn admin_denied(by: UserId, route: &str) -> Self {
        Self::by(by, Action::AdminDenied, TargetType::Route, &route).ended(Outcome::Denied)
    }
}

impl From<UserId> for Actor {
    fn from(id: UserId) -> Self {
        Self { id: Some(id), email: None }
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Scalar {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<u64> for Scalar {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}
