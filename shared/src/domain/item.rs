use jiff::Timestamp;

use super::{Invalid, ItemId, validation::one_line};

/// One entry of a watchlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id; also its place in the order of creation.
    pub id: ItemId,
    /// What it is called.
    pub title: Title,
    /// Movie or show.
    pub item_type: ItemType,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts its changes.
    pub version: Version,
}

/// What a change asks for; what is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChanges {
    /// A new title.
    pub title: Option<Title>,
    /// A new type.
    pub item_type: Option<ItemType>,
}

/// Counts the changes of a stored thing, from 1. It is what a strong `ETag` says (RFC 9110 §8.8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(pub u64);

impl Version {
    /// The version of a new thing.
    pub const FIRST: Self = Self(1);
}

/// A title: 1 to 255 characters after trimming, no control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// The longest, in characters.
    pub const MAX_CHARS: usize = 255;

    /// Trims and accepts a title.
    ///
    /// # Errors
    /// Nothing left after trimming, more than 255 characters, or a control character.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        one_line(text, Self::MAX_CHARS).map(Self)
    }

    /// A title that [`Title::parse`] accepted when it was stored, whatever it would say today.
    #[must_use]
    pub fn from_stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The trimmed title.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What can be watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemType {
    /// A film.
    Movie,
    /// A series.
    Show,
}

impl ItemType {
    /// Reads `movie` or `show`.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "movie" => Ok(Self::Movie),
            "show" => Ok(Self::Show),
            _ => Err(Invalid::new("invalid_choice", "must be movie or show")),
        }
    }

    /// The word that [`ItemType::parse`] reads.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Movie => "movie",
            Self::Show => "show",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_trimmed() {
        assert_eq!(Title::parse(" \t Dune \u{3000}\n").unwrap().as_str(), "Dune");
    }

    #[test]
    fn a_title_has_1_to_255_characters() {
        assert!(Title::parse(&"é".repeat(255)).is_ok());
        assert_eq!(Title::parse(&"é".repeat(256)).unwrap_err().code, "too_long");
        assert_eq!(Title::parse(" \n ").unwrap_err().code, "empty");
    }

    #[test]
    fn a_title_holds_no_control_characters() {
        for text in ["a\nb", "a\r\nb", "a\0b", "\u{1b}[31mred", "a\u{85}b", "a\u{7f}b"] {
            assert_eq!(Title::parse(text).unwrap_err().code, "control_character", "{text:?}");
        }
    }

    #[test]
    fn a_type_reads_what_it_writes() {
        for item_type in [ItemType::Movie, ItemType::Show] {
            assert_eq!(ItemType::parse(item_type.as_str()), Ok(item_type));
        }
        for text in ["", "Movie", "film"] {
            assert!(ItemType::parse(text).is_err());
        }
    }
}
