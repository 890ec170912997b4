//! `admin-bootstrap` — makes an account an administrator. There is no default administrator and no route to this function:
//! it is invoked by hand, by whoever has the permission `lambda:InvokeFunction` for it, or locally with
//! `make admin EMAIL=...`.
//!
//! Event: `{"email": "..."}`. DynamoDB: two reads and one transaction with the audit event, then the account's sessions, which all end. Answers
//! with the account; fails when there is none with this address.

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
    /// What it takes to make an administrator.
    pub struct Bootstrap { clock: Clock, random: Random, audit: Audit, users: Users, session_revoker: SessionRevoker }
}

/// The event.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Whom to promote.
    pub email: String,
}

/// The account afterwards.
#[derive(Debug, Serialize)]
pub struct Response {
    id: String,
    email: String,
    role: &'static str,
}

/// Promotes the account with this address.
///
/// # Errors
/// [`Error::Invalid`] for what is no address; [`Error::NotFound`] when nobody has it; the table does not answer.
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
    let (recorded, ended) = tokio::join!(recording, dependencies.session_revoker.revoke_all(user.id, None));
    recorded.and(ended)?;
    Ok(Response { id: user.id.to_string(), email: user.email.as_str().to_owned(), role: user.role.as_str() })
}
