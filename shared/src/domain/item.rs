use jiff::Timestamp;

use super::{Invalid, ItemId, validation::one_line};

/// A watchlist item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The id. Sorts by creation time.
    pub id: ItemId,
    /// The title.
    pub title: Title,
    /// The type.
    pub item_type: ItemType,
    /// The time at which it was added.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The number of its changes.
    pub version: Version,
}

/// A change of an item. An absent field stays unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChanges {
    /// The new title.
    pub title: Option<Title>,
    /// The new type.
    pub item_type: Option<ItemType>,
}

/// The version of a stored item, counted from 1. It is the value of the strong `ETag` (RFC 9110
/// §8.8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(pub u64);

impl Version {
    /// The version of a new item.
    pub const FIRST: Self = Self(1);
}

/// A title: 1 to 255 characters after trimming, no control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// The maximum length in characters.
    pub const MAX_CHARS: usize = 255;

    /// Parses a title and trims it.
    ///
    /// # Errors
    /// The trimmed title is empty, has more than 255 characters, or contains a control character.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        one_line(text, Self::MAX_CHARS).map(Self)
    }

    /// Creates a title from a stored value without validation.
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

/// The type of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemType {
    /// A movie.
    Movie,
    /// A series.
    Show,
}

impl ItemType {
    /// All types.
    pub const ALL: [Self; 2] = [Self::Movie, Self::Show];

    /// Parses `movie` or `show`.
    ///
    /// # Errors
    /// The text is another word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "movie" => Ok(Self::Movie),
            "show" => Ok(Self::Show),
            _ => Err(Invalid::new("invalid_choice", "must be movie or show")),
        }
    }

    /// The word that [`ItemType::parse`] accepts.
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
    fn a_title_contains_no_control_characters() {
        for text in ["a\nb", "a\r\nb", "a\0b", "\u{1b}[31mred", "a\u{85}b", "a\u{7f}b"] {
            assert_eq!(Title::parse(text).unwrap_err().code, "control_character", "{text:?}");
        }
    }

    #[test]
    fn a_type_parses_its_own_word() {
        for item_type in ItemType::ALL {
            assert_eq!(ItemType::parse(item_type.as_str()), Ok(item_type));
        }
        for text in ["", "Movie", "film"] {
            assert!(ItemType::parse(text).is_err());
        }
    }
}
