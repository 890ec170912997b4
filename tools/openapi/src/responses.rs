use std::collections::BTreeMap;

use utoipa::openapi::{RefOr, Response, Responses};

use crate::{errors, headers};

/// A status of which the function says nothing more.
pub(crate) fn empty() -> RefOr<Response> {
    RefOr::T(Response::default())
}

/// Adds what each of a route's answers has.
pub(crate) fn complete(responses: &mut Responses, is_limited: bool) {
    let of_200 = match responses.responses.get("200") {
        Some(RefOr::T(response)) => response.headers.clone(),
        _ => BTreeMap::default(),
    };
    for (status, response) in &mut responses.responses {
        if status.starts_with(['4', '5']) {
            errors::complete(status, response, is_limited);
            continue;
        }
        let RefOr::T(response) = response else { continue };
        // RFC 9110 §15.4.5: what the 200 would have said.
        if status == "304" {
            response.headers.extend(of_200.clone());
        }
        if response.description.is_empty() {
            usual(status).clone_into(&mut response.description);
        }
        add_headers(response, is_limited);
    }
}

/// The headers of every answer, and the function's own by reference.
pub(crate) fn add_headers(response: &mut Response, is_limited: bool) {
    let everywhere = ["X-Request-ID"].into_iter().chain(headers::OF_LIMITED.into_iter().filter(|_| is_limited));
    let own = response.headers.keys().cloned();
    let names: Vec<String> = own.chain(everywhere.map(str::to_owned)).collect();
    response.headers = names.into_iter().map(|name| (name.clone(), headers::reference(&name))).collect();
}

fn usual(status: &str) -> &'static str {
    match status {
        "201" => "It was made.",
        "202" => "It will be done soon.",
        "204" => "It is done.",
        "304" => "The client has it already.",
        _ => "Here it is.",
    }
}
