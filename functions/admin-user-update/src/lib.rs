//! `PATCH /v1/admin/users/{user_id}` — changes an account's role, or shuts or opens it.
//!
//! Who: an administrator. Limit: `admin`, by user. DynamoDB: the role, one read, one transaction with the
//! audit event, then the account's sessions, which all end. SQS: one call. 200 with `ETag`; 401; 403; 404; 409 when no
//! enabled administrator would be left; 412 when `If-Match` names another state; 422; 429.

use axum::{Json, Router, extract::State, response::IntoResponse};
use http::header;
use shared::{
    audit::Audit,
    domain::{AuditAction, Error, Invalid, RequestSource, Role, UserId},
    http::{
        ApiError, Authenticator, HttpSettings, content_etag, extract,
        extract::{Admin, Fields, IfMatch, PathId},
        routes::ADMIN_USER_UPDATE,
        schema, stack,
        views::AccountView,
    },
    services::accounts::SessionRevoker,
    store::{AccountChanges, Users},
};
use utoipa::ToSchema;

shared::dependencies! {
    /// What it takes to change an account.
    pub struct UpdateUser {
        http: HttpSettings,
        authenticator: Authenticator,
        audit: Audit,
        users: Users,
        session_revoker: SessionRevoker,
    }
}

/// The function's router.
pub fn router(state: UpdateUser) -> Router {
    stack::route(&ADMIN_USER_UPDATE, update_user, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(update_user))]
pub struct Document;

/// What to change of an account; what is left out stays as it is.
#[derive(ToSchema)]
#[schema(as = AccountChanges, min_properties = 1, examples(json!({"disabled": true})))]
struct Request {
    #[schema(value_type = schema::Role, required = false)]
    role: Option<Role>,
    /// Whether it is shut: nobody can sign in.
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

/// Changes an account's role, or shuts or opens it.
///
/// All sessions of the account end. What is left out stays as it is; one of the two must be there.
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
    let mut expected = None;
    if if_match.is_present() {
        let account = state.users.account(id).await?.ok_or(Error::NotFound)?;
        if !if_match.matches(&content_etag(&AccountView::from(&account))) {
            return Err(Error::PreconditionFailed.into());
        }
        expected = Some(account.user);
    }
    // Before the change, so that no interruption leaves somebody signed in with what was; the own session not, so that an
    // interrupted call can be repeated.
    state.session_revoker.revoke_all(id, Some(admin.session_id)).await?;
    let action = AuditAction::user_changed(admin.id, id, changes.role, changes.disabled);
    let event = state.audit.event(action, &source);
    let entry = state.audit.outbox_entry(&event);
    let outcome = state.users.update(id, changes, expected.as_ref(), Some(&entry)).await?.ok_or(Error::NotFound)?;
    let recording = state.audit.ensure_recorded(&event, outcome.outbox);
    let (recorded, ended) = tokio::join!(recording, state.session_revoker.revoke_all(id, None));
    recorded.and(ended)?;
    let account = AccountView::from(&state.users.account(id).await?.ok_or(Error::NotFound)?);
    Ok(([(header::ETAG, content_etag(&account))], Json(account)))
}
