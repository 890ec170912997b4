use axum::extract::{FromRequest, FromRequestParts, Request};
use shared::{
    domain::Invalid,
    http::{
        ApiError,
        extract::{self, Fields, RefreshCookie},
        schema,
    },
};
use utoipa::ToSchema;

/// A refresh token from the body or, if the body has none, from the cookie. A malformed token is
/// not a validation error but an invalid credential.
pub(crate) struct PresentedToken {
    /// The token as the client sent it.
    pub(crate) text: String,
    /// The cookie that the token came from. `None` when it came from the body.
    pub(crate) cookie: Option<RefreshCookie>,
}

impl<S: Send + Sync> FromRequest<S> for PresentedToken {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let Ok(cookie) = RefreshCookie::from_request_parts(&mut parts, state).await;
        let request = Request::from_parts(parts, body);
        let Some(token_in_cookie) = cookie.token().map(str::to_owned) else {
            let extract::Json(RequiredToken(text)) = extract::Json::from_request(request, state).await?;
            return Ok(Self { text, cookie: None });
        };
        let extract::Json(OptionalToken { refresh_token }) = extract::Json::from_request(request, state).await?;
        Ok(match refresh_token {
            Some(text) => Self { text, cookie: None },
            None => Self { text: token_in_cookie, cookie: Some(cookie) },
        })
    }
}

/// The body of a request without a cookie.
struct RequiredToken(String);

impl extract::FromFields for RequiredToken {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let token = fields.required("refresh_token", |text| Ok::<_, Invalid>(text.to_owned()))?;
        Some(Self(token))
    }
}

/// A refresh token. Without one, the cookie is used.
#[derive(ToSchema)]
#[schema(as = RefreshRequest, examples(json!({"refresh_token": "01a1fbfe2e5f753bb33a2e08ba91034d"})))]
pub(crate) struct OptionalToken {
    #[schema(value_type = schema::RefreshToken, required = false)]
    refresh_token: Option<String>,
}

impl extract::FromFields for OptionalToken {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { refresh_token: fields.optional("refresh_token", |text| Ok::<_, Invalid>(text.to_owned()))? })
    }
}
