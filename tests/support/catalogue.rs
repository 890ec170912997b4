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

/// How large an answer is that should have been cut short.
pub(crate) const FLOOD: usize = 50_000_000;

/// What a host sends to whoever asks.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: String,
    body: Vec<u8>,
    manner: Manner,
}

#[derive(Debug, Clone, Copy)]
enum Manner {
    Whole,
    Late(Duration),
    CutOff,
    Dripping,
    Flooding { says_how_much: bool },
    Never,
}

impl Reply {
    /// All of it, at once.
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: String::new(), body: body.into(), manner: Manner::Whole }
    }

    /// Go somewhere else.
    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        Self::new(status, "").header("location", location)
    }

    /// No answer on a connection that stays open.
    pub(crate) fn never() -> Self {
        Self { manner: Manner::Never, ..Self::new(200, "") }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.extend([name, ": ", value, "\r\n"]);
        self
    }

    /// It comes after this time.
    pub(crate) fn late(self, after: Duration) -> Self {
        Self { manner: Manner::Late(after), ..self }
    }

    /// The connection ends before the body does.
    pub(crate) fn cut_off(self) -> Self {
        Self { manner: Manner::CutOff, ..self }
    }

    /// The body comes byte by byte and does not end.
    pub(crate) fn dripping(self) -> Self {
        Self { manner: Manner::Dripping, ..self }
    }

    /// White space follows, which changes nothing in JSON, until all of it has [`FLOOD`] bytes.
    pub(crate) fn flooding(self, says_how_much: bool) -> Self {
        Self { manner: Manner::Flooding { says_how_much }, ..self }
    }
}

/// A host at the wire. Ends with the test's runtime.
#[derive(Clone)]
pub(crate) struct Host(Arc<Shared>);

struct Shared {
    port: u16,
    replies: Mutex<(VecDeque<Reply>, Reply)>,
    asked: Mutex<Vec<String>>,
    sent: AtomicUsize,
}

impl Host {
    /// Sends this to everybody.
    pub(crate) async fn saying(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = Self(Arc::new(Shared {
            port: listener.local_addr().unwrap().port(),
            replies: Mutex::new((VecDeque::new(), reply)),
            asked: Mutex::default(),
            sent: AtomicUsize::new(0),
        }));
        let served = host.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let host = served.clone();
                // Whoever asked may be gone by now.
                tokio::spawn(async move { drop(host.answer(stream).await) });
            }
        });
        host
    }

    /// From now on this is sent.
    pub(crate) fn say(&self, reply: Reply) {
        self.0.replies.lock().unwrap().1 = reply;
    }

    /// These are sent first, one to each request.
    pub(crate) fn say_first(&self, replies: impl IntoIterator<Item = Reply>) {
        self.0.replies.lock().unwrap().0.extend(replies);
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.0.port)
    }

    /// What was asked for since the last time.
    pub(crate) fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.0.asked.lock().unwrap())
    }

    /// How many bytes of bodies have been taken from it.
    pub(crate) fn sent(&self) -> usize {
        self.0.sent.load(Ordering::SeqCst)
    }

    async fn answer(&self, mut stream: TcpStream) -> Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        let head = String::from_utf8(head).unwrap();
        self.0.asked.lock().unwrap().push(head.split(' ').take(2).collect::<Vec<_>>().join(" "));
        let Reply { status, headers, body, manner } = {
            let mut replies = self.0.replies.lock().unwrap();
            replies.0.pop_front().unwrap_or_else(|| replies.1.clone())
        };
        let length = match manner {
            Manner::Flooding { says_how_much: false } => String::new(),
            Manner::Flooding { says_how_much: true } => format!("content-length: {FLOOD}\r\n"),
            Manner::Dripping => format!("content-length: {}\r\n", body.len() + 1000),
            _ => format!("content-length: {}\r\n", body.len()),
        };
        if let Manner::Late(after) = manner {
            wait(after).await;
        }
        if !matches!(manner, Manner::Never) {
            let head = format!("HTTP/1.1 {status} Status\r\nconnection: close\r\n{length}{headers}\r\n");
            stream.write_all(head.as_bytes()).await?;
        }
        match manner {
            Manner::Never => wait(Duration::MAX).await,
            Manner::Whole | Manner::Late(_) => self.send(&mut stream, &body).await?,
            Manner::CutOff => self.send(&mut stream, &body[..body.len() / 2]).await?,
            Manner::Dripping => {
                let mut moment = interval(Duration::from_millis(50));
                for byte in body.into_iter().chain([b' '].into_iter().cycle()) {
                    moment.tick().await;
                    self.send(&mut stream, &[byte]).await?;
                }
            }
            Manner::Flooding { .. } => {
                self.send(&mut stream, &body).await?;
                let mut left = FLOOD - body.len();
                while left > 0 {
                    let some = left.min(64 * 1024);
                    self.send(&mut stream, &b" ".repeat(some)).await?;
                    left -= some;
                }
            }
        }
        stream.shutdown().await
    }

    async fn send(&self, stream: &mut TcpStream, bytes: &[u8]) -> Result<()> {
        stream.write_all(bytes).await?;
        self.0.sent.fetch_add(bytes.len(), Ordering::SeqCst);
        Ok(())
    }
}

async fn wait(time: Duration) {
    drop(timeout(time, std::future::pending::<()>()).await);
}
