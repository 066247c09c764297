//! Claims as a scenario's file states them: statements about records that can be false.

use std::fmt;

use heapbook_model::{Growth, Language, VariantName};
use pep440_rs::{Version, VersionSpecifiers};
use serde::Deserialize;

use super::Scenario;
use crate::figures::Metric;

/// A statement about a scenario's records.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Its name, unique within the scenario, in kebab-case.
    pub id: String,
    /// The sentence that the book prints.
    pub says: String,
    /// The metric whose figures decide it.
    pub metric: Metric,
    /// The variant whose figures are looked at.
    pub of: VariantName,
    /// The condition that the figures must meet.
    pub test: Test,
    /// The sizes it is about; the headline size by default. A claim of growth is about all sizes.
    pub at: At,
    /// The Python versions it is about; `None` for all.
    pub python: Option<VersionSpecifiers>,
    /// The verdict that the author expects.
    pub expect: Expectation,
    /// The line of its id in `scenario.toml`, from 1.
    pub line: usize,
}

/// The condition of a claim.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// The figures grow like this over all sizes.
    Growth(Growth),
    /// The figure compares like this with a number or with another figure.
    Bound(Relation, Reference),
}

/// The sizes that a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// One of the scenario's sizes.
    Size(u64),
    /// Each of them.
    All,
}

/// The comparison that a bound makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Not above the reference.
    AtMost,
    /// Not below it.
    AtLeast,
    /// Equal to the reference; for times, within 2 %.
    Equals,
    /// Below it.
    LessThan,
}

/// What a bound compares with.
#[derive(Debug, Clone, PartialEq)]
pub enum Reference {
    /// A number in the metric's unit.
    Absolute(i64),
    /// A multiple of the same metric of another variant at the same size, and something beside.
    Relative {
        /// The factor that the other figure is multiplied by.
        times: f64,
        /// What is added to the multiple, in the metric's unit.
        plus: i64,
        /// The variant whose figure is the reference.
        of: VariantName,
    },
}

/// The verdict that the author expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expectation {
    /// The claim is expected to hold.
    #[default]
    Holds,
    /// The claim is known to be wrong: a common belief, or another author's statement.
    Fails,
}

impl Claim {
    /// The sizes that the claim is about, among the scenario's.
    pub fn sizes(&self, scenario: &Scenario) -> Vec<u64> {
        match (&self.test, self.at) {
            (Test::Bound(..), At::Size(n)) => vec![n],
            _ => scenario.sizes.clone(),
        }
    }

    /// Whether its verdict depends on which Python the records are of.
    pub fn depends_on_python(&self) -> bool {
        let other = match &self.test {
            Test::Bound(_, Reference::Relative { of, .. }) => Some(of),
            _ => None,
        };
        let is_python = |name: &VariantName| name.language == Language::Python;
        self.python.is_some() || is_python(&self.of) || other.is_some_and(is_python)
    }

    /// Whether it speaks of this version of Python, `3.13.0`. A version that PEP 440 does not allow
    /// is none of them.
    pub(crate) fn speaks_of(&self, version: Option<&str>) -> bool {
        let Some(versions) = &self.python else {
            return true;
        };
        // A build between two releases calls itself `3.13.0+`, which PEP 440 does not know.
        let version = version.and_then(|text| text.trim_end_matches('+').parse::<Version>().ok());
        version.is_some_and(|version| versions.contains(&version))
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Relation::AtMost => "at most",
            Relation::AtLeast => "at least",
            Relation::Equals => "equal to",
            Relation::LessThan => "less than",
        })
    }
}
