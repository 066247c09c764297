//! What is measured: a variant of a scenario, or a program of the user's.

use std::fmt;
use std::path::Path;

use heapbook_model::{SourceDigest, VariantName, hex};
use heapbook_protocol::Code;
use sha2::{Digest, Sha256};

use super::{Scenario, Variant};
use crate::figures::Metric;
use crate::record::Effort;

/// What a cell measures at its size, on its runtime.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// A variant of a scenario, whose result must be that of the others.
    Variant(&'a Scenario, &'a Variant),
    /// A program of the user's, which knows nothing of the harness. Its result may be of any type,
    /// and need not equal another's.
    Program(&'a Program),
}

/// A function in a user's file, or a snippet of a command line.
#[derive(Debug, Clone)]
pub struct Program {
    /// Language and function; a snippet has a made-up one.
    pub name: VariantName,
    /// The program as the user wrote it.
    pub says: String,
    /// Where its code lies.
    pub code: Code,
    /// The text that is measured, for its digest.
    pub text: String,
    /// Whether calls are made before the measured one.
    pub warm_up: bool,
}

/// The scenario's slug in the records of programs.
const PROGRAM: &str = "program";

impl<'a> Subject<'a> {
    /// The scenario's slug, or `program`.
    pub fn scenario(self) -> &'a str {
        match self {
            Subject::Variant(scenario, _) => &scenario.slug,
            Subject::Program(_) => PROGRAM,
        }
    }

    /// The name among those that are measured together.
    pub fn name(self) -> &'a VariantName {
        match self {
            Subject::Variant(_, variant) => &variant.name,
            Subject::Program(program) => &program.name,
        }
    }

    /// A digest of what is measured.
    pub fn source(self) -> SourceDigest {
        match self {
            Subject::Variant(_, variant) => variant.source.clone(),
            Subject::Program(program) => program.source(),
        }
    }

    /// Whether calls are made before the measured one.
    pub fn warms_up(self) -> bool {
        match self {
            Subject::Variant(_, variant) => variant.warm_up,
            Subject::Program(program) => program.warm_up,
        }
    }

    /// The size at which a picture is made of what its names refer to, if one is.
    pub fn watch(self) -> Option<u64> {
        match self {
            Subject::Variant(_, variant) => variant.watch,
            Subject::Program(_) => None,
        }
    }

    /// Whether a run of that effort takes a figure that costs a pass or calls of its own. Of a
    /// program it takes all.
    pub fn takes(self, metric: Metric, n: u64, effort: Effort) -> bool {
        match self {
            Subject::Variant(scenario, variant) => scenario.takes(metric, &variant.name, n, effort),
            Subject::Program(_) => true,
        }
    }

    /// The root of the project that it belongs to; `None` for a program.
    pub fn project(self) -> Option<&'a Path> {
        match self {
            Subject::Variant(scenario, _) => Some(scenario.root()),
            Subject::Program(_) => None,
        }
    }
}

/// The way to name a variant in messages: `generators/python.build_list`.
impl fmt::Display for Subject<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.scenario(), self.name())
    }
}

impl Program {
    /// Statements that are run before it, outside every measurement.
    pub fn setup(&self) -> Option<&str> {
        match &self.code {
            Code::Snippet { setup, .. } => setup.as_deref(),
            Code::Named { .. } | Code::Script { .. } | Code::Library { .. } => None,
        }
    }

    /// A digest of what is measured, as a workload's is.
    fn source(&self) -> SourceDigest {
        let digest = Sha256::new()
            .chain_update(format!("{}|{}\n", self.name, self.warm_up))
            .chain_update(self.setup().unwrap_or_default())
            .chain_update("\n")
            .chain_update(&self.text)
            .finalize();
        SourceDigest(hex(&digest, 16))
    }
}
