//! What the templates promise beyond the routes: who may do what, what is kept how, who is told.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde_json::{Value, json};
use shared::http::routes::{INVOKED, TRIGGERED};

use super::functions_in_template;
use crate::support::template::{infra_template, project_file, template};

/// All templates by file name.
fn templates() -> BTreeMap<String, Value> {
    let files = fs::read_dir(project_file("infra")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let names = files.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
    let nested = names.map(|name| (name.clone(), infra_template(&name)));
    nested.chain([("template.yaml".to_owned(), template())]).collect()
}

/// The resources of these types in all templates, by name.
fn resources(types: &[&str]) -> Vec<(String, Value)> {
    let all = templates().into_values().flat_map(|template| template["Resources"].as_object().unwrap().clone());
    all.filter(|(_, resource)| types.contains(&resource["Type"].as_str().unwrap())).collect()
}

/// Everything in here that grants something, with the way to it: a policy of a role, of an endpoint, of whatever comes.
fn grants(way: &str, value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Object(members) if members.get("Effect") == Some(&json!("Allow")) => {
            vec![(way.to_owned(), value.clone())]
        }
        Value::Object(members) => {
            members.iter().flat_map(|(name, value)| grants(&format!("{way}/{name}"), value)).collect()
        }
        Value::Array(values) => {
            values.iter().enumerate().flat_map(|(i, value)| grants(&format!("{way}/{i}"), value)).collect()
        }
        _ => Vec::new(),
    }
}

/// The texts in a value, also those in `!Sub` and lists.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Object(members) => members.values().flat_map(texts).collect(),
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// Which grants may name all resources, by their way, and why.
const FOR_ALL_RESOURCES: [(&str, &str); 0] = [];

#[test]
fn no_permission_is_for_all_actions_or_all_resources() {
    let mut seen = 0;
    for (file, template) in templates() {
        for (way, grant) in grants(&file, &template) {
            seen += 1;
            assert_eq!([&grant["NotAction"], &grant["NotResource"]], [&Value::Null; 2], "{way}");
            for action in texts(&grant["Action"]) {
                assert!(action.contains(':') && !action.contains('*'), "{way} allows {action}");
            }
            let is_listed = FOR_ALL_RESOURCES.iter().any(|(listed, _)| *listed == way);
            // The trust policy of a role has no resources: it is the role's own.
            let resources = texts(&grant["Resource"]);
            assert!(!resources.is_empty() || texts(&grant["Action"]).iter().all(|it| it.starts_with("sts:")), "{way}");
            for resource in resources {
                assert!(!resource.trim_matches('*').is_empty() || is_listed, "{way} is for all resources");
            }
        }
    }
    assert!(seen > 100, "only {seen} grants found: they look different now");
}

#[test]
fn no_function_has_a_policy_by_name_or_a_role_from_elsewhere() {
    for (name, properties) in functions_in_template() {
        assert_eq!(properties["Role"], Value::Null, "{name}");
        for policy in properties["Policies"].as_array().into_iter().flatten() {
            assert!(!policy["Statement"].is_null(), "{name}: {policy} is not written out");
        }
    }
}

#[test]
fn a_route_is_shifted_to_a_new_version_and_nothing_else_has_versions() {
    let template = template();
    let globals = &template["Globals"]["Function"];
    assert_eq!([&globals["AutoPublishAlias"], &globals["Description"]], [&json!("live"), &json!({"Ref": "Release"})]);
    for (name, properties) in functions_in_template() {
        let has_route = !INVOKED.iter().chain(TRIGGERED).any(|other| *other == name);
        // Without the description a parameter that changes reaches the function, and no version of it.
        let expected = if has_route { [Value::Null, json!({"Ref": "Release"})] } else { [json!(""), Value::Null] };
        let given = ["AutoPublishAlias", "VersionDescription"];
        assert_eq!(given.map(|property| properties[property].clone()), expected, "{name}");
        // Four roles share the deployments; all else is said once, for all.
        let preference = properties["DeploymentPreference"].as_object().into_iter().flatten();
        let said: Vec<_> =
            preference.map(|(name, value)| (name.as_str(), value.is_object() || value == false)).collect();
        let expected: &[&[(&str, bool)]] = if has_route { &[&[], &[("Role", true)]] } else { &[&[("Enabled", true)]] };
        assert!(expected.contains(&said.as_slice()), "{name}: {said:?}");
    }
}

#[test]
fn what_is_kept_is_encrypted_and_logs_end() {
    let queues = resources(&["AWS::SQS::Queue"]);
    assert_eq!(queues.len(), 4);
    for (name, queue) in queues {
        assert_eq!(queue["Properties"]["SqsManagedSseEnabled"], true, "{name}");
    }
    let groups = resources(&["AWS::Logs::LogGroup"]);
    assert!(groups.len() >= 2);
    for (name, group) in groups {
        assert!(!group["Properties"]["RetentionInDays"].is_null(), "{name} is kept for ever");
    }
    let table = &template()["Resources"]["Table"]["Properties"];
    assert_eq!(table["SSESpecification"]["SSEEnabled"], true);
}

#[test]
fn operations_says_what_each_alarm_means() {
    let operations = fs::read_to_string(project_file("docs/OPERATIONS.md")).unwrap();
    let alarms = resources(&["AWS::CloudWatch::Alarm"]);
    assert!(alarms.len() >= 16);
    for (name, alarm) in alarms {
        assert!(operations.contains(&format!("`{name}`")), "docs/OPERATIONS.md says nothing of {name}");
        for property in ["AlarmActions", "OKActions", "TreatMissingData", "AlarmDescription"] {
            assert!(!alarm["Properties"][property].is_null(), "{name} lacks {property}");
        }
    }
}

#[test]
fn the_dashboard_is_json_once_its_names_are_filled_in() {
    let dashboard = infra_template("dashboard.yaml");
    let body = dashboard["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Sub"].as_str().unwrap();
    let mut given: Vec<String> = dashboard["Parameters"].as_object().unwrap().keys().cloned().collect();
    given.push("AWS::Region".to_owned());
    let mut text = body.to_owned();
    for name in given {
        assert!(body.contains(&format!("${{{name}}}")), "{name} is not used");
        text = text.replace(&format!("${{{name}}}"), "x");
    }
    assert!(!text.contains("${"), "a name is missing");
    let body: Value = serde_json::from_str(&text).unwrap();
    let places: BTreeSet<String> =
        body["widgets"].as_array().unwrap().iter().map(|it| format!("{} {}", it["x"], it["y"])).collect();
    assert_eq!(places.len(), body["widgets"].as_array().unwrap().len(), "one widget lies on another");
}
