//! A catalogue that fails is left alone for a while.

use futures_util::future::join_all;

use super::{
    Scene, catalog, id, in_each_shape, kind,
    shapes::{SHAPES, Shape},
};
use crate::support::{catalogue::Reply, redis, time::TestClock};

/// A client that has seen the catalogue fail three times in a row.
async fn open(shape: &'static Shape) -> Scene {
    let scene = Scene::new(shape, Reply::new(200, "<html>")).await;
    for _ in 0..3 {
        assert_eq!(kind(&scene.product().await), "bad answer");
    }
    assert_eq!(scene.host.take_asked().len(), 3);
    scene
}

#[tokio::test]
async fn after_three_failures_in_a_row_the_catalogue_is_left_alone_for_five_seconds() {
    for shape in SHAPES {
        let scene = open(shape).await;
        scene.host.say(Reply::new(200, shape.good()));
        for _ in 0..10 {
            assert_eq!(kind(&scene.product().await), "left alone");
            assert_eq!(kind(&scene.catalog.clone().page(1).await), "left alone");
        }
        scene.clock.advance(4);
        assert_eq!(kind(&scene.product().await), "left alone");
        assert!(scene.host.take_asked().is_empty());
    }
}

#[tokio::test]
async fn after_the_pause_one_asks_and_an_answer_makes_all_well() {
    for shape in SHAPES {
        let scene = open(shape).await;
        scene.clock.advance(5);
        let outcomes = join_all((0..10).map(|_| scene.product())).await;
        assert_eq!(outcomes.iter().filter(|outcome| kind(outcome) == "left alone").count(), 9);
        assert_eq!(scene.host.take_asked().len(), 1);
        assert_eq!(kind(&scene.product().await), "left alone", "the one that asked was answered with nonsense");

        scene.host.say(shape.absent());
        scene.clock.advance(5);
        assert_eq!(scene.product().await.unwrap(), None);
        for outcome in join_all((0..10).map(|_| scene.product())).await {
            outcome.unwrap();
        }
        assert_eq!(scene.host.take_asked().len(), 11);
    }
}

#[tokio::test]
async fn an_answer_in_between_begins_the_count_anew() {
    in_each_shape(async |shape| {
        for good in [Reply::new(200, shape.good()), shape.absent()] {
            let scene = Scene::new(shape, Reply::new(500, "")).await;
            for _ in 0..2 {
                assert_eq!(kind(&scene.product().await), "bad answer");
                assert_eq!(kind(&scene.product().await), "bad answer");
                // Each of the two asked three times.
                scene.host.say_first([good.clone()]);
                scene.product().await.unwrap();
            }
            assert_eq!(scene.host.take_asked().len(), 14);
        }
    })
    .await;
}

#[tokio::test]
async fn one_product_of_no_use_does_not_close_the_way_to_the_others() {
    for shape in SHAPES {
        let scene = Scene::new(shape, Reply::new(200, shape.with("price", "-1"))).await;
        for _ in 0..10 {
            assert_eq!(kind(&scene.product().await), "bad product");
        }
    }
}

#[tokio::test]
async fn a_host_that_is_gone_is_left_alone_too() {
    in_each_shape(async |shape| {
        let nowhere = format!("http://127.0.0.1:{}", redis::closed_port());
        let catalog = catalog(shape, &nowhere, &TestClock::new());
        let mut kinds = Vec::new();
        for _ in 0..4 {
            kinds.push(kind(&catalog.product(&id(shape.id)).await));
        }
        assert_eq!(kinds, ["no answer", "no answer", "no answer", "left alone"]);
    })
    .await;
}

#[tokio::test]
async fn an_id_that_cannot_be_the_catalogues_is_absent_also_while_it_is_left_alone() {
    for shape in SHAPES {
        let scene = open(shape).await;
        assert_eq!(scene.catalog.product(&id(shape.impossible[0])).await.unwrap(), None);
    }
}
