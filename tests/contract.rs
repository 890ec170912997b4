//! Comparisons of what is stated in two places: routes, permissions, network, queues, table,
//! alarms, documentation.
//!
//! | module | compares |
//! | --- | --- |
//! | [`routes`] | the code's routes, `template.yaml` and the example events |
//! | [`permissions`] | the policies in the templates and the keys that the code makes |
//! | [`network`] | where functions run and which of them use Redis |
//! | [`queues`] | queues, their functions and their dead-letter queues |
//! | [`table`] | the table in `template.yaml` and the one that the code creates locally |
//! | [`deployment`] | which functions have versions and a gradual deployment |
//! | [`operations`] | encryption, log retention, alarms and the dashboard |
//! | [`documentation`] | the tables, links and paths in the Markdown files |

mod deployment;
mod documentation;
mod network;
mod operations;
mod permissions;
mod queues;
mod routes;
mod table;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use functions::{FALLBACK, INVOKED, ROUTES, TRIGGERED};
use serde_json::Value;

use crate::support::template::{infra_template, project_file, template};

/// The names of all functions, according to the code.
fn functions_in_code() -> BTreeSet<String> {
    let served = ROUTES.iter().map(|route| route.function).chain([FALLBACK]);
    served.chain(INVOKED.iter().chain(TRIGGERED).copied()).map(str::to_owned).collect()
}

/// The properties of all functions in `template.yaml`, by name.
fn functions_in_template() -> BTreeMap<String, Value> {
    let template = template();
    let resources = template["Resources"].as_object().unwrap().iter();
    let functions = resources.filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function");
    functions
        .map(|(logical_id, resource)| {
            let code = resource["Properties"]["CodeUri"].as_str().unwrap();
            let name = code.trim_end_matches('/').strip_prefix("target/lambda/").unwrap().to_owned();
            assert_eq!(*logical_id, logical_id_of(&name));
            (name, resource["Properties"].clone())
        })
        .collect()
}

/// The logical id of a function in `template.yaml`: `AuthLoginFunction` for `auth-login`.
fn logical_id_of(function: &str) -> String {
    let pascal: String = function.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
    format!("{pascal}Function")
}

/// The managed policies of `template.yaml` that a function has.
fn shared_policies(properties: &Value) -> Vec<&str> {
    properties["Policies"].as_array().into_iter().flatten().filter_map(|policy| policy["Ref"].as_str()).collect()
}

/// All templates, by file name.
fn templates() -> BTreeMap<String, Value> {
    let files = fs::read_dir(project_file("infra")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let names = files.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
    let nested = names.map(|name| (name.clone(), infra_template(&name)));
    nested.chain([("template.yaml".to_owned(), template())]).collect()
}

/// The resources of these types in all templates, with their logical ids.
fn resources(types: &[&str]) -> Vec<(String, Value)> {
    let all = templates().into_values().flat_map(|template| template["Resources"].as_object().unwrap().clone());
    all.filter(|(_, resource)| types.contains(&resource["Type"].as_str().unwrap())).collect()
}
