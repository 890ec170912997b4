use std::error::Error as StdError;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{self, Cause, Fault};

/// An error as the client sees it. Every 4xx and 5xx is one of these; nothing else answers with an error.
///
/// It becomes an RFC 9457 problem document in [`middleware::problem`](super::middleware::problem), which knows the request
/// id; until then it travels in the response's extensions, with its cause, for the log.
#[derive(Debug, Clone)]
pub struct ApiError {
    /// What happened, as clients tell errors apart.
    pub code: Code,
    /// For people; says nothing of our insides.
    pub message: String,
    /// Every fault of the request.
    pub faults: Vec<Fault>,
    /// The methods that would have been right.
    pub allow: Vec<Method>,
    /// What a route's own errors say besides: an extension member of RFC 9457 §3.2, and its name.
    pub member: Option<Box<(&'static str, serde_json::Value)>>,
    /// For the log only.
    pub cause: Option<Cause>,
    /// For the log only: why a credential was refused.
    pub reason: Option<&'static str>,
}

/// Which error it is, for programs. The set is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(as = ErrorCode, rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "the table in `code_status_title` says it all")]
pub enum Code {
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    Conflict,
    PreconditionFailed,
    PayloadTooLarge,
    UnsupportedMediaType,
    ValidationError,
    RateLimited,
    Internal,
    UpstreamError,
    Unavailable,
    UpstreamTimeout,
}

impl Code {
    const fn code_status_title(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::BadRequest => ("BAD_REQUEST", StatusCode::BAD_REQUEST, "Bad request"),
            Self::Unauthorized => ("UNAUTHORIZED", StatusCode::UNAUTHORIZED, "Unauthorized"),
            Self::Forbidden => ("FORBIDDEN", StatusCode::FORBIDDEN, "Forbidden"),
            Self::NotFound => ("NOT_FOUND", StatusCode::NOT_FOUND, "Not found"),
            Self::MethodNotAllowed => ("METHOD_NOT_ALLOWED", StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"),
            Self::Conflict => ("CONFLICT", StatusCode::CONFLICT, "Conflict"),
            Self::PreconditionFailed => ("PRECONDITION_FAILED", StatusCode::PRECONDITION_FAILED, "Precondition failed"),
            Self::PayloadTooLarge => ("PAYLOAD_TOO_LARGE", StatusCode::PAYLOAD_TOO_LARGE, "Payload too large"),
            Self::UnsupportedMediaType => {
                ("UNSUPPORTED_MEDIA_TYPE", StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported media type")
            }
            Self::ValidationError => ("VALIDATION_ERROR", StatusCode::UNPROCESSABLE_ENTITY, "Validation failed"),
            Self::RateLimited => ("RATE_LIMITED", StatusCode::TOO_MANY_REQUESTS, "Too many requests"),
            Self::Internal => ("INTERNAL", StatusCode::INTERNAL_SERVER_ERROR, "Internal error"),
            Self::UpstreamError => ("UPSTREAM_ERROR", StatusCode::BAD_GATEWAY, "Upstream error"),
            Self::Unavailable => ("UNAVAILABLE", StatusCode::SERVICE_UNAVAILABLE, "Service unavailable"),
            Self::UpstreamTimeout => ("UPSTREAM_TIMEOUT", StatusCode::GATEWAY_TIMEOUT, "Upstream timeout"),
        }
    }

    /// The code as clients read it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.code_status_title().0
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.code_status_title().1
    }

    /// The problem's `title`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.code_status_title().2
    }
}

impl ApiError {
    /// An error with a message for people.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, message, faults: Vec::new(), allow: Vec::new(), member: None, cause: None, reason: None }
    }

    /// The request cannot be read at all.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(Code::BadRequest, message)
    }

    /// No such route.
    #[must_use]
    pub fn no_such_route() -> Self {
        Self::new(Code::NotFound, "There is nothing at this address.")
    }

    /// The route exists with other methods.
    #[must_use]
    pub fn method_not_allowed(allow: Vec<Method>) -> Self {
        Self { allow, ..Self::new(Code::MethodNotAllowed, "This address does not take this method.") }
    }

    /// The same error that says something more.
    #[must_use]
    pub fn with_member(self, name: &'static str, value: &impl Serialize) -> Self {
        Self { member: serde_json::to_value(value).ok().map(|value| Box::new((name, value))), ..self }
    }

    /// What lies behind the error, outermost first, for the log.
    #[must_use]
    pub fn log_detail(&self) -> Option<String> {
        let cause = self.cause.as_ref().map(|cause| &**cause as &(dyn StdError + 'static));
        domain::chain(cause).or_else(|| self.reason.map(str::to_owned))
    }

    fn caused(code: Code, message: &str, cause: Cause) -> Self {
        Self { cause: Some(cause), ..Self::new(code, message) }
    }
}

/// The one place where the domain's errors get their statuses.
impl From<domain::Error> for ApiError {
    fn from(error: domain::Error) -> Self {
        const TRY_LATER: &str = "The service is not available right now. Please try again.";
        match error {
            domain::Error::Invalid(faults) => {
                Self { faults, ..Self::new(Code::ValidationError, "The request has invalid fields; see errors.") }
            }
            domain::Error::BadCursor => Self::bad_request("The cursor is not valid for this list."),
            // One answer for every reason: it must not tell an unknown account from a wrong password.
            domain::Error::Unauthenticated(reason) => Self {
                reason: Some(reason),
                ..Self::new(Code::Unauthorized, "The credentials are missing or not valid.")
            },
            domain::Error::NotFound => Self::new(Code::NotFound, "There is no such thing."),
            domain::Error::EmailTaken => Self::new(Code::Conflict, "This e-mail address already has an account."),
            domain::Error::CustomerEmailTaken => {
                Self::new(Code::Conflict, "This e-mail address is a customer's already.")
            }
            domain::Error::LastAdmin => Self::new(Code::Conflict, "This is the last enabled administrator."),
            domain::Error::Forbidden => Self::new(Code::Forbidden, "This takes an administrator."),
            domain::Error::PreconditionFailed => {
                Self::new(Code::PreconditionFailed, "It has changed in the meantime; read it again.")
            }
            domain::Error::RateLimited => {
                Self::new(Code::RateLimited, "Too many requests; Retry-After says when to try again.")
            }
            domain::Error::Overloaded => Self::new(Code::Unavailable, TRY_LATER),
            domain::Error::Unavailable(cause) => Self::caused(Code::Unavailable, TRY_LATER, cause),
            domain::Error::Upstream(cause) => {
                Self::caused(Code::UpstreamError, "A service that we depend on gave no usable answer.", cause)
            }
            domain::Error::UpstreamTimeout(cause) => {
                Self::caused(Code::UpstreamTimeout, "A service that we depend on did not answer in time.", cause)
            }
            domain::Error::Internal(cause) => Self::caused(Code::Internal, "Something went wrong on our side.", cause),
        }
    }
}

impl From<crate::store::Error> for ApiError {
    fn from(error: crate::store::Error) -> Self {
        domain::Error::from(error).into()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.code.status();
        response.extensions_mut().insert(self);
        response
    }
}
