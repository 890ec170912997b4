//! `GET /v1/products?page`

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Scene, before_host};
use crate::support::catalogue::Reply;

#[tokio::test]
async fn going_through_the_pages_shows_each_of_250_products_once_and_in_order() {
    let scene = Scene::selling(250).await;
    let (mut shown, mut next, mut sizes) = (Vec::new(), json!(1), Vec::new());
    while let Some(page) = next.as_u64() {
        let answer = scene.page(&format!("?page={page}")).await.expect(200).clone();
        assert_eq!((&answer["page"], &answer["stale"]), (&json!(page), &json!(false)));
        let products = answer["products"].as_array().unwrap();
        sizes.push(products.len());
        shown.extend(products.iter().map(|product| product["id"].as_str().unwrap().parse::<u32>().unwrap()));
        next = answer["next_page"].clone();
    }
    assert_eq!(next, Value::Null);
    // This catalogue says only by an empty page that there is no more.
    assert_eq!(sizes, [100, 100, 50, 0]);
    assert_eq!(shown, (1..=250).collect::<Vec<_>>());
    assert_eq!(scene.questions(), 4);
}

#[tokio::test]
async fn beyond_the_end_there_is_an_empty_page_and_no_next_one() {
    let scene = Scene::selling(3).await;
    for page in [2, 3, 10_000] {
        let answer = scene.page(&format!("?page={page}")).await.expect(200).clone();
        assert_eq!((&answer["products"], &answer["next_page"]), (&json!([]), &Value::Null), "{page}");
    }
}

#[tokio::test]
async fn what_is_no_number_of_a_page_is_refused_before_anybody_is_asked() {
    let scene = Scene::selling(3).await;
    for (page, code) in [
        ("0", "out_of_range"),
        ("-1", "out_of_range"),
        ("10001", "out_of_range"),
        ("99999999999999999999", "out_of_range"),
        ("abc", "not_an_integer"),
        ("1.5", "not_an_integer"),
        ("1e3", "not_an_integer"),
        ("%2B1", "not_an_integer"),
        ("%00", "not_an_integer"),
        ("", "not_an_integer"),
    ] {
        let answer = scene.page(&format!("?page={page}")).await;
        assert_eq!(answer.faults(), [("page", code)], "{page}");
    }
    assert_eq!(scene.page("?page=1&page=2").await.faults(), [("page", "repeated")]);
    assert_eq!(scene.questions(), 0);
}

#[tokio::test]
async fn the_last_page_that_can_be_asked_for_names_no_next_one() {
    let page = r#"[{"id":1,"title":"Chair","price":1,"image_url":null}]"#;
    let (app, ada, _host) = before_host(Reply::new(200, page)).await;
    let ask = |page: u32| app.get(&format!("/v1/products?page={page}")).bearer(&ada.token).send();
    assert_eq!(ask(9_999).await.expect(200)["next_page"], 10_000);
    assert_eq!(ask(10_000).await.expect(200)["next_page"], Value::Null);
}

#[tokio::test]
async fn rows_that_are_no_products_are_left_out_and_the_rest_of_their_page_is_served() {
    let rows = r#"[
        {"id":1,"title":"Chair","price":1.10,"image_url":"https://img.example.com/1.png","review":"good"},
        {"id":2,"title":"","price":1}, {"id":3,"title":"Free","price":-1}, {"id":"4","title":"Text id","price":1},
        {"title":"No id","price":1}, {"id":5,"title":"A price as text","price":"1"}, null, 7, [], "x", {},
        {"id":6,"title":"Script","price":1,"image_url":"javascript:alert(1)"},
        {"id":9,"title":"Ta\u0000ble\r\nX-Forged: 1","price":1e2,"image_url":null,"review":null}
    ]"#;
    let (app, ada, _host) = before_host(Reply::new(200, rows)).await;
    // As it comes from the catalogue, and as it was kept.
    for _ in 0..2 {
        let answer = app.get("/v1/products").bearer(&ada.token).send().await.expect(200).clone();
        let expected = json!([
            {"id": "1", "title": "Chair", "image_url": "https://img.example.com/1.png", "price": "1.10", "review": "good"},
            {"id": "9", "title": "Ta ble  X-Forged: 1", "image_url": null, "price": "100.00", "review": null},
        ]);
        assert_eq!((&answer["products"], &answer["next_page"]), (&expected, &json!(2)));
    }
}

#[tokio::test]
async fn a_page_of_nothing_but_nonsense_is_503_or_what_was_there_before() {
    let good = r#"[{"id":1,"title":"Chair","price":1}]"#;
    let (app, ada, host) = before_host(Reply::new(200, good)).await;
    let ask = |page: u32| app.get(&format!("/v1/products?page={page}")).bearer(&ada.token).send();
    let before = ask(1).await.expect(200).clone();
    app.clock.advance(301);
    for nonsense in [r#"[{"id":1}]"#, "null", "<html>"] {
        host.say(Reply::new(200, nonsense));
        app.clock.advance(6);
        let stale = ask(1).await.expect(200).clone();
        assert_eq!((&stale["stale"], &stale["as_of"]), (&json!(true), &before["as_of"]), "{nonsense}");
        assert_eq!(stale["products"], before["products"]);
        app.clock.advance(6);
        ask(2).await.expect_problem(503, "UNAVAILABLE");
    }
}

#[tokio::test]
async fn a_product_is_asked_for_by_itself_though_a_page_with_it_is_kept() {
    let scene = Scene::selling(3).await;
    scene.page("").await.expect(200);
    scene.product("2").await.expect(200);
    let asked: BTreeSet<String> = scene.shop.take_asked().into_iter().collect();
    assert_eq!(asked, BTreeSet::from(["/products/2".to_owned(), "/products?page=1".to_owned()]));
}
