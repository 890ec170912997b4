use std::{error::Error as StdError, sync::Arc};

use super::FieldError;

/// The cause of an error. Logged, never sent to a client.
pub type Cause = Arc<dyn StdError + Send + Sync>;

/// An error of the domain. [`crate::http::ApiError`] converts it to a response.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Fields are invalid. Lists all of them.
    #[error("{} invalid field(s)", .0.len())]
    Invalid(Vec<FieldError>),
    /// The page cursor was not issued for this user and query.
    #[error("bad cursor")]
    BadCursor,
    /// The credentials are missing or invalid. The reason is only logged: every client receives the
    /// same response.
    #[error("unauthenticated: {0}")]
    Unauthenticated(&'static str),
    /// The resource does not exist or belongs to another account. Clients must not be able to
    /// distinguish the two.
    #[error("not found")]
    NotFound,
    /// An account with this e-mail address already exists.
    #[error("e-mail taken")]
    EmailTaken,
    /// A customer with this e-mail address already exists, in any account.
    #[error("customer's e-mail taken")]
    CustomerEmailTaken,
    /// No enabled administrator would remain.
    #[error("last administrator")]
    LastAdmin,
    /// The caller lacks the permission.
    #[error("forbidden")]
    Forbidden,
    /// The resource has changed since the client last read it.
    #[error("precondition failed")]
    PreconditionFailed,
    /// The caller has exceeded a rate limit.
    #[error("rate limited")]
    RateLimited,
    /// The instance has too much concurrent work of this kind. Nothing was changed.
    #[error("overloaded")]
    Overloaded,
    /// A required service is unavailable or throttles. A later retry may succeed.
    #[error("unavailable")]
    Unavailable(#[source] Cause),
    /// An external service returned an invalid response or none.
    #[error("upstream error")]
    Upstream(#[source] Cause),
    /// An external service did not respond in time.
    #[error("upstream timeout")]
    UpstreamTimeout(#[source] Cause),
    /// A bug, such as a corrupt stored item.
    #[error("internal error")]
    Internal(#[source] Cause),
}

/// Formats an error and its chain of causes for the log, outermost first.
#[must_use]
pub fn error_chain(mut error: Option<&(dyn StdError + 'static)>) -> Option<String> {
    let mut messages = Vec::new();
    while let Some(next) = error {
        messages.push(next.to_string());
        error = next.source();
    }
    Some(messages.join(": ")).filter(|error_chain| !error_chain.is_empty())
}
