use std::io::{Error, Result};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

/// The raw bytes of an HTTP/1.1 request or response.
pub(super) struct HttpMessage {
    pub(super) bytes: Vec<u8>,
    /// In lower case.
    head: String,
}

impl HttpMessage {
    /// Reads the next message. Returns `None` at the end of the connection. A body must have a
    /// `Content-Length`, as those of the SDK and of SQS do.
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

    pub(super) fn is_send_message(&self) -> bool {
        self.head.contains("\r\nx-amz-target: amazonsqs.sendmessage\r\n")
    }
}
