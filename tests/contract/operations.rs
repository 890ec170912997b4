//! Stored data is encrypted, logs expire, alarms are documented and the dashboard is valid.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use super::resources;
use crate::support::template::{infra_template, project_file, template};

#[test]
fn stored_data_is_encrypted_and_logs_expire() {
    let queues = resources(&["AWS::SQS::Queue"]);
    assert_eq!(queues.len(), 4);
    for (name, queue) in queues {
        assert_eq!(queue["Properties"]["SqsManagedSseEnabled"], true, "{name}");
    }
    let groups = resources(&["AWS::Logs::LogGroup"]);
    assert!(groups.len() >= 2);
    for (name, group) in groups {
        assert!(!group["Properties"]["RetentionInDays"].is_null(), "{name} never expires");
    }
    let table = &template()["Resources"]["Table"]["Properties"];
    assert_eq!(table["SSESpecification"]["SSEEnabled"], true);
}

#[test]
fn every_alarm_is_documented_and_fully_configured() {
    let operations = fs::read_to_string(project_file("docs/OPERATIONS.md")).unwrap();
    let alarms = resources(&["AWS::CloudWatch::Alarm"]);
    assert!(alarms.len() >= 16);
    for (name, alarm) in alarms {
        assert!(operations.contains(&format!("`{name}`")), "docs/OPERATIONS.md does not describe {name}");
        for property in ["AlarmActions", "OKActions", "TreatMissingData", "AlarmDescription"] {
            assert!(!alarm["Properties"][property].is_null(), "{name} lacks {property}");
        }
    }
}

#[test]
fn dashboard_is_valid_json_after_substitution() {
    let dashboard = infra_template("dashboard.yaml");
    let body = dashboard["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Sub"].as_str().unwrap();
    let mut parameters: Vec<String> = dashboard["Parameters"].as_object().unwrap().keys().cloned().collect();
    parameters.push("AWS::Region".to_owned());
    let mut text = body.to_owned();
    for name in parameters {
        assert!(body.contains(&format!("${{{name}}}")), "{name} is not used");
        text = text.replace(&format!("${{{name}}}"), "x");
    }
    assert!(!text.contains("${"), "a substitution has no parameter");
    let body: Value = serde_json::from_str(&text).unwrap();
    let widgets = body["widgets"].as_array().unwrap();
    let positions: BTreeSet<String> = widgets.iter().map(|widget| format!("{} {}", widget["x"], widget["y"])).collect();
    assert_eq!(positions.len(), widgets.len(), "two widgets have the same position");
}
