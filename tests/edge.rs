//! Behind CloudFront: who is let in, and whose address counts.

use axum::{
    body::Body,
    http::{HeaderMap, Request},
};
use http::{Method, header};
use serde_json::json;
use shared::{
    clock::Clock,
    config::{CorsConfig, EdgeConfig, Variables},
    http::{
        Http,
        middleware::edge::{X_ORIGIN_VERIFY, X_VIEWER_ADDRESS},
        routes::{self, ROUTES},
        stack,
    },
    random::Random,
};
use tower::ServiceExt;

use crate::support::{
    answer::Answer,
    app::{PASSWORD, TestApp},
    functions::{Settings, patient},
    redis,
    redis_wire::RedisWire,
    request::{Call, with_ids},
    template::{infra_template, template},
};

const OLD: &str = "0123456789abcdef0123456789abcdef";
const NEW: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_0123";
const BOTH: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_0123,0123456789abcdef0123456789abcdef";

/// Where the tests' requests come from unless they say otherwise.
const API_GATEWAY_SAW: &str = "192.0.2.7";
const VIEWER: &str = "203.0.113.9";

fn behind(origin_secrets: &'static str) -> Settings {
    Settings { origin_secrets, ..Settings::default() }
}

/// Instances behind CloudFront that let an address try ten times a minute.
async fn limited(origin_secrets: &'static str) -> TestApp {
    TestApp::with(Settings { rate_limit_factor: 2.0, ..behind(origin_secrets) }).await
}

/// Where a request was let in, what is left of the quota of where it came from.
async fn left(call: Call<'_>) -> u64 {
    let answer = call.json(&json!({})).send().await;
    answer.expect_problem(422, "VALIDATION_ERROR");
    answer.number("x-ratelimit-remaining")
}

/// The address that a session is noted with.
async fn noted(call: Call<'_>) -> String {
    let call = call.header(header::USER_AGENT, "agent/1");
    let call = call.json(&json!({"email": "ada@example.com", "password": PASSWORD}));
    let app = call.app();
    call.send().await.expect(200);
    let items = app.dynamo.items();
    items.iter().find(|item| item["user_agent"]["S"] == "agent/1").unwrap()["ip"]["S"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn past_cloudfront_every_route_refuses_before_it_asks_anybody_anything() {
    let wire = RedisWire::before(&redis::database_url());
    let open = TestApp::with(Settings { redis: patient(wire.url()), ..Settings::default() }).await;
    let admin = open.admin().await;
    let app = open.other_instances_with(Settings { origin_secrets: OLD, ..open.settings.clone() });
    wire.take_round_trips();
    let routes = ROUTES.iter().map(|route| (route.method.clone(), with_ids(route.path)));
    let unrouted = [(Method::GET, "/nope".to_owned()), (Method::PUT, "/health".to_owned())];
    for (method, path) in routes.chain(unrouted) {
        let call = app.call(method.clone(), &path).bearer(&admin.token).json(&json!({"email": "ada@example.com"}));
        let answer = call.send_past_the_edge().await;
        answer.expect_problem(403, "FORBIDDEN");
        assert!(!answer.headers.contains_key("ratelimit"), "{method} {path}");
    }
    assert!(app.dynamo.take_calls().is_empty());
    assert!(wire.take_round_trips().is_empty());
}

#[tokio::test]
async fn past_cloudfront_a_preflight_is_refused_like_all_else() {
    let settings = Settings { cors_origins: vec!["https://app.example.com"], ..behind(OLD) };
    let app = TestApp::with(settings).await;
    let preflight = || {
        let call = app.call(Method::OPTIONS, "/v1/watchlists").header(header::ORIGIN, "https://app.example.com");
        call.header(header::ACCESS_CONTROL_REQUEST_METHOD, "GET")
    };
    preflight().send_past_the_edge().await.expect_problem(403, "FORBIDDEN");
    preflight().header(X_ORIGIN_VERIFY, OLD).send().await.expect(200);
}

#[tokio::test]
async fn either_secret_opens_and_nothing_else_does() {
    let app = TestApp::with(behind(BOTH)).await;
    for secret in [OLD, NEW] {
        app.get("/health").header(X_ORIGIN_VERIFY, secret).send().await.expect(200);
    }
    let (shorter, longer, other_case) = (&OLD[1..], format!("{OLD}0"), NEW.to_lowercase());
    for wrong in ["", " ", ",", shorter, &longer, &other_case, BOTH, &format!("{OLD}, {OLD}"), "é"] {
        let answer = app.get("/health").header(X_ORIGIN_VERIFY, wrong).send_past_the_edge().await;
        answer.expect_problem(403, "FORBIDDEN");
    }
    let twice = app.get("/health").header(X_ORIGIN_VERIFY, OLD).header(X_ORIGIN_VERIFY, OLD);
    twice.send_past_the_edge().await.expect_problem(403, "FORBIDDEN");
}

#[tokio::test]
async fn a_refusal_shows_neither_the_secret_nor_what_was_sent_instead() {
    let app = TestApp::with(behind(OLD)).await;
    let answer = app.get("/health").header(X_ORIGIN_VERIFY, NEW).send_past_the_edge().await;
    let shown = format!("{:?} {}", answer.headers, answer.expect_problem(403, "FORBIDDEN"));
    assert!(!shown.contains(OLD) && !shown.contains(NEW), "{shown}");
}

#[tokio::test]
async fn behind_cloudfront_the_address_counts_that_cloudfront_saw() {
    let app = limited(BOTH).await;
    let login = |viewer| {
        let call = app.post("/v1/auth/login").header(X_ORIGIN_VERIFY, NEW);
        call.header(X_VIEWER_ADDRESS, viewer)
    };
    let first = left(login(VIEWER)).await;
    // From wherever CloudFront calls, the viewer's quota goes on; another viewer has another one.
    assert_eq!(left(login(VIEWER).source([192, 0, 2, 8])).await, first - 1);
    assert_eq!(left(login("203.0.113.10")).await, first);
    assert_eq!(left(login("2001:db8:1:2::3")).await, first);
}

#[tokio::test]
async fn behind_cloudfront_a_session_notes_the_address_that_cloudfront_saw() {
    for viewer in [VIEWER, "2001:db8:1:2::3"] {
        let open = TestApp::new().await;
        open.register("ada@example.com", PASSWORD).await.expect(201);
        let app = open.other_instances_with(Settings { origin_secrets: OLD, ..open.settings.clone() });
        let call = app.post("/v1/auth/login").header(X_ORIGIN_VERIFY, OLD).header(X_VIEWER_ADDRESS, viewer);
        assert_eq!(noted(call).await, viewer);
    }
}

#[tokio::test]
async fn an_address_that_is_none_leaves_the_one_that_api_gateway_saw() {
    let app = limited(OLD).await;
    let login = || app.post("/v1/auth/login").header(X_ORIGIN_VERIFY, OLD);
    let mut expected = left(login()).await;
    for bad in ["", "unknown", "203.0.113.9:46532", "203.0.113.9, 203.0.113.10", "[2001:db8::1]", "é"] {
        expected -= 1;
        assert_eq!(left(login().header(X_VIEWER_ADDRESS, bad)).await, expected, "{bad}");
    }
    let twice = login().header(X_VIEWER_ADDRESS, VIEWER).header(X_VIEWER_ADDRESS, VIEWER);
    assert_eq!(left(twice).await, expected - 1);
}

#[tokio::test]
async fn without_secrets_the_headers_mean_nothing() {
    let app = limited("").await;
    let login = || app.post("/v1/auth/login");
    let mut expected = left(login()).await;
    for secret in ["", OLD, "anything"] {
        expected -= 1;
        let forged = login().header(X_ORIGIN_VERIFY, secret).header(X_VIEWER_ADDRESS, VIEWER);
        assert_eq!(left(forged).await, expected, "{secret}");
    }
    app.register("ada@example.com", PASSWORD).await.expect(201);
    let forged = app.post("/v1/auth/login").header(X_VIEWER_ADDRESS, VIEWER);
    assert_eq!(noted(forged).await, API_GATEWAY_SAW);
}

shared::holds! {
    /// What a handler of these tests holds.
    struct Nothing { http: Http }
}

#[tokio::test]
async fn no_handler_sees_the_headers() {
    async fn seen(headers: HeaderMap) -> String {
        json!([headers.contains_key(X_ORIGIN_VERIFY), headers.contains_key(X_VIEWER_ADDRESS)]).to_string()
    }
    for secrets in ["", OLD] {
        let edge = EdgeConfig::read(&Variables::from_iter([("ORIGIN_SECRETS", secrets)])).unwrap();
        let http = Http { cors: CorsConfig::default(), edge, random: Random::system(), clock: Clock::system() };
        let router = stack::route(&routes::HEALTH, seen, Nothing { http });
        let request = Request::get("/health").header(X_ORIGIN_VERIFY, OLD).header(X_VIEWER_ADDRESS, VIEWER);
        let answer = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(Answer::read(answer).await.expect(200), "[false,false]");
    }
}

/// CloudFront keeps errors with these statuses, whatever they say of caching, but for 404, 414 and 501:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html>
const KEPT: [u16; 11] = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

#[test]
fn cloudfront_sends_what_the_code_reads_and_keeps_no_error() {
    let edge = infra_template("edge.yaml");
    let distribution = &edge["Resources"]["Distribution"]["Properties"]["DistributionConfig"];
    let proof = &distribution["Origins"][0]["OriginCustomHeaders"][0];
    assert_eq!(proof["HeaderName"], X_ORIGIN_VERIFY.as_str());
    assert!(proof["HeaderValue"].to_string().contains("${OriginSecretName}:SecretString:sent::${OriginSecretVersion}"));

    // Where the caller's headers are handed on, the address is written over; elsewhere nothing of them is.
    let usual = &distribution["DefaultCacheBehavior"];
    assert_eq!(usual["FunctionAssociations"][0]["FunctionARN"]["GetAtt"], "ViewerAddress.FunctionMetadata.FunctionARN");
    let code = edge["Resources"]["ViewerAddress"]["Properties"]["FunctionCode"].as_str().unwrap();
    assert!(code.contains(&format!("headers['{X_VIEWER_ADDRESS}'] = {{ value: event.viewer.ip }}")), "{code}");
    for cached in distribution["CacheBehaviors"].as_array().unwrap() {
        assert!(cached["OriginRequestPolicyId"].is_null(), "{cached}");
    }

    let errors = distribution["CustomErrorResponses"].as_array().unwrap();
    let kept_for =
        |status| errors.iter().find(|error| error["ErrorCode"] == status).unwrap()["ErrorCachingMinTTL"].clone();
    assert!(KEPT.iter().all(|status| kept_for(*status) == 0), "{errors:?}");
}

#[test]
fn every_function_is_given_the_secrets_and_none_has_others() {
    let template = template();
    let given = template["Globals"]["Function"]["Environment"]["Variables"]["ORIGIN_SECRETS"].to_string();
    assert!(given.contains("OriginSecrets.Value"), "{given}");
    let kept = template["Resources"]["OriginSecrets"]["Properties"]["Value"].to_string();
    assert!(kept.contains("${OriginSecretName}:SecretString:accepted::${OriginSecretVersion}"), "{kept}");
    for (name, resource) in template["Resources"].as_object().unwrap() {
        assert!(resource["Properties"]["Environment"]["Variables"]["ORIGIN_SECRETS"].is_null(), "{name}");
    }
}
