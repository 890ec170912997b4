use std::time::Duration;

use jiff::Timestamp;

use super::{Cache, Generation, PageKey, keys, scripts::KEEP};
use crate::domain::{SessionId, UserId};

/// The longest that a session may be believed to live without asking the table.
const SESSION: Duration = Duration::from_mins(1);
/// How old a page may be that nobody has changed.
const PAGE: Duration = Duration::from_secs(30);

/// What the table says of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// It lives, at the longest until then.
    Live(Timestamp),
    /// It is over, or was never there. No session comes back.
    Ended,
}

impl SessionState {
    pub(super) fn read(text: &str) -> Option<Self> {
        if text == "ended" {
            return Some(Self::Ended);
        }
        let seconds = text.strip_prefix("live ")?.parse().ok()?;
        Timestamp::from_second(seconds).ok().map(Self::Live)
    }

    fn write(self) -> String {
        match self {
            Self::Live(ends_at) => format!("live {}", ends_at.as_second()),
            Self::Ended => "ended".to_owned(),
        }
    }
}

/// A page of a list as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its `ETag`.
    pub etag: String,
    /// Its `Link` header; empty on the last page.
    pub link: String,
    /// JSON.
    pub body: Vec<u8>,
}

impl Page {
    /// Headers hold no line break, so each has a line of its own before the body.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
        let mut next = || parts.next();
        let (etag, link, body) = (next()?, next()?, next()?);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        Some(Self { etag: text(etag)?, link: text(link)?, body: body.to_vec() })
    }

    fn write(&self, generation: &Generation) -> Vec<u8> {
        let mut bytes = format!("{}{}\n{}\n", generation.0, self.etag, self.link).into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

impl Cache {
    /// Keeps what the table said of a session, for a minute, unless something changed since `generation` was looked up.
    /// When Redis is away nothing is kept, and the next request reads the table again.
    pub async fn keep_session(&self, user: UserId, id: SessionId, generation: &Generation, state: SessionState) {
        self.keep(user, keys::session(user, id), generation, state.write().into_bytes(), SESSION).await;
    }

    /// Keeps a page for half a minute, as [`Cache::keep_session`] keeps a session.
    pub async fn keep_page(&self, key: &PageKey, generation: &Generation, page: &Page) {
        self.keep(key.user, key.key(), generation, page.write(generation), PAGE).await;
    }

    async fn keep(&self, user: UserId, key: String, generation: &Generation, copy: Vec<u8>, lifetime: Duration) {
        let Ok(link) = self.link() else { return };
        let keys = [keys::generation(user), key];
        let lifetime = lifetime.as_millis().to_string().into_bytes();
        let arguments = [generation.0.clone().into_bytes(), copy, lifetime];
        let kept = link.run(|mut connection| {
            let (keys, arguments) = (keys.clone(), arguments.clone());
            async move { KEEP.run::<u8>(&mut connection, &keys, &arguments).await }
        });
        let _nothing_depends_on_it = kept.await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_it_was_written() {
        let page = Page { etag: "\"a\"".into(), link: String::new(), body: b"{\n\"title\":\"\xc3\xa9\"}\n".to_vec() };
        let written = page.write(&Generation("g".into()));
        assert_eq!(Page::read(written.strip_prefix(b"g").unwrap()), Some(page));
        assert_eq!(Page::read(b"nonsense"), None);
    }

    #[test]
    fn a_session_is_read_as_it_was_written_and_nothing_else_is() {
        for state in [SessionState::Ended, SessionState::Live(Timestamp::from_second(1_800_000_000).unwrap())] {
            assert_eq!(SessionState::read(&state.write()), Some(state));
        }
        for text in ["", "live", "live x", "live 99999999999999999999", "Ended"] {
            assert_eq!(SessionState::read(text), None, "{text}");
        }
    }
}
