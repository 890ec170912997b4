//! `GET /v1/customers`

use http::header;
use serde_json::{Value, json};

use super::Scene;
use crate::support::{
    app::{TestApp, User},
    response::TestResponse,
};

async fn list(app: &TestApp, user: &User, query: &str) -> TestResponse {
    app.get(&format!("/v1/customers{query}")).bearer(&user.token).send().await
}

fn emails(answer: &TestResponse) -> Vec<&str> {
    let customers = answer.expect(200)["customers"].as_array().unwrap();
    customers.iter().map(|customer| customer["email"].as_str().unwrap()).collect()
}

/// Reads all pages of a list by following `Link`, and asserts that it matches `next_cursor`.
pub(super) async fn pages(app: &TestApp, user: &User, path: &str, name: &str) -> Vec<Vec<Value>> {
    let (mut pages, mut next) = (Vec::new(), Some(path.to_owned()));
    while let Some(path) = next.take() {
        let answer = app.get(&path).bearer(&user.token).send().await;
        pages.push(answer.expect(200)[name].as_array().unwrap().clone());
        let link = answer.header(header::LINK);
        match answer.body["next_cursor"].as_str() {
            None => assert_eq!((link, &answer.body["next_cursor"]), ("", &Value::Null)),
            Some(cursor) => {
                let (address, relation) = link.strip_prefix('<').unwrap().split_once('>').unwrap();
                assert_eq!(relation, "; rel=\"next\"");
                assert!(address.ends_with(&format!("cursor={cursor}")), "{address}");
                next = Some(address.to_owned());
            }
        }
        assert!(pages.len() < 2000, "the list does not end");
    }
    pages
}

/// A user with ten customers, `c0@example.com` to `c9@example.com`.
async fn with_ten() -> (TestApp, User) {
    let (app, user) = TestApp::with_user().await;
    for n in 0..10 {
        app.customer(&user, &format!("c{n}@example.com")).await;
    }
    app.dynamo.take_calls();
    (app, user)
}

#[tokio::test]
async fn an_account_without_customers_gets_an_empty_list() {
    let (app, user) = TestApp::with_user().await;
    assert_eq!(list(&app, &user, "").await.expect(200), &json!({"customers": [], "next_cursor": null}));
}

#[tokio::test]
async fn the_pages_list_every_customer_once_newest_first() {
    let (app, user) = with_ten().await;
    let expected: Vec<_> = (0..10).rev().map(|n| format!("c{n}@example.com")).collect();
    for limit in [1, 2, 3, 9, 10, 100] {
        let pages = pages(&app, &user, &format!("/v1/customers?limit={limit}"), "customers").await;
        let seen: Vec<_> = pages.iter().flatten().map(|customer| customer["email"].as_str().unwrap()).collect();
        assert_eq!(seen, expected, "by {limit}");
        assert_eq!(pages.len(), 10usize.div_ceil(limit), "by {limit}: an empty page at the end");
    }
    assert_eq!(emails(&list(&app, &user, "").await).len(), 10);
}

#[tokio::test]
async fn a_page_takes_one_strongly_consistent_query() {
    let (app, user) = with_ten().await;
    list(&app, &user, "?limit=3").await.expect(200);
    let calls = app.dynamo.take_calls_after_session();
    assert_eq!(calls.len(), 1, "{calls:?}");
    let seen = (calls[0].operation.as_str(), &calls[0].request["ConsistentRead"], &calls[0].request["Limit"]);
    assert_eq!(seen, ("Query", &json!(true), &json!(4)));
}

#[tokio::test]
async fn changes_between_two_pages_skip_and_repeat_no_customer() {
    let (app, user) = with_ten().await;
    let first = list(&app, &user, "?limit=3").await;
    assert_eq!(emails(&first), ["c9@example.com", "c8@example.com", "c7@example.com"]);
    let last = first.body["customers"][2]["id"].as_str().unwrap();
    app.delete(&format!("/v1/customers/{last}")).bearer(&user.token).send().await.expect(204);
    app.customer(&user, "new@example.com").await;
    let next = list(&app, &user, &format!("?limit=3&cursor={}", first.body["next_cursor"].as_str().unwrap())).await;
    assert_eq!(emails(&next), ["c6@example.com", "c5@example.com", "c4@example.com"]);
}

#[tokio::test]
async fn the_email_filter_finds_own_customers_only() {
    let (app, ada) = with_ten().await;
    let grace = app.user("grace@example.com").await;
    app.customer(&grace, "hers@example.com").await;
    for query in ["?email=c3@example.com", "?email=C3@EXAMPLE.com&limit=1"] {
        let found = list(&app, &ada, query).await;
        assert_eq!((emails(&found), &found.body["next_cursor"]), (vec!["c3@example.com"], &Value::Null));
    }
    for email in ["hers@example.com", "unknown@example.com"] {
        let found = list(&app, &ada, &format!("?email={email}")).await;
        assert_eq!(found.expect(200), &json!({"customers": [], "next_cursor": null}), "{email}");
    }
    assert_eq!(emails(&list(&app, &grace, "").await), ["hers@example.com"]);
    for bad in ["", "*", "c%25", "@example.com", "c3@example.com%00"] {
        assert_eq!(
            list(&app, &ada, &format!("?email={bad}")).await.field_errors(),
            [("email", "invalid_email")],
            "{bad}"
        );
    }
}

#[tokio::test]
async fn a_cursor_is_bound_to_its_user_and_list() {
    let (app, ada) = with_ten().await;
    let (grace, admin) = (app.user("grace@example.com").await, app.admin().await);
    for n in 0..3 {
        app.customer(&grace, &format!("g{n}@example.com")).await;
    }
    let cursor = list(&app, &ada, "?limit=2").await.expect(200)["next_cursor"].as_str().unwrap().to_owned();
    let again = list(&app, &ada, &format!("?limit=3&cursor={cursor}")).await;
    assert_eq!(emails(&again), ["c7@example.com", "c6@example.com", "c5@example.com"]);
    let all = list(&app, &admin, "?limit=2").await.expect(200)["next_cursor"].as_str().unwrap().to_owned();
    let watchlist = {
        app.add(&ada, "Dune", "movie").await;
        app.add(&ada, "Alien", "movie").await;
        let page = app.get("/v1/watchlists?limit=1").bearer(&ada.token).send().await;
        page.expect(200)["next_cursor"].as_str().unwrap().to_owned()
    };
    let bad = async |user: &User, query: &str| {
        list(&app, user, query).await.expect_problem(400, "BAD_REQUEST");
    };
    bad(&grace, &format!("?cursor={cursor}")).await;
    bad(&admin, &format!("?cursor={cursor}")).await;
    bad(&ada, &format!("?cursor={all}")).await;
    bad(&ada, &format!("?cursor={watchlist}")).await;
    // A list that is filtered by e-mail has one page only.
    bad(&ada, &format!("?email=c3@example.com&cursor={cursor}")).await;
    for garbage in ["", "x", "AAAA", &cursor[1..], &format!("{cursor}A"), "%00", "%F0%9F%98%80"] {
        bad(&ada, &format!("?cursor={garbage}")).await;
    }
    // The cursor of an administrator is invalid after the demotion.
    let second = app.second_admin().await;
    let page = list(&app, &second, "?limit=2").await.expect(200)["next_cursor"].as_str().unwrap().to_owned();
    let change = app.patch(&format!("/v1/admin/users/{}", second.id)).bearer(&admin.token);
    change.json(&json!({"role": "user"})).send().await.expect(200);
    let again = app.login("second@example.com", crate::support::app::PASSWORD).await;
    let again = User { token: again.expect(200)["access_token"].as_str().unwrap().to_owned(), ..second };
    bad(&again, &format!("?cursor={page}")).await;
}

#[tokio::test]
async fn the_limit_is_1_to_100_on_every_list() {
    let scene = Scene::with_products(1).await;
    scene.add(json!(1)).await.expect(201);
    let favorites = scene.path("/favorites");
    for path in ["/v1/customers", &favorites, &scene.path("/favorites/1/history")] {
        for (limit, code) in [
            ("0", "out_of_range"),
            ("101", "out_of_range"),
            ("-1", "out_of_range"),
            ("99999999999999999999", "out_of_range"),
            ("abc", "not_an_integer"),
            ("", "not_an_integer"),
            ("1e1", "not_an_integer"),
        ] {
            let answer = scene.app.get(&format!("{path}?limit={limit}")).bearer(&scene.ada.token).send().await;
            assert_eq!(answer.field_errors(), [("limit", code)], "{path} {limit}");
        }
        let twice = scene.app.get(&format!("{path}?limit=1&limit=2")).bearer(&scene.ada.token).send().await;
        assert_eq!(twice.field_errors(), [("limit", "repeated")]);
        scene.app.get(&format!("{path}?limit=100&owner_id=x")).bearer(&scene.ada.token).send().await.expect(200);
    }
    let both = list(&scene.app, &scene.ada, "?email=x&limit=0").await;
    assert_eq!(both.field_errors(), [("email", "invalid_email"), ("limit", "out_of_range")]);
}
