//! The enums of an audit event, each with the strings that are stored.

/// Declares a fieldless enum, one string for each variant.
macro_rules! string_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// All variants.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The string that is stored and sent to clients.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// Parses the string of a variant. Returns `None` for any other string.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

string_enum! {
    /// The type of an audited action. No other type is stored.
    ActionType {
        /// An account was registered.
        Registered = "auth.registered",
        /// A user signed in.
        LoggedIn = "auth.logged_in",
        /// A sign-in failed.
        LoginFailed = "auth.login_failed",
        /// The tokens of a session were refreshed.
        TokenRefreshed = "auth.token_refreshed",
        /// A refresh token was replayed, which revoked its session.
        TokenReplayed = "auth.token_replayed",
        /// A user signed out of one session, or of all sessions.
        LoggedOut = "auth.logged_out",
        /// A user changed the password of the account.
        PasswordChanged = "auth.password_changed",
        /// A signed-in user entered a wrong password.
        PasswordRefused = "auth.password_refused",
        /// A user revoked another session of the account.
        SessionRevoked = "auth.session_revoked",
        /// An account was deleted by its owner.
        AccountDeleted = "auth.account_deleted",
        /// An item was added to a watchlist.
        ItemAdded = "watchlist.item_added",
        /// A watchlist item was changed.
        ItemUpdated = "watchlist.item_updated",
        /// A watchlist item was removed.
        ItemRemoved = "watchlist.item_removed",
        /// The items of a deleted account were removed.
        WatchlistCleared = "watchlist.cleared",
        /// A customer was created.
        CustomerCreated = "customer.created",
        /// A customer was changed.
        CustomerUpdated = "customer.updated",
        /// A customer was deleted.
        CustomerDeleted = "customer.deleted",
        /// Products were added to a customer's favourites.
        FavoritesAdded = "favorite.added",
        /// A product was removed from a customer's favourites.
        FavoriteRemoved = "favorite.removed",
        /// The favourites of a deleted customer were removed.
        FavoritesCleared = "favorite.cleared",
        /// A refresh of a customer's favourites was requested.
        RefreshRequested = "favorite.refresh_requested",
        /// The operator made an account an administrator.
        AdminPromoted = "admin.promoted",
        /// An administrator changed an account.
        UserChanged = "admin.user_changed",
        /// An administrator deleted an account.
        UserDeleted = "admin.user_deleted",
        /// An administrator viewed a resource of another user, or a list.
        AdminViewed = "admin.viewed",
        /// A user without the administrator role called an administrator route.
        AdminDenied = "admin.denied",
    }
}

string_enum! {
    /// The outcome of an action.
    Outcome {
        /// The action was performed.
        Success = "success",
        /// The action failed.
        Failure = "failure",
        /// The action was not permitted.
        Denied = "denied",
    }
}

string_enum! {
    /// The type of the resource that an action was performed on.
    TargetType {
        /// An account.
        Account = "account",
        /// All accounts.
        Accounts = "accounts",
        /// A session.
        Session = "session",
        /// A watchlist item.
        Item = "item",
        /// A watchlist. The target's id is the owner's id.
        Watchlist = "watchlist",
        /// A customer.
        Customer = "customer",
        /// All customers.
        Customers = "customers",
        /// The audit trail.
        AuditTrail = "audit_trail",
        /// The statistics of `GET /v1/admin/stats`.
        Stats = "stats",
        /// A route of the API.
        Route = "route",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_type_is_parsed_from_its_string() {
        for action in ActionType::ALL {
            assert_eq!(ActionType::parse(action.as_str()), Some(*action));
        }
        assert_eq!(ActionType::parse("auth.unheard_of"), None);
    }
}
