//! Pages of products.

use shared::upstream::CatalogPage;

use super::{
    Scene, kind,
    shapes::{FAKESTORE, LUIZALABS, SHAPES, SIMPLE, Shape},
};
use crate::support::catalogue::Reply;

async fn page(shape: &'static Shape, number: u32, rows: &[String]) -> CatalogPage {
    Scene::new(shape, Reply::new(200, shape.page(rows))).await.catalog.page(number).await.unwrap()
}

fn ids(page: &CatalogPage) -> Vec<&str> {
    page.products.iter().map(|product| product.id.as_str()).collect()
}

#[tokio::test]
async fn a_page_has_products_in_the_catalogues_order() {
    for shape in SHAPES {
        let mut rows = shape.rows(3);
        rows.swap(0, 2);
        let page = page(shape, 1, &rows).await;
        assert_eq!(ids(&page), [3, 2, 1].map(|number| shape.numbered_id(number)), "{:?}", shape.kind);
        assert_eq!(page.products[0].snapshot.price.to_string(), "19.99");
        assert_eq!(page.products[0].snapshot.review.as_deref(), Some(shape.review_read));
    }
}

#[tokio::test]
async fn a_page_is_one_question() {
    for shape in SHAPES {
        let scene = Scene::new(shape, Reply::new(200, shape.page(&[]))).await;
        scene.catalog.page(7).await.unwrap();
        assert_eq!(scene.host.take_asked(), [format!("GET {}", shape.page_path)]);
    }
}

#[tokio::test]
async fn whether_there_is_more_is_told_as_each_shape_allows() {
    assert!(page(&LUIZALABS, 7, &LUIZALABS.rows(100)).await.has_more, "a full page");
    assert!(!page(&LUIZALABS, 7, &LUIZALABS.rows(99)).await.has_more);
    assert!(page(&FAKESTORE, 1, &FAKESTORE.rows(101)).await.has_more, "one more than was wanted");
    assert!(!page(&FAKESTORE, 1, &FAKESTORE.rows(100)).await.has_more);
    assert!(page(&SIMPLE, 7, &SIMPLE.rows(1)).await.has_more, "only an empty page is the end");
}

#[tokio::test]
async fn a_page_of_a_catalogue_without_pages_is_cut_out() {
    let rows = FAKESTORE.rows(201);
    let second = page(&FAKESTORE, 2, &rows).await;
    let expected: Vec<_> = (101..=200).map(|number| number.to_string()).collect();
    assert_eq!(ids(&second), expected);
    assert!(second.has_more);
    let third = page(&FAKESTORE, 3, &rows).await;
    assert_eq!((ids(&third), third.has_more), (vec!["201"], false));
}

#[tokio::test]
async fn beyond_the_last_page_and_before_the_first_there_is_nothing() {
    let nothing = CatalogPage { products: Vec::new(), has_more: false };
    for shape in SHAPES {
        for number in [0, 1, 2, u32::MAX] {
            assert_eq!(page(shape, number, &[]).await, nothing, "{:?}: {number}", shape.kind);
        }
        let scene = Scene::new(shape, Reply::new(500, "")).await;
        assert_eq!(scene.catalog.page(0).await.unwrap(), nothing);
        assert!(scene.host.take_asked().is_empty());
    }
    assert_eq!(page(&FAKESTORE, 3, &FAKESTORE.rows(150)).await, nothing);
    let scene = Scene::new(&LUIZALABS, LUIZALABS.absent()).await;
    assert_eq!(scene.catalog.page(7).await.unwrap(), nothing);
}

#[tokio::test]
async fn a_page_is_never_absent_where_the_shape_has_an_empty_one() {
    for shape in [&FAKESTORE, &SIMPLE] {
        let scene = Scene::new(shape, shape.absent()).await;
        assert_eq!(kind(&scene.catalog.page(7).await), "bad answer", "{:?}", shape.kind);
    }
}

#[tokio::test]
async fn one_bad_row_is_left_out() {
    for shape in SHAPES {
        let bad = [
            shape.with("price", "\"19.99\""),
            shape.with("title", "null"),
            shape.with("id", "true"),
            shape.with(shape.image, "\"javascript:1\""),
            "null".to_owned(),
            "[1, 2]".to_owned(),
            "{}".to_owned(),
        ];
        for bad in bad {
            let mut rows = shape.rows(3);
            rows[1] = bad;
            let page = page(shape, 1, &rows).await;
            assert_eq!(ids(&page), [1, 3].map(|number| shape.numbered_id(number)), "{:?}: {}", shape.kind, rows[1]);
        }
    }
}

#[tokio::test]
async fn a_bad_row_moves_no_other_to_another_page() {
    let mut rows = FAKESTORE.rows(201);
    rows[4] = "null".to_owned();
    rows[149] = "null".to_owned();
    let second = page(&FAKESTORE, 2, &rows).await;
    assert_eq!((second.products.len(), second.has_more), (99, true));
    assert_eq!((ids(&second)[0], ids(&second)[98]), ("101", "200"));
    let mut rows = LUIZALABS.rows(100);
    rows[4] = "null".to_owned();
    assert!(page(&LUIZALABS, 7, &rows).await.has_more, "it was full");
}

#[tokio::test]
async fn a_page_with_nothing_but_bad_rows_is_a_bad_answer() {
    for shape in SHAPES {
        let rows = [shape.with("price", "-1"), "null".to_owned()];
        let scene = Scene::new(shape, Reply::new(200, shape.page(&rows))).await;
        assert_eq!(kind(&scene.catalog.page(1).await), "bad answer", "{:?}", shape.kind);
    }
}

#[tokio::test]
async fn a_page_without_its_size_is_no_page() {
    let row = LUIZALABS.good();
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
        let scene = Scene::new(&LUIZALABS, Reply::new(200, body.clone())).await;
        assert_eq!(kind(&scene.catalog.page(1).await), "bad answer", "{body}");
    }
}
