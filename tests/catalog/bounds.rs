//! Two seconds in all, 256 KiB, one host.

use std::time::{Duration, Instant};

use super::{
    Scene, in_each_shape, kind,
    shapes::{SHAPES, Shape},
};
use crate::support::catalogue::{Host, Reply};

async fn assert_given_up_after_two_seconds(shape: &'static Shape, reply: Reply) {
    let scene = Scene::new(shape, reply).await;
    let started = Instant::now();
    let (product, page) = tokio::join!(scene.product(), scene.catalog.page(1));
    assert_eq!((kind(&product), kind(&page)), ("timeout", "timeout"), "{:?}", shape.kind);
    let taken = started.elapsed();
    assert!((1900..3000).contains(&taken.as_millis()), "{:?}: {taken:?}", shape.kind);
}

#[tokio::test]
async fn no_answer_is_given_up_after_two_seconds() {
    in_each_shape(async |shape| assert_given_up_after_two_seconds(shape, Reply::never()).await).await;
}

#[tokio::test]
async fn an_answer_that_drips_is_given_up_after_two_seconds() {
    in_each_shape(async |shape| {
        assert_given_up_after_two_seconds(shape, Reply::new(200, shape.good()).dripping()).await;
    })
    .await;
}

#[tokio::test]
async fn retries_take_none_but_the_same_two_seconds() {
    let slow_failure = Reply::new(500, "").late(Duration::from_millis(1200));
    in_each_shape(async |shape| assert_given_up_after_two_seconds(shape, slow_failure.clone()).await).await;
}

#[tokio::test]
async fn fifty_megabytes_are_cut_short() {
    for shape in SHAPES {
        for says_how_much in [true, false] {
            let page = shape.page(&shape.rows(1));
            for (reply, is_page) in [(shape.good(), false), (page, true)] {
                let scene = Scene::new(shape, Reply::new(200, reply).flooding(says_how_much)).await;
                let kind = if is_page { kind(&scene.catalog.page(1).await) } else { kind(&scene.product().await) };
                assert_eq!(kind, "refused", "{:?}", shape.kind);
                // What lay in buffers between us.
                assert!(scene.host.sent() < 20_000_000, "{} bytes were taken", scene.host.sent());
            }
        }
    }
}

#[tokio::test]
async fn an_answer_may_have_256_kib_and_not_a_byte_more() {
    const MOST: usize = 256 * 1024;
    for shape in SHAPES {
        let good = shape.good();
        let padded = |bytes: usize| format!("{good}{}", " ".repeat(bytes - good.len()));
        assert!(Scene::new(shape, Reply::new(200, padded(MOST))).await.product().await.unwrap().is_some());
        let outcome = Scene::new(shape, Reply::new(200, padded(MOST + 1))).await.product().await;
        assert_eq!(outcome.unwrap_err().cause().unwrap(), "more than 262144 bytes");
        // Also when it says that there is no such product.
        let absent = Scene::new(shape, shape.absent().flooding(false)).await;
        assert_eq!(kind(&absent.product().await), "refused");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for shape in SHAPES {
        let elsewhere = Host::saying(Reply::new(200, shape.good())).await;
        for status in [301, 302, 303, 307, 308] {
            let location = format!("{}{}", elsewhere.url(), shape.product_path);
            let scene = Scene::new(shape, Reply::redirect(status, &location)).await;
            assert_eq!(kind(&scene.product().await), "bad answer", "{status}");
            // Not on the same host either.
            scene.host.say(Reply::redirect(status, shape.product_path));
            assert_eq!(kind(&scene.product().await), "bad answer", "{status}");
            assert_eq!(scene.host.take_asked().len(), 2);
        }
        assert!(elsewhere.take_asked().is_empty());
    }
}
