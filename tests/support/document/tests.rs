//! A judge that lets everything pass is none.

use http::StatusCode;
use serde_json::json;

use super::*;

const ITEM: &str = "/v1/watchlists/items/01a1fbfe-2e5f-753b-b33a-2e08ba91034d";

/// A good answer to `GET` of an item, with the quota and all.
fn good() -> (Asked, Answer) {
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
    let answer = Answer {
        status: StatusCode::OK,
        headers: headers.into_iter().collect(),
        body: json!({"status": "ok", "item": item}),
    };
    (Asked::at(Method::GET, ITEM, None), answer)
}

fn judged(change: impl FnOnce(&mut Asked, &mut Answer)) -> Vec<String> {
    let (mut asked, mut answer) = good();
    change(&mut asked, &mut answer);
    faults(operation_at(&asked.method, asked.uri.path()).unwrap(), &asked, &answer)
}

/// Exactly one fault, with these words.
#[track_caller]
fn assert_fault(words: &str, change: impl FnOnce(&mut Asked, &mut Answer)) {
    let faults = judged(change);
    assert!(faults.len() == 1 && faults[0].contains(words), "{faults:?}");
}

#[test]
fn an_answer_as_documented_passes() {
    assert_eq!(judged(|_, _| ()), Vec::<String>::new());
}

#[test]
fn a_status_that_is_not_documented_fails() {
    assert_fault("is not documented", |_, answer| answer.status = StatusCode::ACCEPTED);
}

#[test]
fn a_member_too_many_fails_wherever_it_is() {
    assert_fault("secret", |_, answer| answer.body["secret"] = json!(1));
    assert_fault("secret", |_, answer| answer.body["item"]["secret"] = json!(1));
}

#[test]
fn a_value_that_is_not_as_documented_fails() {
    assert_fault("film", |_, answer| answer.body["item"]["type"] = json!("film"));
    assert_fault("date-time", |_, answer| answer.body["item"]["created_at"] = json!("yesterday"));
    assert_fault("title", |_, answer| _ = answer.body["item"].as_object_mut().unwrap().remove("title"));
}

#[test]
fn a_header_that_is_missing_or_not_documented_fails() {
    assert_fault("ETag is missing", |_, answer| _ = answer.headers.remove("etag"));
    assert_fault("left of the quota", |_, answer| _ = answer.headers.remove("ratelimit"));
    assert_fault("Location is not documented", |_, answer| _ = answer.headers.insert("location", "/".parse().unwrap()));
    assert_fault("Cache-Control is not documented", |_, answer| {
        answer.headers.insert("cache-control", "public".parse().unwrap());
    });
}

#[test]
fn a_body_of_another_type_or_none_at_all_fails() {
    assert_fault("text/html", |_, answer| _ = answer.headers.insert("content-type", "text/html".parse().unwrap()));
    assert_fault("the body is missing", |_, answer| answer.body = Value::Null);
}

#[test]
fn a_request_that_was_accepted_and_is_not_documented_fails() {
    let patched = |body: Value| {
        judged(move |asked, _| {
            *asked = Asked::at(Method::PATCH, ITEM, Some(&body));
        })
    };
    assert_eq!(patched(json!({"title": "Dune"})), Vec::<String>::new());
    for body in [json!({}), json!({"title": ""}), json!({"title": "Dune", "colour": "red"}), json!({"type": null})] {
        assert!(!patched(body.clone()).is_empty(), "{body}");
    }
    assert_fault("100", |asked, answer| {
        *asked = Asked::at(Method::GET, "/v1/customers?limit=101", None);
        answer.body = json!({"customers": [], "next_cursor": null});
        answer.headers.remove("etag");
    });
}
