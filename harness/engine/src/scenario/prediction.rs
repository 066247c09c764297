//! A question that readers answer before they see the figures. The right answer is not stored: it
//! comes from the records.

use std::collections::BTreeMap;

use crate::figures::Metric;
use heapbook_model::{Growth, VariantName};

/// A question about a scenario's figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    /// The question in words, as the page asks it.
    pub ask: String,
    /// The metric whose figures answer it.
    pub metric: Metric,
    /// The size at which variants are compared; a question about growth looks at all sizes.
    pub n: u64,
    /// The slug of a later lesson that asks the question instead of this scenario's page.
    pub asked_in: Option<String>,
    /// What it asks of the figures.
    pub about: About,
    /// For an option, by its word: the misconception of a reader who chooses it.
    pub because: BTreeMap<String, String>,
}

/// What a question asks of the figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Which of these variants has the lowest figure.
    Least(Vec<VariantName>),
    /// Which of these variants has the highest figure.
    Most(Vec<VariantName>),
    /// How this variant's figure grows with `n`.
    Grows(VariantName),
    /// How many times the second variant's figure the first variant's is.
    Times(VariantName, VariantName),
}

impl About {
    /// The growths that a reader may choose from.
    pub const GROWTHS: [Growth; 4] = [
        Growth::Constant,
        Growth::Logarithmic,
        Growth::Linear,
        Growth::Quadratic,
    ];

    /// The factors that a reader may choose from: the nearest, on a log scale, is right.
    pub const FACTORS: [u32; 5] = [1, 2, 10, 100, 1_000];

    /// The words of the options in the order they are shown; the keys of [`Prediction::because`].
    pub fn options(&self) -> Vec<String> {
        match self {
            About::Least(variants) | About::Most(variants) => {
                variants.iter().map(ToString::to_string).collect()
            }
            About::Grows(_) => About::GROWTHS.map(|growth| growth.word().to_owned()).to_vec(),
            About::Times(..) => About::FACTORS.map(|factor| factor.to_string()).to_vec(),
        }
    }
}
