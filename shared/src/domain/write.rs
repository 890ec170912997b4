use jiff::Timestamp;

use super::WriteId;
use crate::random::Random;

/// One conditional write: an id by which a repeated attempt recognises itself, and the time of the
/// change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Write {
    /// A new id for each change, stored with it. When the response to a write is lost and the SDK
    /// repeats the write, the second attempt finds the id of the first.
    pub id: WriteId,
    /// The time of the change, stored as `updated_at`.
    pub at: Timestamp,
}

impl Write {
    /// A new write at `at`.
    #[must_use]
    pub fn new(at: Timestamp, random: &Random) -> Self {
        Self { id: WriteId::new(at, random), at }
    }
}
