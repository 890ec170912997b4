use super::Invalid;

/// How many entries one page may hold: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(u8);

impl PageSize {
    /// The most entries of a page.
    pub const MAX: u32 = 100;

    /// Reads a page size.
    ///
    /// # Errors
    /// Not a whole number from 1 to 100.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        whole_number(text, 1, Self::MAX).and_then(|n| u8::try_from(n).map(Self).map_err(|_| out_of_range(1, Self::MAX)))
    }

    /// The number of entries.
    #[must_use]
    pub fn get(self) -> usize {
        usize::from(self.0)
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(10)
    }
}

/// How many entries to pass over before a page: 0 to 10 000. A cursor is cheaper: what is skipped is still read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Skip(u16);

impl Skip {
    /// The most entries that can be passed over.
    pub const MAX: u32 = 10_000;

    /// Reads the number of entries to pass over.
    ///
    /// # Errors
    /// Not a whole number from 0 to 10 000.
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

/// A page of the catalogue: 1 to 10 000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageNumber(u32);

impl PageNumber {
    /// The last page that can be asked for.
    pub const LAST: u32 = 10_000;

    /// Reads the number of a page.
    ///
    /// # Errors
    /// Not a whole number from 1 to 10 000.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        whole_number(text, 1, Self::LAST).map(Self)
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// The page behind it; `None` behind the last one that can be asked for.
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

/// The order of a list, by time of creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortOrder {
    /// Newest first.
    #[default]
    CreatedAtDesc,
    /// Oldest first.
    CreatedAtAsc,
}

impl SortOrder {
    /// Reads `created_at_desc` or `created_at_asc`.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "created_at_desc" => Ok(Self::CreatedAtDesc),
            "created_at_asc" => Ok(Self::CreatedAtAsc),
            _ => Err(Invalid::new("invalid_choice", "must be created_at_desc or created_at_asc")),
        }
    }

    /// The word that [`SortOrder::parse`] reads.
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
    // Whatever is all digits and still does not parse is too large or below zero.
    text.parse().ok().filter(|n| (min..=max).contains(n)).ok_or_else(|| out_of_range(min, max))
}

fn out_of_range(min: u32, max: u32) -> Invalid {
    Invalid::new("out_of_range", format!("must be from {min} to {max}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_1_to_100_entries() {
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
    fn up_to_10000_entries_can_be_skipped() {
        assert_eq!(Skip::parse("0").unwrap().get(), 0);
        assert_eq!(Skip::parse("10000").unwrap().get(), 10_000);
        assert_eq!(Skip::parse("10001").unwrap_err().code, "out_of_range");
    }

    #[test]
    fn a_sort_order_reads_what_it_writes() {
        for order in [SortOrder::CreatedAtAsc, SortOrder::CreatedAtDesc] {
            assert_eq!(SortOrder::parse(order.as_str()), Ok(order));
        }
        assert!(SortOrder::parse("title").is_err());
    }
}
