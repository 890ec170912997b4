//! The stored OpenAPI document equals the generated one and has every route, and `docs/API.md`
//! lists only statuses that it documents. `support/document.rs` validates every response that a
//! test receives against it.

use std::{collections::BTreeSet, fs};

use serde_json::Value;
use shared::http::routes::ROUTES;

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
fn api_reference_lists_only_routes_and_statuses_of_the_document() {
    let reference = fs::read_to_string(project_file("docs/API.md")).unwrap();
    let rows: Vec<Vec<&str>> = reference
        .lines()
        .filter(|line| line.starts_with("| `") && line.contains(" /"))
        .map(|line| line.trim_matches(['|', ' ']).split(" | ").collect())
        .collect();
    let mut seen = 0;
    for ((method, path, function), operation) in operations() {
        let is_it = |row: &&Vec<&str>| {
            row.len() == 4
                && row[0].ends_with(&format!(" {path}`"))
                && row[0].contains(&method)
                && row[1] == format!("`{function}`")
        };
        let row = rows.iter().find(is_it).unwrap_or_else(|| panic!("no row for {method} {path}"));
        for status in row[3].split(", ") {
            assert!(!operation["responses"][status].is_null(), "{method} {path} does not document {status}");
        }
        seen += 1;
    }
    assert_eq!(seen, ROUTES.len());
}
