//! Queues match the functions that consume them.

use serde_json::{Value, json};

use super::functions_in_template;
use crate::support::template::template;

#[test]
fn catalog_worker_concurrency_matches_the_number_of_workers_that_share_the_rate() {
    let worker = &functions_in_template()["catalog-worker"];
    let mut events = worker["Events"].as_object().unwrap().values();
    let concurrency =
        &events.find(|event| event["Type"] == "SQS").unwrap()["Properties"]["ScalingConfig"]["MaximumConcurrency"];
    assert_eq!(concurrency, &json!(shared::services::catalog::MAX_WORKERS));
}

#[test]
fn visibility_timeout_is_six_function_timeouts_and_dead_letters_outlive_the_queue() {
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
            // A message that moves to the dead-letter queue retains its age.
            let dead_letters = resource(&queue["RedrivePolicy"]["deadLetterTargetArn"]["GetAtt"]);
            let retention = |queue: &Value| queue["MessageRetentionPeriod"].as_u64().unwrap();
            assert!(retention(dead_letters) >= retention(queue), "{name}");
            seen += 1;
        }
    }
    assert_eq!(seen, 2, "two functions consume queues");
}
