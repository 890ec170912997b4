use jiff::Timestamp;

/// Formats an instant for clients and the table: RFC 3339 in UTC with milliseconds and `Z`. All
/// have the same length, so they sort as text.
#[must_use]
pub fn rfc3339(instant: Timestamp) -> String {
    format!("{instant:.3}")
}

/// Truncates an instant to the precision of [`rfc3339`], for comparison with a stored instant.
#[must_use]
pub fn truncate_to_millis(instant: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(instant.as_millisecond()).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_in_utc_with_milliseconds() {
        assert_eq!(rfc3339(Timestamp::from_second(0).unwrap()), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339("2026-11-21T10:00:00.123456+02:00".parse().unwrap()), "2026-11-21T08:00:00.123Z");
    }
}
