/// Declares a closed set of words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word, as clients and the trail have it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// Reads the word; `None` for any other.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

words! {
    /// What was done, or tried. The set is closed: what is not in it is not stored.
    Action {
        /// An account was made.
        Registered = "auth.registered",
        /// Somebody signed in.
        LoggedIn = "auth.logged_in",
        /// Somebody could not sign in.
        LoginFailed = "auth.login_failed",
        /// A session went on with new tokens.
        TokenRefreshed = "auth.token_refreshed",
        /// A refresh token came a second time, which ended its session.
        TokenReplayed = "auth.token_replayed",
        /// A session, or all of them, was ended by its owner with it.
        LoggedOut = "auth.logged_out",
        /// The password was changed.
        PasswordChanged = "auth.password_changed",
        /// The owner of a session could not give the account's password.
        PasswordRefused = "auth.password_refused",
        /// A session was ended by its owner from another one.
        SessionRevoked = "auth.session_revoked",
        /// An account was deleted by its owner.
        AccountDeleted = "auth.account_deleted",
        /// An item was added.
        ItemAdded = "watchlist.item_added",
        /// An item was changed.
        ItemUpdated = "watchlist.item_updated",
        /// An item was removed.
        ItemRemoved = "watchlist.item_removed",
        /// Items were removed with their account.
        WatchlistCleared = "watchlist.cleared",
        /// A customer was made.
        CustomerCreated = "customer.created",
        /// A customer was changed.
        CustomerUpdated = "customer.updated",
        /// A customer was deleted.
        CustomerDeleted = "customer.deleted",
        /// Products became a customer's favourites.
        FavoritesAdded = "favorite.added",
        /// A product is no favourite of a customer's any more.
        FavoriteRemoved = "favorite.removed",
        /// Favourites were removed with their customer.
        FavoritesCleared = "favorite.cleared",
        /// A customer's favourites are to be refreshed.
        RefreshRequested = "favorite.refresh_requested",
        /// An account was made an administrator by whoever runs the service.
        AdminPromoted = "admin.promoted",
        /// An administrator changed an account.
        UserChanged = "admin.user_changed",
        /// An administrator deleted an account.
        UserDeleted = "admin.user_deleted",
        /// An administrator looked at something.
        AdminViewed = "admin.viewed",
        /// Somebody who is no administrator asked for what takes one.
        AdminDenied = "admin.denied",
    }
}

words! {
    /// How it ended.
    Outcome {
        /// It was done.
        Success = "success",
        /// It could not be done.
        Failure = "failure",
        /// It was not allowed.
        Denied = "denied",
    }
}

words! {
    /// What a thing is.
    TargetType {
        /// An account.
        Account = "account",
        /// All accounts.
        Accounts = "accounts",
        /// A session.
        Session = "session",
        /// A watchlist item.
        Item = "item",
        /// A watchlist, by its owner's id.
        Watchlist = "watchlist",
        /// A customer.
        Customer = "customer",
        /// All customers.
        Customers = "customers",
        /// The audit trail.
        AuditTrail = "audit_trail",
        /// The numbers of things.
        Stats = "stats",
        /// A route of the API.
        Route = "route",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_read_by_the_word_that_it_writes() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.as_str()), Some(*action));
        }
        assert_eq!(Action::parse("auth.unheard_of"), None);
    }
}
