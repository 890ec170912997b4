//! The read units of the dearest pages, with the largest items that can be stored. The embedded
//! DynamoDB counts them as AWS does:
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-unit-calculations.html>

use serde_json::{Value, json};

use crate::support::{
    app::{TestApp, User},
    response::TestResponse,
};

/// The read units that a request may cost.
const MAX_UNITS: f64 = 60.0;

/// Requests a page, and asserts that it costs at most [`MAX_UNITS`] and at least `least`, so that a
/// test with items that are too small fails.
async fn page(app: &TestApp, user: &User, path: &str, least: f64) -> TestResponse {
    app.dynamo.take_calls();
    let page = app.get(path).bearer(&user.token).send().await;
    page.expect(200);
    let calls = app.dynamo.take_calls();
    let is_read = |operation: &str| ["GetItem", "Query", "BatchGetItem"].contains(&operation);
    let units: f64 = calls.iter().filter(|call| is_read(&call.operation)).map(|call| call.units).sum();
    assert!((least..=MAX_UNITS).contains(&units), "{path} cost {units} units");
    page
}

/// A `UUIDv7` whose text sorts by `n`. The last byte of an event's id decides its shard.
fn id(n: u32) -> String {
    format!("0190a0a0-{:04x}-7000-8000-{n:012x}", n >> 16)
}

/// Characters of four bytes.
fn wide(characters: usize) -> Value {
    json!({"S": "\u{1f3ac}".repeat(characters)})
}

fn email(n: u32) -> String {
    let label = "d".repeat(61);
    let email = format!("{n:064}@{label}.{label}.{label}.ex");
    assert!(email.len() <= 254);
    email
}

fn time() -> Value {
    json!({"S": "2026-03-01T12:00:00.000Z"})
}

#[tokio::test]
async fn a_page_of_a_watchlist_costs_at_most_60_units() {
    let app = TestApp::new().await;
    let (ada, admin) = (app.user("ada@example.com").await, app.admin().await);
    // Skipping 1000 items passes 1000 movies, so that all shows that are read are read in vain.
    for n in 0..2000 {
        let item_type = if (400..1600).contains(&n) { "show" } else { "movie" };
        app.dynamo.put(&json!({
            "pk": {"S": format!("USER#{}#WATCHLIST", ada.id)}, "sk": {"S": format!("ITEM#{}", id(n))},
            "type_id": {"S": format!("{item_type}#{}", id(n))}, "type": {"S": item_type}, "title": wide(255),
            "created_at": time(), "updated_at": time(), "version": {"N": "100"}, "write_id": {"S": id(n)},
        }));
    }
    let administrators = format!("/v1/admin/users/{}/watchlist", ada.id);
    for (user, path) in [(&ada, "/v1/watchlists"), (&admin, administrators.as_str())] {
        for sort in ["created_at_asc", "created_at_desc"] {
            for (query, least) in [
                ("limit=100", 30.0),
                ("limit=100&type=show", 30.0),
                ("limit=100&skip=75", 50.0),
                ("limit=100&skip=75&type=show", 50.0),
                ("limit=100&skip=76", 30.0),
                ("limit=100&skip=1000", 50.0),
                ("limit=100&skip=1000&type=show", 45.0),
            ] {
                let page = page(&app, user, &format!("{path}?{query}&sort={sort}"), least).await;
                assert_eq!(page.body["watchlist"].as_array().unwrap().len(), 100);
            }
        }
    }
}

/// Stores the largest events that exist: fifty favourites with the longest ids. Every thousandth
/// is a change of the password.
fn seed_events(app: &TestApp, user: &User, count: u32, product_ids: usize) {
    for n in 0..count {
        let action = if n % 1000 == 0 { "auth.password_changed" } else { "favorite.added" };
        app.dynamo.put(&json!({
            "pk": {"S": format!("AUDIT#{}", user.id)}, "sk": {"S": format!("EVENT#{}", id(n))},
            "audit_shard": {"S": format!("AUDIT#{}", n % 4)}, "at": time(), "action": {"S": action},
            "outcome": {"S": "success"}, "actor_id": {"S": user.id}, "actor_email": {"S": email(n)},
            "ip": {"S": "2001:0db8:ffff:ffff:ffff:ffff:ffff:ffff"}, "user_agent": {"S": "u".repeat(256)},
            "request_id": {"S": "r".repeat(128)}, "target_type": {"S": "customer"}, "target_id": {"S": id(n)},
            "expires_at": {"N": "1803902400"},
            "changes": {"M": {"favorites": {"N": "50"}, "product_ids": {"S": "p".repeat(product_ids)}}},
        }));
    }
}

/// Reads pages until the first with events. Returns their number.
async fn pages_until_found(app: &TestApp, user: &User, path: &str, least: f64) -> usize {
    let mut next = path.to_owned();
    for number in 1.. {
        let page = page(app, user, &next, least).await;
        if !page.body["events"].as_array().unwrap().is_empty() {
            return number;
        }
        let cursor = page.body["next_cursor"].as_str().expect("the trail has an event with the action");
        next = format!("{path}&cursor={cursor}");
    }
    unreachable!()
}

#[tokio::test]
async fn a_page_of_the_trail_costs_at_most_60_units() {
    let app = TestApp::new().await;
    let (ada, admin) = (app.user("ada@example.com").await, app.admin().await);
    seed_events(&app, &ada, 1000, 50 * 65 - 1);
    let of_ada = format!("/v1/admin/audit?user_id={}", ada.id);
    for (user, path) in [(&ada, "/v1/auth/audit?"), (&admin, "/v1/admin/audit?"), (&admin, of_ada.as_str())] {
        let page = page(&app, user, &format!("{path}&limit=100"), 50.0).await;
        assert!((50..=100).contains(&page.body["events"].as_array().unwrap().len()));
        assert!(page.body["next_cursor"].is_string());
        page_of_25(&app, user, path).await;
        let rare = format!("{path}&limit=1&action=auth.password_changed");
        let pages = pages_until_found(&app, user, &rare, 1.0).await;
        assert!((9..=21).contains(&pages), "{pages} pages");
    }
}

async fn page_of_25(app: &TestApp, user: &User, path: &str) {
    let page = page(app, user, &format!("{path}&limit=25"), 20.0).await;
    assert_eq!(page.body["events"].as_array().unwrap().len(), 25);
}

#[tokio::test]
async fn a_page_of_small_events_is_full_and_a_search_reads_on_within_its_units() {
    let app = TestApp::new().await;
    let (ada, admin) = (app.user("ada@example.com").await, app.admin().await);
    seed_events(&app, &ada, 1000, 0);
    for (user, path) in [(&ada, "/v1/auth/audit?"), (&admin, "/v1/admin/audit?")] {
        let page = page(&app, user, &format!("{path}&limit=100"), 10.0).await;
        assert_eq!(page.body["events"].as_array().unwrap().len(), 100);
        let rare = format!("{path}&limit=1&action=auth.password_changed");
        let pages = pages_until_found(&app, user, &rare, 1.0).await;
        assert!((3..=8).contains(&pages), "{pages} pages");
    }
}

#[tokio::test]
async fn a_page_of_accounts_or_customers_costs_at_most_60_units() {
    let app = TestApp::new().await;
    let (ada, admin) = (app.user("ada@example.com").await, app.admin().await);
    for n in 0..150 {
        let email = email(n);
        app.dynamo.put(&json!({
            "pk": {"S": format!("USER#{}", id(n))}, "sk": {"S": "PROFILE"}, "directory": {"S": "USERS"},
            "email": {"S": email}, "role": {"S": "user"}, "disabled": {"BOOL": false}, "created_at": time(),
        }));
        app.dynamo.put(&json!({
            "pk": {"S": format!("EMAIL#{email}")}, "sk": {"S": "CREDENTIAL"}, "user_id": {"S": id(n)},
            "password_hash": {"S": "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaA"}, "role": {"S": "user"},
            "disabled": {"BOOL": false}, "failures": {"N": "0"}, "last_login_at": time(),
        }));
        app.dynamo.put(&json!({
            "pk": {"S": format!("CUSTOMER#{}", id(n))}, "sk": {"S": "OWNER"}, "directory": {"S": "CUSTOMERS"},
            "owner_id": {"S": ada.id},
        }));
        app.dynamo.put(&json!({
            "pk": {"S": format!("USER#{}#CUSTOMERS", ada.id)}, "sk": {"S": format!("CUSTOMER#{}", id(n))},
            "name": wide(255), "email": {"S": email}, "created_at": time(), "updated_at": time(),
            "version": {"N": "100"}, "write_id": {"S": id(n)},
        }));
    }
    for (user, path, name, size) in [
        (&ada, "/v1/customers?limit=100", "customers", 100),
        (&admin, "/v1/customers?limit=100", "customers", 28),
        (&admin, "/v1/admin/users?limit=100", "users", 28),
    ] {
        let page = page(&app, user, path, 30.0).await;
        assert_eq!(page.body[name].as_array().unwrap().len(), size, "{path}");
        assert!(page.body["next_cursor"].is_string());
    }
}

/// Sessions are not listed in pages. Each has a user agent of at most 256 characters.
#[tokio::test]
async fn a_list_of_300_sessions_costs_at_most_60_units() {
    let (app, ada) = TestApp::with_user().await;
    for n in 0..300 {
        app.dynamo.put(&json!({
            "pk": {"S": format!("USER#{}", ada.id)}, "sk": {"S": format!("SESSION#{}", id(n))}, "created_at": time(),
            "last_used_at": time(), "refresh_expires_at": {"S": "2026-03-08T12:00:00.000Z"},
            "expires_at": {"N": "1774958400"}, "refresh_hash": {"B": "leVafz/w2NW6oadTQ6jJ7zOXnUadYtFWMk2TmJ9I8TE="},
            "previous_hash": {"B": "leVafz/w2NW6oadTQ6jJ7zOXnUadYtFWMk2TmJ9I8TE="},
            "ip": {"S": "2001:0db8:ffff:ffff:ffff:ffff:ffff:ffff"}, "user_agent": {"S": "u".repeat(256)},
        }));
    }
    page(&app, &ada, "/v1/auth/sessions", 30.0).await;
}

/// A catalogue may send titles of 500 characters, image addresses of 2 KB and reviews of 2000
/// characters, and then a page costs up to 250 units. These favourites are as large as catalogues
/// have them.
#[tokio::test]
async fn a_page_of_favourites_or_of_their_history_costs_at_most_60_units() {
    let (app, ada) = TestApp::with_user().await;
    let customer = app.customer(&ada, "customer@example.com").await;
    let state = json!({
        "title": {"S": "t".repeat(200)}, "image_url": {"S": format!("https://images.example.com/{}", "i".repeat(200))},
        "price": {"S": "1299.90"}, "review": {"S": "r".repeat(300)},
    });
    let product = |n: u32| format!("PRODUCT#{n:036}");
    for n in 0..150 {
        app.dynamo.put(&json!({
            "pk": {"S": format!("CUSTOMER#{customer}#FAVORITES")}, "sk": {"S": product(n)},
            "directory": {"S": product(n)}, "favorite_id": {"S": id(0)}, "favorited_at": time(),
            "refreshed_at": time(), "available": {"BOOL": true}, "frozen": {"M": state}, "current": {"M": state},
        }));
        let mut past = state.clone();
        let at = format!("2026-03-01T12:00:00.{n:03}Z");
        past["pk"] = json!({"S": format!("CUSTOMER#{customer}#HISTORY")});
        past["sk"] = json!({"S": format!("{}#{}#AT#{at}", product(0), id(0))});
        past["available"] = json!({"BOOL": true});
        app.dynamo.put(&past);
    }
    let favorites = format!("/v1/customers/{customer}/favorites");
    page(&app, &ada, &format!("{favorites}?limit=100"), 30.0).await;
    page(&app, &ada, &format!("{favorites}/{:036}/history?limit=100", 0), 15.0).await;
}
