//! What a broken catalogue says. It is never "there is no such product", and never a product.

use shared::domain;

use super::{
    Scene, catalog, id, in_each_shape, kind,
    shapes::{SHAPES, Shape},
};
use crate::support::{catalogue::Reply, ports, time::TestClock};

const HTML: &str = "<html><body><h1>Something went wrong</h1></body></html>";

/// Answers of no use, whatever was asked for.
fn useless(shape: &Shape) -> Vec<Reply> {
    let good = shape.good();
    let mut replies = vec![
        Reply::new(200, HTML),
        Reply::new(200, ""),
        Reply::new(204, ""),
        Reply::new(200, &good.as_bytes()[..good.len() - 1]),
        Reply::new(200, format!("{good}{good}")),
        Reply::new(200, format!("\u{feff}{good}")),
        Reply::new(200, [good.as_bytes(), &[0xff]].concat()),
        Reply::new(200, "[".repeat(200_000)),
        Reply::new(200, r#"{"a":"#.repeat(50_000)),
        Reply::new(200, "{}"),
        Reply::new(200, "true"),
        Reply::new(200, "\"maintenance\""),
        Reply::new(404, HTML),
        Reply::new(429, HTML),
        Reply::new(500, good.clone()),
        Reply::new(502, HTML),
        Reply::new(503, HTML),
        Reply::new(504, HTML),
        // Nobody asked for it to be packed.
        Reply::new(200, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0])
            .header("content-encoding", "gzip"),
    ];
    // Every field in one list, as if the names did not matter.
    let values: Vec<_> = shape.fields.iter().map(|(_, json)| *json).collect();
    replies.push(Reply::new(200, format!("[{}]", values.join(","))));
    replies
}

#[tokio::test]
async fn a_refused_question_is_neither_a_product_nor_an_absent_one_nor_a_fault_of_the_host() {
    in_each_shape(async |shape| {
        for status in [400, 401, 403, 410, 422] {
            let scene = Scene::new(shape, Reply::new(status, shape.good())).await;
            // More often than what opens the breaker.
            for _ in 0..5 {
                assert_eq!(kind(&scene.product().await), "refused", "{:?}: {status}", shape.kind);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_of_no_use_is_neither_a_product_nor_an_absent_one() {
    in_each_shape(async |shape| {
        for reply in useless(shape) {
            let scene = Scene::new(shape, reply.clone()).await;
            assert_eq!(kind(&scene.product().await), "bad answer", "{:?}: {reply:?}", shape.kind);
            assert_eq!(kind(&scene.catalog.page(1).await), "bad answer", "{:?}: {reply:?}", shape.kind);
        }
    })
    .await;
}

#[tokio::test]
async fn a_closed_port_is_no_answer() {
    in_each_shape(async |shape| {
        let catalog = catalog(shape, &format!("http://127.0.0.1:{}", ports::unused_port()), &TestClock::new());
        assert_eq!(kind(&catalog.product(&id(shape.id)).await), "no answer");
        assert_eq!(kind(&catalog.page(1).await), "no answer");
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_no_answer() {
    in_each_shape(async |shape| {
        // Half of it, with an end that would do for JSON.
        let body = format!("{}{}", shape.good(), " ".repeat(1000));
        let scene = Scene::new(shape, Reply::new(200, body).cut_off()).await;
        assert_eq!(kind(&scene.product().await), "no answer", "{:?}", shape.kind);
    })
    .await;
}

#[tokio::test]
async fn a_host_that_does_not_speak_http_is_no_answer() {
    in_each_shape(async |shape| {
        let endless = Reply::new(200, shape.good()).header("x-much", &"x".repeat(2_000_000));
        let scene = Scene::new(shape, endless).await;
        assert_eq!(kind(&scene.product().await), "no answer", "{:?}", shape.kind);
    })
    .await;
}

#[tokio::test]
async fn a_client_is_told_only_that_it_may_try_again() {
    for shape in SHAPES {
        let scene = Scene::new(shape, Reply::new(200, HTML)).await;
        let error = domain::Error::from(scene.product().await.unwrap_err());
        assert!(matches!(&error, domain::Error::Unavailable(_)), "{error:?}");
        let cause = domain::error_chain(std::error::Error::source(&error)).unwrap();
        assert_eq!(cause, "the catalogue's response is invalid: not JSON");
    }
}
