//! `GET /v1/products?page`

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{ProductsApp, with_reply};
use crate::support::stub_server::Reply;

#[tokio::test]
async fn the_pages_list_each_of_250_products_once_and_in_order() {
    let setup = ProductsApp::with_products(250).await;
    let (mut shown, mut next, mut sizes) = (Vec::new(), json!(1), Vec::new());
    while let Some(page) = next.as_u64() {
        let answer = setup.page(&format!("?page={page}")).await.expect(200).clone();
        assert_eq!((&answer["page"], &answer["stale"]), (&json!(page), &json!(false)));
        let products = answer["products"].as_array().unwrap();
        sizes.push(products.len());
        shown.extend(products.iter().map(|product| product["id"].as_str().unwrap().parse::<u32>().unwrap()));
        next = answer["next_page"].clone();
    }
    assert_eq!(next, Value::Null);
    // In this API, only an empty page ends the list.
    assert_eq!(sizes, [100, 100, 50, 0]);
    assert_eq!(shown, (1..=250).collect::<Vec<_>>());
    assert_eq!(setup.catalog_requests(), 4);
}

#[tokio::test]
async fn a_page_after_the_last_one_is_empty_and_has_no_next_page() {
    let setup = ProductsApp::with_products(3).await;
    for page in [2, 3, 10_000] {
        let answer = setup.page(&format!("?page={page}")).await.expect(200).clone();
        assert_eq!((&answer["products"], &answer["next_page"]), (&json!([]), &Value::Null), "{page}");
    }
}

#[tokio::test]
async fn an_invalid_page_number_is_rejected_without_a_request() {
    let setup = ProductsApp::with_products(3).await;
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
        let answer = setup.page(&format!("?page={page}")).await;
        assert_eq!(answer.field_errors(), [("page", code)], "{page}");
    }
    assert_eq!(setup.page("?page=1&page=2").await.field_errors(), [("page", "repeated")]);
    assert_eq!(setup.catalog_requests(), 0);
}

#[tokio::test]
async fn the_page_with_the_highest_number_has_no_next_page() {
    let page = r#"[{"id":1,"title":"Chair","price":1,"image_url":null}]"#;
    let (app, ada, _host) = with_reply(Reply::new(200, page)).await;
    let get = |page: u32| app.get(&format!("/v1/products?page={page}")).bearer(&ada.token).send();
    assert_eq!(get(9_999).await.expect(200)["next_page"], 10_000);
    assert_eq!(get(10_000).await.expect(200)["next_page"], Value::Null);
}

#[tokio::test]
async fn invalid_products_are_left_out_of_a_page() {
    let rows = r#"[
        {"id":1,"title":"Chair","price":1.10,"image_url":"https://img.example.com/1.png","review":"good"},
        {"id":2,"title":"","price":1}, {"id":3,"title":"Free","price":-1}, {"id":"4","title":"Text id","price":1},
        {"title":"No id","price":1}, {"id":5,"title":"A price as text","price":"1"}, null, 7, [], "x", {},
        {"id":6,"title":"Script","price":1,"image_url":"javascript:alert(1)"},
        {"id":9,"title":"Ta\u0000ble\r\nX-Forged: 1","price":1e2,"image_url":null,"review":null}
    ]"#;
    let (app, ada, _host) = with_reply(Reply::new(200, rows)).await;
    // From the catalogue, and then from the cache.
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
async fn a_page_without_a_valid_product_is_503_or_the_stale_copy() {
    let valid = r#"[{"id":1,"title":"Chair","price":1}]"#;
    let (app, ada, server) = with_reply(Reply::new(200, valid)).await;
    let get = |page: u32| app.get(&format!("/v1/products?page={page}")).bearer(&ada.token).send();
    let before = get(1).await.expect(200).clone();
    app.clock.advance(301);
    for invalid in [r#"[{"id":1}]"#, "null", "<html>"] {
        server.set_reply(Reply::new(200, invalid));
        app.clock.advance(6);
        let stale = get(1).await.expect(200).clone();
        assert_eq!((&stale["stale"], &stale["as_of"]), (&json!(true), &before["as_of"]), "{invalid}");
        assert_eq!(stale["products"], before["products"]);
        app.clock.advance(6);
        get(2).await.expect_problem(503, "UNAVAILABLE");
    }
}

#[tokio::test]
async fn a_product_is_fetched_even_if_a_page_with_it_is_cached() {
    let setup = ProductsApp::with_products(3).await;
    setup.page("").await.expect(200);
    setup.product("2").await.expect(200);
    let requests: BTreeSet<String> = setup.catalog.take_requests().into_iter().collect();
    assert_eq!(requests, BTreeSet::from(["/products/2".to_owned(), "/products?page=1".to_owned()]));
}
