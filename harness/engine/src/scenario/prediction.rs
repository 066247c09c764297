//! A question that readers answer before they see the figures. The right answer is not stored: it
//! comes from the records.

use crate::figures::{Course, Metric};
use heapbook_model::{Growth, VariantName};
use indexmap::IndexMap;

/// A question about a scenario's figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    /// What readers' answers are kept under: the scenario's slug and the question's first words. It
    /// stays what it is when other questions are added.
    pub key: String,
    /// The question in words, as the page asks it.
    pub ask: String,
    /// The slug of a later lesson that asks the question instead of this scenario's page.
    pub asked_in: Option<String>,
    /// What the records are asked.
    pub about: About,
    /// For an option, by its word: the misconception of a reader who chooses it.
    pub because: IndexMap<String, String>,
    /// The line of the file on which it stands, from 1.
    pub line: usize,
}

/// What the records are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Something of figures.
    Figures {
        /// The metric whose figures answer it.
        metric: Metric,
        /// The size at which variants are compared; a question about growth looks at all sizes.
        n: u64,
        /// What is asked of them.
        asked: Asked,
    },
    /// Which of these is the reason: the one whose claim holds, where all others fail.
    Why(Vec<Belief>),
    /// What becomes of this variant's memory; asked beside others where the book says so, not on
    /// the scenario's page.
    Course(VariantName),
}

/// What a question asks of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Which of these variants has the lowest figure.
    Least(Vec<VariantName>),
    /// Which of these variants has the highest figure.
    Most(Vec<VariantName>),
    /// How this variant's figure grows with `n`.
    Grows(VariantName),
    /// How many times the second variant's figure the first variant's is.
    Times(VariantName, VariantName),
    /// In which order these variants stand, the lowest figure first.
    Order(Vec<VariantName>),
}

/// A reason that a reader may give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belief {
    /// The reason in words.
    pub says: String,
    /// The id of the scenario's claim that it rests on.
    pub claim: String,
}

/// How many of a question's words are in its key.
const KEY_WORDS: usize = 8;

/// The key of a question, from its first words.
pub(super) fn key(slug: &str, ask: &str) -> String {
    let words = ask.split(|letter: char| !letter.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).take(KEY_WORDS);
    let words: Vec<String> = words.map(str::to_lowercase).collect();
    format!("{slug}:{}", words.join("-"))
}

impl About {
    /// The growths that a reader may choose from.
    pub const GROWTHS: [Growth; 4] = [
        Growth::Constant,
        Growth::Logarithmic,
        Growth::Linear,
        Growth::Quadratic,
    ];

    /// The words of the options, the keys of [`Prediction::because`]. A question about a factor has
    /// none: readers say a number.
    pub fn options(&self) -> Vec<String> {
        match self {
            About::Course(_) => Course::ALL.map(|one| one.word().to_owned()).to_vec(),
            About::Why(beliefs) => beliefs.iter().map(|belief| belief.claim.clone()).collect(),
            About::Figures { asked, .. } => match asked {
                Asked::Least(variants) | Asked::Most(variants) | Asked::Order(variants) => {
                    variants.iter().map(ToString::to_string).collect()
                }
                Asked::Grows(_) => About::GROWTHS.map(|growth| growth.word().to_owned()).to_vec(),
                Asked::Times(..) => Vec::new(),
            },
        }
    }
}

impl Prediction {
    /// The factor that a word of [`Prediction::because`] is, in a question that asks for one.
    pub fn factor(word: &str) -> Option<f64> {
        let factor: f64 = word.parse().ok()?;
        (factor.is_finite() && factor > 0.0).then_some(factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_of_the_first_words() {
        for (ask, expected) in [
            ("Which is `it`?", "del:which-is-it"),
            (
                "You don't keep `of_slots(n)`: what of n = 1,000, in all?",
                "del:you-don-t-keep-of-slots-n-what",
            ),
            ("Größe \u{202e}<b>?", "del:größe-b"),
        ] {
            assert_eq!(key("del", ask), expected);
        }
    }

    #[test]
    fn a_factor_is_a_number_above_zero() {
        assert_eq!(Prediction::factor("0.5"), Some(0.5));
        for word in ["0", "-1", "inf", "NaN", "about 2", ""] {
            assert_eq!(Prediction::factor(word), None, "{word}");
        }
    }
}
