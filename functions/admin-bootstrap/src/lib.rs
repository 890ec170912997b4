//! `admin-bootstrap` — promotes an account to administrator.
//!
//! There is no default administrator, and no route calls this function. An operator with the
//! permission `lambda:InvokeFunction` invokes it, or locally `make admin EMAIL=...`.
//!
//! - Event: `{"email": "..."}`.
//! - DynamoDB: two reads, one transaction with the audit event `admin.promoted`, then deletes of
//!   the account's sessions.
//! - Response: the account. Fails when no account has the e-mail address.

use serde::{Deserialize, Serialize};
use shared::{
    audit::Audit,
    clock::Clock,
    domain::{AuditAction, Email, Error, RequestId, RequestSource, Role},
    random::Random,
    services::accounts::SessionRevoker,
    store::{AccountChanges, Users},
};

shared::dependencies! {
    /// The dependencies of the function.
    pub struct Bootstrap {
        clock: Clock,
        random: Random,
        audit: Audit,
        users: Users,
        session_revoker: SessionRevoker,
    }
}

/// The event.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The e-mail address of the account.
    pub email: String,
}

/// The promoted account.
#[derive(Debug, Serialize)]
pub struct Response {
    id: String,
    email: String,
    role: &'static str,
}

/// Promotes the account with this e-mail address.
///
/// # Errors
/// [`Error::Invalid`] for an invalid e-mail address; [`Error::NotFound`] when no account has it;
/// the table is unavailable.
pub async fn bootstrap(dependencies: Bootstrap, request: Request) -> Result<Response, Error> {
    let email = Email::parse(&request.email).map_err(|invalid| Error::Invalid(vec![invalid.at("email")]))?;
    let credential = dependencies.users.credential(&email).await?.ok_or(Error::NotFound)?;
    let promote = AccountChanges { role: Some(Role::Admin), disabled: Some(false) };
    let request_id = RequestId::new(dependencies.clock.now(), &dependencies.random).to_string();
    let event = dependencies
        .audit
        .event(AuditAction::promoted(credential.user_id), &RequestSource { request_id, ..RequestSource::default() });
    let entry = dependencies.audit.outbox_entry(&event);
    let changed =
        dependencies.users.update(credential.user_id, promote, None, Some(&entry)).await?.ok_or(Error::NotFound)?;
    let user = changed.user;
    let recording = dependencies.audit.ensure_recorded(&event, changed.outbox);
    let (recorded, revoked) = tokio::join!(recording, dependencies.session_revoker.revoke_all(user.id, None));
    recorded.and(revoked)?;
    Ok(Response { id: user.id.to_string(), email: user.email.as_str().to_owned(), role: user.role.as_str() })
}
