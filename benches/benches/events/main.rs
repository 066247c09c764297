//! `cargo bench --features method --bench events [-- --processes N] [--instructions]`: what an
//! event costs, in the ledger and in Rust's allocator.
//!
//! First a ledger is fed from a thousand to a thousand million events: the cost of one must not
//! grow, and neither must the ledger's own memory. Then eight ordinary Rust programs run on the
//! system's allocator and on the counting one, counting and not counting. Prints tables, and writes
//! `target/events.json`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench reports to the terminal"
)]

use std::error::Error;
use std::process::ExitCode;

use heapbook_engine::project::Project;
use heapbook_engine::runtime;
use heapbook_model::now;
use serde_json::{Value, json};

mod clock;
mod feeding;
mod programs;

fn main() -> ExitCode {
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("heapbook: {error}");
            ExitCode::from(2)
        }
    }
}

fn bench() -> Result<(), Box<dyn Error>> {
    let (processes, instructions) = arguments()?;
    let project = Project::find(&std::env::current_dir()?)?;
    let written = json!({
        "machine": runtime::this_machine(),
        "measured_at": now(),
        "ledger": feeding::costs(),
        "allocator": programs::compare(processes)?,
        "instructions": if instructions { programs::instructions()? } else { Value::Null },
    });
    let file = project.root.join("target/events.json");
    std::fs::create_dir_all(project.root.join("target"))?;
    std::fs::write(&file, serde_json::to_string_pretty(&written)?)?;
    println!("Written: {}", file.display());
    Ok(())
}

/// The number of processes, and whether instructions are to be counted.
fn arguments() -> Result<(usize, bool), Box<dyn Error>> {
    let (mut processes, mut instructions) = (programs::PROCESSES, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--processes" => {
                let value = arguments.next().ok_or("--processes needs a number")?;
                processes = value.parse().map_err(|error| format!("--processes: {error}"))?;
            }
            "--instructions" => instructions = true,
            // Cargo's own.
            "--bench" => {}
            other => {
                return Err(format!("`{other}` is unknown: use --processes N or --instructions").into());
            }
        }
    }
    Ok((processes, instructions))
}
