use axum::extract::{FromRequest, FromRequestParts, Request};
use shared::{
    domain::Invalid,
    http::{
        ApiError, extract,
        extract::{Fields, RefreshCookie},
        schema,
    },
};
use utoipa::ToSchema;

/// The token as it came: in the body or, where the body has none, in the cookie. What cannot be a token of ours is no fault of
/// the request, but an unknown credential like any other.
pub(crate) enum Presented {
    InBody(String),
    InCookie(String, RefreshCookie),
}

impl<S: Send + Sync> FromRequest<S> for Presented {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (mut head, body) = request.into_parts();
        let Ok(cookie) = RefreshCookie::from_request_parts(&mut head, state).await;
        let request = Request::from_parts(head, body);
        let Some(in_cookie) = cookie.token().map(str::to_owned) else {
            let extract::Json(Required(token)) = extract::Json::from_request(request, state).await?;
            return Ok(Self::InBody(token));
        };
        let extract::Json(Optional { refresh_token: token }) = extract::Json::from_request(request, state).await?;
        Ok(token.map_or_else(|| Self::InCookie(in_cookie, cookie), Self::InBody))
    }
}

struct Required(String);

impl extract::FromFields for Required {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let token = fields.required("refresh_token", |text| Ok::<_, Invalid>(text.to_owned()))?;
        Some(Self(token))
    }
}

/// A refresh token; without one, the cookie is meant.
#[derive(ToSchema)]
#[schema(as = RefreshRequest, examples(json!({"refresh_token": "01a1fbfe2e5f753bb33a2e08ba91034d"})))]
pub(crate) struct Optional {
    #[schema(value_type = schema::RefreshToken, required = false)]
    refresh_token: Option<String>,
}

impl extract::FromFields for Optional {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { refresh_token: fields.optional("refresh_token", |text| Ok::<_, Invalid>(text.to_owned()))? })
    }
}
