//! Medians and percentiles.

/// Returns the median of the values, or 0 without values.
pub(crate) fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

/// Returns the smallest value.
pub(crate) fn minimum(values: &[f64]) -> f64 {
    percentile(values, 0)
}

/// Returns a percentile of the values (nearest rank), or 0 without values.
pub(crate) fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get((last * percent + 50) / 100).copied().unwrap_or_default()
}

/// Converts a count or a size, which is far below 2⁵³ here.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
pub(crate) fn to_f64(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let values = [5.0, 1.0, 4.0, 2.0, 3.0];
        let found = [0, 50, 99, 100].map(|percent| percentile(&values, percent));
        assert_eq!(found.map(f64::to_bits), [1.0, 3.0, 5.0, 5.0].map(f64::to_bits));
        assert_eq!(median(&[]).to_bits(), 0.0_f64.to_bits());
    }
}
