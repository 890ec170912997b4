use super::Invalid;

/// The maximum number of entries of a page: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(u8);

impl PageSize {
    /// The largest page size.
    pub const MAX: u32 = 100;

    /// Parses a page size.
    ///
    /// # Errors
    /// The text is not an integer from 1 to 100.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        whole_number(text, 1, Self::MAX).and_then(|n| u8::try_from(n).map(Self).map_err(|_| out_of_range(1, Self::MAX)))
    }

    /// The number of entries.
    #[must_use]
    pub fn get(self) -> usize {
        usize::from(self.0)
    }

    /// This page size, or `max` if that is smaller.
    #[must_use]
    pub const fn at_most(self, max: u8) -> Self {
        Self(if self.0 < max { self.0 } else { max })
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(10)
    }
}

/// The number of entries to skip before a page: 0 to 1000. Skipped entries are still read, so a
/// cursor is cheaper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Skip(u16);

impl Skip {
    /// The largest number of entries to skip.
    pub const MAX: u32 = 1000;

    /// Parses the number of entries to skip.
    ///
    /// # Errors
    /// The text is not an integer from 0 to 1000.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        whole_number(text, 0, Self::MAX)
            .and_then(|n| u16::try_from(n).map(Self).map_err(|_| out_of_range(0, Self::MAX)))
    }

    /// The number of entries.
    #[must_use]
    pub fn get(self) -> usize {
        usize::from(self.0)
    }
}

/// The number of a catalogue page: 1 to 10 000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageNumber(u32);

impl PageNumber {
    /// The last page that can be requested.
    pub const LAST: u32 = 10_000;

    /// Parses the number of a page.
    ///
    /// # Errors
    /// The text is not an integer from 1 to 10 000.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        whole_number(text, 1, Self::LAST).map(Self)
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// The next page. Returns `None` after [`PageNumber::LAST`].
    #[must_use]
    pub fn next(self) -> Option<Self> {
        (self.0 < Self::LAST).then_some(Self(self.0 + 1))
    }
}

impl Default for PageNumber {
    fn default() -> Self {
        Self(1)
    }
}

/// The order of a list, by creation time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortOrder {
    /// Newest first.
    #[default]
    CreatedAtDesc,
    /// Oldest first.
    CreatedAtAsc,
}

impl SortOrder {
    /// Parses `created_at_desc` or `created_at_asc`.
    ///
    /// # Errors
    /// The text is another word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "created_at_desc" => Ok(Self::CreatedAtDesc),
            "created_at_asc" => Ok(Self::CreatedAtAsc),
            _ => Err(Invalid::new("invalid_choice", "must be created_at_desc or created_at_asc")),
        }
    }

    /// The word that [`SortOrder::parse`] accepts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreatedAtDesc => "created_at_desc",
            Self::CreatedAtAsc => "created_at_asc",
        }
    }
}

fn whole_number(text: &str, min: u32, max: u32) -> Result<u32, Invalid> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Invalid::new("not_an_integer", "must be a whole number"));
    }
    // Digits that do not parse are a number that is too large or negative.
    text.parse().ok().filter(|n| (min..=max).contains(n)).ok_or_else(|| out_of_range(min, max))
}

fn out_of_range(min: u32, max: u32) -> Invalid {
    Invalid::new("out_of_range", format!("must be from {min} to {max}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_1_to_100_entries() {
        assert_eq!(PageSize::parse("1").unwrap().get(), 1);
        assert_eq!(PageSize::parse("100").unwrap().get(), 100);
        for (text, code) in [
            ("0", "out_of_range"),
            ("101", "out_of_range"),
            ("-1", "out_of_range"),
            ("99999999999999999999999999", "out_of_range"),
            ("", "not_an_integer"),
            ("ten", "not_an_integer"),
            ("1.5", "not_an_integer"),
            ("+5", "not_an_integer"),
            (" 5", "not_an_integer"),
            ("٥", "not_an_integer"),
        ] {
            assert_eq!(PageSize::parse(text).unwrap_err().code, code, "{text}");
        }
    }

    #[test]
    fn up_to_1000_entries_can_be_skipped() {
        assert_eq!(Skip::parse("0").unwrap().get(), 0);
        assert_eq!(Skip::parse("1000").unwrap().get(), 1000);
        assert_eq!(Skip::parse("1001").unwrap_err().code, "out_of_range");
    }

    #[test]
    fn a_sort_order_parses_its_own_word() {
        for order in [SortOrder::CreatedAtAsc, SortOrder::CreatedAtDesc] {
            assert_eq!(SortOrder::parse(order.as_str()), Ok(order));
        }
        assert!(SortOrder::parse("title").is_err());
    }
}
