//! Rate limits: counting, quotas and response headers.

use functions::ROUTES;
use futures_util::future::join_all;
use http::Method;
use serde_json::json;
use shared::rate_limit::Group;

use crate::support::{
    app::{PASSWORD, TestApp, User},
    functions::Settings,
    ports,
    request::with_unknown_ids,
    response::TestResponse,
};

/// An app with the documented quotas.
async fn app_with_quotas() -> TestApp {
    TestApp::with(Settings { rate_limit_factor: 1.0, ..Settings::default() }).await
}

async fn list(app: &TestApp, user: &User) -> TestResponse {
    app.get("/v1/watchlists").bearer(&user.token).send().await
}

fn budget(answer: &TestResponse) -> (u64, u64) {
    (answer.number("x-ratelimit-limit"), answer.number("x-ratelimit-remaining"))
}

#[tokio::test]
async fn every_rate_limited_route_sends_the_headers_with_every_status() {
    let app = app_with_quotas().await;
    let (admin, user) = (app.admin().await, app.user("ada@example.com").await);
    for route in ROUTES {
        let token = if route.limit == Some(Group::Admin) { &admin.token } else { &user.token };
        let mut call = app.call(route.method.clone(), &with_unknown_ids(route.path)).bearer(token);
        if [Method::POST, Method::PUT, Method::PATCH].contains(&route.method) {
            call = call.json(&json!({"unknown": 1}));
        }
        let answer = call.send().await;
        match route.limit {
            None => assert!(!answer.headers.contains_key("x-ratelimit-limit"), "{}", route.function),
            Some(group) => {
                assert_eq!(answer.number("x-ratelimit-limit"), u64::from(group.per_minute()), "{}", route.function);
                assert!(answer.header("ratelimit").contains(group.as_str()), "{}", route.function);
            }
        }
    }
}

#[tokio::test]
async fn of_a_thousand_concurrent_requests_exactly_the_quota_is_allowed() {
    let app = app_with_quotas().await;
    let user = app.user("ada@example.com").await;
    let other = app.other_instances();
    let answers = join_all((0..1000).map(|n| list(if n % 2 == 0 { &app } else { &other }, &user))).await;
    let (allowed, rejected): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    // The quota refills by one request per second while the thousand requests run.
    let first_reset = answers.iter().map(|answer| answer.number("x-ratelimit-reset")).min().unwrap();
    let last_reset = answers.iter().map(|answer| answer.number("x-ratelimit-reset")).max().unwrap();
    let refilled = usize::try_from(last_reset - first_reset).unwrap();
    assert!(
        (60..=60 + refilled).contains(&allowed.len()),
        "{} allowed, {refilled} may have been refilled",
        allowed.len()
    );
    let mut remaining: Vec<u64> = allowed.iter().map(|answer| answer.number("x-ratelimit-remaining")).collect();
    remaining.sort_unstable();
    remaining.dedup();
    assert_eq!(remaining, (0..60).collect::<Vec<u64>>(), "each of the sixty was counted once");
    for answer in rejected {
        answer.expect_problem(429, "RATE_LIMITED");
        assert_eq!(budget(answer), (60, 0));
    }
}

#[tokio::test]
async fn each_user_has_one_quota_across_all_instances() {
    let app = app_with_quotas().await;
    let (ada, grace) = (app.user("ada@example.com").await, app.user("grace@example.com").await);
    let other = app.other_instances();
    assert_eq!(budget(&list(&app, &ada).await), (60, 59));
    assert_eq!(budget(&list(&other, &ada).await), (60, 58));
    assert_eq!(budget(&list(&other, &grace).await), (60, 59));
    // Another group of routes has another quota.
    let item = app.post("/v1/watchlists/items").bearer(&ada.token).json(&json!({"title": "Alien", "type": "movie"}));
    assert_eq!(budget(&item.send().await), (30, 29));
}

#[tokio::test]
async fn sign_ins_are_counted_by_the_gateways_source_address_before_any_work() {
    let app = app_with_quotas().await;
    let body = json!({"email": "nobody@example.com", "password": PASSWORD});
    for n in 0..5 {
        let answer = app.post("/v1/auth/login").json(&body).send().await;
        answer.expect_problem(401, "UNAUTHORIZED");
        assert_eq!(budget(&answer), (5, 4 - n));
    }
    app.dynamo.take_calls();
    let spoofed_headers =
        [("x-forwarded-for", "203.0.113.1"), ("forwarded", "for=203.0.113.1"), ("x-real-ip", "203.0.113.1")];
    for (name, value) in spoofed_headers {
        let call = app.post("/v1/auth/login?ip=203.0.113.1").header(http::HeaderName::from_static(name), value);
        call.json(&body).send().await.expect_problem(429, "RATE_LIMITED");
    }
    // No credential was read, so no password was hashed.
    assert_eq!(app.dynamo.take_operations(), Vec::<String>::new());
    let elsewhere = app.post("/v1/auth/login").source([198, 51, 100, 9]).json(&body).send().await;
    elsewhere.expect_problem(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn unauthenticated_requests_do_not_use_up_a_users_quota() {
    let app = app_with_quotas().await;
    let (ada, ended) = (app.user("ada@example.com").await, app.login("ada@example.com", PASSWORD).await);
    let ended = User { id: ada.id.clone(), token: ended.expect(200)["access_token"].as_str().unwrap().to_owned() };
    app.post("/v1/auth/logout").bearer(&ended.token).send().await.expect(204);
    assert_eq!(budget(&list(&app, &ada).await), (60, 59));
    for _ in 0..20 {
        for token in [app.invalid_token(&ada, "exp"), app.invalid_token(&ada, "key"), "nonsense".to_owned()] {
            let answer = app.get("/v1/watchlists").bearer(&token).send().await;
            answer.expect_problem(401, "UNAUTHORIZED");
            assert!(!answer.headers.contains_key("x-ratelimit-limit"));
        }
        list(&app, &ended).await.expect_problem(401, "UNAUTHORIZED");
    }
    // One request of the ended session was counted: the one that stored its state in Redis.
    assert_eq!(budget(&list(&app, &ada).await), (60, 57));
}

#[tokio::test]
async fn a_public_route_counts_signed_in_callers_by_user() {
    let app = app_with_quotas().await;
    let user = app.user("ada@example.com").await;
    let get = || app.get("/v1/external/github");
    assert_eq!(budget(&get().send().await), (60, 59));
    assert_eq!(budget(&get().bearer("nonsense").send().await), (60, 58));
    assert_eq!(budget(&get().bearer(&user.token).send().await), (60, 59));
    assert_eq!(budget(&get().bearer(&user.token).source([198, 51, 100, 9]).send().await), (60, 58));
}

#[tokio::test]
async fn the_factor_multiplies_the_quotas() {
    let app = TestApp::with(Settings { rate_limit_factor: 0.1, ..Settings::default() }).await;
    let user = app.user("ada@example.com").await;
    let answers = join_all((0..7).map(|_| list(&app, &user))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 6);
}

#[tokio::test]
async fn without_redis_each_instance_counts_for_itself() {
    let redis = crate::support::functions::impatient(&format!("redis://127.0.0.1:{}/", ports::unused_port()));
    let app = TestApp::with(Settings { rate_limit_factor: 1.0, redis, ..Settings::default() }).await;
    let user = app.user("ada@example.com").await;
    for n in 0..60 {
        assert_eq!(budget(&list(&app, &user).await), (60, 59 - n));
    }
    let rejected = list(&app, &user).await;
    rejected.expect_problem(429, "RATE_LIMITED");
    list(&app.other_instances(), &user).await.expect(200);
    // `Retry-After` is exact, by the clock of the instance limiter.
    app.clock.advance(rejected.number("retry-after").try_into().unwrap());
    list(&app, &user).await.expect(200);
}
