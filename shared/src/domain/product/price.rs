use std::fmt;

use rust_decimal::Decimal;

use crate::domain::Invalid;

/// A price: a decimal from 0 to 1 000 000 000 with at most four decimal places.
///
/// It is parsed from the digits of the catalogue's JSON and never passes through a binary float, so
/// 0.1 + 0.2 is exactly 0.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(Decimal);

impl Price {
    const MAX: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);
    const MAX_PLACES: u32 = 4;

    /// Parses the digits of a JSON number, such as `109.95` or `1e2`.
    ///
    /// # Errors
    /// The text is not a number, or the number is negative, greater than 1 000 000 000, or has more
    /// than four decimal places.
    pub fn parse(digits: &str) -> Result<Self, Invalid> {
        let number = Decimal::from_str_exact(digits).or_else(|_| parse_scientific(digits));
        let is_valid =
            |number: &Decimal| (Decimal::ZERO..=Self::MAX).contains(number) && number.scale() <= Self::MAX_PLACES;
        let number = number.ok().map(|number| number.normalize()).filter(is_valid);
        let invalid = || Invalid::new("invalid_price", "must be from 0 to 1000000000 with at most four decimal places");
        number.map(|number| Self(number.abs())).ok_or_else(invalid)
    }

    /// The price change from `before` to `self`, as text: `"2.50"` after a rise, `"-2.50"` after a
    /// fall.
    #[must_use]
    pub fn change_since(self, before: Self) -> String {
        format_amount(self.0 - before.0)
    }
}

/// Formats the price with at least two decimal places.
impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_amount(self.0))
    }
}

/// Parses a number with an exponent. `from_scientific` rounds a significand with too many digits,
/// so the significand is parsed exactly first, which rejects it.
fn parse_scientific(digits: &str) -> Result<Decimal, rust_decimal::Error> {
    let (significand, _) = digits.split_once(['e', 'E']).unwrap_or((digits, ""));
    Decimal::from_str_exact(significand)?;
    Decimal::from_scientific(digits)
}

fn format_amount(amount: Decimal) -> String {
    let places = usize::try_from(amount.normalize().scale().max(2)).unwrap_or(2);
    format!("{amount:.places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(digits: &str) -> Price {
        Price::parse(digits).unwrap()
    }

    #[test]
    fn a_price_is_exact_and_has_at_least_two_decimal_places() {
        for (digits, formatted) in [
            ("109.95", "109.95"),
            ("0", "0.00"),
            ("-0.0", "0.00"),
            ("12.5", "12.50"),
            ("12.3450", "12.345"),
            ("1e2", "100.00"),
            ("1.5E-1", "0.15"),
            ("1000000000", "1000000000.00"),
        ] {
            assert_eq!(price(digits).to_string(), formatted, "{digits}");
        }
        assert_eq!(price("12.50"), price("12.5"));
    }

    #[test]
    fn a_negative_too_large_or_malformed_price_is_invalid() {
        let out_of_range = ["-0.01", "1000000000.01", "1e30", "1e-30", "0.00001", "0.30000000000000004"];
        let too_many_digits = ["19.990000000000000000000000000000000001", "19.990000000000000000000000000000000001e0"];
        let not_numbers = ["", "abc", "\"12\"", "NaN", "1,5", "true", "null"];
        for digits in out_of_range.into_iter().chain(not_numbers).chain(too_many_digits) {
            assert_eq!(Price::parse(digits).unwrap_err().code, "invalid_price", "{digits}");
        }
    }

    #[test]
    fn a_price_change_is_the_exact_difference() {
        assert_eq!(price("0.3").change_since(price("0.1")), "0.20");
        assert_eq!(price("9.99").change_since(price("12.5")), "-2.51");
        assert_eq!(price("5").change_since(price("5.00")), "0.00");
    }
}
