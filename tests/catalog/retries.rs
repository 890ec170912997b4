//! Retries: at most two, for transient errors only.

use super::{StubbedCatalog, for_each_api, kind};
use crate::support::stub_server::{ContentLength, Reply, StubServer};

#[tokio::test]
async fn a_transient_error_is_retried() {
    for_each_api(async |api| {
        let valid = Reply::new(200, api.valid());
        for invalid in [Reply::new(500, ""), Reply::new(503, "<html>"), Reply::new(429, ""), valid.clone().truncated()]
        {
            for failures in [1, 2] {
                let stub = StubbedCatalog::new(api, valid.clone()).await;
                stub.server.queue_replies(vec![invalid.clone(); failures]);
                assert!(stub.product().await.unwrap().is_some(), "{invalid:?}");
                assert_eq!(stub.server.take_requests().len(), failures + 1);
                stub.server.queue_replies([invalid.clone()]);
                stub.server.set_reply(Reply::new(200, api.page(&api.rows(2))));
                assert_eq!(stub.catalog.page(1).await.unwrap().products.len(), 2);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn at_most_three_attempts_are_made() {
    for_each_api(async |api| {
        for invalid in [Reply::new(500, ""), Reply::new(429, ""), Reply::new(200, api.valid()).truncated()] {
            let stub = StubbedCatalog::new(api, invalid.clone()).await;
            stub.product().await.unwrap_err();
            assert_eq!(stub.server.take_requests().len(), 3, "{invalid:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_permanent_error_is_not_retried() {
    for_each_api(async |api| {
        let elsewhere = StubServer::new(Reply::new(200, api.valid())).await;
        for invalid in [
            Reply::new(200, "<html>"),
            Reply::new(200, "{"),
            Reply::new(200, api.with("price", "-1")),
            Reply::new(404, "<html>"),
            Reply::new(403, ""),
            Reply::redirect(302, &elsewhere.url()),
            Reply::new(200, api.valid()).oversized(ContentLength::Declared),
            Reply::new(200, api.valid()).oversized(ContentLength::Omitted),
        ] {
            let stub = StubbedCatalog::new(api, invalid.clone()).await;
            let outcome = stub.product().await;
            assert!(["invalid response", "invalid product", "rejected"].contains(&kind(&outcome)), "{outcome:?}");
            assert_eq!(stub.server.take_requests().len(), 1, "{invalid:?}");
        }
    })
    .await;
}
