//! The routes in the code, `template.yaml` and the example events agree. `make registry` generates
//! the routes and the router of `cargo lambda watch`; `make check` compares both with the manifests
//! of the functions.

use std::collections::BTreeSet;

use functions::{FALLBACK, INVOKED, ROUTES, TRIGGERED};
use serde_json::Value;

use super::{functions_in_code, logical_id_of};
use crate::support::template::{example_event, template};

/// Method, path, function.
type RouteRow = (String, String, String);

fn routes_in_code() -> BTreeSet<RouteRow> {
    ROUTES.iter().map(|route| (route.method.to_string(), route.path.to_owned(), route.function.to_owned())).collect()
}

#[test]
fn no_route_is_listed_twice() {
    let mut listed = BTreeSet::new();
    for route in ROUTES {
        assert!(listed.insert((route.method.as_str(), route.path)), "{} {}", route.method, route.path);
    }
}

#[test]
fn the_api_in_the_template_calls_the_function_of_each_route() {
    let template = template();
    let definition = &template["Resources"]["HttpApi"]["Properties"]["DefinitionBody"];
    let mut routes = BTreeSet::new();
    for (path, methods) in definition["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters") {
            let reference = operation["x-amazon-apigateway-integration"]["$ref"].as_str().unwrap();
            let function = reference.strip_prefix("#/components/x-amazon-apigateway-integrations/").unwrap();
            let integration = &definition["components"]["x-amazon-apigateway-integrations"][function];
            let alias = format!("/${{{}.Alias}}/", logical_id_of(function));
            assert!(integration["uri"]["Sub"].as_str().unwrap().contains(&alias), "{function}: {integration}");
            let method = method.strip_prefix("x-amazon-apigateway-").unwrap_or(method).to_uppercase();
            routes.insert((method, path.clone(), function.to_owned()));
        }
    }
    let mut expected = routes_in_code();
    expected.insert(("ANY-METHOD".to_owned(), "$default".to_owned(), FALLBACK.to_owned()));
    assert_eq!(routes, expected);
}

#[test]
fn every_function_has_an_example_event_that_matches_its_trigger() {
    for name in functions_in_code() {
        let event: Value = serde_json::from_str(&example_event(&name)).unwrap();
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
}
