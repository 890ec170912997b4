//! An SQS client with the few operations that the stack itself uses, in the AWS JSON protocol:
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html>.
//! Requests are not signed, because local SQS servers do not require it. The functions use the AWS
//! SDK.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::http_client::http_client;

/// The time limit for a response, in addition to the wait time of a long poll.
const TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub(crate) struct SqsClient {
    endpoint: String,
    http: reqwest::Client,
}

#[derive(Clone)]
pub(crate) struct Queue {
    pub(crate) client: SqsClient,
    pub(crate) url: String,
}

/// A message that `ReceiveMessage` returned.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the names of SQS")]
pub(crate) struct Message {
    pub(crate) message_id: String,
    /// Identifies this delivery. Each delivery has another handle.
    pub(crate) receipt_handle: String,
    pub(crate) body: String,
    #[serde(rename = "MD5OfBody")]
    pub(crate) md5_of_body: String,
    #[serde(rename = "MD5OfMessageAttributes")]
    pub(crate) md5_of_message_attributes: Option<String>,
    /// System attributes, such as `ApproximateReceiveCount` and `SentTimestamp`.
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, String>,
    /// Attributes that the sender set.
    #[serde(default)]
    pub(crate) message_attributes: BTreeMap<String, MessageAttribute>,
}

/// A binary value is Base64, here as in Lambda's event.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MessageAttribute {
    pub(crate) data_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) string_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) binary_value: Option<String>,
}

impl SqsClient {
    pub(crate) fn new(endpoint: String) -> Self {
        Self { endpoint, http: http_client() }
    }

    /// Creates a queue if it does not exist. Attributes must be set separately: SQS refuses to
    /// create a queue that exists with other attributes.
    pub(crate) async fn create_queue(&self, name: &str) -> Result<Queue> {
        let created = self.call("CreateQueue", &json!({ "QueueName": name }), TIMEOUT).await?;
        let url = created["QueueUrl"].as_str().context("the response has no QueueUrl")?.to_owned();
        Ok(Queue { client: self.clone(), url })
    }

    async fn call(&self, action: &str, body: &Value, timeout: Duration) -> Result<Value> {
        let request = self
            .http
            .post(&self.endpoint)
            .timeout(timeout)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("AmazonSQS.{action}"))
            .body(body.to_string());
        let response = request.send().await?;
        let status = response.status();
        let body = response.text().await?;
        if !status.is_success() {
            bail!("{action}: {status}: {body}");
        }
        if body.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_str(&body)?) }
    }
}

impl Queue {
    /// Receives at most `count` messages, 1 to 10. Waits up to `wait` (whole seconds, at most 20)
    /// for the first one. Received messages stay hidden for the queue's visibility timeout.
    pub(crate) async fn receive(&self, count: usize, wait: Duration) -> Result<Vec<Message>> {
        let body = json!({
            "MaxNumberOfMessages": count,
            "WaitTimeSeconds": wait.as_secs(),
            "MessageSystemAttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        });
        let mut response = self.call("ReceiveMessage", body, wait + TIMEOUT).await?;
        match response["Messages"].take() {
            Value::Null => Ok(Vec::new()),
            messages => Ok(serde_json::from_value(messages)?),
        }
    }

    /// Deletes at most ten received messages.
    pub(crate) async fn delete(&self, messages: impl IntoIterator<Item = &Message>) -> Result<()> {
        let entry = |message: &Message| json!({ "ReceiptHandle": message.receipt_handle });
        self.batch("DeleteMessageBatch", messages.into_iter().map(entry).collect()).await
    }

    /// Makes at most ten received messages visible again at once.
    pub(crate) async fn make_visible(&self, messages: &[Message]) -> Result<()> {
        let entry = |message: &Message| json!({ "ReceiptHandle": message.receipt_handle, "VisibilityTimeout": 0 });
        self.batch("ChangeMessageVisibilityBatch", messages.iter().map(entry).collect()).await
    }

    /// Sends copies of at most ten messages. Body and message attributes are copied, ids and
    /// timestamps are new.
    pub(crate) async fn send_copies(&self, messages: &[Message]) -> Result<()> {
        let entry =
            |message: &Message| json!({ "MessageBody": message.body, "MessageAttributes": message.message_attributes });
        self.batch("SendMessageBatch", messages.iter().map(entry).collect()).await
    }

    /// Calls a batch operation. Fails if any entry fails, for which SQS responds with 200.
    async fn batch(&self, action: &str, mut entries: Vec<Value>) -> Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        for (id, entry) in entries.iter_mut().enumerate() {
            entry["Id"] = id.to_string().into();
        }
        let response = self.call(action, json!({ "Entries": entries }), TIMEOUT).await?;
        let failed = response["Failed"].as_array().and_then(|failed| failed.first());
        ensure!(failed.is_none(), "{action}: {}", failed.unwrap_or(&Value::Null));
        Ok(())
    }

    pub(crate) async fn attribute(&self, name: &str) -> Result<String> {
        let response = self.call("GetQueueAttributes", json!({ "AttributeNames": [name] }), TIMEOUT).await?;
        let value = response["Attributes"][name].as_str().map(String::from);
        value.with_context(|| format!("the queue {} has no attribute {name}", self.url))
    }

    pub(crate) async fn set_attributes(&self, attributes: Value) -> Result<()> {
        self.call("SetQueueAttributes", json!({ "Attributes": attributes }), TIMEOUT).await.map(drop)
    }

    /// Calls any operation on this queue.
    pub(crate) async fn call(&self, action: &str, mut body: Value, timeout: Duration) -> Result<Value> {
        body["QueueUrl"] = self.url.as_str().into();
        self.client.call(action, &body, timeout).await
    }
}
