use std::{fmt, sync::Arc};

use serde_json::{Value, json};
use shared::{
    domain::{Error, Invalid},
    http::{ApiError, ErrorCode, middleware::problem::Problem},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Content, ContentBuilder, Ref, RefOr, Response, ResponseBuilder, Schema},
};

use crate::headers::{self, RateLimit};

const MEDIA_TYPE: &str = "application/problem+json";

/// The shared error responses: name and description.
const ERRORS: [(ErrorCode, &str, &str); 14] = [
    (
        ErrorCode::BadRequest,
        "BadRequest",
        "The request is malformed: invalid JSON, an invalid query string, or a cursor of another list.",
    ),
    (ErrorCode::Unauthorized, "Unauthorized", "The credentials are missing or invalid."),
    (ErrorCode::Forbidden, "Forbidden", "Administrator role required."),
    (ErrorCode::NotFound, "NotFound", "Not found, or owned by another account."),
    (ErrorCode::Conflict, "Conflict", "The request conflicts with the current state."),
    (ErrorCode::PreconditionFailed, "PreconditionFailed", "The resource does not match `If-Match`."),
    (ErrorCode::PayloadTooLarge, "PayloadTooLarge", "The body is larger than 64 KiB."),
    (ErrorCode::UnsupportedMediaType, "UnsupportedMediaType", "The content type is not `application/json`."),
    (ErrorCode::ValidationError, "ValidationError", "The request has invalid fields; `errors` lists all of them."),
    (ErrorCode::RateLimited, "RateLimited", "Too many requests; retry after the seconds in `Retry-After`."),
    (ErrorCode::Internal, "Internal", "An internal error occurred."),
    (ErrorCode::UpstreamError, "UpstreamError", "An upstream service returned an invalid response."),
    (ErrorCode::Unavailable, "Unavailable", "The service is temporarily unavailable. The request can be retried."),
    (ErrorCode::UpstreamTimeout, "UpstreamTimeout", "An upstream service did not respond in time."),
];

/// Returns the shared error responses, by name.
pub(crate) fn components() -> impl Iterator<Item = (String, RefOr<Response>)> {
    ERRORS.iter().map(|(code, name, description)| {
        let mut response = ResponseBuilder::new().description(*description).build();
        finish(*code, &mut response, None, RateLimit::Limited);
        ((*name).to_owned(), RefOr::T(response))
    })
}

/// Returns the schemas of their content.
pub(crate) fn schemas() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    schemas
}

/// Completes an error response of a route. Without a description of the function, it becomes a
/// reference to the shared response.
pub(crate) fn complete(status: &str, response: &mut RefOr<Response>, limit: RateLimit) {
    let known = ERRORS.iter().find(|(code, ..)| code.status().as_str() == status);
    let (Some((code, name, description)), RefOr::T(own)) = (known, &mut *response) else { return };
    if !own.description.is_empty() {
        let message = own.description.clone();
        finish(*code, own, Some(&message), limit);
    } else if limit == RateLimit::Limited && own.content.is_empty() {
        *response = RefOr::Ref(Ref::from_response_name(*name));
    } else {
        (*description).clone_into(&mut own.description);
        finish(*code, own, None, limit);
    }
}

fn finish(code: ErrorCode, response: &mut Response, message: Option<&str>, limit: RateLimit) {
    let needed = match code {
        ErrorCode::Unauthorized => Some("WWW-Authenticate"),
        ErrorCode::RateLimited | ErrorCode::Unavailable => Some("Retry-After"),
        _ => None,
    };
    response.headers.extend(needed.map(|name| (name.to_owned(), headers::reference(name))));
    headers::complete(response, limit);
    if response.content.is_empty() {
        response.content.insert(MEDIA_TYPE.to_owned(), RefOr::T(content(code, message)));
    }
}

fn content(code: ErrorCode, message: Option<&str>) -> Content {
    let error = example(code);
    let message = message.map_or_else(|| error.message.clone(), str::to_owned);
    let mut problem = json!({
        "type": "about:blank",
        "title": code.title(),
        "status": code.status().as_u16(),
        "code": code.as_str(),
        "message": message,
        "request_id": "01a1fbfe-2e75-7823-8bd3-15a553ca32cb",
    });
    let field_errors = error.field_errors.iter();
    let field_errors: Vec<Value> = field_errors
        .map(
            |field_error| json!({"field": field_error.field, "code": field_error.code, "message": field_error.message}),
        )
        .collect();
    if !field_errors.is_empty() {
        problem["errors"] = field_errors.into();
    }
    let schema = RefOr::<Schema>::Ref(Ref::from_schema_name(Problem::name()));
    ContentBuilder::new().schema(Some(schema)).example(Some(problem)).build()
}

/// Returns an example: an error as the API returns it.
fn example(code: ErrorCode) -> ApiError {
    let cause = || Arc::new(fmt::Error);
    match code {
        ErrorCode::BadRequest => Error::BadCursor.into(),
        ErrorCode::Unauthorized => Error::Unauthenticated("").into(),
        ErrorCode::Forbidden => Error::Forbidden.into(),
        ErrorCode::NotFound => Error::NotFound.into(),
        ErrorCode::Conflict => ApiError::new(code, "All of these are favourites already."),
        ErrorCode::PreconditionFailed => Error::PreconditionFailed.into(),
        ErrorCode::PayloadTooLarge => ApiError::new(code, "The body may have at most 64 KiB."),
        ErrorCode::UnsupportedMediaType => ApiError::new(code, "The body must be application/json."),
        ErrorCode::ValidationError => {
            Error::Invalid(vec![Invalid::new("unknown_field", "is not a field of this request").at("colour")]).into()
        }
        ErrorCode::RateLimited => Error::RateLimited.into(),
        ErrorCode::Internal | ErrorCode::MethodNotAllowed => Error::Internal(cause()).into(),
        ErrorCode::UpstreamError => Error::Upstream(cause()).into(),
        ErrorCode::Unavailable => Error::Overloaded.into(),
        ErrorCode::UpstreamTimeout => Error::UpstreamTimeout(cause()).into(),
    }
}
