//! `template.yaml` declares the table that the code creates on a developer's machine.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{
    dynamo::{DynamoDb, TABLE},
    template::template,
};

/// The description of the table that the code created.
fn describe(dynamo: &DynamoDb) -> Value {
    let described = dynamo.database.describe_table(serde_json::from_value(json!({"TableName": TABLE})).unwrap());
    serde_json::to_value(described.unwrap()).unwrap()["Table"].clone()
}

#[tokio::test]
async fn template_and_code_have_the_same_table() {
    let created = describe(&DynamoDb::start().await);
    let template = template();
    let tables = template["Resources"].as_object().unwrap().values();
    let declared = tables.filter(|resource| resource["Type"] == "AWS::DynamoDB::Table").collect::<Vec<_>>();
    let [declared] = declared[..] else { panic!("the template must declare exactly one table") };
    let properties = &declared["Properties"];

    for name in ["AttributeDefinitions", "KeySchema"] {
        assert_eq!(sorted(&properties[name]), sorted(&created[name]), "{name}");
    }
    for kind in ["LocalSecondaryIndexes", "GlobalSecondaryIndexes"] {
        assert_eq!(indexes(properties, kind), indexes(&created, kind), "{kind}");
    }
    assert_eq!(properties["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(properties["TimeToLiveSpecification"], json!({"AttributeName": "expires_at", "Enabled": true}));
    assert_eq!(properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    assert_eq!(properties["DeletionProtectionEnabled"], true);
    assert_eq!(declared["DeletionPolicy"], "Retain");
}

fn sorted(list: &Value) -> Vec<String> {
    let mut list: Vec<String> = list.as_array().unwrap().iter().map(Value::to_string).collect();
    list.sort();
    list
}

/// Name, key schema and projection of each index.
fn indexes(table: &Value, kind: &str) -> Vec<String> {
    let indexes = table[kind].as_array().unwrap().iter();
    let mut indexes: Vec<_> = indexes
        .map(|index| json!([index["IndexName"], index["KeySchema"], index["Projection"]["ProjectionType"]]).to_string())
        .collect();
    indexes.sort();
    indexes
}

#[tokio::test]
async fn a_table_of_an_earlier_version_gets_its_missing_index() {
    let dynamo = DynamoDb::start().await;
    let index_names = || {
        let table = describe(&dynamo);
        let indexes = table["GlobalSecondaryIndexes"].as_array().unwrap().clone();
        indexes.iter().map(|index| index["IndexName"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let delete = json!({"TableName": TABLE, "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "audit"}}]});
    dynamo.database.update_table(serde_json::from_value(delete).unwrap()).unwrap();
    assert!(!index_names().contains("audit"));
    dynamo.table().create_if_missing().await.unwrap();
    assert!(index_names().contains("audit"));
}
