//! Constructors of all audited actions.

use super::{ActionType, Actor, AuditAction, Changes, FAVORITES, Outcome, Scalar, Target, TargetType, WATCHLIST_ITEMS};
use crate::domain::{
    Credential, Customer, CustomerChanges, CustomerId, CustomerName, Email, Item, ItemChanges, ItemId, ItemType,
    ProductId, Role, SessionId, Title, User, UserId,
};

impl AuditAction {
    fn new(kind: ActionType, actor: Actor, target: Target) -> Self {
        Self { kind, outcome: Outcome::Success, actor, target, changes: Changes::new() }
    }

    fn by(actor: UserId, kind: ActionType, target: Target) -> Self {
        Self::new(kind, Actor { id: Some(actor), email: None }, target)
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

    fn with_outcome(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }

    /// An account was registered.
    #[must_use]
    pub fn registered(user: &User) -> Self {
        let actor = Actor { id: Some(user.id), email: Some(user.email.clone()) };
        Self::new(ActionType::Registered, actor, Target::account(user.id)).with("role", user.role.as_str())
    }

    /// A user signed in.
    #[must_use]
    pub fn logged_in(account: &Credential, session: SessionId) -> Self {
        let actor = Actor { id: Some(account.user_id), email: Some(account.email.clone()) };
        Self::new(ActionType::LoggedIn, actor, Target::new(TargetType::Session, &session))
    }

    /// A sign-in with this email address failed. `account` is the account of the address, if any.
    #[must_use]
    pub fn login_failed(email: &Email, account: Option<UserId>, reason: &'static str) -> Self {
        let actor = Actor { id: None, email: Some(email.clone()) };
        let target = account.map_or(Target::without_id(TargetType::Account), Target::account);
        Self::new(ActionType::LoginFailed, actor, target).with("reason", reason).with_outcome(Outcome::Failure)
    }

    /// A signed-in user entered a wrong password.
    #[must_use]
    pub fn password_refused(user: UserId, reason: &'static str) -> Self {
        Self::by(user, ActionType::PasswordRefused, Target::account(user))
            .with("reason", reason)
            .with_outcome(Outcome::Failure)
    }

    /// The tokens of a session were refreshed.
    #[must_use]
    pub fn token_refreshed(user: UserId, session: SessionId) -> Self {
        Self::by(user, ActionType::TokenRefreshed, Target::new(TargetType::Session, &session))
    }

    /// A refresh token was replayed, possibly by an attacker.
    #[must_use]
    pub fn token_replayed(user: UserId, session: SessionId) -> Self {
        Self::by(user, ActionType::TokenReplayed, Target::new(TargetType::Session, &session))
            .with_outcome(Outcome::Denied)
    }

    /// A user signed out of one session.
    #[must_use]
    pub fn logged_out(user: UserId, session: SessionId) -> Self {
        Self::by(user, ActionType::LoggedOut, Target::new(TargetType::Session, &session)).with("all", false)
    }

    /// A user signed out of all sessions, from this session.
    #[must_use]
    pub fn logged_out_everywhere(user: UserId, session: SessionId) -> Self {
        Self::by(user, ActionType::LoggedOut, Target::new(TargetType::Session, &session)).with("all", true)
    }

    /// A user changed the password of the account.
    #[must_use]
    pub fn password_changed(user: UserId) -> Self {
        Self::by(user, ActionType::PasswordChanged, Target::account(user))
    }

    /// A user revoked another session of the account.
    #[must_use]
    pub fn session_revoked(user: UserId, session: SessionId) -> Self {
        Self::by(user, ActionType::SessionRevoked, Target::new(TargetType::Session, &session))
    }

    /// An item was added to a watchlist.
    #[must_use]
    pub fn item_added(owner: UserId, item: &Item) -> Self {
        Self::by(owner, ActionType::ItemAdded, Target::new(TargetType::Item, &item.id))
            .with("title", item.title.as_str())
            .with("type", item.item_type.as_str())
    }

    /// A watchlist item was changed.
    #[must_use]
    pub fn item_updated(owner: UserId, id: ItemId, changes: &ItemChanges) -> Self {
        Self::by(owner, ActionType::ItemUpdated, Target::new(TargetType::Item, &id))
            .with_if_some("title", changes.title.as_ref().map(Title::as_str))
            .with_if_some("type", changes.item_type.map(ItemType::as_str))
    }

    /// A watchlist item was removed.
    #[must_use]
    pub fn item_removed(owner: UserId, id: ItemId) -> Self {
        Self::by(owner, ActionType::ItemRemoved, Target::new(TargetType::Item, &id))
    }

    /// An account was deleted, by its owner or by an administrator.
    #[must_use]
    pub fn account_deleted(by: UserId, account: &User) -> Self {
        let kind = if by == account.id { ActionType::AccountDeleted } else { ActionType::UserDeleted };
        // Other events get the actor's email address from the profile when they are stored. This
        // profile is deleted by then.
        let email = Some(account.email.clone()).filter(|_| by == account.id);
        let actor = Actor { id: Some(by), email };
        Self::new(kind, actor, Target::account(account.id)).with("email", account.email.as_str())
    }

    /// The items of a deleted account were removed.
    #[must_use]
    pub fn watchlist_cleared(by: UserId, owner: UserId, items: u64) -> Self {
        Self::by(by, ActionType::WatchlistCleared, Target::new(TargetType::Watchlist, &owner))
            .with(WATCHLIST_ITEMS, items)
    }

    /// The operator made an account an administrator.
    #[must_use]
    pub fn promoted(account: UserId) -> Self {
        Self::new(ActionType::AdminPromoted, Actor::default(), Target::account(account))
            .with("role", Role::Admin.as_str())
    }

    /// An administrator changed an account.
    #[must_use]
    pub fn user_changed(by: UserId, account: UserId, role: Option<Role>, disabled: Option<bool>) -> Self {
        Self::by(by, ActionType::UserChanged, Target::account(account))
            .with_if_some("role", role.map(Role::as_str))
            .with_if_some("disabled", disabled)
    }

    /// A customer was created.
    #[must_use]
    pub fn customer_created(customer: &Customer) -> Self {
        Self::by(customer.owner, ActionType::CustomerCreated, Target::customer(customer.id))
            .with("name", customer.name.as_str())
            .with("email", customer.email.as_str())
    }

    /// A customer was changed.
    #[must_use]
    pub fn customer_updated(owner: UserId, id: CustomerId, changes: &CustomerChanges) -> Self {
        Self::by(owner, ActionType::CustomerUpdated, Target::customer(id))
            .with_if_some("name", changes.name.as_ref().map(CustomerName::as_str))
            .with_if_some("email", changes.email.as_ref().map(Email::as_str))
    }

    /// A customer was deleted, by its owner or together with the owner's account.
    #[must_use]
    pub fn customer_deleted(by: UserId, customer: &Customer) -> Self {
        Self::by(by, ActionType::CustomerDeleted, Target::customer(customer.id)).with("email", customer.email.as_str())
    }

    /// Products were added to a customer's favourites.
    #[must_use]
    pub fn favorites_added<'a>(
        by: UserId,
        customer: CustomerId,
        products: impl ExactSizeIterator<Item = &'a ProductId>,
    ) -> Self {
        let number = u64::try_from(products.len()).unwrap_or(u64::MAX);
        let ids: Vec<&str> = products.map(ProductId::as_str).collect();
        Self::by(by, ActionType::FavoritesAdded, Target::customer(customer))
            .with("product_ids", ids.join(" ").as_str())
            .with(FAVORITES, number)
    }

    /// A product was removed from a customer's favourites.
    #[must_use]
    pub fn favorite_removed(by: UserId, customer: CustomerId, product: &ProductId) -> Self {
        Self::by(by, ActionType::FavoriteRemoved, Target::customer(customer)).with("product_id", product.as_str())
    }

    /// The favourites of a deleted customer were removed.
    #[must_use]
    pub fn favorites_cleared(by: UserId, customer: CustomerId, favorites: u64) -> Self {
        Self::by(by, ActionType::FavoritesCleared, Target::customer(customer)).with(FAVORITES, favorites)
    }

    /// A refresh of a customer's favourites was requested. `queued` is the number of favourites.
    #[must_use]
    pub fn refresh_requested(by: UserId, customer: CustomerId, queued: u64) -> Self {
        Self::by(by, ActionType::RefreshRequested, Target::customer(customer)).with("queued", queued)
    }

    /// An administrator viewed another user's customer.
    #[must_use]
    pub fn viewed_customer(by: UserId, customer: CustomerId) -> Self {
        Self::by(by, ActionType::AdminViewed, Target::customer(customer))
    }

    /// An administrator viewed resources of this type, of one account or of all accounts.
    #[must_use]
    pub fn viewed(by: UserId, kind: TargetType, account: Option<UserId>) -> Self {
        let target = account.map_or(Target::without_id(kind), |id| Target::new(kind, &id));
        Self::by(by, ActionType::AdminViewed, target)
    }

    /// A user without the administrator role called an administrator route.
    #[must_use]
    pub fn admin_denied(by: UserId, route: &str) -> Self {
        Self::by(by, ActionType::AdminDenied, Target::new(TargetType::Route, &route)).with_outcome(Outcome::Denied)
    }
}

impl Target {
    fn new(kind: TargetType, id: &impl ToString) -> Self {
        Self { kind, id: Some(id.to_string()) }
    }

    fn account(id: UserId) -> Self {
        Self::new(TargetType::Account, &id)
    }

    fn customer(id: CustomerId) -> Self {
        Self::new(TargetType::Customer, &id)
    }

    /// A collection, or a resource that does not exist.
    const fn without_id(kind: TargetType) -> Self {
        Self { kind, id: None }
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Scalar {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<u64> for Scalar {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}
