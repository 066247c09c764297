//! Programs that are no part of the corpus: functions in anybody's files, and snippets of a command line.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::{Scenario, Variant};
use heapbook_model::{SourceDigest, VariantName, hex};

/// Where a variant's code lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// In the workload file of its scenario.
    Workload,
    /// In a file that knows nothing of the harness. Imports from the file's folder work.
    File {
        /// The file.
        file: PathBuf,
        /// The function in it.
        function: String,
    },
    /// On the command line, in Python.
    Snippet(Snippet),
    /// In a dynamic library that was compiled from Rust.
    Library(PathBuf),
}

/// Expressions or statements of Python in `n`. The value of the last one, if it has one, is the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The code.
    pub text: String,
    /// Statements that are run before it at each size, outside every measurement; their names are the snippet's globals.
    pub setup: Option<String>,
}

/// One program among others that are measured side by side.
#[derive(Debug, Clone)]
pub struct Program {
    /// Language and function; a snippet has a made-up one.
    pub name: VariantName,
    /// The program as the user wrote it.
    pub says: String,
    /// Where its code lies; not [`Code::Workload`].
    pub code: Code,
    /// The text that was measured, for its digest.
    pub text: String,
    /// Whether calls are made before the measured one.
    pub warm_up: bool,
}

impl Scenario {
    /// A scenario of programs from anywhere. It has no claims and no headline, its results may be of any type, and need not be equal:
    /// the caller compares them.
    pub fn of_programs(slug: &str, sizes: Vec<u64>, programs: Vec<Program>) -> Scenario {
        Scenario {
            slug: slug.to_owned(),
            title: String::new(),
            question: String::new(),
            sizes,
            headline: 0,
            variants: programs.into_iter().map(variant).collect(),
            claims: Vec::new(),
            exercises: Vec::new(),
            predictions: Vec::new(),
            directory: PathBuf::new(),
            python: String::new(),
            rust: String::new(),
        }
    }
}

fn variant(program: Program) -> Variant {
    Variant {
        source: digest_of(&program),
        name: program.name,
        says: program.says,
        code: program.code,
        setup: None,
        warm_up: program.warm_up,
        digest: None,
        requires: Vec::new(),
        python: None,
    }
}

/// A digest of what is measured, as a workload's is.
fn digest_of(program: &Program) -> SourceDigest {
    let setup = match &program.code {
        Code::Snippet(snippet) => snippet.setup.as_deref().unwrap_or_default(),
        _ => "",
    };
    let digest = Sha256::new()
        .chain_update(format!("{}|{}\n", program.name, program.warm_up))
        .chain_update(setup)
        .chain_update("\n")
        .chain_update(&program.text)
        .finalize();
    SourceDigest(hex(&digest, 16))
}
