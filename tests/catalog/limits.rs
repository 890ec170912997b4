//! The limits of a request: two seconds, 256 KiB, one host.

use std::time::{Duration, Instant};

use super::{
    StubbedCatalog,
    apis::{APIS, Api},
    for_each_api, kind,
};
use crate::support::stub_server::{ContentLength, Reply, StubServer};

async fn assert_times_out_after_two_seconds(api: &'static Api, reply: Reply) {
    let stub = StubbedCatalog::new(api, reply).await;
    let started = Instant::now();
    let (product, page) = tokio::join!(stub.product(), stub.catalog.page(1));
    assert_eq!((kind(&product), kind(&page)), ("timeout", "timeout"), "{:?}", api.kind);
    let elapsed = started.elapsed();
    assert!((1900..3000).contains(&elapsed.as_millis()), "{:?}: {elapsed:?}", api.kind);
}

#[tokio::test]
async fn a_missing_response_times_out_after_two_seconds() {
    for_each_api(async |api| assert_times_out_after_two_seconds(api, Reply::never()).await).await;
}

#[tokio::test]
async fn a_slow_response_times_out_after_two_seconds() {
    for_each_api(async |api| {
        assert_times_out_after_two_seconds(api, Reply::new(200, api.valid()).byte_by_byte()).await;
    })
    .await;
}

#[tokio::test]
async fn retries_share_the_two_seconds() {
    let slow_failure = Reply::new(500, "").delayed(Duration::from_millis(1200));
    for_each_api(async |api| assert_times_out_after_two_seconds(api, slow_failure.clone()).await).await;
}

#[tokio::test]
async fn reading_stops_long_before_fifty_megabytes() {
    for api in APIS {
        for content_length in [ContentLength::Declared, ContentLength::Omitted] {
            let page = api.page(&api.rows(1));
            for (reply, is_page) in [(api.valid(), false), (page, true)] {
                let stub = StubbedCatalog::new(api, Reply::new(200, reply).oversized(content_length)).await;
                let kind = if is_page { kind(&stub.catalog.page(1).await) } else { kind(&stub.product().await) };
                assert_eq!(kind, "rejected", "{:?}", api.kind);
                // More than the limit was sent, because the socket buffers take some.
                assert!(stub.server.bytes_sent() < 20_000_000, "{} bytes were sent", stub.server.bytes_sent());
            }
        }
    }
}

#[tokio::test]
async fn a_response_may_have_up_to_256_kib() {
    const MAX: usize = 256 * 1024;
    for api in APIS {
        let valid = api.valid();
        let padded = |bytes: usize| format!("{valid}{}", " ".repeat(bytes - valid.len()));
        assert!(StubbedCatalog::new(api, Reply::new(200, padded(MAX))).await.product().await.unwrap().is_some());
        let outcome = StubbedCatalog::new(api, Reply::new(200, padded(MAX + 1))).await.product().await;
        assert_eq!(outcome.unwrap_err().cause().unwrap(), "more than 262144 bytes");
        // The limit also applies to a response that reports absence.
        let absent = StubbedCatalog::new(api, api.absent().oversized(ContentLength::Omitted)).await;
        assert_eq!(kind(&absent.product().await), "rejected");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for api in APIS {
        let elsewhere = StubServer::new(Reply::new(200, api.valid())).await;
        for status in [301, 302, 303, 307, 308] {
            let location = format!("{}{}", elsewhere.url(), api.product_path);
            let stub = StubbedCatalog::new(api, Reply::redirect(status, &location)).await;
            assert_eq!(kind(&stub.product().await), "invalid response", "{status}");
            // A redirect to the same host is not followed either.
            stub.server.set_reply(Reply::redirect(status, api.product_path));
            assert_eq!(kind(&stub.product().await), "invalid response", "{status}");
            assert_eq!(stub.server.take_requests().len(), 2);
        }
        assert!(elsewhere.take_requests().is_empty());
    }
}
