//! Storage and encoding of sessions and pages.

use std::time::Duration;

use jiff::Timestamp;

use super::{Cache, Generation, PageKey, keys, scripts::STORE};
use crate::domain::{SessionId, UserId};

/// The lifetime of a cached session. It is read from the table again after at most this time.
const SESSION_LIFETIME: Duration = Duration::from_mins(1);
/// The lifetime of a cached page, unless it is invalidated earlier.
const PAGE_LIFETIME: Duration = Duration::from_secs(30);

/// The state of a session, as read from the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// The session is active and expires at this time.
    Active(Timestamp),
    /// The session has ended or never existed. An ended session never becomes active again.
    Ended,
}

impl SessionState {
    pub(super) fn decode(text: &str) -> Option<Self> {
        if text == "ended" {
            return Some(Self::Ended);
        }
        let seconds = text.strip_prefix("live ")?.parse().ok()?;
        Timestamp::from_second(seconds).ok().map(Self::Active)
    }

    fn encode(self) -> String {
        match self {
            Self::Active(expires_at) => format!("live {}", expires_at.as_second()),
            Self::Ended => "ended".to_owned(),
        }
    }
}

/// A page of a list, rendered as an HTTP response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedPage {
    /// The `ETag` header.
    pub etag: String,
    /// The `Link` header. Empty on the last page.
    pub link: String,
    /// The JSON body.
    pub body: Vec<u8>,
}

impl RenderedPage {
    /// Decodes two header lines and the body. Header values never contain a line break.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut fields = bytes.splitn(3, |byte| *byte == b'\n');
        let mut next = || fields.next();
        let (etag, link, body) = (next()?, next()?, next()?);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        Some(Self { etag: text(etag)?, link: text(link)?, body: body.to_vec() })
    }

    /// Encodes the page, prefixed with the id of its generation. The `admit` script removes the
    /// prefix.
    fn encode(&self, generation: &Generation) -> Vec<u8> {
        let mut bytes = format!("{}{}\n{}\n", generation.0, self.etag, self.link).into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

impl Cache {
    /// Stores the state of a session for one minute, unless the user's data has changed since
    /// `generation` was looked up.
    ///
    /// When Redis is unavailable, nothing is stored and the next request reads the table again.
    pub async fn store_session(&self, user: UserId, id: SessionId, generation: &Generation, state: SessionState) {
        self.store(user, keys::session(user, id), generation, state.encode().into_bytes(), SESSION_LIFETIME).await;
    }

    /// Stores a page for 30 seconds, under the same conditions as [`Cache::store_session`].
    pub async fn store_page(&self, key: &PageKey, generation: &Generation, page: &RenderedPage) {
        self.store(key.user, key.key(), generation, page.encode(generation), PAGE_LIFETIME).await;
    }

    async fn store(&self, user: UserId, key: String, generation: &Generation, entry: Vec<u8>, lifetime: Duration) {
        let Ok(connection) = self.connection() else { return };
        let keys = [keys::generation(user), key];
        let lifetime = lifetime.as_millis().to_string().into_bytes();
        let arguments = [generation.0.clone().into_bytes(), entry, lifetime];
        let stored = connection.run(|mut connection| {
            let (keys, arguments) = (keys.clone(), arguments.clone());
            async move { STORE.run::<u8>(&mut connection, &keys, &arguments).await }
        });
        let _failure_is_harmless = stored.await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoded_page_is_decoded_unchanged() {
        let page =
            RenderedPage { etag: "\"a\"".into(), link: String::new(), body: b"{\n\"title\":\"\xc3\xa9\"}\n".to_vec() };
        let encoded = page.encode(&Generation("g".into()));
        assert_eq!(RenderedPage::decode(encoded.strip_prefix(b"g").unwrap()), Some(page));
        assert_eq!(RenderedPage::decode(b"nonsense"), None);
    }

    #[test]
    fn an_encoded_session_state_is_decoded_unchanged_and_other_texts_are_rejected() {
        for state in [SessionState::Ended, SessionState::Active(Timestamp::from_second(1_800_000_000).unwrap())] {
            assert_eq!(SessionState::decode(&state.encode()), Some(state));
        }
        for text in ["", "live", "live x", "live 99999999999999999999", "Ended"] {
            assert_eq!(SessionState::decode(text), None, "{text}");
        }
    }
}
