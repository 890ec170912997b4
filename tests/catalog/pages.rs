//! Pages of products.

use shared::upstream::CatalogPage;

use super::{
    StubbedCatalog,
    apis::{APIS, Api, FAKESTORE, LUIZALABS, SIMPLE},
    kind,
};
use crate::support::stub_server::Reply;

async fn page(api: &'static Api, number: u32, rows: &[String]) -> CatalogPage {
    StubbedCatalog::new(api, Reply::new(200, api.page(rows))).await.catalog.page(number).await.unwrap()
}

fn ids(page: &CatalogPage) -> Vec<&str> {
    page.products.iter().map(|product| product.id.as_str()).collect()
}

#[tokio::test]
async fn a_page_has_products_in_the_catalogues_order() {
    for api in APIS {
        let mut rows = api.rows(3);
        rows.swap(0, 2);
        let page = page(api, 1, &rows).await;
        assert_eq!(ids(&page), [3, 2, 1].map(|number| api.numbered_id(number)), "{:?}", api.kind);
        assert_eq!(page.products[0].snapshot.price.to_string(), "19.99");
        assert_eq!(page.products[0].snapshot.review.as_deref(), Some(api.review_read));
    }
}

#[tokio::test]
async fn a_page_takes_one_request() {
    for api in APIS {
        let stub = StubbedCatalog::new(api, Reply::new(200, api.page(&[]))).await;
        stub.catalog.page(7).await.unwrap();
        assert_eq!(stub.server.take_requests(), [format!("GET {}", api.page_path)]);
    }
}

#[tokio::test]
async fn has_more_follows_the_rules_of_each_api() {
    assert!(page(&LUIZALABS, 7, &LUIZALABS.rows(100)).await.has_more, "a full page");
    assert!(!page(&LUIZALABS, 7, &LUIZALABS.rows(99)).await.has_more);
    assert!(page(&FAKESTORE, 1, &FAKESTORE.rows(101)).await.has_more, "one more product than a page has");
    assert!(!page(&FAKESTORE, 1, &FAKESTORE.rows(100)).await.has_more);
    assert!(page(&SIMPLE, 7, &SIMPLE.rows(1)).await.has_more, "only an empty page ends the list");
}

#[tokio::test]
async fn a_page_of_an_api_without_pages_is_cut_out_of_the_list() {
    let rows = FAKESTORE.rows(201);
    let second = page(&FAKESTORE, 2, &rows).await;
    let expected: Vec<_> = (101..=200).map(|number| number.to_string()).collect();
    assert_eq!(ids(&second), expected);
    assert!(second.has_more);
    let third = page(&FAKESTORE, 3, &rows).await;
    assert_eq!((ids(&third), third.has_more), (vec!["201"], false));
}

#[tokio::test]
async fn page_zero_and_pages_after_the_last_one_are_empty() {
    let empty = CatalogPage { products: Vec::new(), has_more: false };
    for api in APIS {
        for number in [0, 1, 2, u32::MAX] {
            assert_eq!(page(api, number, &[]).await, empty, "{:?}: {number}", api.kind);
        }
        let stub = StubbedCatalog::new(api, Reply::new(500, "")).await;
        assert_eq!(stub.catalog.page(0).await.unwrap(), empty);
        assert!(stub.server.take_requests().is_empty());
    }
    assert_eq!(page(&FAKESTORE, 3, &FAKESTORE.rows(150)).await, empty);
    let stub = StubbedCatalog::new(&LUIZALABS, LUIZALABS.absent()).await;
    assert_eq!(stub.catalog.page(7).await.unwrap(), empty);
}

#[tokio::test]
async fn the_absence_format_is_invalid_for_a_page_of_an_api_with_empty_pages() {
    for api in [&FAKESTORE, &SIMPLE] {
        let stub = StubbedCatalog::new(api, api.absent()).await;
        assert_eq!(kind(&stub.catalog.page(7).await), "invalid response", "{:?}", api.kind);
    }
}

#[tokio::test]
async fn an_invalid_product_is_left_out_of_its_page() {
    for api in APIS {
        let invalid = [
            api.with("price", "\"19.99\""),
            api.with("title", "null"),
            api.with("id", "true"),
            api.with(api.image, "\"javascript:1\""),
            "null".to_owned(),
            "[1, 2]".to_owned(),
            "{}".to_owned(),
        ];
        for row in invalid {
            let mut rows = api.rows(3);
            rows[1] = row;
            let page = page(api, 1, &rows).await;
            assert_eq!(ids(&page), [1, 3].map(|number| api.numbered_id(number)), "{:?}: {}", api.kind, rows[1]);
        }
    }
}

#[tokio::test]
async fn an_invalid_product_does_not_shift_the_page_boundaries() {
    let mut rows = FAKESTORE.rows(201);
    rows[4] = "null".to_owned();
    rows[149] = "null".to_owned();
    let second = page(&FAKESTORE, 2, &rows).await;
    assert_eq!((second.products.len(), second.has_more), (99, true));
    assert_eq!((ids(&second)[0], ids(&second)[98]), ("101", "200"));
    let mut rows = LUIZALABS.rows(100);
    rows[4] = "null".to_owned();
    assert!(page(&LUIZALABS, 7, &rows).await.has_more, "the page was full");
}

#[tokio::test]
async fn a_page_without_a_valid_product_is_an_invalid_response() {
    for api in APIS {
        let rows = [api.with("price", "-1"), "null".to_owned()];
        let stub = StubbedCatalog::new(api, Reply::new(200, api.page(&rows))).await;
        assert_eq!(kind(&stub.catalog.page(1).await), "invalid response", "{:?}", api.kind);
    }
}

#[tokio::test]
async fn a_page_without_a_page_size_is_an_invalid_response() {
    let row = LUIZALABS.valid();
    for body in [
        format!(r#"{{"products":[{row}]}}"#),
        format!(r#"{{"meta":null,"products":[{row}]}}"#),
        format!(r#"{{"meta":[100],"products":[{row}]}}"#),
        format!(r#"{{"meta":{{"page_size":"100"}},"products":[{row}]}}"#),
        format!(r#"{{"meta":{{"page_size":-1}},"products":[{row}]}}"#),
        r#"{"meta":{"page_number":1,"page_size":100}}"#.to_owned(),
        r#"{"meta":{"page_number":1,"page_size":100},"products":{}}"#.to_owned(),
        format!("[{row}]"),
    ] {
        let stub = StubbedCatalog::new(&LUIZALABS, Reply::new(200, body.clone())).await;
        assert_eq!(kind(&stub.catalog.page(1).await), "invalid response", "{body}");
    }
}
