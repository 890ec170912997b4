//! `local dlq`: what a queue gave up on, and back to it. Works on the stack that runs.

use anyhow::{Context, Result, bail, ensure};
use shared::clock::Clock;

use crate::{
    queue::{Message, Queue, Sqs},
    settings::Settings,
    sqs, terminal,
};

/// How much of a body is shown.
const WIDTH: usize = 100;

pub(crate) async fn main(name: &str, argument: &str) -> Result<()> {
    // To ask SQS for a queue makes it.
    ensure!([sqs::AUDIT, sqs::CATALOG].contains(&name), "the queues are {} and {}", sqs::AUDIT, sqs::CATALOG);
    let port = Settings::read()?.sqs;
    let sqs = Sqs::at(sqs::endpoint(port));
    let queues = async || anyhow::Ok((sqs.queue(name).await?, sqs.queue(&sqs::dead_letters(name)).await?));
    let (queue, dead_letters) =
        queues().await.with_context(|| format!("SQS does not answer at {port} (SQS_PORT); does the stack run?"))?;
    match argument {
        "" => list(name, &dead_letters, &Clock::system()).await?.iter().for_each(|line| terminal::say(line)),
        "redrive" => {
            let count = redrive(&dead_letters, &queue).await?;
            terminal::say(&format!("{count} messages moved back to {name}"));
        }
        _ => bail!("usage: local dlq QUEUE [redrive]"),
    }
    Ok(())
}

/// A line for each message. SQS shows what it holds only by handing it out, so every message is received, which counts,
/// and then released. One that somebody else looks at in this moment is missing.
async fn list(name: &str, dead_letters: &Queue, clock: &Clock) -> Result<Vec<String>> {
    let mut batches = Vec::new();
    loop {
        let batch = dead_letters.receive(10, std::time::Duration::ZERO).await?;
        if batch.is_empty() {
            break;
        }
        batches.push(batch);
    }
    for batch in &batches {
        dead_letters.release(batch).await?;
    }
    let messages: Vec<_> = batches.iter().flatten().collect();
    let title = format!("{} holds {} messages", sqs::dead_letters(name), messages.len());
    let now = clock.now().as_millisecond();
    Ok(std::iter::once(title).chain(messages.into_iter().map(|message| line(message, now))).collect())
}

fn line(message: &Message, now: i64) -> String {
    let number = |name: &str| message.attributes.get(name).and_then(|value| value.parse::<i64>().ok());
    // Without the look that is being taken.
    let received = number("ApproximateReceiveCount").unwrap_or(1) - 1;
    let age = number("SentTimestamp").map_or(0, |sent| (now - sent).max(0) / 1000);
    // What a terminal would take for a command must not reach it.
    let body: String =
        message.body.chars().map(|char| if char.is_control() { ' ' } else { char }).take(WIDTH).collect();
    let more = if message.body.chars().nth(WIDTH).is_some() { "..." } else { "" };
    let age = match age {
        ..120 => format!("{age} s"),
        120..7200 => format!("{} min", age / 60),
        _ => format!("{} h", age / 3600),
    };
    format!("{}  received {received} times  {age} old  {body}{more}", message.message_id)
}

/// What `StartMessageMoveTask` does, which ministack does not know: the messages arrive as new ones, with a new id and a
/// receive count of their own. Sent first and deleted then, so that one that is interrupted may be there twice but never
/// lost.
async fn redrive(dead_letters: &Queue, queue: &Queue) -> Result<usize> {
    let mut count = 0;
    loop {
        let batch = dead_letters.receive(10, std::time::Duration::ZERO).await?;
        if batch.is_empty() {
            return Ok(count);
        }
        queue.send(&batch).await?;
        dead_letters.delete(&batch).await?;
        count += batch.len();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::support;

    #[tokio::test]
    async fn a_list_shows_each_message_on_a_line_and_leaves_it_there() {
        let (_, dead_letters) = support::queues(30).await;
        support::send(&dead_letters, &["{\"first\":\n1}", &"long".repeat(100)]).await;
        for _ in 0..2 {
            let lines = list("audit", &dead_letters, &Clock::system()).await.unwrap();
            assert_eq!(lines.len(), 3, "{lines:?}");
            assert_eq!(lines[0], "audit-dlq holds 2 messages");
            assert!(lines[1].ends_with("s old  {\"first\": 1}"), "{lines:?}");
            assert!(lines[2].ends_with(&format!("{}...", "long".repeat(25))), "{lines:?}");
        }
    }

    #[tokio::test]
    async fn a_redrive_moves_everything_back_as_new_messages_with_their_attributes() {
        let (queue, dead_letters) = support::queues(30).await;
        let bodies: Vec<_> = (0..12).map(|number| number.to_string()).collect();
        let ids = support::send(&dead_letters, &bodies.iter().map(String::as_str).collect::<Vec<_>>()).await;
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
