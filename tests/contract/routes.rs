//! The route list in the code, `template.yaml`, the router of `cargo lambda watch`, the folders and
//! the example events agree.

use std::{collections::BTreeSet, fs};

use serde_json::Value;
use shared::http::routes::{FALLBACK, INVOKED, ROUTES, TRIGGERED};

use super::{functions_in_code, functions_in_template};
use crate::support::template::project_file;

/// Method, path, function.
type RouteRow = (String, String, String);

fn routes_in_code() -> BTreeSet<RouteRow> {
    ROUTES.iter().map(|route| (route.method.to_string(), route.path.to_owned(), route.function.to_owned())).collect()
}

#[test]
fn template_and_code_have_the_same_routes() {
    let mut routes = BTreeSet::new();
    for (function, properties) in functions_in_template() {
        for event in properties["Events"].as_object().into_iter().flat_map(|events| events.values()) {
            if TRIGGERED.contains(&function.as_str()) {
                continue;
            }
            assert_eq!(event["Type"], "HttpApi");
            let text = |name: &str| event["Properties"][name].as_str().unwrap().to_owned();
            routes.insert((text("Method"), text("Path"), function.clone()));
        }
    }
    let mut expected = routes_in_code();
    expected.insert(("ANY".to_owned(), "$default".to_owned(), FALLBACK.to_owned()));
    assert_eq!(routes, expected);
}

#[test]
fn folders_and_code_have_the_same_functions() {
    let folders = fs::read_dir(project_file("functions")).unwrap();
    let folders: BTreeSet<String> = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(folders, functions_in_code());
}

/// The router table that `Cargo.toml` must contain.
fn expected_router() -> String {
    let rows = ROUTES.iter().flat_map(|route| {
        let (method, function) = (&route.method, route.function);
        let with_slash = (!route.path.ends_with('/')).then(|| format!("{}/", route.path));
        [Some(route.path.to_owned()), with_slash]
            .into_iter()
            .flatten()
            .map(move |path| format!("  {{ path = \"{path}\", methods = [\"{method}\"], function = \"{function}\" }},"))
    });
    let rows: Vec<String> = rows.collect();
    format!("router = [\n{}\n]\n", rows.join("\n"))
}

#[test]
fn local_router_and_code_have_the_same_routes() {
    let expected = expected_router();
    let manifest: toml::Table = fs::read_to_string(project_file("Cargo.toml")).unwrap().parse().unwrap();
    let router = &manifest["workspace"]["metadata"]["lambda"]["watch"]["router"];
    let expected_router: toml::Table = expected.parse().unwrap();
    assert_eq!(router, &expected_router["router"], "[workspace.metadata.lambda.watch] must contain\n{expected}");
}

#[test]
fn every_function_has_an_example_event_that_matches_its_trigger() {
    for name in functions_in_code() {
        let text = fs::read_to_string(project_file(&format!("infra/events/{name}.json")));
        let event: Value =
            serde_json::from_str(&text.unwrap_or_else(|_| panic!("no example event for {name}"))).unwrap();
        if INVOKED.contains(&name.as_str()) {
            assert!(event["email"].is_string());
            continue;
        }
        if TRIGGERED.contains(&name.as_str()) {
            // tests/events.rs processes the content.
            assert!(event["Records"].is_array() || event["detail-type"] == "Scheduled Event", "{name}");
            continue;
        }
        // A function with several routes has an event for one of them.
        let routes = ROUTES.iter().filter(|route| route.function == name);
        let mut route_keys: Vec<String> = routes.map(|route| format!("{} {}", route.method, route.path)).collect();
        if route_keys.is_empty() {
            route_keys.push("$default".to_owned());
        }
        assert!(route_keys.iter().any(|key| event["routeKey"] == **key), "{name}: {route_keys:?}");
    }
    assert_eq!(fs::read_dir(project_file("infra/events")).unwrap().count(), functions_in_code().len());
}
