use std::fmt;

use jiff::Timestamp;
use uuid::{Builder, Uuid};

use super::Invalid;
use crate::random::Random;

/// Declares an identifier: a `UUIDv7` (RFC 9562 §5.7) with a type of its own, so that a user's id cannot stand where an
/// item's belongs.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id. Ids made later sort later.
            #[must_use]
            pub fn new(now: Timestamp, random: &Random) -> Self {
                Self(uuid_v7(now, random))
            }

            /// Reads an id in the one form in which we write it: lower case, with hyphens.
            ///
            /// # Errors
            /// Anything else. To a client this is the same as an id that does not exist.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                Uuid::try_parse(text)
                    .ok()
                    .map(Self)
                    .filter(|id| id.to_string() == text)
                    .ok_or_else(|| Invalid::new("invalid_id", "must be an id that this API gave out"))
            }

            /// Reads an id from the bytes that [`Self::as_bytes`] gave.
            #[must_use]
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                Uuid::from_slice(bytes).ok().map(Self)
            }

            /// The 16 bytes, for a compact token.
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
    /// An account.
    UserId
);
id!(
    /// One sign-in of an account.
    SessionId
);
id!(
    /// One access token (the `jti` claim).
    TokenId
);
id!(
    /// One write, so that it can be recognised when it is repeated.
    WriteId
);
id!(
    /// One request.
    RequestId
);
id!(
    /// One entry of a watchlist. Its order is the order of creation.
    ItemId
);
id!(
    /// A customer of an account's. Its order is the order of creation.
    CustomerId
);
id!(
    /// One time that a product became a customer's favourite.
    FavoriteId
);

id!(
    /// One entry of the audit trail. Its order is the order of time.
    EventId
);

impl EventId {
    /// The event of an account's registration: there is one for each account, however often it is sent.
    #[must_use]
    pub const fn of_registration(id: UserId) -> Self {
        Self(id.0)
    }

    /// The event of an item's addition: there is one for each item, however often it is sent.
    #[must_use]
    pub const fn of_addition(id: ItemId) -> Self {
        Self(id.0)
    }

    /// What sorts before every event of this instant's millisecond and behind all before it.
    #[must_use]
    pub fn earliest_at(instant: Timestamp) -> Self {
        let millis = u64::try_from(instant.as_millisecond()).unwrap_or(0);
        Self(Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
    }

    /// What sorts right before this one.
    #[must_use]
    pub fn before(self) -> Self {
        Self(Uuid::from_u128(self.0.as_u128().saturating_sub(1)))
    }
}

/// A `UUIDv7` whose 12 bits behind the milliseconds count the millisecond's 4096ths (RFC 9562 §6.2, method 3), so that ids
/// made one after the other sort that way also within one millisecond.
fn uuid_v7(now: Timestamp, random: &Random) -> Uuid {
    let mut tail = random.bytes::<10>();
    // Both are within range by construction: a timestamp's sub-millisecond part is below one million nanoseconds.
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
    fn ids_sort_in_the_order_of_creation_also_within_a_millisecond() {
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
    fn an_id_is_read_in_one_spelling_only() {
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
