//! What a good catalogue says.

use shared::domain::{Price, Product, Snapshot};

use super::{
    Scene, catalog, id, kind,
    shapes::{FAKESTORE, SHAPES, Shape},
};
use crate::support::{
    catalogue::{Host, Reply},
    time::TestClock,
};

fn expected(shape: &Shape, review: Option<&str>) -> Product {
    Product {
        id: id(shape.id),
        snapshot: Snapshot {
            title: "A backpack".into(),
            image_url: Some("https://example.com/1.jpg".into()),
            price: Price::parse("19.99").unwrap(),
            review: review.map(Into::into),
        },
    }
}

#[tokio::test]
async fn a_product_is_read_by_one_question() {
    for shape in SHAPES {
        let scene = Scene::new(shape, Reply::new(200, shape.good())).await;
        assert_eq!(scene.product().await.unwrap(), Some(expected(shape, Some(shape.review_read))), "{:?}", shape.kind);
        assert_eq!(scene.host.take_asked(), [format!("GET {}", shape.product_path)]);
    }
}

#[tokio::test]
async fn a_product_may_have_no_review() {
    for shape in SHAPES {
        let scene = Scene::new(shape, Reply::new(200, "")).await;
        let mut without = vec![shape.without(shape.review), shape.with(shape.review, "null")];
        if shape.kind == FAKESTORE.kind {
            without.extend([shape.with("rating", "{}"), shape.with("rating", r#"{"rate":null,"count":0}"#)]);
        }
        for body in without {
            scene.host.say(Reply::new(200, body.clone()));
            assert_eq!(scene.product().await.unwrap(), Some(expected(shape, None)), "{body}");
        }
    }
}

#[tokio::test]
async fn the_configured_root_may_have_a_path_and_a_slash_at_its_end() {
    for shape in SHAPES {
        let host = Host::saying(Reply::new(200, shape.good())).await;
        for root in ["", "/", "/base", "/base/"] {
            let catalog = catalog(shape, &format!("{}{root}", host.url()), &TestClock::new());
            catalog.product(&id(shape.id)).await.unwrap().unwrap();
            let path = format!("GET {}{}", root.trim_end_matches('/'), shape.product_path);
            assert_eq!(host.take_asked(), [path]);
        }
    }
}

#[tokio::test]
async fn another_product_than_the_one_asked_for_is_refused() {
    for shape in SHAPES {
        let scene = Scene::new(shape, Reply::new(200, shape.good())).await;
        let other = scene.catalog.product(&id(shape.other_id)).await;
        assert_eq!(kind(&other), "bad answer", "{:?}", shape.kind);
    }
}

#[tokio::test]
async fn what_says_that_it_is_no_json_is_read_by_what_it_is() {
    for shape in SHAPES {
        let reply = Reply::new(200, format!(" \r\n{}\n", shape.good())).header("content-type", "text/plain");
        assert!(Scene::new(shape, reply).await.product().await.unwrap().is_some());
    }
}
