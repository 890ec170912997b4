//! Valid products.

use shared::domain::{Price, Product, Snapshot};

use super::{
    StubbedCatalog,
    apis::{APIS, Api, FAKESTORE},
    catalog, id, kind,
};
use crate::support::{
    stub_server::{Reply, StubServer},
    time::TestClock,
};

fn expected(api: &Api, review: Option<&str>) -> Product {
    Product {
        id: id(api.id),
        snapshot: Snapshot {
            title: "A backpack".into(),
            image_url: Some("https://example.com/1.jpg".into()),
            price: Price::parse("19.99").unwrap(),
            review: review.map(Into::into),
        },
    }
}

#[tokio::test]
async fn a_product_takes_one_request() {
    for api in APIS {
        let stub = StubbedCatalog::new(api, Reply::new(200, api.valid())).await;
        assert_eq!(stub.product().await.unwrap(), Some(expected(api, Some(api.review_read))), "{:?}", api.kind);
        assert_eq!(stub.server.take_requests(), [format!("GET {}", api.product_path)]);
    }
}

#[tokio::test]
async fn a_product_may_have_no_review() {
    for api in APIS {
        let stub = StubbedCatalog::new(api, Reply::new(200, "")).await;
        let mut without = vec![api.without(api.review), api.with(api.review, "null")];
        if api.kind == FAKESTORE.kind {
            without.extend([api.with("rating", "{}"), api.with("rating", r#"{"rate":null,"count":0}"#)]);
        }
        for body in without {
            stub.server.set_reply(Reply::new(200, body.clone()));
            assert_eq!(stub.product().await.unwrap(), Some(expected(api, None)), "{body}");
        }
    }
}

#[tokio::test]
async fn the_base_url_may_have_a_path_and_a_trailing_slash() {
    for api in APIS {
        let server = StubServer::new(Reply::new(200, api.valid())).await;
        for root in ["", "/", "/base", "/base/"] {
            let catalog = catalog(api, &format!("{}{root}", server.url()), &TestClock::new());
            catalog.product(&id(api.id)).await.unwrap().unwrap();
            let path = format!("GET {}{}", root.trim_end_matches('/'), api.product_path);
            assert_eq!(server.take_requests(), [path]);
        }
    }
}

#[tokio::test]
async fn a_product_with_another_id_is_an_invalid_response() {
    for api in APIS {
        let stub = StubbedCatalog::new(api, Reply::new(200, api.valid())).await;
        let other = stub.catalog.product(&id(api.other_id)).await;
        assert_eq!(kind(&other), "invalid response", "{:?}", api.kind);
    }
}

#[tokio::test]
async fn the_content_type_is_ignored() {
    for api in APIS {
        let reply = Reply::new(200, format!(" \r\n{}\n", api.valid())).header("content-type", "text/plain");
        assert!(StubbedCatalog::new(api, reply).await.product().await.unwrap().is_some());
    }
}
