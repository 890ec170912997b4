//! Each fault as a caller of the catalogue meets it.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{LISTS, StandIn, products};

/// Products and lists of every shape.
fn everything() -> Vec<String> {
    products().into_iter().chain(LISTS.map(String::from)).collect()
}

async fn failing(fault: &str) -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.switch(&format!(r#"{{"fail": "{fault}"}}"#)).await;
    stand_in
}

/// All that is sent for a request until the connection ends.
async fn raw(stand_in: &StandIn, path: &str) -> String {
    let mut stream = TcpStream::connect(stand_in.address).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: catalogue\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _reset_or_closed = stream.read_to_string(&mut answer).await;
    answer
}

#[tokio::test]
async fn error_is_a_500_and_not_found_a_404_that_is_not_the_catalogues_own() {
    for (fault, status) in [("error", StatusCode::INTERNAL_SERVER_ERROR), ("not_found", StatusCode::NOT_FOUND)] {
        let stand_in = failing(fault).await;
        for path in everything() {
            let answer = stand_in.get(&path).await;
            assert_eq!(answer.0, status, "{path}");
            assert!(serde_json::from_str::<Value>(&answer.1).is_err(), "{path}: {}", answer.1);
        }
    }
}

#[tokio::test]
async fn html_and_null_body_are_a_200_with_something_else_than_a_product() {
    for (fault, begin) in [("html", "<!doctype html>"), ("null_body", "null")] {
        let stand_in = failing(fault).await;
        for path in everything() {
            let (status, body) = stand_in.get(&path).await;
            assert!(status == StatusCode::OK && body.starts_with(begin), "{path}: {status} {body}");
        }
    }
}

#[tokio::test]
async fn truncated_is_half_the_json_that_looks_complete_to_http() {
    let stand_in = StandIn::start().await;
    for path in everything() {
        stand_in.switch(r#"{"fail": "off"}"#).await;
        let (_, whole) = stand_in.get(&path).await;
        stand_in.switch(r#"{"fail": "truncated"}"#).await;
        let answer = stand_in.send(Method::GET, &path, "").await.unwrap();
        assert_eq!(
            (answer.status(), answer.headers()["content-type"].as_bytes()),
            (StatusCode::OK, &b"application/json"[..])
        );
        assert_eq!(answer.headers()["content-length"], (whole.len() / 2).to_string());
        assert_eq!(answer.text().await.unwrap(), whole[..whole.len() / 2], "{path}");
    }
}

#[tokio::test]
async fn cut_off_promises_all_and_sends_half() {
    let stand_in = StandIn::start().await;
    for path in everything() {
        stand_in.switch(r#"{"fail": "off"}"#).await;
        let (_, whole) = stand_in.get(&path).await;
        stand_in.switch(r#"{"fail": "cut_off"}"#).await;
        let answer = stand_in.send(Method::GET, &path, "").await.unwrap();
        assert_eq!(answer.headers()["content-length"], whole.len().to_string());
        assert!(answer.text().await.is_err(), "{path}");
        let sent = raw(&stand_in, &path).await;
        assert!(sent.starts_with("HTTP/1.1 200") && sent.ends_with(&whole[..whole.len() / 2]), "{path}: {sent}");
    }
}

#[tokio::test]
async fn huge_is_the_truth_after_more_than_anybody_should_read() {
    let stand_in = failing("huge").await;
    let answer = stand_in.send(Method::GET, "/simple/products/7", "").await.unwrap();
    assert_eq!(answer.content_length(), None, "a reader must count by itself");
    let body = answer.bytes().await.unwrap();
    assert!(body.len() > 50 << 20, "{} bytes", body.len());
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["id"], 7);
}

#[tokio::test]
async fn redirect_leads_to_where_nothing_is() {
    let stand_in = failing("redirect").await;
    for path in everything() {
        let answer = stand_in.send(Method::GET, &path, "").await.unwrap();
        assert_eq!((answer.status(), answer.headers()["location"].as_bytes()), (StatusCode::FOUND, &b"/moved"[..]));
    }
    assert_eq!(stand_in.get("/moved").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn hang_never_answers_and_the_switches_still_do() {
    let stand_in = failing("hang").await;
    let url = format!("http://{}/simple/products/7", stand_in.address);
    let error = stand_in.client.get(url).timeout(Duration::from_millis(300)).send().await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    stand_in.set(Method::DELETE, "/control", "").await;
    assert_eq!(stand_in.get("/simple/products/7").await.0, StatusCode::OK);
}

#[tokio::test]
async fn down_closes_the_connection_without_a_byte_also_one_that_is_in_use() {
    let stand_in = StandIn::start().await;
    for path in everything() {
        stand_in.switch(r#"{"fail": "off"}"#).await;
        assert_eq!(stand_in.get(&path).await.0, StatusCode::OK, "so that the client keeps a connection");
        stand_in.switch(r#"{"fail": "down"}"#).await;
        let error = stand_in.send(Method::GET, &path, "").await.unwrap_err();
        assert!(error.is_request() && !error.is_timeout() && error.status().is_none(), "{path}: {error:?}");
        assert_eq!(raw(&stand_in, &path).await, "", "{path}");
    }
}

#[tokio::test]
async fn latency_delays_the_catalogue_and_nothing_else() {
    let stand_in = StandIn::start().await;
    stand_in.switch(r#"{"latency_ms": 400}"#).await;
    let started = Instant::now();
    stand_in.get("/simple/products/7").await;
    assert!(started.elapsed() >= Duration::from_millis(400), "{:?}", started.elapsed());

    stand_in.switch(r#"{"latency_ms": 60000}"#).await;
    let ask = |path: &str, patience| {
        stand_in
            .client
            .get(format!("http://{}{path}", stand_in.address))
            .timeout(Duration::from_millis(patience))
            .send()
    };
    assert!(ask("/simple/products/7", 300).await.unwrap_err().is_timeout());
    assert!(ask("/control", 30_000).await.is_ok());
    assert!(ask("/images/7.svg", 30_000).await.is_ok());
}

#[tokio::test]
async fn of_a_hundred_requests_exactly_the_given_percentage_fails_spread_evenly() {
    let stand_in = StandIn::start().await;
    for percent in [0, 1, 30, 50, 99, 100] {
        stand_in.switch(&format!(r#"{{"fail": "error", "fail_percent": {percent}}}"#)).await;
        let mut failed = Vec::new();
        for _ in 0..100 {
            failed.push(stand_in.get("/simple/products/7").await.0 == StatusCode::INTERNAL_SERVER_ERROR);
        }
        assert_eq!(failed.iter().filter(|failed| **failed).count(), percent);
        if percent == 50 {
            assert!(failed.chunks(2).all(|pair| pair == [false, true]), "{failed:?}");
        }
    }
}
