use std::{fmt, sync::Arc};

use serde_json::{Value, json};
use shared::{
    domain::{Error, Invalid},
    http::{ApiError, Code, middleware::problem::Problem},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Content, ContentBuilder, Ref, RefOr, Response, ResponseBuilder, Schema},
};

use crate::{headers, responses};

const MEDIA_TYPE: &str = "application/problem+json";

/// The name of each error's answer, and when it is given.
const ERRORS: [(Code, &str, &str); 14] = [
    (
        Code::BadRequest,
        "BadRequest",
        "The request cannot be read: no JSON, no query string, or a cursor of another list.",
    ),
    (Code::Unauthorized, "Unauthorized", "The credentials are missing or not good, for whatever reason."),
    (Code::Forbidden, "Forbidden", "This takes an administrator."),
    (Code::NotFound, "NotFound", "There is no such thing, or it is somebody else's."),
    (Code::Conflict, "Conflict", "It does not go together with what is there."),
    (Code::PreconditionFailed, "PreconditionFailed", "It is not what `If-Match` says any more."),
    (Code::PayloadTooLarge, "PayloadTooLarge", "The body has more than 64 KiB."),
    (Code::UnsupportedMediaType, "UnsupportedMediaType", "The body is not called `application/json`."),
    (Code::ValidationError, "ValidationError", "The request has faults: all of them are in `errors`."),
    (Code::RateLimited, "RateLimited", "Too many requests: `Retry-After` says when the next one passes."),
    (Code::Internal, "Internal", "Something went wrong on our side."),
    (Code::UpstreamError, "UpstreamError", "A service that this route asks gave no usable answer."),
    (Code::Unavailable, "Unavailable", "The service cannot answer right now. The request may be sent again."),
    (Code::UpstreamTimeout, "UpstreamTimeout", "A service that this route asks did not answer in time."),
];

/// The answers that routes share, by name.
pub(crate) fn components() -> impl Iterator<Item = (String, RefOr<Response>)> {
    ERRORS.iter().map(|(code, name, description)| {
        let mut response = ResponseBuilder::new().description(*description).build();
        finish(*code, &mut response, None, true);
        ((*name).to_owned(), RefOr::T(response))
    })
}

/// The schemas of what they say.
pub(crate) fn schemas() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    schemas
}

/// An error of a route: the one that all routes share when the function says nothing of it.
pub(crate) fn complete(status: &str, response: &mut RefOr<Response>, is_limited: bool) {
    let known = ERRORS.iter().find(|(code, ..)| code.status().as_str() == status);
    let (Some((code, name, description)), RefOr::T(own)) = (known, &mut *response) else { return };
    if !own.description.is_empty() {
        let message = own.description.clone();
        finish(*code, own, Some(&message), is_limited);
    } else if is_limited && own.content.is_empty() {
        *response = RefOr::Ref(Ref::from_response_name(*name));
    } else {
        (*description).clone_into(&mut own.description);
        finish(*code, own, None, is_limited);
    }
}

fn finish(code: Code, response: &mut Response, message: Option<&str>, is_limited: bool) {
    let needed = match code {
        Code::Unauthorized => Some("WWW-Authenticate"),
        Code::RateLimited | Code::Unavailable => Some("Retry-After"),
        _ => None,
    };
    response.headers.extend(needed.map(|name| (name.to_owned(), headers::reference(name))));
    responses::add_headers(response, is_limited);
    if response.content.is_empty() {
        response.content.insert(MEDIA_TYPE.to_owned(), RefOr::T(content(code, message)));
    }
}

fn content(code: Code, message: Option<&str>) -> Content {
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
    let faults = error.faults.iter();
    let faults: Vec<Value> =
        faults.map(|fault| json!({"field": fault.field, "code": fault.code, "message": fault.message})).collect();
    if !faults.is_empty() {
        problem["errors"] = faults.into();
    }
    let schema = RefOr::<Schema>::Ref(Ref::from_schema_name(Problem::name()));
    ContentBuilder::new().schema(Some(schema)).example(Some(problem)).build()
}

/// Such an error as it is really given.
fn example(code: Code) -> ApiError {
    let cause = || Arc::new(fmt::Error);
    match code {
        Code::BadRequest => Error::BadCursor.into(),
        Code::Unauthorized => Error::Unauthenticated("").into(),
        Code::Forbidden => Error::Forbidden.into(),
        Code::NotFound => Error::NotFound.into(),
        Code::Conflict => ApiError::new(code, "All of these are favourites already."),
        Code::PreconditionFailed => Error::PreconditionFailed.into(),
        Code::PayloadTooLarge => ApiError::new(code, "The body may have at most 64 KiB."),
        Code::UnsupportedMediaType => ApiError::new(code, "The body must be application/json."),
        Code::ValidationError => {
            Error::Invalid(vec![Invalid::new("unknown_field", "is not a field of this request").at("colour")]).into()
        }
        Code::RateLimited => Error::RateLimited.into(),
        Code::Internal | Code::MethodNotAllowed => Error::Internal(cause()).into(),
        Code::UpstreamError => Error::Upstream(cause()).into(),
        Code::Unavailable => Error::Overloaded.into(),
        Code::UpstreamTimeout => Error::UpstreamTimeout(cause()).into(),
    }
}
