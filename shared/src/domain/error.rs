use std::{error::Error as StdError, sync::Arc};

use super::FieldError;

/// What lies behind an error: kept for the log, never sent to a client.
pub type Cause = Arc<dyn StdError + Send + Sync>;

/// Everything that can go wrong in the domain. [`crate::http::ApiError`] turns it into an answer, in one place.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Values were refused; all of them are listed.
    #[error("{} invalid field(s)", .0.len())]
    Invalid(Vec<FieldError>),
    /// The page cursor is not one that we made for this user and query.
    #[error("bad cursor")]
    BadCursor,
    /// The caller did not prove who they are. The reason is for the log only: every client gets the same answer.
    #[error("unauthenticated: {0}")]
    Unauthenticated(&'static str),
    /// The thing does not exist, or belongs to somebody else, which must look the same.
    #[error("not found")]
    NotFound,
    /// The e-mail address has an account already.
    #[error("e-mail taken")]
    EmailTaken,
    /// The e-mail address is a customer's already, of whichever account.
    #[error("customer's e-mail taken")]
    CustomerEmailTaken,
    /// No enabled administrator would be left.
    #[error("last administrator")]
    LastAdmin,
    /// The caller is known and may not do this.
    #[error("forbidden")]
    Forbidden,
    /// The thing has changed since the client last saw it.
    #[error("precondition failed")]
    PreconditionFailed,
    /// The caller has used up a quota.
    #[error("rate limited")]
    RateLimited,
    /// More work of this kind than this instance takes on at once; nothing was done.
    #[error("overloaded")]
    Overloaded,
    /// A part that we need does not answer or asks us to slow down; trying again later may help.
    #[error("unavailable")]
    Unavailable(#[source] Cause),
    /// A service of somebody else's gave an answer that makes no sense, or none.
    #[error("upstream error")]
    Upstream(#[source] Cause),
    /// A service of somebody else's did not answer in time.
    #[error("upstream timeout")]
    UpstreamTimeout(#[source] Cause),
    /// A fault of ours, such as a stored item that cannot be read.
    #[error("internal error")]
    Internal(#[source] Cause),
}

/// An error and what lies behind it, outermost first, for the log.
#[must_use]
pub fn error_chain(mut error: Option<&(dyn StdError + 'static)>) -> Option<String> {
    let mut said = Vec::new();
    while let Some(next) = error {
        said.push(next.to_string());
        error = next.source();
    }
    Some(said.join(": ")).filter(|error_chain| !error_chain.is_empty())
}
