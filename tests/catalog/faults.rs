//! Faulty responses. None of them makes a product absent or is read as a product.

use shared::domain;

use super::{
    StubbedCatalog,
    apis::{APIS, Api},
    catalog, for_each_api, id, kind,
};
use crate::support::{ports, stub_server::Reply, time::TestClock};

const HTML: &str = "<html><body><h1>Something went wrong</h1></body></html>";

/// Responses that are invalid for a product and for a page.
fn invalid_replies(api: &Api) -> Vec<Reply> {
    let valid = api.valid();
    let mut replies = vec![
        Reply::new(200, HTML),
        Reply::new(200, ""),
        Reply::new(204, ""),
        Reply::new(200, &valid.as_bytes()[..valid.len() - 1]),
        Reply::new(200, format!("{valid}{valid}")),
        Reply::new(200, format!("\u{feff}{valid}")),
        Reply::new(200, [valid.as_bytes(), &[0xff]].concat()),
        Reply::new(200, "[".repeat(200_000)),
        Reply::new(200, r#"{"a":"#.repeat(50_000)),
        Reply::new(200, "{}"),
        Reply::new(200, "true"),
        Reply::new(200, "\"maintenance\""),
        Reply::new(404, HTML),
        Reply::new(429, HTML),
        Reply::new(500, valid.clone()),
        Reply::new(502, HTML),
        Reply::new(503, HTML),
        Reply::new(504, HTML),
        // The client does not accept compressed responses.
        Reply::new(200, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0])
            .header("content-encoding", "gzip"),
    ];
    // The values of all fields, in an array instead of an object.
    let values: Vec<_> = api.fields.iter().map(|(_, json)| *json).collect();
    replies.push(Reply::new(200, format!("[{}]", values.join(","))));
    replies
}

#[tokio::test]
async fn a_4xx_is_rejected_and_does_not_open_the_breaker() {
    for_each_api(async |api| {
        for status in [400, 401, 403, 410, 422] {
            let stub = StubbedCatalog::new(api, Reply::new(status, api.valid())).await;
            // More often than the threshold of the breaker.
            for _ in 0..5 {
                assert_eq!(kind(&stub.product().await), "rejected", "{:?}: {status}", api.kind);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_faulty_response_is_an_invalid_response() {
    for_each_api(async |api| {
        for reply in invalid_replies(api) {
            let stub = StubbedCatalog::new(api, reply.clone()).await;
            assert_eq!(kind(&stub.product().await), "invalid response", "{:?}: {reply:?}", api.kind);
            assert_eq!(kind(&stub.catalog.page(1).await), "invalid response", "{:?}: {reply:?}", api.kind);
        }
    })
    .await;
}

#[tokio::test]
async fn a_closed_port_is_a_connection_error() {
    for_each_api(async |api| {
        let catalog = catalog(api, &format!("http://127.0.0.1:{}", ports::unused_port()), &TestClock::new());
        assert_eq!(kind(&catalog.product(&id(api.id)).await), "connection");
        assert_eq!(kind(&catalog.page(1).await), "connection");
    })
    .await;
}

#[tokio::test]
async fn a_truncated_response_is_a_connection_error() {
    for_each_api(async |api| {
        // The half that is sent is complete JSON.
        let body = format!("{}{}", api.valid(), " ".repeat(1000));
        let stub = StubbedCatalog::new(api, Reply::new(200, body).truncated()).await;
        assert_eq!(kind(&stub.product().await), "connection", "{:?}", api.kind);
    })
    .await;
}

#[tokio::test]
async fn an_oversized_header_is_a_connection_error() {
    for_each_api(async |api| {
        let endless = Reply::new(200, api.valid()).header("x-much", &"x".repeat(2_000_000));
        let stub = StubbedCatalog::new(api, endless).await;
        assert_eq!(kind(&stub.product().await), "connection", "{:?}", api.kind);
    })
    .await;
}

#[tokio::test]
async fn every_catalogue_error_is_unavailable_to_the_domain() {
    for api in APIS {
        let stub = StubbedCatalog::new(api, Reply::new(200, HTML)).await;
        let error = domain::Error::from(stub.product().await.unwrap_err());
        assert!(matches!(&error, domain::Error::Unavailable(_)), "{error:?}");
        let cause = domain::error_chain(std::error::Error::source(&error)).unwrap();
        assert_eq!(cause, "the catalogue's response is invalid: not JSON");
    }
}
