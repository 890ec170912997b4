use std::io::{Error, Result};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

/// A request or an answer of HTTP/1.1, as it came.
pub(super) struct Message {
    pub(super) bytes: Vec<u8>,
    /// In lower case.
    head: String,
}

impl Message {
    /// The next one on a connection; None at its end. What has a body says its length, which is all that the SDK and SQS do.
    pub(super) async fn read(from: &mut BufReader<impl AsyncReadExt + Unpin>) -> Result<Option<Self>> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            if from.read_until(b'\n', &mut bytes).await? == 0 {
                return Ok(None);
            }
        }
        let head = String::from_utf8_lossy(&bytes).to_lowercase();
        if head.contains("\r\ntransfer-encoding:") {
            return Err(Error::other("a body without a length"));
        }
        let length = head.split("\r\ncontent-length:").nth(1).and_then(|rest| rest.lines().next());
        let length = length.map_or(Ok(0), |length| length.trim().parse()).map_err(Error::other)?;
        let before = bytes.len();
        bytes.resize(before + length, 0);
        from.read_exact(&mut bytes[before..]).await?;
        Ok(Some(Self { bytes, head }))
    }

    /// Whether it asks SQS to take a message.
    pub(super) fn sends(&self) -> bool {
        self.head.contains("\r\nx-amz-target: amazonsqs.sendmessage\r\n")
    }
}
