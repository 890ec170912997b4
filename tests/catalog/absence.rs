//! Absent products: only a response in the format of the API makes a product absent.

use super::{
    StubbedCatalog,
    apis::{APIS, FAKESTORE, LUIZALABS, SIMPLE},
    id, kind,
};
use crate::support::stub_server::Reply;

#[tokio::test]
async fn a_product_is_absent_when_the_catalogue_reports_it() {
    for api in APIS {
        let stub = StubbedCatalog::new(api, api.absent()).await;
        assert_eq!(stub.product().await.unwrap(), None, "{:?}", api.kind);
        assert_eq!(stub.server.take_requests().len(), 1);
    }
}

#[tokio::test]
async fn the_absence_format_of_one_api_is_invalid_for_another() {
    for api in APIS {
        for other in APIS.into_iter().filter(|other| other.kind != api.kind) {
            let stub = StubbedCatalog::new(api, other.absent()).await;
            assert_eq!(kind(&stub.product().await), "invalid response", "{:?} in {:?}", other.kind, api.kind);
        }
    }
}

#[tokio::test]
async fn a_404_in_another_format_does_not_make_a_product_absent() {
    let not_found = ["<html><h1>404 Not Found</h1></html>", "", "{}", "null", "[]", "\"not_found\"", "404"];
    let almost = [
        r#"{"code":"route_not_found"}"#,
        r#"{"code":404}"#,
        r#"{"code":null}"#,
        r#"["not_found"]"#,
        r#"{"detail":null}"#,
        r#"["Not found."]"#,
        r#"{"code":"not_found""#,
        r#"{"detail":"Not found.""#,
    ];
    for api in APIS {
        for body in not_found.into_iter().chain(almost) {
            let stub = StubbedCatalog::new(api, Reply::new(404, body)).await;
            assert_eq!(kind(&stub.product().await), "invalid response", "{:?}: {body}", api.kind);
        }
    }
}

#[tokio::test]
async fn the_absence_body_with_another_status_does_not_make_a_product_absent() {
    for (api, status, body) in [
        (&LUIZALABS, 200, r#"{"error_message":"x","code":"not_found"}"#),
        (&LUIZALABS, 410, r#"{"error_message":"x","code":"not_found"}"#),
        (&SIMPLE, 200, r#"{"detail":"Not found."}"#),
        (&SIMPLE, 403, r#"{"detail":"Not found."}"#),
        (&FAKESTORE, 404, "null"),
        (&FAKESTORE, 400, "null"),
        (&FAKESTORE, 200, ""),
        (&FAKESTORE, 200, "\"null\""),
    ] {
        let stub = StubbedCatalog::new(api, Reply::new(status, body)).await;
        let expected = if [400, 403, 410].contains(&status) { "rejected" } else { "invalid response" };
        assert_eq!(kind(&stub.product().await), expected, "{:?}: {status} {body}", api.kind);
    }
}

#[tokio::test]
async fn an_invalid_id_is_absent_without_a_request() {
    for api in APIS {
        let stub = StubbedCatalog::new(api, Reply::new(500, "")).await;
        for invalid in api.invalid_ids {
            assert_eq!(stub.catalog.product(&id(invalid)).await.unwrap(), None, "{invalid}");
        }
        assert!(stub.server.take_requests().is_empty());
    }
}

#[tokio::test]
async fn the_largest_integer_is_a_valid_id() {
    for api in [&FAKESTORE, &SIMPLE] {
        let largest = u64::MAX.to_string();
        let stub = StubbedCatalog::new(api, Reply::new(200, api.with("id", &largest))).await;
        assert!(stub.catalog.product(&id(&largest)).await.unwrap().is_some());
        assert_eq!(stub.server.take_requests(), ["GET /products/18446744073709551615"]);
    }
}
