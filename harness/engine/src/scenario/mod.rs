//! What is measured: a scenario, its variants and its claims, read from `scenarios/<slug>/`.

mod claim;
mod corpus;
mod diagnostic;
mod exercise;
mod file;
mod listing;
mod picture;
mod prediction;
mod program;
mod validate;
mod words;

use std::path::{Path, PathBuf};

use crate::figures::{Course, Metric};
use crate::record::Effort;
use heapbook_model::{Language, SourceDigest, VariantName};
use pep440_rs::VersionSpecifiers;

pub use claim::{At, Claim, Expectation, Reference, Relation, Test};
pub use corpus::Corpus;
pub use diagnostic::{Diagnostic, Place};
pub use exercise::Exercise;
pub use heapbook_protocol::{Code, Module};
pub use listing::{listing_at, listing_of};
pub use picture::{DrawnObject, DrawnPicture, DrawnStep, Held};
pub use prediction::{About, Asked, Belief, Prediction};
pub use program::{Program, Subject};
pub use words::{is_keyword, not_a_slug};

/// One question about memory: a directory that has been read and found valid.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The directory's name, in kebab-case; also the book page's.
    pub slug: String,
    /// A title of a few words, for headings and lists.
    pub title: String,
    /// The question that the lesson answers, for the reader.
    pub question: String,
    /// The sizes `n`, in increasing order.
    pub sizes: Vec<u64>,
    /// The size that tables quote; one of `sizes`.
    pub headline: u64,
    /// The variants, in the order of the file.
    pub variants: Vec<Variant>,
    /// The claims, which the records decide.
    pub claims: Vec<Claim>,
    /// What a reader should remember of it, and the claim that says for which versions it holds.
    pub rule: Option<Rule>,
    /// The exercises, at most one for each language.
    pub exercises: Vec<Exercise>,
    /// The questions that readers answer before they see the figures.
    pub predictions: Vec<Prediction>,
    /// The pictures of variants in Rust.
    pub pictures: Vec<DrawnPicture>,
    directory: PathBuf,
    python: String,
    rust: String,
}

/// The one sentence to remember of a lesson.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The sentence.
    pub says: String,
    /// The id of the claim that it rests on.
    pub claim: String,
}

/// One way of doing a scenario's work.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Language and function.
    pub name: VariantName,
    /// What it does, in a clause for the reader; may be empty.
    pub says: String,
    /// The set-up function: its result is passed to the variant in place of `n`.
    pub setup: Option<String>,
    /// Whether calls are made before the measured one; false for scenarios about caches and leaks.
    pub warm_up: bool,
    /// The function that makes a number of the result. `None` if the result is a number already.
    pub digest: Option<String>,
    /// Python packages that it needs. The variant is not measured where one is missing.
    pub requires: Vec<String>,
    /// Python versions on which the variant is measured.
    pub python: Option<VersionSpecifiers>,
    /// The small size at which a picture is made of what names refer to, line by line. It affects
    /// no other figure, so it is no part of the digest.
    pub watch: Option<u64>,
    /// A digest of the workload file and of the keys that affect measuring.
    pub source: SourceDigest,
}

impl Scenario {
    /// Whether one of its variants is for that version of Python, such as `3.14`.
    pub fn runs_on(&self, python: &str) -> bool {
        let version = python.parse().ok();
        let fits = |versions: &VersionSpecifiers| version.as_ref().is_some_and(|one| versions.contains(one));
        let mut variants = self.variants.iter();
        variants.any(|variant| {
            variant.name.language == Language::Python && variant.python.as_ref().is_none_or(fits)
        })
    }

    /// Looks a variant up by its name.
    pub fn variant(&self, name: &VariantName) -> Option<&Variant> {
        self.variants.iter().find(|variant| &variant.name == name)
    }

    /// Looks a claim up by its id.
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id == id)
    }

    /// Whether a claim or a question is about this metric; a course, of that variant alone.
    fn asks_for(&self, metric: Metric, variant: &VariantName) -> bool {
        let asks = |question: &Prediction| match &question.about {
            About::Figures { metric: asked, .. } => *asked == metric,
            About::Course(name) => name == variant && Course::METRICS.contains(&metric),
            About::Why(_) => false,
        };
        self.claims.iter().any(|claim| claim.metric == metric) || self.predictions.iter().any(asks)
    }

    /// Whether a run of that effort takes a figure of a cell that costs a pass or calls of its own:
    /// a full one takes all at the headline size, which tables quote, and at the others what is
    /// asked for; a quick one takes what is asked for, at the headline size.
    pub fn takes(&self, metric: Metric, variant: &VariantName, n: u64, effort: Effort) -> bool {
        let is_headline = n == self.headline;
        match effort {
            Effort::Full => is_headline || self.asks_for(metric, variant),
            Effort::Quick => is_headline && self.asks_for(metric, variant),
        }
    }

    /// The file that holds a language's functions.
    pub fn workload(&self, language: Language) -> PathBuf {
        self.directory.join(language.file())
    }

    /// The directory that the scenario was read from.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The project that holds `scenarios/`.
    pub fn root(&self) -> &Path {
        self.directory
            .ancestors()
            .nth(2)
            .filter(|root| !root.as_os_str().is_empty())
            .unwrap_or(Path::new("."))
    }

    /// The text of one function, whole, with the comments and decorators above it: what a listing
    /// shows.
    pub fn listing(&self, name: &VariantName) -> Option<&str> {
        self.listing_with_line(name).map(|(_, text)| text)
    }

    /// The number of a listing's first line in its file, from 1.
    pub fn listing_line(&self, name: &VariantName) -> Option<usize> {
        self.listing_with_line(name).map(|(line, _)| line)
    }

    fn listing_with_line(&self, name: &VariantName) -> Option<(usize, &str)> {
        let source = match name.language {
            Language::Python => &self.python,
            Language::Rust => &self.rust,
        };
        listing_of(source, name.language, &name.function)
    }
}
