use std::collections::HashSet;

use reqwest::StatusCode;
use serde_json::json;

use super::{
    super::{Kind, base_url},
    TestCatalog, id,
};
use crate::ports::Port;

#[tokio::test]
async fn luizalabs_has_uuids_numbered_pages_and_an_error_with_a_code() {
    let catalog = TestCatalog::start().await;
    let (first, last) = (id(1), id(500));
    assert_eq!(id(42), "5a1e0ff5-0000-4000-8000-000000000042");

    let page = catalog.json("/luizalabs/api/product/?page=1").await;
    assert_eq!(page["meta"], json!({ "page_number": 1, "page_size": 100 }));
    assert_eq!(page["products"].as_array().unwrap().len(), 100);
    assert_eq!(page["products"][0]["id"], first);
    assert_eq!(catalog.json("/luizalabs/api/product/").await, page);
    assert_eq!(catalog.json("/luizalabs/api/product/?page=5").await["products"][99]["id"], last);

    let product = catalog.json(&format!("/luizalabs/api/product/{first}/")).await;
    assert_eq!(product, page["products"][0]);
    let fields: Vec<_> = product.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["brand", "id", "image", "price", "reviewScore", "title"]);
    assert!(product["reviewScore"].is_number());
    let same = catalog.json(&format!("/luizalabs/api/product/{}/", first.to_uppercase())).await;
    assert_eq!(same, product);

    let pages = ["6", "0", "-1", "x", "99999999999999999999"].map(|page| format!("?page={page}"));
    let ids = [id(501), id(0), "7".into(), id(7).replace('-', ""), format!("{}7", id(7))].map(|id| format!("{id}/"));
    for absent in pages.iter().chain(&ids) {
        let (status, body) = catalog.get(&format!("/luizalabs/api/product/{absent}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{absent}");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert!(body["code"] == "not_found" && body["error_message"].is_string(), "{absent}: {body}");
    }
}

#[tokio::test]
async fn fakestore_has_integer_ids_a_limit_and_null_for_unknown_products() {
    let catalog = TestCatalog::start().await;
    let list = catalog.json("/fakestore/products").await;
    assert_eq!(list.as_array().unwrap().len(), 500);
    assert_eq!(list[499]["id"], 500);
    for (limit, count) in [("3", 3), ("500", 500), ("501", 500), ("0", 500), ("-1", 500), ("x", 500), ("", 500)] {
        let list = catalog.json(&format!("/fakestore/products?limit={limit}")).await;
        assert_eq!(list.as_array().unwrap().len(), count, "limit={limit}");
    }

    let product = catalog.json("/fakestore/products/1").await;
    assert_eq!(product, list[0]);
    let fields: Vec<_> = product.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["category", "description", "id", "image", "price", "rating", "title"]);
    assert!(product["rating"]["rate"].is_number() && product["rating"]["count"].is_u64());

    for absent in ["0", "501", "99999999999", "-1", "x", "1.0"] {
        assert_eq!(catalog.get(&format!("/fakestore/products/{absent}")).await, (StatusCode::OK, "null".into()));
    }
}

#[tokio::test]
async fn simple_has_plain_pages_reviews_in_words_and_errors_with_a_detail() {
    let catalog = TestCatalog::start().await;
    let page = catalog.json("/simple/products?page=2").await;
    assert_eq!(page.as_array().unwrap().len(), 100);
    assert_eq!((&page[0]["id"], &page[99]["id"]), (&json!(101), &json!(200)));
    assert_eq!(catalog.json("/simple/products").await, catalog.json("/simple/products?page=1").await);
    for beyond in ["6", "0", "-1", "x", "99999999999999999999"] {
        assert_eq!(catalog.json(&format!("/simple/products?page={beyond}")).await, json!([]), "page={beyond}");
    }

    let product = catalog.json("/simple/products/101").await;
    assert_eq!(product, page[0]);
    let fields: Vec<_> = product.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["id", "image_url", "price", "review", "title"]);
    assert!(product["review"].is_string());

    for absent in ["0", "501", "x"] {
        let (status, body) = catalog.get(&format!("/simple/products/{absent}")).await;
        assert_eq!((status, body.as_str()), (StatusCode::NOT_FOUND, r#"{"detail":"Not found."}"#), "{absent}");
    }
}

#[tokio::test]
async fn the_base_url_of_each_kind_serves_its_format() {
    let catalog = TestCatalog::start().await;
    let port = Port { number: catalog.address.port(), service: "the mock catalogue", setting: "CATALOG_PORT" };
    let product = format!("api/product/{}/", id(7));
    for (kind, product) in [("luizalabs", product.as_str()), ("fakestore", "products/7"), ("simple", "products/7")] {
        let address = format!("{}/{product}", base_url(port, kind.parse().unwrap()));
        assert_eq!(address, format!("http://{}/{kind}/{product}", catalog.address));
        assert_eq!(reqwest::get(address).await.unwrap().status(), StatusCode::OK, "{kind}");
    }
    assert!("Simple".parse::<Kind>().unwrap_err().to_string().contains("luizalabs, fakestore or simple"));
}

#[tokio::test]
async fn the_three_formats_serve_the_same_products() {
    let catalog = TestCatalog::start().await;
    for number in [1, 5, 250, 500] {
        let luizalabs = catalog.json(&format!("/luizalabs/api/product/{}/", id(number))).await;
        let fakestore = catalog.json(&format!("/fakestore/products/{number}")).await;
        let simple = catalog.json(&format!("/simple/products/{number}")).await;
        assert_eq!(fakestore["title"], luizalabs["title"]);
        assert_eq!(simple["title"], luizalabs["title"]);
        assert_eq!(fakestore["price"], luizalabs["price"]);
        assert_eq!(simple["price"], luizalabs["price"]);
        let reviews = [luizalabs.get("reviewScore"), fakestore.get("rating"), simple.get("review")];
        assert!(reviews.iter().all(|review| review.is_none() == (number % 5 == 0)), "{number}: {reviews:?}");
    }
}

#[tokio::test]
async fn five_hundred_products_have_unique_titles_and_prices_with_two_decimals() {
    let catalog = TestCatalog::start().await;
    let (_, text) = catalog.get("/fakestore/products").await;
    assert!(text.len() < 256 << 10, "{} bytes", text.len());
    let prices: Vec<_> = text.split(r#""price":"#).skip(1).map(|rest| rest.split(',').next().unwrap()).collect();
    assert_eq!(prices.len(), 500);
    for price in &prices {
        let (units, hundredths) = price.split_once('.').unwrap();
        assert!(units.parse::<u32>().is_ok() && hundredths.len() == 2, "{price}");
    }
    assert!(prices.iter().any(|price| price.ends_with('0')), "no price ends with the zero that a float would drop");
    let list: serde_json::Value = serde_json::from_str(&text).unwrap();
    let titles: HashSet<_> = list.as_array().unwrap().iter().map(|product| product["title"].to_string()).collect();
    assert_eq!(titles.len(), 500);
}

#[tokio::test]
async fn every_product_has_an_image_at_its_url() {
    let catalog = TestCatalog::start().await;
    let product = catalog.json("/simple/products/500").await;
    let image = reqwest::get(product["image_url"].as_str().unwrap()).await.unwrap();
    assert_eq!(image.headers()["content-type"], "image/svg+xml");
    let image = image.text().await.unwrap();
    assert!(image.starts_with("<svg") && image.contains(product["title"].as_str().unwrap()), "{image}");
    for absent in ["501.svg", "x.svg", "7", "7.png", ".svg"] {
        assert_eq!(catalog.get(&format!("/images/{absent}")).await.0, StatusCode::NOT_FOUND, "{absent}");
    }
}
