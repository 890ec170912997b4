//! The stored OpenAPI document equals the generated one and has every route with its callers.
//! `support/document.rs` validates every response that a test receives against it.

use std::{collections::BTreeSet, fs};

use functions::ROUTES;
use serde_json::{Value, json};
use shared::http::route::Caller;

use crate::support::{
    document::{self, METHODS},
    template::project_file,
};

#[test]
fn the_stored_document_is_up_to_date() {
    let stored = fs::read_to_string(project_file("web/openapi.json")).unwrap();
    assert!(stored == openapi::json().unwrap(), "web/openapi.json is out of date: run `make openapi`");
}

/// Method, path, function.
type Row = (String, String, String);

fn operations() -> Vec<(Row, Value)> {
    let document = document::stored();
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        METHODS.iter().filter(|method| !item[*method].is_null()).map(move |method| {
            let id = item[*method]["operationId"].as_str().unwrap();
            let function = if id.starts_with("web-") { "web".to_owned() } else { id.replace("-replace", "-update") };
            ((method.to_uppercase(), path.clone(), function), item[*method].clone())
        })
    });
    operations.collect()
}

#[test]
fn the_document_and_the_code_have_the_same_routes() {
    let documented: BTreeSet<Row> = operations().into_iter().map(|(row, _)| row).collect();
    let routes =
        ROUTES.iter().map(|route| (route.method.to_string(), route.path.to_owned(), route.function.to_owned()));
    assert_eq!(documented, routes.collect());
}

#[test]
fn operation_ids_are_unique() {
    let operations = operations();
    let ids: BTreeSet<_> = operations.iter().map(|(_, operation)| operation["operationId"].as_str()).collect();
    assert_eq!(ids.len(), ROUTES.len());
}

#[test]
fn the_document_and_the_code_allow_the_same_callers() {
    for ((method, path, _), operation) in operations() {
        let route = ROUTES.iter().find(|route| route.method.as_str() == method && route.path == path).unwrap();
        let expected = match route.caller {
            // A token is optional on routes that count requests by user, else by address.
            Caller::Anyone if operation["security"] == json!([{}, {"bearer": []}]) => continue,
            Caller::Anyone => json!([]),
            Caller::User => json!([{"bearer": []}]),
            Caller::Admin => json!([{"bearer": ["admin"]}]),
        };
        assert_eq!(operation["security"], expected, "{method} {path}");
    }
}
