//! The effect of each fault on a caller.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{LIST_PATHS, TestCatalog, product_paths};

/// The paths of a product and a list in every format.
fn all_paths() -> Vec<String> {
    product_paths().into_iter().chain(LIST_PATHS.map(String::from)).collect()
}

async fn catalog_with_fault(fault: &str) -> TestCatalog {
    let catalog = TestCatalog::start().await;
    catalog.patch_control(&format!(r#"{{"fail": "{fault}"}}"#)).await;
    catalog
}

/// Sends a request over a raw connection and returns everything that arrives until it closes.
async fn raw_response(catalog: &TestCatalog, path: &str) -> String {
    let mut stream = TcpStream::connect(catalog.address).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: catalogue\r\n\r\n").as_bytes()).await.unwrap();
    let mut response = String::new();
    let _reset_or_closed = stream.read_to_string(&mut response).await;
    response
}

#[tokio::test]
async fn error_is_a_500_and_not_found_is_a_404_in_another_format() {
    for (fault, status) in [("error", StatusCode::INTERNAL_SERVER_ERROR), ("not_found", StatusCode::NOT_FOUND)] {
        let catalog = catalog_with_fault(fault).await;
        for path in all_paths() {
            let response = catalog.get(&path).await;
            assert_eq!(response.0, status, "{path}");
            assert!(serde_json::from_str::<Value>(&response.1).is_err(), "{path}: {}", response.1);
        }
    }
}

#[tokio::test]
async fn html_and_null_body_are_a_200_without_a_product() {
    for (fault, prefix) in [("html", "<!doctype html>"), ("null_body", "null")] {
        let catalog = catalog_with_fault(fault).await;
        for path in all_paths() {
            let (status, body) = catalog.get(&path).await;
            assert!(status == StatusCode::OK && body.starts_with(prefix), "{path}: {status} {body}");
        }
    }
}

#[tokio::test]
async fn truncated_sends_half_of_the_json_with_a_matching_content_length() {
    let catalog = TestCatalog::start().await;
    for path in all_paths() {
        catalog.patch_control(r#"{"fail": "off"}"#).await;
        let (_, whole) = catalog.get(&path).await;
        catalog.patch_control(r#"{"fail": "truncated"}"#).await;
        let response = catalog.send(Method::GET, &path, "").await.unwrap();
        assert_eq!(
            (response.status(), response.headers()["content-type"].as_bytes()),
            (StatusCode::OK, &b"application/json"[..])
        );
        assert_eq!(response.headers()["content-length"], (whole.len() / 2).to_string());
        assert_eq!(response.text().await.unwrap(), whole[..whole.len() / 2], "{path}");
    }
}

#[tokio::test]
async fn cut_off_announces_the_whole_body_and_sends_half() {
    let catalog = TestCatalog::start().await;
    for path in all_paths() {
        catalog.patch_control(r#"{"fail": "off"}"#).await;
        let (_, whole) = catalog.get(&path).await;
        catalog.patch_control(r#"{"fail": "cut_off"}"#).await;
        let response = catalog.send(Method::GET, &path, "").await.unwrap();
        assert_eq!(response.headers()["content-length"], whole.len().to_string());
        assert!(response.text().await.is_err(), "{path}");
        let sent = raw_response(&catalog, &path).await;
        assert!(sent.starts_with("HTTP/1.1 200") && sent.ends_with(&whole[..whole.len() / 2]), "{path}: {sent}");
    }
}

#[tokio::test]
async fn huge_sends_fifty_mebibytes_before_the_product() {
    let catalog = catalog_with_fault("huge").await;
    let response = catalog.send(Method::GET, "/simple/products/7", "").await.unwrap();
    assert_eq!(response.content_length(), None, "the reader could trust Content-Length");
    let body = response.bytes().await.unwrap();
    assert!(body.len() > 50 << 20, "{} bytes", body.len());
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["id"], 7);
}

#[tokio::test]
async fn redirect_leads_to_a_path_that_does_not_exist() {
    let catalog = catalog_with_fault("redirect").await;
    for path in all_paths() {
        let response = catalog.send(Method::GET, &path, "").await.unwrap();
        assert_eq!((response.status(), response.headers()["location"].as_bytes()), (StatusCode::FOUND, &b"/moved"[..]));
    }
    assert_eq!(catalog.get("/moved").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn hang_never_responds_and_the_control_api_still_works() {
    let catalog = catalog_with_fault("hang").await;
    let url = format!("http://{}/simple/products/7", catalog.address);
    let error = catalog.client.get(url).timeout(Duration::from_millis(300)).send().await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    catalog.control(Method::DELETE, "/control", "").await;
    assert_eq!(catalog.get("/simple/products/7").await.0, StatusCode::OK);
}

#[tokio::test]
async fn down_closes_new_and_reused_connections_without_a_response() {
    let catalog = TestCatalog::start().await;
    for path in all_paths() {
        catalog.patch_control(r#"{"fail": "off"}"#).await;
        assert_eq!(catalog.get(&path).await.0, StatusCode::OK, "this request opens the connection that is reused");
        catalog.patch_control(r#"{"fail": "down"}"#).await;
        let error = catalog.send(Method::GET, &path, "").await.unwrap_err();
        assert!(error.is_request() && !error.is_timeout() && error.status().is_none(), "{path}: {error:?}");
        assert_eq!(raw_response(&catalog, &path).await, "", "{path}");
    }
}

#[tokio::test]
async fn latency_delays_only_products_and_lists() {
    let catalog = TestCatalog::start().await;
    catalog.patch_control(r#"{"latency_ms": 400}"#).await;
    let started = Instant::now();
    catalog.get("/simple/products/7").await;
    assert!(started.elapsed() >= Duration::from_millis(400), "{:?}", started.elapsed());

    catalog.patch_control(r#"{"latency_ms": 60000}"#).await;
    let get_within = |path: &str, timeout_ms| {
        catalog
            .client
            .get(format!("http://{}{path}", catalog.address))
            .timeout(Duration::from_millis(timeout_ms))
            .send()
    };
    assert!(get_within("/simple/products/7", 300).await.unwrap_err().is_timeout());
    assert!(get_within("/control", 30_000).await.is_ok());
    assert!(get_within("/images/7.svg", 30_000).await.is_ok());
}

#[tokio::test]
async fn fail_percent_of_a_hundred_requests_fail_evenly_spread() {
    let catalog = TestCatalog::start().await;
    for percent in [0, 1, 30, 50, 99, 100] {
        catalog.patch_control(&format!(r#"{{"fail": "error", "fail_percent": {percent}}}"#)).await;
        let mut failed = Vec::new();
        for _ in 0..100 {
            failed.push(catalog.get("/simple/products/7").await.0 == StatusCode::INTERNAL_SERVER_ERROR);
        }
        assert_eq!(failed.iter().filter(|failed| **failed).count(), percent);
        if percent == 50 {
            assert!(failed.chunks(2).all(|pair| pair == [false, true]), "{failed:?}");
        }
    }
}
