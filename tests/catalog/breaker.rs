//! The circuit breaker of the catalogue.

use futures_util::future::join_all;

use super::{
    StubbedCatalog,
    apis::{APIS, Api},
    catalog, for_each_api, id, kind,
};
use crate::support::{ports, stub_server::Reply, time::TestClock};

/// A client with an open circuit breaker, after three failures in a row.
async fn open(api: &'static Api) -> StubbedCatalog {
    let stub = StubbedCatalog::new(api, Reply::new(200, "<html>")).await;
    for _ in 0..3 {
        assert_eq!(kind(&stub.product().await), "invalid response");
    }
    assert_eq!(stub.server.take_requests().len(), 3);
    stub
}

#[tokio::test]
async fn three_failures_in_a_row_open_the_breaker_for_five_seconds() {
    for api in APIS {
        let stub = open(api).await;
        stub.server.set_reply(Reply::new(200, api.valid()));
        for _ in 0..10 {
            assert_eq!(kind(&stub.product().await), "circuit open");
            assert_eq!(kind(&stub.catalog.clone().page(1).await), "circuit open");
        }
        stub.clock.advance(4);
        assert_eq!(kind(&stub.product().await), "circuit open");
        assert!(stub.server.take_requests().is_empty());
    }
}

#[tokio::test]
async fn after_the_pause_one_request_is_sent_and_its_success_closes_the_breaker() {
    for api in APIS {
        let stub = open(api).await;
        stub.clock.advance(5);
        let outcomes = join_all((0..10).map(|_| stub.product())).await;
        assert_eq!(outcomes.iter().filter(|outcome| kind(outcome) == "circuit open").count(), 9);
        assert_eq!(stub.server.take_requests().len(), 1);
        assert_eq!(kind(&stub.product().await), "circuit open", "the response of the test request was invalid");

        stub.server.set_reply(api.absent());
        stub.clock.advance(5);
        assert_eq!(stub.product().await.unwrap(), None);
        for outcome in join_all((0..10).map(|_| stub.product())).await {
            outcome.unwrap();
        }
        assert_eq!(stub.server.take_requests().len(), 11);
    }
}

#[tokio::test]
async fn a_success_resets_the_failure_count() {
    for_each_api(async |api| {
        for valid in [Reply::new(200, api.valid()), api.absent()] {
            let stub = StubbedCatalog::new(api, Reply::new(500, "")).await;
            for _ in 0..2 {
                assert_eq!(kind(&stub.product().await), "invalid response");
                assert_eq!(kind(&stub.product().await), "invalid response");
                // Each of the two sent three requests.
                stub.server.queue_replies([valid.clone()]);
                stub.product().await.unwrap();
            }
            assert_eq!(stub.server.take_requests().len(), 14);
        }
    })
    .await;
}

#[tokio::test]
async fn an_invalid_product_does_not_open_the_breaker() {
    for api in APIS {
        let stub = StubbedCatalog::new(api, Reply::new(200, api.with("price", "-1"))).await;
        for _ in 0..10 {
            assert_eq!(kind(&stub.product().await), "invalid product");
        }
    }
}

#[tokio::test]
async fn a_refused_connection_opens_the_breaker() {
    for_each_api(async |api| {
        let nowhere = format!("http://127.0.0.1:{}", ports::unused_port());
        let catalog = catalog(api, &nowhere, &TestClock::new());
        let mut kinds = Vec::new();
        for _ in 0..4 {
            kinds.push(kind(&catalog.product(&id(api.id)).await));
        }
        assert_eq!(kinds, ["connection", "connection", "connection", "circuit open"]);
    })
    .await;
}

#[tokio::test]
async fn an_invalid_id_is_absent_while_the_breaker_is_open() {
    for api in APIS {
        let stub = open(api).await;
        assert_eq!(stub.catalog.product(&id(api.invalid_ids[0])).await.unwrap(), None);
    }
}
