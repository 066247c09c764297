//! A question to answer before looking. It names what it is about, and never its answer: that comes from the records.

use std::collections::BTreeMap;

use crate::figures::Metric;
use heapbook_model::{Growth, VariantName};

/// A question about a scenario's figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    /// The question.
    pub ask: String,
    /// The figure that it is about.
    pub metric: Metric,
    /// The size that it is about, where it is about one.
    pub n: u64,
    /// The scenario whose page asks it, where it is not this one's: a question that comes back in a later lesson.
    pub asked_in: Option<String>,
    /// What is asked of the figure.
    pub about: About,
    /// By the option's word: the misconception that a wrong answer stands for.
    pub because: BTreeMap<String, String>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Which of these has the least of it.
    Least(Vec<VariantName>),
    /// Which of these has the most of it.
    Most(Vec<VariantName>),
    /// What becomes of it as n grows.
    Grows(VariantName),
    /// How many times the second's the first's is.
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

    /// The words of the options, in their order: what `because` may name.
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
