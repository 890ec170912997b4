//! Each kind of violation is detected.

use http::StatusCode;
use serde_json::json;

use super::*;

const ITEM: &str = "/v1/watchlists/items/01a1fbfe-2e5f-753b-b33a-2e08ba91034d";

/// Returns a valid response to `GET` of an item.
fn valid() -> (RecordedRequest, TestResponse) {
    let item = json!({
        "id": "01a1fbfe-2e5f-753b-b33a-2e08ba91034d",
        "title": "Blade Runner",
        "type": "movie",
        "created_at": "2026-11-21T02:45:01.663Z",
        "updated_at": "2026-11-21T02:45:01.663Z",
    });
    let headers = [
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("x-request-id", "a"),
        ("etag", "\"1\""),
        ("ratelimit", "\"watchlists:list\";r=59;t=1"),
    ];
    let headers = headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
    let response = TestResponse {
        status: StatusCode::OK,
        headers: headers.into_iter().collect(),
        body: json!({"status": "ok", "item": item}),
    };
    (RecordedRequest::new(Method::GET, ITEM, None), response)
}

fn violations_after(change: impl FnOnce(&mut RecordedRequest, &mut TestResponse)) -> Vec<String> {
    let (mut request, mut response) = valid();
    change(&mut request, &mut response);
    violations(operation_at(&request.method, request.uri.path()).unwrap(), &request, &response)
}

/// Asserts exactly one violation, with this text.
#[track_caller]
fn assert_violation(text: &str, change: impl FnOnce(&mut RecordedRequest, &mut TestResponse)) {
    let violations = violations_after(change);
    assert!(violations.len() == 1 && violations[0].contains(text), "{violations:?}");
}

#[test]
fn a_documented_response_passes() {
    assert_eq!(violations_after(|_, _| ()), Vec::<String>::new());
}

#[test]
fn an_undocumented_status_fails() {
    assert_violation("is not documented", |_, response| response.status = StatusCode::ACCEPTED);
}

#[test]
fn an_undocumented_member_fails_at_any_depth() {
    assert_violation("secret", |_, response| response.body["secret"] = json!(1));
    assert_violation("secret", |_, response| response.body["item"]["secret"] = json!(1));
}

#[test]
fn an_invalid_value_fails() {
    assert_violation("film", |_, response| response.body["item"]["type"] = json!("film"));
    assert_violation("date-time", |_, response| response.body["item"]["created_at"] = json!("yesterday"));
    assert_violation("title", |_, response| _ = response.body["item"].as_object_mut().unwrap().remove("title"));
}

#[test]
fn a_missing_or_undocumented_header_fails() {
    assert_violation("ETag is missing", |_, response| _ = response.headers.remove("etag"));
    assert_violation("rate limit headers are missing", |_, response| _ = response.headers.remove("ratelimit"));
    assert_violation("Location is not documented", |_, response| {
        response.headers.insert("location", "/".parse().unwrap());
    });
    assert_violation("Cache-Control is not documented", |_, response| {
        response.headers.insert("cache-control", "public".parse().unwrap());
    });
}

#[test]
fn a_body_of_another_media_type_or_a_missing_body_fails() {
    assert_violation("text/html", |_, response| {
        response.headers.insert("content-type", "text/html".parse().unwrap());
    });
    assert_violation("the body is missing", |_, response| response.body = Value::Null);
}

#[test]
fn an_accepted_request_that_is_not_documented_fails() {
    let patch = |body: Value| {
        violations_after(move |request, _| {
            *request = RecordedRequest::new(Method::PATCH, ITEM, Some(&body));
        })
    };
    assert_eq!(patch(json!({"title": "Dune"})), Vec::<String>::new());
    for body in [json!({}), json!({"title": ""}), json!({"title": "Dune", "colour": "red"}), json!({"type": null})] {
        assert!(!patch(body.clone()).is_empty(), "{body}");
    }
    assert_violation("100", |request, response| {
        *request = RecordedRequest::new(Method::GET, "/v1/customers?limit=101", None);
        response.body = json!({"customers": [], "next_cursor": null});
        response.headers.remove("etag");
    });
}
