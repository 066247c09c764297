//! The sizes that `-n` names.

/// The most that a size can be.
const LARGEST: u64 = 1_000_000_000_000;

/// How many sizes a range stands for.
const IN_A_RANGE: u32 = 5;

/// The sizes of a run, rising.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sizes(pub(crate) Vec<u64>);

impl Default for Sizes {
    /// Five, from a thousand to a hundred thousand.
    fn default() -> Self {
        Sizes(range(1_000, 100_000))
    }
}

impl std::str::FromStr for Sizes {
    type Err = String;

    /// Reads `1e5`, `1000,20_000` or `1e3..1e6`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some((first, last)) = text.split_once("..") {
            let (first, last) = (size(first)?, size(last)?);
            if first >= last {
                return Err(format!(
                    "`{text}` does not rise: write the smaller size first, as in 1e3..1e6"
                ));
            }
            return Ok(Sizes(range(first, last)));
        }
        let mut sizes = text.split(',').map(size).collect::<Result<Vec<u64>, String>>()?;
        sizes.sort_unstable();
        sizes.dedup();
        Ok(Sizes(sizes))
    }
}

/// Five sizes, each about the same multiple of the one before, of two significant digits between the ends.
fn range(first: u64, last: u64) -> Vec<u64> {
    let step = (last as f64 / first as f64).powf(1.0 / f64::from(IN_A_RANGE - 1));
    let mut sizes = vec![first];
    for place in 1..IN_A_RANGE - 1 {
        sizes.push(rounded(first as f64 * step.powi(place as i32)));
    }
    sizes.push(last);
    sizes.dedup();
    sizes
}

/// The number with all digits but the first two made 0.
fn rounded(size: f64) -> u64 {
    let unit = 10f64.powi((size.log10().floor() as i32 - 1).max(0));
    ((size / unit).round() * unit) as u64
}

/// One size, `1e5` or `10_000`.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let wrong = |reason: &str| format!("`{text}` is no size: {reason}; write 1000, 10_000 or 1e5");
    let number: f64 = text
        .replace('_', "")
        .parse()
        .map_err(|_| wrong("it is no number"))?;
    if !number.is_finite() || number.fract() != 0.0 {
        return Err(wrong("it is no whole number"));
    }
    if number < 1.0 {
        return Err(wrong("it must be 1 or more"));
    }
    if number > LARGEST as f64 {
        return Err(wrong("it is above 1e12"));
    }
    Ok(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(text: &str) -> Vec<u64> {
        text.parse::<Sizes>().unwrap().0
    }

    #[test]
    fn one_some_or_a_range() {
        assert_eq!(sizes("1e5"), [100_000]);
        assert_eq!(sizes("20_000,1000,1000"), [1_000, 20_000]);
        assert_eq!(sizes("1e3..1e5"), [1_000, 3_200, 10_000, 32_000, 100_000]);
        assert_eq!(sizes("1e3..1e7"), [1_000, 10_000, 100_000, 1_000_000, 10_000_000]);
        assert_eq!(sizes("1..3"), [1, 2, 3]);
        assert_eq!(Sizes::default().0, sizes("1e3..1e5"));
    }

    #[test]
    fn what_is_no_size_says_what_to_write() {
        for (wrong, reason) in [
            ("-5", "1 or more"),
            ("0", "1 or more"),
            ("1e99", "above 1e12"),
            ("abc", "no number"),
            ("1.5", "no whole number"),
            ("nan", "no whole number"),
            ("1e5..1e3", "does not rise"),
            ("", "no number"),
        ] {
            let error = wrong.parse::<Sizes>().unwrap_err();
            assert!(error.contains(reason) && error.contains("write"), "{error}");
        }
    }
}
