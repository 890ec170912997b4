//! A function as the examples of the SDK and of `lambda_http` write it: default features, the
//! default configuration, and one query in each request. No authentication, no cache.

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use lambda_http::{Body, Error, Request, Response, run, service_fn};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::new(&aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await);
    run(service_fn(|request| list(&client, request))).await
}

async fn list(client: &Client, _request: Request) -> Result<Response<Body>, Error> {
    let items = client
        .query()
        .table_name(std::env::var("TABLE_NAME")?)
        .key_condition_expression("pk = :pk")
        .expression_attribute_values(":pk", AttributeValue::S(std::env::var("PARTITION")?))
        .limit(10)
        .send()
        .await?;
    let title = |item: &std::collections::HashMap<String, AttributeValue>| item.get("title")?.as_s().ok().cloned();
    let titles: Vec<String> = items.items().iter().filter_map(title).collect();
    let response = Response::builder().header("content-type", "application/json");
    Ok(response.body(Body::Text(json!({ "titles": titles }).to_string()))?)
}
