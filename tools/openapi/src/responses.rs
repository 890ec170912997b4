use std::collections::BTreeMap;

use utoipa::openapi::{RefOr, Response, Responses};

use crate::{
    errors,
    headers::{self, RateLimit},
};

/// Returns a response that the function does not describe.
pub(crate) fn empty() -> RefOr<Response> {
    RefOr::T(Response::default())
}

/// Completes the responses of a route.
pub(crate) fn complete(responses: &mut Responses, limit: RateLimit) {
    let headers_of_200 = match responses.responses.get("200") {
        Some(RefOr::T(response)) => response.headers.clone(),
        _ => BTreeMap::default(),
    };
    for (status, response) in &mut responses.responses {
        if status.starts_with(['4', '5']) {
            errors::complete(status, response, limit);
            continue;
        }
        let RefOr::T(response) = response else { continue };
        // RFC 9110 §15.4.5: a 304 has the headers of the 200.
        if status == "304" {
            response.headers.extend(headers_of_200.clone());
        }
        if response.description.is_empty() {
            default_description(status).clone_into(&mut response.description);
        }
        headers::complete(response, limit);
    }
}

fn default_description(status: &str) -> &'static str {
    match status {
        "201" => "Created.",
        "202" => "Accepted; the work is done asynchronously.",
        "204" => "Done.",
        "304" => "Not modified: the client already has this state.",
        _ => "Success.",
    }
}
