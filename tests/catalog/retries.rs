//! A question is asked again when the same one may be answered a moment later, twice at most.

use super::{Scene, in_each_shape, kind};
use crate::support::catalogue::{Host, Reply};

#[tokio::test]
async fn what_may_pass_is_asked_for_again() {
    in_each_shape(async |shape| {
        let good = Reply::new(200, shape.good());
        for bad in [Reply::new(500, ""), Reply::new(503, "<html>"), Reply::new(429, ""), good.clone().cut_off()] {
            for failures in [1, 2] {
                let scene = Scene::new(shape, good.clone()).await;
                scene.host.say_first(vec![bad.clone(); failures]);
                assert!(scene.product().await.unwrap().is_some(), "{bad:?}");
                assert_eq!(scene.host.take_asked().len(), failures + 1);
                scene.host.say_first([bad.clone()]);
                scene.host.say(Reply::new(200, shape.page(&shape.rows(2))));
                assert_eq!(scene.catalog.page(1).await.unwrap().products.len(), 2);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn three_tries_are_all() {
    in_each_shape(async |shape| {
        for bad in [Reply::new(500, ""), Reply::new(429, ""), Reply::new(200, shape.good()).cut_off()] {
            let scene = Scene::new(shape, bad.clone()).await;
            scene.product().await.unwrap_err();
            assert_eq!(scene.host.take_asked().len(), 3, "{bad:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_will_not_pass_is_not_asked_for_again() {
    in_each_shape(async |shape| {
        let elsewhere = Host::saying(Reply::new(200, shape.good())).await;
        for bad in [
            Reply::new(200, "<html>"),
            Reply::new(200, "{"),
            Reply::new(200, shape.with("price", "-1")),
            Reply::new(404, "<html>"),
            Reply::new(403, ""),
            Reply::redirect(302, &elsewhere.url()),
            Reply::new(200, shape.good()).flooding(true),
            Reply::new(200, shape.good()).flooding(false),
        ] {
            let scene = Scene::new(shape, bad.clone()).await;
            let outcome = scene.product().await;
            assert!(["bad answer", "bad product", "refused"].contains(&kind(&outcome)), "{outcome:?}");
            assert_eq!(scene.host.take_asked().len(), 1, "{bad:?}");
        }
    })
    .await;
}
