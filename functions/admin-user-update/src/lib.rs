//! `PATCH /v1/admin/users/{user_id}` — changes an account's role, or shuts or opens it.
//!
//! Who: an administrator. Limit: `admin`, by user. DynamoDB: the role, one read, one transaction with the
//! audit event, then the account's sessions, which all end. SQS: one call. 200 with `ETag`; 401; 403; 404; 409 when no
//! enabled administrator would be left; 412 when `If-Match` names another state; 422; 429.

use axum::{Json, Router, extract::State, response::IntoResponse};
use http::header;
use shared::{
    audit::Audit,
    domain::{Act, Error, Invalid, Origin, Role, UserId},
    http::{
        ApiError, Authenticator, Http, extract,
        extract::{Admin, Fields, PathId, Preconditions, content_etag},
        routes::ADMIN_USER_UPDATE,
        schema, stack,
        wire::WireAccount,
    },
    services::accounts::Revocation,
    store::{AccountChanges, Users},
};
use utoipa::ToSchema;

shared::holds! {
    /// What it takes to change an account.
    pub struct UpdateUser {
        http: Http,
        authenticator: Authenticator,
        audit: Audit,
        users: Users,
        revocation: Revocation,
    }
}

/// The function's router.
pub fn router(parts: UpdateUser) -> Router {
    stack::route(&ADMIN_USER_UPDATE, update_user, parts)
}

/// What the API's document says of it.
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
            fields.refuse("role", Invalid::new("missing", "or disabled is required"));
        }
        Some(Self { role: role?, disabled: disabled? })
    }
}

/// Changes an account's role, or shuts or opens it.
///
/// All sessions of the account end. What is left out stays as it is; one of the two must be there.
#[utoipa::path(
    patch, path = "/v1/admin/users/{user_id}", tag = "Administration", security(("bearer" = ["admin"])),
    params(extract::IfMatch),
    request_body = Request,
    responses(
        (status = 200, body = WireAccount, headers(("ETag"))),
        (status = 409, description = "This is the last enabled administrator."),
    ),
)]
async fn update_user(
    State(parts): State<UpdateUser>,
    admin: Admin,
    origin: Origin,
    PathId(id): PathId<UserId>,
    conditions: Preconditions,
    extract::Json(Request { role, disabled }): extract::Json<Request>,
) -> Result<impl IntoResponse, ApiError> {
    let changes = AccountChanges { role, disabled };
    let mut expected = None;
    if conditions.asks() {
        let account = parts.users.account(id).await?.ok_or(Error::NotFound)?;
        if !conditions.allow(&content_etag(&WireAccount::from(&account))) {
            return Err(Error::PreconditionFailed.into());
        }
        expected = Some(account.user);
    }
    // Before the change, so that no interruption leaves somebody signed in with what was; the own session not, so that an
    // interrupted call can be repeated.
    parts.revocation.end_all(id, Some(admin.session_id)).await?;
    let act = Act::user_changed(admin.id, id, changes.role, changes.disabled);
    let event = parts.audit.event(act, &origin);
    let entry = parts.audit.entry(&event);
    let outcome = parts.users.change(id, changes, expected.as_ref(), Some(&entry)).await?.ok_or(Error::NotFound)?;
    let recording = parts.audit.make_sure(&event, outcome.told);
    let (recorded, ended) = tokio::join!(recording, parts.revocation.end_all(id, None));
    recorded.and(ended)?;
    let account = WireAccount::from(&parts.users.account(id).await?.ok_or(Error::NotFound)?);
    Ok(([(header::ETAG, content_etag(&account))], Json(account)))
}
