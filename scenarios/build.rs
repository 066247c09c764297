//! Finds the scenarios and writes the Rust side of them for `src/lib.rs` to include.
//!
//! It prints no `rerun-if-changed`, on purpose. Cargo searches a directory named there to its full
//! depth, so that a `__pycache__`, an editor's swap file or an edited `workload.py` would build
//! everything anew; and without the directory, a new scenario would go unnoticed. Without any such
//! line cargo watches the files that `include` in Cargo.toml selects, by the newest date among
//! them: every `scenario.toml` and `workload.rs`, those of a new scenario too, and no other. What
//! that misses is a directory that goes away, for which the compiler's message shows the cure (see
//! `directories::module`), and one moved in with files older than all the others.

#[path = "build/directories.rs"]
mod directories;

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let output = PathBuf::from(env::var("OUT_DIR")?).join("scenarios.rs");
    let generated = directories::generate(&corpus)?;
    for warning in &generated.warnings {
        println!("cargo::warning={warning}");
    }
    fs::write(output, generated.code)?;
    Ok(())
}
