//! One list of routes: the code, `template.yaml`, the router of `cargo lambda watch` and the folders say the same. And one
//! table: `template.yaml` declares what the code creates on a developer's machine.

mod posture;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde_json::{Value, json};
use shared::http::routes::{FALLBACK, INVOKED, ROUTES, TRIGGERED};

use crate::support::{
    dynamo::{DynamoDb, TABLE},
    template::{project_file, template},
};

/// Method, path, function.
type RouteRow = (String, String, String);

fn routes_in_code() -> BTreeSet<RouteRow> {
    ROUTES.iter().map(|route| (route.method.to_string(), route.path.to_owned(), route.function.to_owned())).collect()
}

fn functions_in_code() -> BTreeSet<String> {
    let served = ROUTES.iter().map(|route| route.function).chain([FALLBACK]);
    served.chain(INVOKED.iter().chain(TRIGGERED).copied()).map(str::to_owned).collect()
}

/// The functions of the template by name.
fn functions_in_template() -> BTreeMap<String, Value> {
    let template = template();
    let resources = template["Resources"].as_object().unwrap().iter();
    let functions = resources.filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function");
    functions
        .map(|(logical_id, resource)| {
            let code = resource["Properties"]["CodeUri"].as_str().unwrap();
            let name = code.trim_end_matches('/').strip_prefix("target/lambda/").unwrap().to_owned();
            let pascal: String = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
            assert_eq!(logical_id, &format!("{pascal}Function"));
            (name, resource["Properties"].clone())
        })
        .collect()
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

/// The router as it should stand in `Cargo.toml`.
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
fn the_local_router_and_code_have_the_same_routes() {
    let expected = expected_router();
    let manifest: toml::Table = fs::read_to_string(project_file("Cargo.toml")).unwrap().parse().unwrap();
    let router = &manifest["workspace"]["metadata"]["lambda"]["watch"]["router"];
    let expected_router: toml::Table = expected.parse().unwrap();
    assert_eq!(router, &expected_router["router"], "[workspace.metadata.lambda.watch] should hold\n{expected}");
}

#[test]
fn every_function_has_an_example_event_that_fits_its_route() {
    for name in functions_in_code() {
        let text = fs::read_to_string(project_file(&format!("infra/events/{name}.json")));
        let event: Value =
            serde_json::from_str(&text.unwrap_or_else(|_| panic!("no example event for {name}"))).unwrap();
        if INVOKED.contains(&name.as_str()) {
            assert!(event["email"].is_string());
            continue;
        }
        if TRIGGERED.contains(&name.as_str()) {
            // What it holds is tried out in tests/events.rs.
            assert!(event["Records"].is_array() || event["detail-type"] == "Scheduled Event", "{name}");
            continue;
        }
        // A function with two routes has an event of either.
        let routes = ROUTES.iter().filter(|route| route.function == name);
        let mut route_keys: Vec<String> = routes.map(|route| format!("{} {}", route.method, route.path)).collect();
        if route_keys.is_empty() {
            route_keys.push("$default".to_owned());
        }
        assert!(route_keys.iter().any(|key| event["routeKey"] == **key), "{name}: {route_keys:?}");
    }
    assert_eq!(fs::read_dir(project_file("infra/events")).unwrap().count(), functions_in_code().len());
}

#[test]
fn only_the_functions_that_issue_tokens_are_given_the_private_key() {
    for (name, properties) in functions_in_template() {
        let variables = properties["Environment"]["Variables"].to_string();
        let issues = ["auth-login", "auth-refresh"].contains(&name.as_str());
        assert_eq!(variables.contains("JWT_PRIVATE_KEY"), issues, "{name}");
        assert_eq!(variables.contains("jwt_private_key"), issues, "{name}");
    }
}

/// What a function's own policies say.
fn statements(properties: &Value) -> Vec<&Value> {
    let policies = properties["Policies"].as_array().into_iter().flatten();
    policies
        .flat_map(|policy| match &policy["Statement"] {
            Value::Array(list) => list.iter().collect(),
            one => vec![one],
        })
        .collect()
}

/// The limited routes whose functions call the internet and so cannot be where Redis is:
/// docs/adr/0016-functions-outside-the-vpc.md
const CALLS_OUT: [&str; 4] = ["external-github", "favorites-add", "products-list", "products-get"];

#[test]
fn the_functions_that_use_redis_are_where_redis_is_and_the_others_outside() {
    let template = template();
    let denied = &template["Resources"]["CodeMakesNoNetwork"]["Properties"]["Roles"];
    let denied: BTreeSet<&str> = denied.as_array().unwrap().iter().map(|role| role["Ref"].as_str().unwrap()).collect();
    let limited = ROUTES.iter().filter(|route| route.limit.is_some() && !CALLS_OUT.contains(&route.function));
    let uses: BTreeSet<&str> =
        limited.map(|route| route.function).chain(INVOKED.iter().copied()).chain(["health-detailed"]).collect();
    for (name, properties) in functions_in_template() {
        let logical_id = template["Resources"]
            .as_object()
            .unwrap()
            .iter()
            .find(|(_, resource)| resource["Properties"]["CodeUri"] == format!("target/lambda/{name}/"));
        let role = format!("{}Role", logical_id.unwrap().0);
        let has_address = !properties["Environment"]["Variables"]["REDIS_URL"].is_null();
        // Globals put every function inside that does not say otherwise.
        let is_inside = properties["VpcConfig"].is_null();
        let expected = uses.contains(name.as_str());
        assert_eq!([has_address, is_inside, denied.contains(role.as_str())], [expected; 3], "{name}");
    }
}

/// What the partition keys that `store/keys.rs` makes look like.
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
fn every_function_reaches_only_the_keys_that_a_policy_names_and_the_code_makes() {
    let mut seen = BTreeSet::new();
    for (name, properties) in functions_in_template() {
        for statement in statements(&properties) {
            if !statement["Action"].to_string().contains("dynamodb:") {
                continue;
            }
            let keys = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
            let keys = keys.as_array().cloned().unwrap_or_else(|| vec![keys.clone()]);
            assert!(keys[0].is_string(), "{name} may reach the whole table: {statement}");
            for key in keys.iter().filter_map(Value::as_str) {
                assert!(PARTITIONS.contains(&key), "{name} names {key}");
                seen.insert(key.to_owned());
            }
        }
    }
    assert_eq!(seen, PARTITIONS.map(str::to_owned).into(), "each is there because a policy names it");
}

#[test]
fn the_catalogue_is_asked_by_as_many_workers_as_share_its_rate() {
    let worker = &functions_in_template()["catalog-worker"];
    let mut events = worker["Events"].as_object().unwrap().values();
    let most =
        &events.find(|event| event["Type"] == "SQS").unwrap()["Properties"]["ScalingConfig"]["MaximumConcurrency"];
    assert_eq!(most, &json!(shared::services::catalog::WORKERS));
}

#[test]
fn a_queue_hides_a_message_six_times_as_long_as_its_function_may_take_and_its_dead_letters_stay_longer() {
    let template = template();
    let resource = |name: &Value| &template["Resources"][name.as_str().unwrap().trim_end_matches(".Arn")]["Properties"];
    let mut seen = 0;
    for (name, properties) in functions_in_template() {
        let events = properties["Events"].as_object().into_iter().flat_map(|events| events.values());
        for event in events.filter(|event| event["Type"] == "SQS") {
            let timeout = properties["Timeout"].as_u64();
            let timeout = timeout.or(template["Globals"]["Function"]["Timeout"].as_u64()).unwrap();
            let queue = resource(&event["Properties"]["Queue"]["GetAtt"]);
            assert!(queue["VisibilityTimeout"].as_u64().unwrap() >= 6 * timeout, "{name}");
            assert_eq!(event["Properties"]["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]), "{name}");
            assert_eq!(queue["RedrivePolicy"]["maxReceiveCount"], 5, "{name}");
            // A message keeps its age when it moves there.
            let dead_letters = resource(&queue["RedrivePolicy"]["deadLetterTargetArn"]["GetAtt"]);
            let kept = |queue: &Value| queue["MessageRetentionPeriod"].as_u64().unwrap();
            assert!(kept(dead_letters) >= kept(queue), "{name}");
            seen += 1;
        }
    }
    assert_eq!(seen, 2, "the queues look different");
}

#[tokio::test]
async fn template_and_code_have_the_same_table() {
    let dynamo = DynamoDb::start().await;
    let described = dynamo.database.describe_table(serde_json::from_value(json!({"TableName": TABLE})).unwrap());
    let created = serde_json::to_value(described.unwrap()).unwrap()["Table"].clone();
    let template = template();
    let tables = template["Resources"].as_object().unwrap().values();
    let declared = tables.filter(|resource| resource["Type"] == "AWS::DynamoDB::Table").collect::<Vec<_>>();
    let [declared] = declared[..] else { panic!("one table") };
    let properties = &declared["Properties"];

    let sorted = |list: &Value| {
        let mut list: Vec<String> = list.as_array().unwrap().iter().map(Value::to_string).collect();
        list.sort();
        list
    };
    for name in ["AttributeDefinitions", "KeySchema"] {
        assert_eq!(sorted(&properties[name]), sorted(&created[name]), "{name}");
    }
    for kind in ["LocalSecondaryIndexes", "GlobalSecondaryIndexes"] {
        let indexes = |table: &Value| {
            let indexes = table[kind].as_array().unwrap().iter();
            let mut indexes: Vec<_> = indexes
                .map(|index| {
                    json!([index["IndexName"], index["KeySchema"], index["Projection"]["ProjectionType"]]).to_string()
                })
                .collect();
            indexes.sort();
            indexes
        };
        assert_eq!(indexes(properties), indexes(&created), "{kind}");
    }
    assert_eq!(properties["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(properties["TimeToLiveSpecification"], json!({"AttributeName": "expires_at", "Enabled": true}));
    assert_eq!(properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    assert_eq!(properties["DeletionProtectionEnabled"], true);
    assert_eq!(declared["DeletionPolicy"], "Retain");
}

#[tokio::test]
async fn a_table_of_an_older_version_gets_the_index_that_it_lacks() {
    let dynamo = DynamoDb::start().await;
    let describe = || {
        let described = dynamo.database.describe_table(serde_json::from_value(json!({"TableName": TABLE})).unwrap());
        let table = serde_json::to_value(described.unwrap()).unwrap()["Table"].clone();
        let indexes = table["GlobalSecondaryIndexes"].as_array().unwrap().clone();
        indexes.iter().map(|index| index["IndexName"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let delete = json!({"TableName": TABLE, "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "audit"}}]});
    dynamo.database.update_table(serde_json::from_value(delete).unwrap()).unwrap();
    assert!(!describe().contains("audit"));
    dynamo.table().create_if_missing().await.unwrap();
    assert!(describe().contains("audit"));
}
