//! An HTTP server that sends raw replies, including incomplete, slow and endless ones.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, Result},
    net::{TcpListener, TcpStream},
    time::{interval, timeout},
};

/// The size of a body that exceeds every limit, in bytes.
pub(crate) const OVERSIZED: usize = 50_000_000;

/// A reply of a [`StubServer`].
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: String,
    body: Vec<u8>,
    delivery: Delivery,
}

#[derive(Debug, Clone, Copy)]
enum Delivery {
    Complete,
    Delayed(Duration),
    Truncated,
    ByteByByte,
    Oversized(ContentLength),
    Never,
}

/// The header `content-length` of an oversized body.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ContentLength {
    Declared,
    Omitted,
}

impl Reply {
    /// A complete reply without delay.
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: String::new(), body: body.into(), delivery: Delivery::Complete }
    }

    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        Self::new(status, "").header("location", location)
    }

    /// No reply, on a connection that stays open.
    pub(crate) fn never() -> Self {
        Self { delivery: Delivery::Never, ..Self::new(200, "") }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.extend([name, ": ", value, "\r\n"]);
        self
    }

    /// The reply is sent after a delay.
    pub(crate) fn delayed(self, delay: Duration) -> Self {
        Self { delivery: Delivery::Delayed(delay), ..self }
    }

    /// The connection is closed in the middle of the body.
    pub(crate) fn truncated(self) -> Self {
        Self { delivery: Delivery::Truncated, ..self }
    }

    /// The body is sent byte by byte and never ends.
    pub(crate) fn byte_by_byte(self) -> Self {
        Self { delivery: Delivery::ByteByByte, ..self }
    }

    /// The body is padded to [`OVERSIZED`] bytes with white space, which does not change JSON.
    pub(crate) fn oversized(self, content_length: ContentLength) -> Self {
        Self { delivery: Delivery::Oversized(content_length), ..self }
    }
}

/// An HTTP server with configured replies. It stops with the test's runtime.
#[derive(Clone)]
pub(crate) struct StubServer(Arc<Shared>);

struct Shared {
    port: u16,
    replies: Mutex<Replies>,
    requests: Mutex<Vec<String>>,
    bytes_sent: AtomicUsize,
}

struct Replies {
    /// Sent first, one for each request.
    queued: VecDeque<Reply>,
    /// Sent when the queue is empty.
    default: Reply,
}

impl StubServer {
    /// A server that sends this reply to every request.
    pub(crate) async fn new(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self(Arc::new(Shared {
            port: listener.local_addr().unwrap().port(),
            replies: Mutex::new(Replies { queued: VecDeque::new(), default: reply }),
            requests: Mutex::default(),
            bytes_sent: AtomicUsize::new(0),
        }));
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = accepting.clone();
                // An error means that the client closed the connection.
                tokio::spawn(async move { drop(server.handle(stream).await) });
            }
        });
        server
    }

    /// Replaces the reply to every request.
    pub(crate) fn set_reply(&self, reply: Reply) {
        self.0.replies.lock().unwrap().default = reply;
    }

    /// Sends these replies to the next requests, one each.
    pub(crate) fn queue_replies(&self, replies: impl IntoIterator<Item = Reply>) {
        self.0.replies.lock().unwrap().queued.extend(replies);
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.0.port)
    }

    /// The methods and paths of the requests since the last call, such as `GET /products/7`.
    pub(crate) fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut self.0.requests.lock().unwrap())
    }

    /// The number of body bytes that were sent.
    pub(crate) fn bytes_sent(&self) -> usize {
        self.0.bytes_sent.load(Ordering::SeqCst)
    }

    async fn handle(&self, mut stream: TcpStream) -> Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        let head = String::from_utf8(head).unwrap();
        self.0.requests.lock().unwrap().push(head.split(' ').take(2).collect::<Vec<_>>().join(" "));
        let Reply { status, headers, body, delivery } = {
            let mut replies = self.0.replies.lock().unwrap();
            replies.queued.pop_front().unwrap_or_else(|| replies.default.clone())
        };
        let length = match delivery {
            Delivery::Oversized(ContentLength::Omitted) => String::new(),
            Delivery::Oversized(ContentLength::Declared) => format!("content-length: {OVERSIZED}\r\n"),
            Delivery::ByteByByte => format!("content-length: {}\r\n", body.len() + 1000),
            _ => format!("content-length: {}\r\n", body.len()),
        };
        if let Delivery::Delayed(delay) = delivery {
            wait(delay).await;
        }
        if !matches!(delivery, Delivery::Never) {
            let head = format!("HTTP/1.1 {status} Status\r\nconnection: close\r\n{length}{headers}\r\n");
            stream.write_all(head.as_bytes()).await?;
        }
        match delivery {
            Delivery::Never => wait(Duration::MAX).await,
            Delivery::Complete | Delivery::Delayed(_) => self.send(&mut stream, &body).await?,
            Delivery::Truncated => self.send(&mut stream, &body[..body.len() / 2]).await?,
            Delivery::ByteByByte => {
                let mut ticks = interval(Duration::from_millis(50));
                for byte in body.into_iter().chain([b' '].into_iter().cycle()) {
                    ticks.tick().await;
                    self.send(&mut stream, &[byte]).await?;
                }
            }
            Delivery::Oversized(_) => {
                self.send(&mut stream, &body).await?;
                let mut remaining = OVERSIZED - body.len();
                while remaining > 0 {
                    let chunk = remaining.min(64 * 1024);
                    self.send(&mut stream, &b" ".repeat(chunk)).await?;
                    remaining -= chunk;
                }
            }
        }
        stream.shutdown().await
    }

    async fn send(&self, stream: &mut TcpStream, bytes: &[u8]) -> Result<()> {
        stream.write_all(bytes).await?;
        self.0.bytes_sent.fetch_add(bytes.len(), Ordering::SeqCst);
        Ok(())
    }
}

async fn wait(time: Duration) {
    drop(timeout(time, std::future::pending::<()>()).await);
}
