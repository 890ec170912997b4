//! There is no such product: only the catalogue itself can say so, in its own words.

use super::{
    Scene, id, kind,
    shapes::{FAKESTORE, LUIZALABS, SHAPES, SIMPLE},
};
use crate::support::catalogue::Reply;

#[tokio::test]
async fn a_product_is_absent_when_the_catalogue_says_so() {
    for shape in SHAPES {
        let scene = Scene::new(shape, shape.absent()).await;
        assert_eq!(scene.product().await.unwrap(), None, "{:?}", shape.kind);
        assert_eq!(scene.host.take_asked().len(), 1);
    }
}

#[tokio::test]
async fn the_words_of_one_shape_say_nothing_in_another() {
    for shape in SHAPES {
        for other in SHAPES.into_iter().filter(|other| other.kind != shape.kind) {
            let scene = Scene::new(shape, other.absent()).await;
            assert_eq!(kind(&scene.product().await), "bad answer", "{:?} in {:?}", other.kind, shape.kind);
        }
    }
}

#[tokio::test]
async fn a_404_of_something_else_does_not_make_a_product_absent() {
    let not_found = ["<html><h1>404 Not Found</h1></html>", "", "{}", "null", "[]", "\"not_found\"", "404"];
    let almost = [
        r#"{"code":"no_such_route"}"#,
        r#"{"code":404}"#,
        r#"{"code":null}"#,
        r#"["not_found"]"#,
        r#"{"detail":null}"#,
        r#"["Not found."]"#,
        r#"{"code":"not_found""#,
        r#"{"detail":"Not found.""#,
    ];
    for shape in SHAPES {
        for body in not_found.into_iter().chain(almost) {
            let scene = Scene::new(shape, Reply::new(404, body)).await;
            assert_eq!(kind(&scene.product().await), "bad answer", "{:?}: {body}", shape.kind);
        }
    }
}

#[tokio::test]
async fn the_right_words_with_another_status_do_not_make_a_product_absent() {
    for (shape, status, body) in [
        (&LUIZALABS, 200, r#"{"error_message":"x","code":"not_found"}"#),
        (&LUIZALABS, 410, r#"{"error_message":"x","code":"not_found"}"#),
        (&SIMPLE, 200, r#"{"detail":"Not found."}"#),
        (&SIMPLE, 403, r#"{"detail":"Not found."}"#),
        (&FAKESTORE, 404, "null"),
        (&FAKESTORE, 400, "null"),
        (&FAKESTORE, 200, ""),
        (&FAKESTORE, 200, "\"null\""),
    ] {
        let scene = Scene::new(shape, Reply::new(status, body)).await;
        let expected = if [400, 403, 410].contains(&status) { "refused" } else { "bad answer" };
        assert_eq!(kind(&scene.product().await), expected, "{:?}: {status} {body}", shape.kind);
    }
}

#[tokio::test]
async fn an_id_that_cannot_be_the_catalogues_is_absent_without_asking() {
    for shape in SHAPES {
        let scene = Scene::new(shape, Reply::new(500, "")).await;
        for impossible in shape.impossible {
            assert_eq!(scene.catalog.product(&id(impossible)).await.unwrap(), None, "{impossible}");
        }
        assert!(scene.host.take_asked().is_empty());
    }
}

#[tokio::test]
async fn the_largest_number_is_an_id() {
    for shape in [&FAKESTORE, &SIMPLE] {
        let largest = u64::MAX.to_string();
        let scene = Scene::new(shape, Reply::new(200, shape.with("id", &largest))).await;
        assert!(scene.catalog.product(&id(&largest)).await.unwrap().is_some());
        assert_eq!(scene.host.take_asked(), ["GET /products/18446744073709551615"]);
    }
}
