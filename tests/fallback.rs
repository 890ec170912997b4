//! API Gateway's `$default` route.

use functions::{FALLBACK, ROUTES, fallback};
use http::{Method, header};

use crate::support::{app::TestApp, request::with_unknown_ids};

#[test]
fn the_function_knows_the_routes_of_all_functions() {
    let routes: Vec<_> = ROUTES.iter().map(|route| (route.method.clone(), route.path)).collect();
    assert_eq!(fallback::routes::ROUTES, routes);
}

#[tokio::test]
async fn an_unknown_path_is_404_for_every_method() {
    let app = TestApp::new().await;
    for method in [Method::GET, Method::POST, Method::DELETE, Method::TRACE, Method::from_bytes(b"BREW").unwrap()] {
        for path in ["/x", "/v1", "/v2/watchlists", "/v1/watchlists/items/a/b", "/%2e%2e/etc/passwd", "//evil.example/"]
        {
            app.call(method.clone(), path).send().await.expect_problem(404, "NOT_FOUND");
        }
    }
}

#[tokio::test]
async fn an_unsupported_method_is_405_with_allow() {
    let app = TestApp::new().await;
    let cases = [
        (Method::DELETE, "/v1/watchlists", "GET"),
        (Method::PUT, "/v1/watchlists/items/x", "GET, PATCH, DELETE"),
        (Method::GET, "/v1/auth/login", "POST"),
        (Method::from_bytes(b"BREW").unwrap(), "/health/", "GET"),
    ];
    for (method, path, allow) in cases {
        let answer = app.call(method, path).send().await;
        answer.expect_problem(405, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header(header::ALLOW), allow);
    }
}

#[tokio::test]
async fn each_function_rejects_unsupported_methods_and_unknown_paths() {
    let app = TestApp::new().await;
    for route in ROUTES {
        let path = with_unknown_ids(route.path);
        let answer = app.call(Method::TRACE, &path).send_to(route.function).await;
        answer.expect_problem(405, "METHOD_NOT_ALLOWED");
        let of_function = ROUTES.iter().filter(|other| other.function == route.function);
        let mut allowed: Vec<&str> = of_function.map(|other| other.method.as_str()).collect();
        // `web` has one method at all of its paths.
        allowed.dedup();
        assert_eq!(answer.header(header::ALLOW), allowed.join(", "));
        app.call(route.method.clone(), "/elsewhere").send_to(route.function).await.expect_problem(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn a_path_with_a_trailing_slash_is_redirected() {
    let app = TestApp::new().await;
    for route in ROUTES.iter().filter(|route| route.path != "/") {
        let path = with_unknown_ids(route.path);
        let answer = app.call(route.method.clone(), &format!("{path}/?a=1&b=2")).send_to(FALLBACK).await;
        answer.expect(308);
        assert_eq!(answer.header(header::LOCATION), format!("{path}?a=1&b=2"));
    }
    app.get("/").send_to(FALLBACK).await.expect_problem(404, "NOT_FOUND");
    app.get("//evil.example/v1/auth/me/").send_to(FALLBACK).await.expect_problem(404, "NOT_FOUND");
}
