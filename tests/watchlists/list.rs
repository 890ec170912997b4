//! `GET /v1/watchlists`

use http::header;
use serde_json::{Value, json};

use crate::support::{
    app::{TestApp, User},
    response::TestResponse,
};

async fn list(app: &TestApp, user: &User, query: &str) -> TestResponse {
    app.get(&format!("/v1/watchlists{query}")).bearer(&user.token).send().await
}

fn titles(answer: &TestResponse) -> Vec<&str> {
    let items = answer.expect(200)["watchlist"].as_array().unwrap();
    items.iter().map(|item| item["title"].as_str().unwrap()).collect()
}

/// An app with ten items `t0` to `t9`. The even ones are movies.
async fn with_ten() -> (TestApp, User) {
    let (app, user) = TestApp::with_user().await;
    for n in 0..10 {
        app.add(&user, &format!("t{n}"), if n % 2 == 0 { "movie" } else { "show" }).await;
    }
    app.dynamo.take_calls();
    (app, user)
}

#[tokio::test]
async fn an_empty_watchlist_is_an_empty_page() {
    let (app, user) = TestApp::with_user().await;
    let answer = list(&app, &user, "").await;
    let expected = json!({"user": user.id, "skip": 0, "limit": 10, "watchlist": [], "next_cursor": null});
    assert_eq!(answer.expect(200), &expected);
    assert_eq!(answer.header(header::LINK), "");
}

#[tokio::test]
async fn items_are_sorted_newest_or_oldest_first() {
    let (app, user) = with_ten().await;
    assert_eq!(titles(&list(&app, &user, "").await), ["t9", "t8", "t7", "t6", "t5", "t4", "t3", "t2", "t1", "t0"]);
    assert_eq!(titles(&list(&app, &user, "?sort=created_at_desc&limit=2").await), ["t9", "t8"]);
    assert_eq!(titles(&list(&app, &user, "?sort=created_at_asc&limit=3").await), ["t0", "t1", "t2"]);
}

#[tokio::test]
async fn the_type_filter_works_in_both_orders() {
    let (app, user) = with_ten().await;
    assert_eq!(titles(&list(&app, &user, "?type=movie").await), ["t8", "t6", "t4", "t2", "t0"]);
    assert_eq!(titles(&list(&app, &user, "?type=show&sort=created_at_asc").await), ["t1", "t3", "t5", "t7", "t9"]);
}

#[tokio::test]
async fn skip_omits_items_from_the_beginning() {
    let (app, user) = with_ten().await;
    let answer = list(&app, &user, "?skip=3&limit=2").await;
    assert_eq!(titles(&answer), ["t6", "t5"]);
    assert_eq!((&answer.body["skip"], &answer.body["limit"]), (&json!(3), &json!(2)));
    assert_eq!(titles(&list(&app, &user, "?skip=2&limit=2&type=movie&sort=created_at_asc").await), ["t4", "t6"]);
    for beyond in ["?skip=10", "?skip=11", "?skip=1000", "?skip=5&type=show"] {
        let answer = list(&app, &user, beyond).await;
        assert_eq!(titles(&answer), [""; 0], "{beyond}");
        assert_eq!(answer.body["next_cursor"], Value::Null);
    }
}

#[tokio::test]
async fn following_the_cursor_returns_every_item_once() {
    let (app, user) = with_ten().await;
    let cases = [("", 10), ("&type=movie", 5), ("&sort=created_at_asc", 10), ("&type=show&sort=created_at_asc", 5)];
    for (query, count) in cases {
        for limit in [1, 2, 3, 5, 9, 10, 100] {
            let all = titles(&list(&app, &user, &format!("?limit=100{query}")).await).join(" ");
            let mut path = format!("?limit={limit}{query}");
            let (mut found, mut pages) = (Vec::new(), 0);
            loop {
                let page = list(&app, &user, &path).await;
                found.extend(titles(&page).into_iter().map(str::to_owned));
                pages += 1;
                let Some(cursor) = page.body["next_cursor"].as_str() else {
                    assert_eq!(page.header(header::LINK), "");
                    break;
                };
                assert!(page.header(header::LINK).ends_with("; rel=\"next\""));
                path = format!("?limit={limit}{query}&cursor={cursor}");
            }
            assert_eq!(found.join(" "), all, "{query} by {limit}");
            assert_eq!(pages, count.max(1usize).div_ceil(limit), "{query} by {limit}: the last page is empty");
        }
    }
}

#[tokio::test]
async fn the_link_header_leads_to_the_next_page() {
    let (app, user) = with_ten().await;
    let first = list(&app, &user, "?limit=2&type=show&sort=created_at_asc").await;
    let link = first.header(header::LINK);
    let next = link.strip_prefix('<').unwrap().split_once('>').unwrap().0;
    assert_eq!(titles(&app.get(next).bearer(&user.token).send().await), ["t5", "t7"]);
}

#[tokio::test]
async fn removing_an_item_while_paging_skips_no_other() {
    let (app, user) = with_ten().await;
    let first = list(&app, &user, "?limit=3").await;
    let last = first.body["watchlist"][2]["id"].as_str().unwrap();
    app.delete(&format!("/v1/watchlists/items/{last}")).bearer(&user.token).send().await.expect(204);
    let next = list(&app, &user, &format!("?limit=3&cursor={}", first.body["next_cursor"].as_str().unwrap())).await;
    assert_eq!(titles(&next), ["t6", "t5", "t4"]);
}

#[tokio::test]
async fn a_cursor_is_valid_for_its_user_and_query_only() {
    let (app, ada) = with_ten().await;
    let grace = app.user("grace@example.com").await;
    for n in 0..3 {
        app.add(&grace, &format!("g{n}"), "movie").await;
    }
    let page = list(&app, &ada, "?limit=2&type=movie").await;
    let cursor = page.body["next_cursor"].as_str().unwrap();
    assert_eq!(titles(&list(&app, &ada, &format!("?limit=5&type=movie&cursor={cursor}")).await), ["t4", "t2", "t0"]);
    let assert_rejected = |answer: TestResponse| drop(answer.expect_problem(400, "BAD_REQUEST").clone());
    assert_rejected(list(&app, &grace, &format!("?limit=2&type=movie&cursor={cursor}")).await);
    assert_rejected(list(&app, &ada, &format!("?limit=2&type=show&cursor={cursor}")).await);
    assert_rejected(list(&app, &ada, &format!("?limit=2&cursor={cursor}")).await);
    assert_rejected(list(&app, &ada, &format!("?limit=2&type=movie&sort=created_at_asc&cursor={cursor}")).await);
    for garbage in ["", "x", "AAAA", &cursor[1..], &format!("{cursor}A"), "%00", "%F0%9F%98%80"] {
        assert_rejected(list(&app, &ada, &format!("?limit=2&type=movie&cursor={garbage}")).await);
    }
}

#[tokio::test]
async fn all_query_errors_are_reported_together() {
    let (app, user) = TestApp::with_user().await;
    let cases: [(&str, &[(&str, &str)]); 10] = [
        ("?limit=0", &[("limit", "out_of_range")]),
        ("?limit=101", &[("limit", "out_of_range")]),
        ("?limit=-1", &[("limit", "out_of_range")]),
        ("?limit=99999999999999999999", &[("limit", "out_of_range")]),
        ("?limit=", &[("limit", "not_an_integer")]),
        ("?skip=10001", &[("skip", "out_of_range")]),
        ("?type=", &[("type", "invalid_choice")]),
        ("?limit=1&limit=2", &[("limit", "repeated")]),
        ("?skip=0&cursor=x", &[("skip", "excluded")]),
        (
            "?skip=x&limit=1e3&type=film&sort=title",
            &[
                ("skip", "not_an_integer"),
                ("limit", "not_an_integer"),
                ("type", "invalid_choice"),
                ("sort", "invalid_choice"),
            ],
        ),
    ];
    for (query, faults) in cases {
        assert_eq!(list(&app, &user, query).await.field_errors(), faults, "{query}");
    }
    list(&app, &user, "?utm_source=mail&user_id=somebody").await.expect(200);
}

#[tokio::test]
async fn a_watchlist_contains_only_items_of_its_owner() {
    let (app, ada) = with_ten().await;
    let grace = app.user("grace@example.com").await;
    assert_eq!(titles(&list(&app, &grace, "").await), [""; 0]);
    app.add(&grace, "hers", "movie").await;
    assert_eq!(titles(&list(&app, &grace, "?type=movie").await), ["hers"]);
    assert!(!titles(&list(&app, &ada, "?limit=100").await).contains(&"hers"));
}

/// Stores items without the API, for speed. The even ones are movies.
fn seed(app: &TestApp, user: &User, count: u64) {
    (0..count).for_each(|n| seed_one(app, user, n));
}

fn seed_one(app: &TestApp, user: &User, n: u64) {
    app.dynamo.put(&item(user, n));
}

fn title(n: u64) -> String {
    format!("A title of some length, number {n}")
}

fn item(user: &User, n: u64) -> Value {
    let id = format!("0190a0a0-{:04x}-7000-8000-{n:012x}", n >> 16);
    let item_type = if n.is_multiple_of(2) { "movie" } else { "show" };
    json!({
        "pk": {"S": format!("USER#{}#WATCHLIST", user.id)},
        "sk": {"S": format!("ITEM#{id}")},
        "type_id": {"S": format!("{item_type}#{id}")},
        "title": {"S": title(n)},
        "type": {"S": item_type},
        "created_at": {"S": "2026-03-01T12:00:00.000Z"},
        "updated_at": {"S": "2026-03-01T12:00:00.000Z"},
        "version": {"N": "1"},
    })
}

#[tokio::test]
async fn a_page_costs_the_same_for_5_items_and_for_20_000() {
    let (app, short) = TestApp::with_user().await;
    let long = app.user("grace@example.com").await;
    seed(&app, &short, 5);
    seed(&app, &long, 20_000);
    for query in
        ["?limit=2", "?limit=2&type=movie", "?limit=2&sort=created_at_asc", "?limit=2&type=show&sort=created_at_asc"]
    {
        let mut calls = Vec::new();
        for user in [&short, &long] {
            app.dynamo.take_calls();
            assert_eq!(titles(&list(&app, user, query).await).len(), 2);
            calls.extend(app.dynamo.take_calls_after_session());
        }
        let costs: Vec<(&str, f64)> = calls.iter().map(|call| (call.operation.as_str(), call.units)).collect();
        assert_eq!(costs, [("Query", 1.0), ("Query", 1.0)], "{query}");
        assert!(calls.iter().all(|call| call.request["ConsistentRead"] == true));
    }
    // Ten items fit into one read unit of 4 KB.
    app.dynamo.take_calls();
    assert_eq!(titles(&list(&app, &long, "?type=movie").await).len(), 10);
    assert!(app.dynamo.take_calls_after_session()[0].units <= 1.0);
}

#[tokio::test]
async fn a_large_skip_counts_keys_and_starts_at_the_right_item() {
    let (app, user) = TestApp::with_user().await;
    // Both types in turn, then a long run of one.
    seed(&app, &user, 500);
    let after = |n: u64| if n < 500 { n } else { 500 + (n - 500) * 2 };
    for n in (500..1600).step_by(2) {
        seed_one(&app, &user, n);
    }
    let numbers: Vec<u64> = (0..1050).map(after).collect();
    for (sort, numbers) in
        [("created_at_asc", numbers.clone()), ("created_at_desc", numbers.into_iter().rev().collect())]
    {
        for item_type in ["", "movie", "show"] {
            let is_listed = |n: &&u64| item_type.is_empty() || (item_type == "movie") == n.is_multiple_of(2);
            let listed: Vec<u64> = numbers.iter().filter(is_listed).copied().collect();
            for skip in [1, 75, 76, 100, 249, 250, 251, 499, 700, 799, 800, 1000] {
                let filter = if item_type.is_empty() { String::new() } else { format!("&type={item_type}") };
                app.dynamo.take_calls();
                let page = list(&app, &user, &format!("?skip={skip}&limit=3&sort={sort}{filter}")).await;
                let expected: Vec<_> = listed.iter().skip(skip).take(3).map(|n| title(*n)).collect();
                assert_eq!(titles(&page), expected, "skip={skip} {sort} {item_type}");
                assert_eq!(page.body["next_cursor"].is_string(), listed.len() > skip + 3);
                let calls = app.dynamo.take_calls_after_session();
                let (keys, pages): (Vec<_>, Vec<_>) =
                    calls.iter().partition(|call| call.request["IndexName"] == "item-keys");
                assert_eq!(keys.is_empty(), skip <= 75);
                assert!(pages.len() <= 1 && pages.iter().all(|call| call.request["ConsistentRead"] == true));
            }
        }
    }
}

/// The index is eventually consistent. Here, the latest items are missing in it.
#[tokio::test]
async fn an_item_that_the_index_does_not_contain_yet_is_listed_after_a_large_skip() {
    let (app, user) = TestApp::with_user().await;
    seed(&app, &user, 100);
    let id = |n: u64| format!("0190a0a0-0000-7000-8000-{n:012x}");
    for n in 95..100 {
        let mut item = item(&user, n);
        // Without the index's sort key, the item is not in the index.
        item.as_object_mut().unwrap().remove("type_id");
        app.dynamo.put(&item);
    }
    let page = list(&app, &user, "?skip=98&sort=created_at_asc").await;
    let ids: Vec<_> = page.expect(200)["watchlist"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    assert_eq!(ids, [id(98), id(99)]);
}

#[tokio::test]
async fn an_unchanged_list_is_304() {
    let (app, user) = TestApp::with_user().await;
    let first = list(&app, &user, "").await;
    let etag = first.header(header::ETAG).to_owned();
    assert!(etag.starts_with('"'), "{etag}");
    let request = || app.get("/v1/watchlists").bearer(&user.token).header(header::IF_NONE_MATCH, &etag).send();
    // The first page is built, the second is cached. Both have the same `ETag`.
    for _ in 0..2 {
        let same = request().await;
        assert_eq!((same.expect(304), same.header(header::ETAG)), (&serde_json::Value::Null, etag.as_str()));
    }
    app.add(&user, "Alien", "movie").await;
    assert_eq!(titles(&request().await), ["Alien"]);
}
