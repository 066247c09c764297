//! `scenario.toml` as it is read, before validation.

use std::collections::BTreeMap;

use heapbook_model::{Growth, Language};
use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;

use super::Expectation;

/// The whole file. Keys that a diagnostic may point at keep their span in the text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScenarioFile {
    pub(super) title: Spanned<String>,
    pub(super) question: Spanned<String>,
    pub(super) sizes: Spanned<Vec<u64>>,
    pub(super) headline: Spanned<u64>,
    pub(super) setup: Option<Spanned<String>>,
    pub(super) warmup: Option<bool>,
    pub(super) digest: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) requires: Vec<String>,
    #[serde(default)]
    pub(super) python: IndexMap<Spanned<String>, VariantTable>,
    #[serde(default)]
    pub(super) rust: IndexMap<Spanned<String>, VariantTable>,
    #[serde(default, rename = "claim")]
    pub(super) claims: Vec<ClaimTable>,
    pub(super) rule: Option<RuleTable>,
    #[serde(default)]
    pub(super) exercise: BTreeMap<Language, ExerciseTable>,
    #[serde(default, rename = "predict")]
    pub(super) predictions: Vec<PredictTable>,
}

/// `[rule]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleTable {
    pub(super) says: Spanned<String>,
    pub(super) claim: Spanned<String>,
}

/// One `[[predict]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PredictTable {
    pub(super) ask: Spanned<String>,
    pub(super) metric: Option<Spanned<String>>,
    pub(super) n: Option<Spanned<u64>>,
    pub(super) asked_in: Option<Spanned<String>>,
    pub(super) least: Option<Spanned<Vec<String>>>,
    pub(super) most: Option<Spanned<Vec<String>>>,
    pub(super) grows: Option<Spanned<String>>,
    pub(super) times: Option<Spanned<Vec<String>>>,
    pub(super) order: Option<Spanned<Vec<String>>>,
    pub(super) why: Option<Spanned<Vec<BeliefTable>>>,
    pub(super) course: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) because: IndexMap<Spanned<String>, String>,
}

/// One option of `why`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BeliefTable {
    pub(super) says: Spanned<String>,
    pub(super) claim: Spanned<String>,
}

/// `[exercise.python]` or `[exercise.rust]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExerciseTable {
    pub(super) task: Spanned<String>,
    pub(super) metric: Spanned<String>,
    pub(super) at_most: Spanned<i64>,
    pub(super) n: Spanned<u64>,
    pub(super) hints: Spanned<Vec<String>>,
    pub(super) why: Spanned<String>,
}

/// `[python.<function>]` or `[rust.<function>]`; its keys override the file's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VariantTable {
    #[serde(default)]
    pub(super) says: String,
    pub(super) setup: Option<Spanned<String>>,
    pub(super) warmup: Option<bool>,
    pub(super) digest: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) requires: Vec<String>,
    pub(super) python: Option<Spanned<String>>,
    pub(super) watch: Option<Spanned<u64>>,
}

/// One `[[claim]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimTable {
    pub(super) id: Spanned<String>,
    pub(super) says: String,
    pub(super) metric: Spanned<String>,
    pub(super) of: Spanned<String>,
    pub(super) growth: Option<Spanned<Growth>>,
    pub(super) at_most: Option<Spanned<ReferenceValue>>,
    pub(super) at_least: Option<Spanned<ReferenceValue>>,
    pub(super) equals: Option<Spanned<ReferenceValue>>,
    pub(super) less_than: Option<Spanned<ReferenceValue>>,
    pub(super) at: Option<Spanned<AtValue>>,
    pub(super) python: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) expect: Expectation,
}

/// The sizes that a claim is about: one, or a word.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "`at` is one of the sizes, or \"all\"")]
pub(super) enum AtValue {
    /// One size.
    Size(u64),
    /// `"all"`, or a mistake.
    Word(String),
}

/// What a bound compares with: a number, or a multiple of another variant's figure.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "a bound is a whole number, or { times = 0.5, plus = 100, of = \"python.other\" }"
)]
pub(super) enum ReferenceValue {
    /// A number in the metric's unit.
    Absolute(i64),
    /// `{ times = 0.5, plus = 100, of = "python.other" }`.
    Relative(RelativeTable),
}

/// A multiple of another variant's figure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RelativeTable {
    #[serde(default = "once")]
    pub(super) times: f64,
    #[serde(default)]
    pub(super) plus: i64,
    pub(super) of: String,
}

fn once() -> f64 {
    1.0
}
