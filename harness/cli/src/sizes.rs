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
                    "invalid range `{text}`: expected the smaller size first, such as 1e3..1e6"
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

/// Five sizes, each about the same multiple of the one before, of two significant digits between
/// the ends.
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
    let number: f64 = text.replace('_', "").parse().unwrap_or(f64::NAN);
    let is_size = number.fract() == 0.0 && (1.0..=LARGEST as f64).contains(&number);
    match is_size {
        true => Ok(number as u64),
        false => Err(format!(
            "invalid size `{text}`: expected a whole number from 1 to 1e12, such as 1000, 10_000 or 1e5"
        )),
    }
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
    fn an_invalid_size_says_what_was_expected() {
        for wrong in ["-5", "0", "1e99", "abc", "1.5", "nan", "inf", ""] {
            let error = wrong.parse::<Sizes>().unwrap_err();
            let expected = format!("invalid size `{wrong}`: expected a whole number from 1 to 1e12");
            assert!(error.starts_with(&expected), "{error}");
        }
        let error = "1e5..1e3".parse::<Sizes>().unwrap_err();
        assert!(error.contains("expected the smaller size first"), "{error}");
    }
}
