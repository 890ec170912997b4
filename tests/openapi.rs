//! The API's document: what is stored is what the code says, it has every route, and the README promises nothing that it does
//! not. Whether it is true, `support/document.rs` checks with every answer that any test gets.

use std::{collections::BTreeSet, fs};

use serde_json::Value;
use shared::http::routes::{ROUTES, Route};

use crate::support::{
    document::{self, METHODS},
    template::project_file,
};

/// The function of the console's pages and files, which are for browsers and no part of the API.
const CONSOLE: &str = "web";

fn routes() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.function != CONSOLE)
}

#[test]
fn the_stored_document_is_what_the_code_says() {
    let stored = fs::read_to_string(project_file("web/openapi.json")).unwrap();
    assert!(stored == openapi::json().unwrap(), "web/openapi.json is not what the code says: run `make openapi`");
}

/// Method, path, function.
type Row = (String, String, String);

fn operations() -> Vec<(Row, Value)> {
    let document = document::stored();
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        METHODS.iter().filter(|method| !item[*method].is_null()).map(move |method| {
            let id = item[*method]["operationId"].as_str().unwrap();
            ((method.to_uppercase(), path.clone(), id.replace("-replace", "-update")), item[*method].clone())
        })
    });
    operations.collect()
}

#[test]
fn the_document_and_the_code_have_the_same_routes() {
    let documented: BTreeSet<Row> = operations().into_iter().map(|(row, _)| row).collect();
    let routes = routes().map(|route| (route.method.to_string(), route.path.to_owned(), route.function.to_owned()));
    assert_eq!(documented, routes.collect());
}

#[test]
fn no_two_operations_have_the_same_id() {
    let operations = operations();
    let ids: BTreeSet<_> = operations.iter().map(|(_, operation)| operation["operationId"].as_str()).collect();
    assert_eq!(ids.len(), routes().count());
}

#[test]
fn the_readme_promises_no_answer_that_the_document_does_not_know() {
    let readme = fs::read_to_string(project_file("README.md")).unwrap();
    let rows: Vec<Vec<&str>> = readme
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
    assert_eq!(seen, routes().count());
}
