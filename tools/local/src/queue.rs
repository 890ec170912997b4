//! The few calls of SQS that the stack itself makes, in its JSON protocol:
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html>.
//! Nothing is signed: local stand-ins for SQS do not ask for it. The functions use the AWS SDK.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What an answer may take, beyond the time that a long poll asks for.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The service.
#[derive(Clone)]
pub(crate) struct Sqs {
    endpoint: String,
    client: reqwest::Client,
}

/// One queue of it.
#[derive(Clone)]
pub(crate) struct Queue {
    pub(crate) sqs: Sqs,
    pub(crate) url: String,
}

/// A message as `ReceiveMessage` gives it out.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the names of SQS")]
pub(crate) struct Message {
    pub(crate) message_id: String,
    /// Names this delivery: the next one has another.
    pub(crate) receipt_handle: String,
    pub(crate) body: String,
    #[serde(rename = "MD5OfBody")]
    pub(crate) md5_of_body: String,
    #[serde(rename = "MD5OfMessageAttributes")]
    pub(crate) md5_of_message_attributes: Option<String>,
    /// The system's attributes, such as `ApproximateReceiveCount` and `SentTimestamp`.
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, String>,
    /// The sender's.
    #[serde(default)]
    pub(crate) message_attributes: BTreeMap<String, MessageAttribute>,
}

/// Binary values are Base64, here as in Lambda's event.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MessageAttribute {
    pub(crate) data_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) string_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) binary_value: Option<String>,
}

impl Sqs {
    pub(crate) fn at(endpoint: String) -> Self {
        Self { endpoint, client: reqwest::Client::new() }
    }

    /// The queue, made if need be. Attributes are set afterwards: creating a queue that exists with other ones is refused.
    pub(crate) async fn queue(&self, name: &str) -> Result<Queue> {
        let created = self.call("CreateQueue", &json!({ "QueueName": name }), TIMEOUT).await?;
        let url = created["QueueUrl"].as_str().context("the queue has no address")?.to_owned();
        Ok(Queue { sqs: self.clone(), url })
    }

    async fn call(&self, action: &str, body: &Value, timeout: Duration) -> Result<Value> {
        let request = self
            .client
            .post(&self.endpoint)
            .timeout(timeout)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("AmazonSQS.{action}"))
            .body(body.to_string());
        let answer = request.send().await?;
        let status = answer.status();
        let answer = answer.text().await?;
        if !status.is_success() {
            bail!("{action}: {status}: {answer}");
        }
        if answer.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_str(&answer)?) }
    }
}

impl Queue {
    /// At most `count` messages, 1 to 10, as soon as there are any; none when `wait` (whole seconds, at most 20) is over.
    /// What is received stays hidden for the queue's visibility timeout.
    pub(crate) async fn receive(&self, count: usize, wait: Duration) -> Result<Vec<Message>> {
        let question = json!({
            "MaxNumberOfMessages": count,
            "WaitTimeSeconds": wait.as_secs(),
            "MessageSystemAttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        });
        let mut answer = self.call("ReceiveMessage", question, wait + TIMEOUT).await?;
        match answer["Messages"].take() {
            Value::Null => Ok(Vec::new()),
            messages => Ok(serde_json::from_value(messages)?),
        }
    }

    /// Deletes messages that were received, at most ten of them.
    pub(crate) async fn delete(&self, messages: impl IntoIterator<Item = &Message>) -> Result<()> {
        let entry =
            |(id, message): (usize, &Message)| json!({ "Id": id.to_string(), "ReceiptHandle": message.receipt_handle });
        self.batch("DeleteMessageBatch", messages.into_iter().enumerate().map(entry).collect()).await
    }

    /// Shows messages that were received again at once, at most ten of them.
    pub(crate) async fn release(&self, messages: &[Message]) -> Result<()> {
        let entry = |(id, message): (usize, &Message)| json!({ "Id": id.to_string(), "ReceiptHandle": message.receipt_handle, "VisibilityTimeout": 0 });
        self.batch("ChangeMessageVisibilityBatch", messages.iter().enumerate().map(entry).collect()).await
    }

    /// Sends copies of messages, at most ten of them: what their sender gave, with new ids and the present time.
    pub(crate) async fn send(&self, messages: &[Message]) -> Result<()> {
        let entry = |(id, message): (usize, &Message)| {
            json!({
                "Id": id.to_string(),
                "MessageBody": message.body,
                "MessageAttributes": message.message_attributes,
            })
        };
        self.batch("SendMessageBatch", messages.iter().enumerate().map(entry).collect()).await
    }

    /// All or an error: a batch call answers 200 when some of its entries failed.
    async fn batch(&self, action: &str, entries: Vec<Value>) -> Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let answer = self.call(action, json!({ "Entries": entries }), TIMEOUT).await?;
        let failed = answer["Failed"].as_array().and_then(|failed| failed.first());
        ensure!(failed.is_none(), "{action}: {}", failed.unwrap_or(&Value::Null));
        Ok(())
    }

    pub(crate) async fn attribute(&self, name: &str) -> Result<String> {
        let answer = self.call("GetQueueAttributes", json!({ "AttributeNames": [name] }), TIMEOUT).await?;
        let value = answer["Attributes"][name].as_str().map(String::from);
        value.with_context(|| format!("the queue {} has no {name}", self.url))
    }

    pub(crate) async fn set_attributes(&self, attributes: Value) -> Result<()> {
        self.call("SetQueueAttributes", json!({ "Attributes": attributes }), TIMEOUT).await.map(drop)
    }

    pub(crate) async fn call(&self, action: &str, mut body: Value, timeout: Duration) -> Result<Value> {
        body["QueueUrl"] = self.url.as_str().into();
        self.sqs.call(action, &body, timeout).await
    }
}
