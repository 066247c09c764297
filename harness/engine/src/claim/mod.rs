//! Claims: statements about records that can be false, and what the records say of them.

mod evaluate;

use std::fmt;

use pep440_rs::VersionSpecifiers;
use serde::{Deserialize, Serialize};

pub use evaluate::{Decision, Evidence, Verdict, evaluate};

use crate::record::Metric;
use crate::scenario::VariantName;

/// A statement about a scenario's records.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Its name within the scenario, in kebab-case.
    pub id: String,
    /// The statement in words.
    pub says: String,
    /// The figure it is about.
    pub metric: Metric,
    /// The variant it is about.
    pub of: VariantName,
    /// What must be so.
    pub test: Test,
    /// The one size it is about; the headline size where the author named none.
    pub at: u64,
    /// The Python versions it is about; all of them where the author named none.
    pub python: Option<VersionSpecifiers>,
    /// What the author knows the verdict to be.
    pub expect: Expectation,
}

/// What a claim asks of a figure.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// How the figure behaves over all sizes.
    Growth(Growth),
    /// How the figure stands to another, at one size.
    Bound(Relation, Reference),
}

/// How a figure grows with `n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Growth {
    /// It stays what it is.
    Constant,
    /// It grows as `n` does.
    Linear,
}

/// The comparison that a bound makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Not above the reference.
    AtMost,
    /// Not below it.
    AtLeast,
    /// The same figure.
    Equals,
    /// Below it.
    LessThan,
}

/// What a bound compares with.
#[derive(Debug, Clone, PartialEq)]
pub enum Reference {
    /// A number in the metric's unit.
    Absolute(i64),
    /// A multiple of the same metric of another variant at the same size.
    Relative {
        /// The factor.
        times: f64,
        /// The other variant.
        of: VariantName,
    },
}

/// The verdict that the author expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expectation {
    /// The claim is so.
    #[default]
    Holds,
    /// It is known to be wrong: another author's claim, told for its story.
    Fails,
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
