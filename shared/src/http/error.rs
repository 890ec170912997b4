use std::error::Error as StdError;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{self, Cause, FieldError};

/// An error response. Every 4xx and 5xx is one.
///
/// [`middleware::problem`](super::middleware::problem) serializes it as an RFC 9457 problem
/// document with the request id. Until then it is in the response's extensions. The access log
/// reads its cause from there.
#[derive(Debug, Clone)]
pub struct ApiError {
    /// The kind of error, for programs.
    pub code: ErrorCode,
    /// The description, for people. It contains nothing internal.
    pub message: String,
    /// The invalid fields of the request.
    pub field_errors: Vec<FieldError>,
    /// The methods that the path supports, for the `Allow` header of a 405.
    pub allowed_methods: Vec<Method>,
    /// A route's extension member (RFC 9457 §3.2): its name and value.
    pub extension: Option<Box<(&'static str, serde_json::Value)>>,
    /// The cause, for the log only.
    pub cause: Option<Cause>,
    /// The reason for rejecting a credential or a request, for the log only.
    pub reason: Option<&'static str>,
}

/// The kind of an error, for programs. Clients may rely on the set being closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(as = ErrorCode, rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "`code_status_title` defines each variant")]
pub enum ErrorCode {
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

impl ErrorCode {
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

    /// Returns the problem's `code`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.code_status_title().0
    }

    /// Returns the HTTP status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.code_status_title().1
    }

    /// Returns the problem's `title`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.code_status_title().2
    }
}

impl ApiError {
    /// Creates an error with a message for people.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field_errors: Vec::new(),
            allowed_methods: Vec::new(),
            extension: None,
            cause: None,
            reason: None,
        }
    }

    /// Creates a 400 for a malformed request.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadRequest, message)
    }

    /// Creates a 404 for a path without a route.
    #[must_use]
    pub fn route_not_found() -> Self {
        Self::new(ErrorCode::NotFound, "No route matches this path.")
    }

    /// Creates a 405 for a path that supports other methods.
    #[must_use]
    pub fn method_not_allowed(allowed_methods: Vec<Method>) -> Self {
        let error = Self::new(ErrorCode::MethodNotAllowed, "This path does not support this method.");
        Self { allowed_methods, ..error }
    }

    /// Adds an extension member to the problem document.
    #[must_use]
    pub fn with_extension(self, name: &'static str, value: &impl Serialize) -> Self {
        Self { extension: serde_json::to_value(value).ok().map(|value| Box::new((name, value))), ..self }
    }

    /// Returns the chain of causes, outermost first, or the reason, for the log.
    #[must_use]
    pub fn log_detail(&self) -> Option<String> {
        let cause = self.cause.as_ref().map(|cause| &**cause as &(dyn StdError + 'static));
        domain::error_chain(cause).or_else(|| self.reason.map(str::to_owned))
    }

    fn caused(code: ErrorCode, message: &str, cause: Cause) -> Self {
        Self { cause: Some(cause), ..Self::new(code, message) }
    }
}

/// The only mapping of domain errors to HTTP statuses.
impl From<domain::Error> for ApiError {
    fn from(error: domain::Error) -> Self {
        const UNAVAILABLE: &str = "The service is temporarily unavailable. Please try again.";
        match error {
            domain::Error::Invalid(field_errors) => Self {
                field_errors,
                ..Self::new(ErrorCode::ValidationError, "The request has invalid fields; see errors.")
            },
            domain::Error::BadCursor => Self::bad_request("The cursor is not valid for this list."),
            // The same response for every reason, so that it does not reveal whether an account
            // exists.
            domain::Error::Unauthenticated(reason) => Self {
                reason: Some(reason),
                ..Self::new(ErrorCode::Unauthorized, "The credentials are missing or not valid.")
            },
            domain::Error::NotFound => Self::new(ErrorCode::NotFound, "Not found."),
            domain::Error::EmailTaken => {
                Self::new(ErrorCode::Conflict, "An account with this e-mail address already exists.")
            }
            domain::Error::CustomerEmailTaken => {
                Self::new(ErrorCode::Conflict, "A customer with this e-mail address already exists.")
            }
            domain::Error::LastAdmin => Self::new(ErrorCode::Conflict, "This is the last enabled administrator."),
            domain::Error::Forbidden => Self::new(ErrorCode::Forbidden, "Administrator role required."),
            domain::Error::PreconditionFailed => {
                Self::new(ErrorCode::PreconditionFailed, "The resource has changed; read it again.")
            }
            domain::Error::RateLimited => {
                Self::new(ErrorCode::RateLimited, "Too many requests; retry after the seconds in Retry-After.")
            }
            domain::Error::Overloaded => Self::new(ErrorCode::Unavailable, UNAVAILABLE),
            domain::Error::Unavailable(cause) => Self::caused(ErrorCode::Unavailable, UNAVAILABLE, cause),
            domain::Error::Upstream(cause) => {
                Self::caused(ErrorCode::UpstreamError, "An upstream service returned an invalid response.", cause)
            }
            domain::Error::UpstreamTimeout(cause) => {
                Self::caused(ErrorCode::UpstreamTimeout, "An upstream service did not respond in time.", cause)
            }
            domain::Error::Internal(cause) => Self::caused(ErrorCode::Internal, "An internal error occurred.", cause),
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
