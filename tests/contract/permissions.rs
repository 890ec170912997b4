//! Each function may do only what it needs: no wildcard actions, no wildcard resources, only keys
//! that the code makes.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};

use super::{functions_in_template, resources, templates};
use crate::support::template::{project_file, template};

#[test]
fn a_function_receives_only_the_secrets_that_it_uses() {
    let uses = |secret: &str| -> BTreeSet<String> {
        let functions = functions_in_template().into_iter();
        let users =
            functions.filter(|(_, properties)| properties["Environment"]["Variables"].to_string().contains(secret));
        users.map(|(name, _)| name).collect()
    };
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(uses("jwt_private_key"), set(&["auth-login", "auth-refresh"]));
    let hash_passwords = ["auth-register", "auth-login", "auth-password", "auth-delete-account"];
    assert_eq!(uses("password_peppers"), set(&hash_passwords));
    let reads_cursors = |name: &String| {
        let code = fs::read_to_string(project_file(&format!("functions/{name}/src/lib.rs"))).unwrap_or_default();
        code.contains("CursorKey")
    };
    let with_cursors = functions_in_template().into_keys().filter(reads_cursors);
    assert_eq!(uses("cursor_key"), with_cursors.collect());
    let globals = template()["Globals"]["Function"]["Environment"]["Variables"].to_string();
    assert!(!globals.contains("resolve:secretsmanager"), "all functions receive a secret: {globals}");
}

/// The statements of a function's own policies.
fn statements(properties: &Value) -> Vec<&Value> {
    let policies = properties["Policies"].as_array().into_iter().flatten();
    policies
        .flat_map(|policy| match &policy["Statement"] {
            Value::Array(list) => list.iter().collect(),
            Value::Null => Vec::new(),
            one => vec![one],
        })
        .collect()
}

/// The patterns of the partition keys that `store/keys.rs` makes.
const PARTITIONS: [&str; 19] = [
    "PROBE",
    "USER#*",
    "USER#*#WATCHLIST",
    "USER#*#REQUESTS",
    "USER#*#CUSTOMERS",
    "EMAIL#*",
    "ADMINS",
    "USERS",
    "AUDIT#*",
    "OUTBOX#*",
    "STATS",
    "CUSTOMER#*",
    "CUSTOMER#*#FAVORITES",
    "CUSTOMER#*#HISTORY",
    "CUSTOMER_EMAIL#*",
    "CUSTOMERS",
    "PRODUCT#*",
    "PRODUCTS",
    "REFRESH",
];

#[test]
fn policies_grant_exactly_the_partition_keys_that_the_code_makes() {
    let mut seen = BTreeSet::new();
    let shared = resources(&["AWS::IAM::ManagedPolicy"]).into_iter();
    let shared = shared.map(|(name, policy)| (name, policy["Properties"]["PolicyDocument"].clone()));
    let own = functions_in_template().into_iter().map(|(name, properties)| {
        let own = statements(&properties).into_iter().cloned().collect::<Vec<_>>();
        (name, json!({ "Statement": own }))
    });
    for (name, document) in shared.chain(own) {
        for statement in document["Statement"].as_array().unwrap() {
            if !statement["Action"].to_string().contains("dynamodb:") {
                continue;
            }
            let keys = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
            let keys = keys.as_array().cloned().unwrap_or_else(|| vec![keys.clone()]);
            assert!(keys[0].is_string(), "{name} may access the whole table: {statement}");
            for key in keys.iter().filter_map(Value::as_str) {
                assert!(PARTITIONS.contains(&key), "{name} has access to {key}, which the code never makes");
                seen.insert(key.to_owned());
            }
        }
    }
    assert_eq!(seen, PARTITIONS.map(str::to_owned).into(), "a partition key that no policy grants");
}

/// Every `Allow` statement in a template, with its path in the document: policies of roles,
/// endpoints and any other resource.
fn grants(path: &str, value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Object(members) if members.get("Effect") == Some(&json!("Allow")) => {
            vec![(path.to_owned(), value.clone())]
        }
        Value::Object(members) => {
            members.iter().flat_map(|(name, value)| grants(&format!("{path}/{name}"), value)).collect()
        }
        Value::Array(values) => {
            values.iter().enumerate().flat_map(|(i, value)| grants(&format!("{path}/{i}"), value)).collect()
        }
        _ => Vec::new(),
    }
}

/// The strings in a value, also those inside `!Sub` and lists.
fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Object(members) => members.values().flat_map(strings).collect(),
        Value::Array(values) => values.iter().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// The grants that may apply to all resources, by path, each with its reason.
const WILDCARD_RESOURCE_EXCEPTIONS: [(&str, &str); 0] = [];

#[test]
fn no_permission_covers_all_actions_or_all_resources() {
    let mut seen = 0;
    for (file, template) in templates() {
        for (path, grant) in grants(&file, &template) {
            seen += 1;
            assert_eq!([&grant["NotAction"], &grant["NotResource"]], [&Value::Null; 2], "{path}");
            for action in strings(&grant["Action"]) {
                assert!(action.contains(':') && !action.contains('*'), "{path} allows {action}");
            }
            let is_exception = WILDCARD_RESOURCE_EXCEPTIONS.iter().any(|(listed, _)| *listed == path);
            // A role's trust policy has no resources: it applies to the role itself.
            let resources = strings(&grant["Resource"]);
            let is_trust_policy = strings(&grant["Action"]).iter().all(|action| action.starts_with("sts:"));
            assert!(!resources.is_empty() || is_trust_policy, "{path} names no resource");
            for resource in resources {
                assert!(!resource.trim_matches('*').is_empty() || is_exception, "{path} covers all resources");
            }
        }
    }
    assert!(seen > 100, "only {seen} grants found: the templates have another structure now");
}

#[test]
fn functions_have_roles_of_their_own_with_policies_of_this_template() {
    let template = template();
    for (name, properties) in functions_in_template() {
        assert_eq!(properties["Role"], Value::Null, "{name}");
        for policy in properties["Policies"].as_array().into_iter().flatten() {
            let shared = policy["Ref"].as_str().map(|name| &template["Resources"][name]["Type"]);
            let is_shared = shared.is_some_and(|kind| kind == "AWS::IAM::ManagedPolicy");
            assert!(is_shared || !policy["Statement"].is_null(), "{name}: {policy} is not a policy of this template");
        }
    }
}
