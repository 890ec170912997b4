//! The command `local dlq`: lists the messages of a dead-letter queue or moves them back to their
//! queue. It connects to the running stack.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use shared::clock::Clock;

use crate::{
    settings::Settings,
    sqs,
    sqs_client::{Message, Queue, SqsClient},
    terminal,
};

/// The number of characters of a message body that are shown.
const BODY_WIDTH: usize = 100;
/// The most messages that one call of SQS returns.
const BATCH_SIZE: usize = 10;

pub(crate) async fn main(queue_name: &str, argument: &str) -> Result<()> {
    // Checked here because the lookup below would create an unknown queue.
    let known = [sqs::AUDIT, sqs::CATALOG];
    ensure!(known.contains(&queue_name), "the queue must be {} or {}", sqs::AUDIT, sqs::CATALOG);
    let port = Settings::from_env()?.sqs;
    let client = SqsClient::new(sqs::endpoint(port));
    let queues = async {
        let queue = client.create_queue(queue_name).await?;
        anyhow::Ok((queue, client.create_queue(&sqs::dead_letter_queue(queue_name)).await?))
    };
    let (queue, dead_letters) =
        queues.await.with_context(|| format!("SQS does not respond at {port} (SQS_PORT); is the stack running?"))?;
    match argument {
        "" => {
            for line in list(queue_name, &dead_letters, &Clock::system()).await? {
                terminal::print(&line);
            }
        }
        "redrive" => {
            let count = redrive(&dead_letters, &queue).await?;
            terminal::print(&format!("Moved {count} messages back to {queue_name}."));
        }
        _ => bail!("usage: local dlq QUEUE [redrive]"),
    }
    Ok(())
}

/// Returns a title and one line per message. SQS shows a message only by delivering it, so every
/// message is received, which increments its receive count, and then made visible again. A message
/// that another reader has just received is missing.
async fn list(queue_name: &str, dead_letters: &Queue, clock: &Clock) -> Result<Vec<String>> {
    let mut batches = Vec::new();
    loop {
        let batch = dead_letters.receive(BATCH_SIZE, Duration::ZERO).await?;
        if batch.is_empty() {
            break;
        }
        batches.push(batch);
    }
    for batch in &batches {
        dead_letters.make_visible(batch).await?;
    }
    let messages: Vec<_> = batches.iter().flatten().collect();
    let title = format!("{}: {} messages", sqs::dead_letter_queue(queue_name), messages.len());
    let now = clock.now().as_millisecond();
    Ok(std::iter::once(title).chain(messages.into_iter().map(|message| line(message, now))).collect())
}

fn line(message: &Message, now: i64) -> String {
    let number = |name: &str| message.attributes.get(name).and_then(|value| value.parse::<i64>().ok());
    // This listing is one of the receives.
    let received = number("ApproximateReceiveCount").unwrap_or(1) - 1;
    let age = number("SentTimestamp").map_or(0, |sent| (now - sent).max(0) / 1000);
    // Control characters could be commands to the terminal.
    let body: String =
        message.body.chars().map(|char| if char.is_control() { ' ' } else { char }).take(BODY_WIDTH).collect();
    let ellipsis = if message.body.chars().nth(BODY_WIDTH).is_some() { "..." } else { "" };
    let age = match age {
        ..120 => format!("{age} s"),
        120..7200 => format!("{} min", age / 60),
        _ => format!("{} h", age / 3600),
    };
    format!("{}  received {received} times  {age} old  {body}{ellipsis}", message.message_id)
}

/// Moves all messages back to their queue. Does what `StartMessageMoveTask` does, which ministack
/// does not implement: the messages arrive as new ones with new ids and receive counts. Each is
/// sent before it is deleted, so an interruption may duplicate messages and never loses one.
async fn redrive(dead_letters: &Queue, queue: &Queue) -> Result<usize> {
    let mut count = 0;
    loop {
        let batch = dead_letters.receive(BATCH_SIZE, Duration::ZERO).await?;
        if batch.is_empty() {
            return Ok(count);
        }
        queue.send_copies(&batch).await?;
        dead_letters.delete(&batch).await?;
        count += batch.len();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::test_support::{create_queues, send};

    #[tokio::test]
    async fn a_list_shows_one_line_per_message_and_leaves_the_messages_in_the_queue() {
        let (_, dead_letters) = create_queues(30).await;
        send(&dead_letters, &["{\"first\":\n1}", &"long".repeat(100)]).await;
        for _ in 0..2 {
            let lines = list("audit", &dead_letters, &Clock::system()).await.unwrap();
            assert_eq!(lines.len(), 3, "{lines:?}");
            assert_eq!(lines[0], "audit-dlq: 2 messages");
            assert!(lines[1].ends_with("s old  {\"first\": 1}"), "{lines:?}");
            assert!(lines[2].ends_with(&format!("{}...", "long".repeat(25))), "{lines:?}");
        }
    }

    #[tokio::test]
    async fn a_redrive_moves_all_messages_back_with_new_ids_and_their_attributes() {
        let (queue, dead_letters) = create_queues(30).await;
        let bodies: Vec<_> = (0..12).map(|number| number.to_string()).collect();
        let ids = send(&dead_letters, &bodies.iter().map(String::as_str).collect::<Vec<_>>()).await;
        assert_eq!(redrive(&dead_letters, &queue).await.unwrap(), 12);

        let (first, second) = (queue.receive(10, Duration::ZERO).await, queue.receive(10, Duration::ZERO).await);
        let moved: Vec<_> = first.unwrap().into_iter().chain(second.unwrap()).collect();
        assert_eq!(moved.iter().map(|message| message.body.clone()).collect::<Vec<_>>(), bodies);
        assert!(moved.iter().all(|message| !ids.contains(&message.message_id)));
        assert!(moved.iter().all(|message| message.attributes["ApproximateReceiveCount"] == "1"));
        let attributes = serde_json::to_value(&moved[0].message_attributes).unwrap();
        assert_eq!(attributes, json!({ "kind": { "DataType": "String", "StringValue": "test" } }));
        assert!(dead_letters.receive(10, Duration::ZERO).await.unwrap().is_empty());
    }
}
