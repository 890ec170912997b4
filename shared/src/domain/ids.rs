use std::fmt;

use jiff::Timestamp;
use uuid::{Builder, Uuid};

use super::Invalid;
use crate::random::Random;

/// Declares a type of identifiers: `UUIDv7` (RFC 9562 §5.7). Each kind has its own type, so that a
/// user id cannot be passed as an item id.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Creates an id. Ids that are created later sort later.
            #[must_use]
            pub fn new(now: Timestamp, random: &Random) -> Self {
                Self(uuid_v7(now, random))
            }

            /// Parses an id in the only accepted form: lower case, with hyphens.
            ///
            /// # Errors
            /// The text has another form. Clients receive the same response as for an unknown id.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                Uuid::try_parse(text)
                    .ok()
                    .map(Self)
                    .filter(|id| id.to_string() == text)
                    .ok_or_else(|| Invalid::new("invalid_id", "must be an id that this API gave out"))
            }

            /// Creates an id from the bytes of [`Self::as_bytes`]. Returns `None` for another
            /// length.
            #[must_use]
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                Uuid::from_slice(bytes).ok().map(Self)
            }

            /// The 16 bytes of the id, for compact tokens.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

id!(
    /// The id of an account.
    UserId
);
id!(
    /// The id of a session.
    SessionId
);
id!(
    /// The id of an access token (the `jti` claim).
    TokenId
);
id!(
    /// The id of a write, by which a retry recognises itself.
    WriteId
);
id!(
    /// The id of a request.
    RequestId
);
id!(
    /// The id of a watchlist item. Sorts by creation time.
    ItemId
);
id!(
    /// The id of a customer. Sorts by creation time.
    CustomerId
);
id!(
    /// The id of a favourite. A product that is removed and added again gets a new one.
    FavoriteId
);
id!(
    /// The id of an audit event. Sorts by time.
    EventId
);

impl EventId {
    /// The id of the event for registering an account. It is derived from the account id, so a
    /// repeated event is stored once.
    #[must_use]
    pub const fn of_registration(id: UserId) -> Self {
        Self(id.0)
    }

    /// The id of the event for adding an item. It is derived from the item id, so a repeated event
    /// is stored once.
    #[must_use]
    pub const fn of_addition(id: ItemId) -> Self {
        Self(id.0)
    }

    /// The lowest id of the millisecond of this instant: it sorts after all earlier events and
    /// before all events of the millisecond.
    #[must_use]
    pub fn earliest_at(instant: Timestamp) -> Self {
        let millis = u64::try_from(instant.as_millisecond()).unwrap_or(0);
        Self(Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
    }

    /// The id that sorts immediately before this one.
    #[must_use]
    pub fn before(self) -> Self {
        Self(Uuid::from_u128(self.0.as_u128().saturating_sub(1)))
    }
}

/// Creates a `UUIDv7`. The 12 bits after the milliseconds are the fraction of the millisecond in
/// units of 1/4096 (RFC 9562 §6.2, method 3), so that ids also sort by creation time within a
/// millisecond.
fn uuid_v7(now: Timestamp, random: &Random) -> Uuid {
    let mut tail = random.bytes::<10>();
    // Both conversions are within range: the sub-millisecond part is below one million nanoseconds.
    let nanos = now.as_nanosecond().rem_euclid(1_000_000);
    let fraction = u16::try_from(nanos * 4096 / 1_000_000).unwrap_or(0);
    tail[..2].copy_from_slice(&fraction.to_be_bytes());
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> ItemId {
        ItemId::new(Timestamp::from_microsecond(1_800_000_000_000_000 + micros).unwrap(), &Random::system())
    }

    #[test]
    fn ids_sort_by_creation_time_within_a_millisecond() {
        let ids: Vec<String> = (0..5000).map(|micros| at(micros).to_string()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn ids_of_one_instant_differ() {
        assert_ne!(at(0), at(0));
    }

    #[test]
    fn an_id_is_a_version_7_uuid() {
        assert_eq!(at(0).0.get_version_num(), 7);
        assert_eq!(at(0).0.get_timestamp().unwrap().to_unix().0, 1_800_000_000);
    }

    #[test]
    fn an_id_has_only_one_accepted_spelling() {
        let id = at(0);
        assert_eq!(ItemId::parse(&id.to_string()), Ok(id));
        let simple = id.0.simple().to_string();
        for text in
            [id.to_string().to_uppercase(), simple, format!("{{{id}}}"), format!("urn:uuid:{id}"), String::new()]
        {
            assert!(ItemId::parse(&text).is_err(), "{text}");
        }
    }
}
