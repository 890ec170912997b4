//! Requests through CloudFront: the origin secret, and the client's IP address.

use axum::{
    body::Body,
    http::{HeaderMap, Request},
};
use functions::{ROUTES, health};
use http::{Method, header};
use serde_json::{Value, json};
use shared::{
    clock::Clock,
    config::{CorsConfig, EdgeConfig, Variables},
    http::{
        HttpSettings,
        middleware::edge::{X_ORIGIN_VERIFY, X_VIEWER_ADDRESS},
        stack,
    },
    random::Random,
};
use tower::ServiceExt;

use crate::support::{
    app::{PASSWORD, TestApp},
    functions::{Settings, patient},
    redis,
    redis_proxy::RedisProxy,
    request::{TestRequest, with_unknown_ids},
    response::TestResponse,
    template::{infra_template, template},
};

const OLD: &str = "0123456789abcdef0123456789abcdef";
const NEW: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_0123";
const BOTH: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_0123,0123456789abcdef0123456789abcdef";

/// The source IP address of the tests' requests by default.
const API_GATEWAY_SAW: &str = "192.0.2.7";
const VIEWER: &str = "203.0.113.9";

fn behind(origin_secrets: &'static str) -> Settings {
    Settings { origin_secrets, ..Settings::default() }
}

/// Returns an app behind CloudFront with a limit of ten sign-ins per minute and IP address.
async fn limited(origin_secrets: &'static str) -> TestApp {
    TestApp::with(Settings { rate_limit_factor: 2.0, ..behind(origin_secrets) }).await
}

/// Sends an accepted request and returns the remaining quota of its IP address.
async fn remaining(call: TestRequest<'_>) -> u64 {
    let answer = call.json(&json!({})).send().await;
    answer.expect_problem(422, "VALIDATION_ERROR");
    answer.number("x-ratelimit-remaining")
}

/// Signs in and returns the IP address that the session is stored with.
async fn session_ip(call: TestRequest<'_>) -> String {
    let call = call.header(header::USER_AGENT, "agent/1");
    let call = call.json(&json!({"email": "ada@example.com", "password": PASSWORD}));
    let app = call.app();
    call.send().await.expect(200);
    let items = app.dynamo.items();
    items.iter().find(|item| item["user_agent"]["S"] == "agent/1").unwrap()["ip"]["S"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn without_the_secret_every_route_rejects_before_any_call() {
    let wire = RedisProxy::start(&redis::database_url());
    let open = TestApp::with(Settings { redis: patient(wire.url()), ..Settings::default() }).await;
    let admin = open.admin().await;
    let app = open.other_instances_with(Settings { origin_secrets: OLD, ..open.settings.clone() });
    wire.take_round_trips();
    let routes = ROUTES.iter().map(|route| (route.method.clone(), with_unknown_ids(route.path)));
    let unrouted = [(Method::GET, "/nope".to_owned()), (Method::PUT, "/health".to_owned())];
    for (method, path) in routes.chain(unrouted) {
        let call = app.call(method.clone(), &path).bearer(&admin.token).json(&json!({"email": "ada@example.com"}));
        let answer = call.send_bypassing_cloudfront().await;
        answer.expect_problem(403, "FORBIDDEN");
        assert!(!answer.headers.contains_key("ratelimit"), "{method} {path}");
    }
    assert!(app.dynamo.take_calls().is_empty());
    assert!(wire.take_round_trips().is_empty());
}

#[tokio::test]
async fn without_the_secret_a_preflight_is_rejected() {
    let settings = Settings { cors_origins: vec!["https://app.example.com"], ..behind(OLD) };
    let app = TestApp::with(settings).await;
    let preflight = || {
        let call = app.call(Method::OPTIONS, "/v1/watchlists").header(header::ORIGIN, "https://app.example.com");
        call.header(header::ACCESS_CONTROL_REQUEST_METHOD, "GET")
    };
    preflight().send_bypassing_cloudfront().await.expect_problem(403, "FORBIDDEN");
    preflight().header(X_ORIGIN_VERIFY, OLD).send().await.expect(200);
}

#[tokio::test]
async fn only_the_configured_secrets_are_accepted() {
    let app = TestApp::with(behind(BOTH)).await;
    for secret in [OLD, NEW] {
        app.get("/health").header(X_ORIGIN_VERIFY, secret).send().await.expect(200);
    }
    let (shorter, longer, other_case) = (&OLD[1..], format!("{OLD}0"), NEW.to_lowercase());
    for wrong in ["", " ", ",", shorter, &longer, &other_case, BOTH, &format!("{OLD}, {OLD}"), "é"] {
        let answer = app.get("/health").header(X_ORIGIN_VERIFY, wrong).send_bypassing_cloudfront().await;
        answer.expect_problem(403, "FORBIDDEN");
    }
    let twice = app.get("/health").header(X_ORIGIN_VERIFY, OLD).header(X_ORIGIN_VERIFY, OLD);
    twice.send_bypassing_cloudfront().await.expect_problem(403, "FORBIDDEN");
}

#[tokio::test]
async fn a_rejection_contains_neither_the_secret_nor_the_sent_value() {
    let app = TestApp::with(behind(OLD)).await;
    let answer = app.get("/health").header(X_ORIGIN_VERIFY, NEW).send_bypassing_cloudfront().await;
    let shown = format!("{:?} {}", answer.headers, answer.expect_problem(403, "FORBIDDEN"));
    assert!(!shown.contains(OLD) && !shown.contains(NEW), "{shown}");
}

#[tokio::test]
async fn behind_cloudfront_the_rate_limit_uses_the_clients_ip_address() {
    let app = limited(BOTH).await;
    let login = |viewer| {
        let call = app.post("/v1/auth/login").header(X_ORIGIN_VERIFY, NEW);
        call.header(X_VIEWER_ADDRESS, viewer)
    };
    let first = remaining(login(VIEWER)).await;
    // The quota depends on the client's address and not on CloudFront's.
    assert_eq!(remaining(login(VIEWER).source([192, 0, 2, 8])).await, first - 1);
    assert_eq!(remaining(login("203.0.113.10")).await, first);
    assert_eq!(remaining(login("2001:db8:1:2::3")).await, first);
}

#[tokio::test]
async fn behind_cloudfront_a_session_has_the_clients_ip_address() {
    for viewer in [VIEWER, "2001:db8:1:2::3"] {
        let open = TestApp::new().await;
        open.register("ada@example.com", PASSWORD).await.expect(201);
        let app = open.other_instances_with(Settings { origin_secrets: OLD, ..open.settings.clone() });
        let call = app.post("/v1/auth/login").header(X_ORIGIN_VERIFY, OLD).header(X_VIEWER_ADDRESS, viewer);
        assert_eq!(session_ip(call).await, viewer);
    }
}

#[tokio::test]
async fn an_invalid_address_header_is_ignored() {
    let app = limited(OLD).await;
    let login = || app.post("/v1/auth/login").header(X_ORIGIN_VERIFY, OLD);
    let mut expected = remaining(login()).await;
    for bad in ["", "unknown", "203.0.113.9:46532", "203.0.113.9, 203.0.113.10", "[2001:db8::1]", "é"] {
        expected -= 1;
        assert_eq!(remaining(login().header(X_VIEWER_ADDRESS, bad)).await, expected, "{bad}");
    }
    let twice = login().header(X_VIEWER_ADDRESS, VIEWER).header(X_VIEWER_ADDRESS, VIEWER);
    assert_eq!(remaining(twice).await, expected - 1);
}

#[tokio::test]
async fn without_configured_secrets_the_headers_are_ignored() {
    let app = limited("").await;
    let login = || app.post("/v1/auth/login");
    let mut expected = remaining(login()).await;
    for secret in ["", OLD, "anything"] {
        expected -= 1;
        let forged = login().header(X_ORIGIN_VERIFY, secret).header(X_VIEWER_ADDRESS, VIEWER);
        assert_eq!(remaining(forged).await, expected, "{secret}");
    }
    app.register("ada@example.com", PASSWORD).await.expect(201);
    let forged = app.post("/v1/auth/login").header(X_VIEWER_ADDRESS, VIEWER);
    assert_eq!(session_ip(forged).await, API_GATEWAY_SAW);
}

shared::dependencies! {
    /// The dependencies of the handlers in these tests.
    struct Dependencies { http: HttpSettings }
}

#[tokio::test]
async fn handlers_do_not_see_the_headers() {
    async fn seen(headers: HeaderMap) -> String {
        json!([headers.contains_key(X_ORIGIN_VERIFY), headers.contains_key(X_VIEWER_ADDRESS)]).to_string()
    }
    for secrets in ["", OLD] {
        let edge = EdgeConfig::read(&Variables::from_iter([("ORIGIN_SECRETS", secrets)])).unwrap();
        let http = HttpSettings { cors: CorsConfig::default(), edge, random: Random::system(), clock: Clock::system() };
        let router = stack::route(&health::route::ROUTE, seen, Dependencies { http });
        let request = Request::get("/health").header(X_ORIGIN_VERIFY, OLD).header(X_VIEWER_ADDRESS, VIEWER);
        let answer = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(TestResponse::read(answer).await.expect(200), "[false,false]");
    }
}

/// CloudFront caches errors with these statuses unless the distribution configures otherwise:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html>
const CACHED_ERRORS: [u16; 11] = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

#[test]
fn cloudfront_sends_the_headers_and_caches_no_error() {
    let edge = infra_template("edge.yaml");
    let distribution = &edge["Resources"]["Distribution"]["Properties"]["DistributionConfig"];
    let secret = &distribution["Origins"][0]["OriginCustomHeaders"][0];
    assert_eq!(secret["HeaderName"], X_ORIGIN_VERIFY.as_str());
    assert!(
        secret["HeaderValue"].to_string().contains("${OriginSecretName}:SecretString:sent::${OriginSecretVersion}")
    );

    // The default behavior forwards the client's headers and overwrites the address. The others
    // forward none.
    let default_behavior = &distribution["DefaultCacheBehavior"];
    assert_eq!(
        default_behavior["FunctionAssociations"][0]["FunctionARN"]["GetAtt"],
        "ViewerAddress.FunctionMetadata.FunctionARN"
    );
    let code = edge["Resources"]["ViewerAddress"]["Properties"]["FunctionCode"].as_str().unwrap();
    assert!(code.contains(&format!("headers['{X_VIEWER_ADDRESS}'] = {{ value: event.viewer.ip }}")), "{code}");
    for cached in distribution["CacheBehaviors"].as_array().unwrap() {
        assert!(cached["OriginRequestPolicyId"].is_null(), "{cached}");
    }

    let errors = distribution["CustomErrorResponses"].as_array().unwrap();
    let min_ttl =
        |status| errors.iter().find(|error| error["ErrorCode"] == status).unwrap()["ErrorCachingMinTTL"].clone();
    assert!(CACHED_ERRORS.iter().all(|status| min_ttl(*status) == 0), "{errors:?}");
}

#[test]
fn every_function_with_a_route_has_the_same_secrets() {
    let template = template();
    let given = template["Globals"]["Function"]["Environment"]["Variables"]["ORIGIN_SECRETS"].to_string();
    assert!(given.contains("OriginSecrets.Value"), "{given}");
    let kept = template["Resources"]["OriginSecrets"]["Properties"]["Value"].to_string();
    assert!(kept.contains("${OriginSecretName}:SecretString:accepted::${OriginSecretVersion}"), "{kept}");
    for (name, resource) in template["Resources"].as_object().unwrap() {
        let own = &resource["Properties"]["Environment"]["Variables"]["ORIGIN_SECRETS"];
        // Only functions without a route override the globals: they get no secret.
        let has_alias = resource["Properties"]["AutoPublishAlias"].is_null();
        assert_eq!(*own, if has_alias { Value::Null } else { json!("") }, "{name}");
    }
}
