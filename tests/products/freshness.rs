//! How old an answer may be.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Scene, stored};

#[tokio::test]
async fn a_product_is_shown_as_the_catalogue_has_it() {
    let scene = Scene::selling(1).await;
    scene.shop.put(1, "Chair", "12.5", None);
    let mut answer = scene.product("1").await.expect(200).clone();
    let as_of = answer["as_of"].take();
    assert!(as_of.as_str().unwrap().starts_with("2026-03-01T12:00:00."), "{as_of}");
    let expected = json!({
        "id": "1", "title": "Chair", "image_url": "https://img.example.com/1.png", "price": "12.50", "review": null,
        "as_of": null, "stale": false,
    });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn a_product_is_asked_for_once_in_five_minutes_whoever_wants_it() {
    let mut scene = Scene::selling(1).await;
    let first = scene.product("1").await.expect(200).clone();
    let bob = scene.app.user("bob@example.com").await;
    let elsewhere = scene.app.other_instances();
    for _ in 0..5 {
        assert_eq!(scene.product("1").await.expect(200), &first);
        assert_eq!(elsewhere.get("/v1/products/1").bearer(&bob.token).send().await.expect(200), &first);
    }
    scene.app.clock.advance(299);
    scene.shop.set_price(1, "11.00");
    let asks = (0..20).map(|_| scene.product("1"));
    assert!(join_all(asks).await.iter().all(|answer| answer.expect(200) == &first));
    assert_eq!(scene.questions(), 1);

    scene.wait(1).await;
    let second = scene.product("1").await.expect(200).clone();
    assert_eq!((&second["price"], &second["stale"]), (&json!("11.00"), &json!(false)));
    assert!(second["as_of"].as_str() > first["as_of"].as_str());
    assert_eq!(scene.product("1").await.expect(200), &second);
    assert_eq!(scene.questions(), 1);
}

#[tokio::test]
async fn a_page_is_asked_for_once_in_five_minutes_whoever_wants_it() {
    let mut scene = Scene::selling(3).await;
    let first = scene.page("").await.expect(200).clone();
    scene.shop.set_price(2, "11.00");
    scene.app.clock.advance(299);
    for query in ["?page=1", "", "?page=1"] {
        assert_eq!(scene.page(query).await.expect(200), &first);
    }
    assert_eq!(scene.questions(), 1);
    scene.wait(1).await;
    let second = scene.page("").await.expect(200).clone();
    assert_eq!(second["products"][1]["price"], "11.00");
    assert!(second["as_of"].as_str() > first["as_of"].as_str());
    assert_eq!(scene.questions(), 1);
}

/// What it answers while the catalogue is down is what it answered before, and says so.
fn assert_stale(answer: &Value, before: &Value) {
    let mut expected = before.clone();
    expected["stale"] = json!(true);
    assert_eq!(answer, &expected);
}

#[tokio::test]
async fn a_product_past_its_age_is_served_as_stale_while_the_catalogue_is_down() {
    let mut scene = Scene::selling(1).await;
    let before = scene.product("1").await.expect(200).clone();
    scene.shop.set_down(true);
    assert_eq!(scene.product("1").await.expect(200), &before, "it is young enough");
    scene.wait(301).await;
    scene.questions();
    // The first three ask, each three times; then the breaker is open.
    for _ in 0..5 {
        assert_stale(scene.product("1").await.expect(200), &before);
    }
    assert_eq!(scene.questions(), 9);
    scene.shop.set_down(false);
    scene.shop.set_price(1, "11.00");
    assert_stale(scene.product("1").await.expect(200), &before);
    scene.wait(5).await;
    let after = scene.product("1").await.expect(200).clone();
    assert_eq!((&after["price"], &after["stale"]), (&json!("11.00"), &json!(false)));
}

#[tokio::test]
async fn a_page_past_its_age_is_served_as_stale_while_the_catalogue_is_down() {
    let mut scene = Scene::selling(120).await;
    let before = scene.page("?page=2").await.expect(200).clone();
    scene.shop.set_down(true);
    scene.wait(301).await;
    assert_stale(scene.page("?page=2").await.expect(200), &before);
    scene.page("?page=1").await.expect_problem(503, "UNAVAILABLE");
    scene.shop.set_down(false);
    scene.wait(5).await;
    assert_eq!(scene.page("?page=2").await.expect(200)["stale"], false);
}

#[tokio::test]
async fn days_later_it_is_still_there_to_be_served_as_stale() {
    let mut scene = Scene::selling(1).await;
    let (product, page) = (scene.product("1").await.expect(200).clone(), scene.page("").await.expect(200).clone());
    let kept_until = |sk| stored(&scene.app, sk)["expires_at"]["N"].as_str().unwrap().parse::<i64>().unwrap();
    let now = scene.app.clock.clock().now().as_second();
    for sk in ["CACHED", "PAGE#"] {
        assert!((7 * 86_400 - 2..=7 * 86_400).contains(&(kept_until(sk) - now)), "{sk}");
    }
    scene.shop.set_down(true);
    scene.wait(6 * 86_400).await;
    assert_stale(scene.product("1").await.expect(200), &product);
    assert_stale(scene.page("").await.expect(200), &page);
}

#[tokio::test]
async fn with_nothing_kept_the_answer_is_503_and_soon_after_the_product() {
    let mut scene = Scene::selling(1).await;
    scene.shop.set_down(true);
    for _ in 0..4 {
        let answer = scene.product("1").await;
        answer.expect_problem(503, "UNAVAILABLE");
        assert!(answer.number("retry-after") >= 1);
        scene.page("").await.expect_problem(503, "UNAVAILABLE");
    }
    scene.shop.set_down(false);
    scene.wait(5).await;
    assert_eq!(scene.product("1").await.expect(200)["price"], "10.00");
    assert_eq!(scene.page("").await.expect(200)["products"][0]["price"], "10.00");
}
