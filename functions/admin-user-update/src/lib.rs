//! `PATCH /v1/admin/users/{user_id}` — changes the role of an account, or enables or disables it.
//!
//! - Caller: an administrator.
//! - Rate limit: `admin`, by user.
//! - DynamoDB: one read of the caller's role and one of the account, one transaction with the audit
//!   event `admin.user_changed`, then deletes of the account's sessions.
//! - SQS: one request.
//! - Responses: 200 with `ETag`; 401; 403; 404; 409 when no enabled administrator would remain; 412
//!   when `If-Match` names another state; 422; 429.

pub mod route;

use axum::{Json, Router, extract::State, response::IntoResponse};
use http::header;
use shared::{
    audit::Audit,
    domain::{AuditAction, Error, Invalid, RequestSource, Role, User, UserId},
    http::{
        ApiError, Authenticator, HttpSettings, content_etag,
        extract::{self, Admin, Fields, IfMatch, PathId},
        schema, stack,
        views::AccountView,
    },
    services::accounts::SessionRevoker,
    store::{AccountChanges, Users},
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct UpdateUser {
        http: HttpSettings,
        authenticator: Authenticator,
        audit: Audit,
        users: Users,
        session_revoker: SessionRevoker,
    }
}

/// Creates the router of the function.
pub fn router(state: UpdateUser) -> Router {
    stack::route(&ROUTE, update_user, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(update_user))]
pub struct Document;

/// The new values of an account. An absent field stays unchanged; at least one is required.
#[derive(ToSchema)]
#[schema(as = AccountChanges, min_properties = 1, examples(json!({"disabled": true})))]
struct Request {
    #[schema(value_type = schema::Role, required = false)]
    role: Option<Role>,
    /// `true` disables the account: sign-in is rejected.
    #[schema(value_type = bool, required = false)]
    disabled: Option<bool>,
}

impl extract::FromFields for Request {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let role = fields.optional("role", Role::parse);
        let disabled = fields.optional_flag("disabled");
        if (&role, &disabled) == (&Some(None), &Some(None)) {
            fields.reject("role", Invalid::new("missing", "or disabled is required"));
        }
        Some(Self { role: role?, disabled: disabled? })
    }
}

/// Changes the role of an account, or enables or disables it.
///
/// All sessions of the account are revoked. An absent field stays unchanged. At least one field is
/// required.
#[utoipa::path(
    patch, path = "/v1/admin/users/{user_id}", tag = "Administration", security(("bearer" = ["admin"])),
    params(IfMatch),
    request_body = Request,
    responses(
        (status = 200, body = AccountView, headers(("ETag"))),
        (status = 409, description = "This is the last enabled administrator."),
    ),
)]
async fn update_user(
    State(state): State<UpdateUser>,
    admin: Admin,
    source: RequestSource,
    PathId(id): PathId<UserId>,
    if_match: IfMatch,
    extract::Json(Request { role, disabled }): extract::Json<Request>,
) -> Result<impl IntoResponse, ApiError> {
    let changes = AccountChanges { role, disabled };
    let expected = expected_account(&state, id, &if_match).await?;
    // Sessions are revoked before the change, so that an interruption cannot leave a session with
    // the previous role, and again after it. The administrator's own session is revoked last, so
    // that an interrupted request can be repeated.
    state.session_revoker.revoke_all(id, Some(admin.session_id)).await?;
    let action = AuditAction::user_changed(admin.id, id, changes.role, changes.disabled);
    let event = state.audit.event(action, &source);
    let entry = state.audit.outbox_entry(&event);
    let update = state.users.update(id, changes, expected.as_ref(), Some(&entry)).await?.ok_or(Error::NotFound)?;
    let recording = state.audit.ensure_recorded(&event, update.outbox);
    let (recorded, revoked) = tokio::join!(recording, state.session_revoker.revoke_all(id, None));
    recorded.and(revoked)?;
    let account = AccountView::from(&state.users.account(id).await?.ok_or(Error::NotFound)?);
    Ok(([(header::ETAG, content_etag(&account))], Json(account)))
}

/// Returns the account that `If-Match` names, or `None` without `If-Match`.
async fn expected_account(state: &UpdateUser, id: UserId, if_match: &IfMatch) -> Result<Option<User>, Error> {
    if !if_match.is_present() {
        return Ok(None);
    }
    let account = state.users.account(id).await?.ok_or(Error::NotFound)?;
    if if_match.matches(&content_etag(&AccountView::from(&account))) {
        Ok(Some(account.user))
    } else {
        Err(Error::PreconditionFailed)
    }
}
