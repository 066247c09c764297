//! Options that several commands share.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use heapbook_engine::runtime;
use heapbook_engine::supervisor::Limits;

/// The limits of every worker.
#[derive(Debug, Args)]
pub(crate) struct LimitOptions {
    /// How many seconds a worker may take to answer
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    deadline: u64,
    /// How much memory a worker and its children may hold, such as 512M or 4G [default: half of
    /// the machine's memory, shared by cells that are measured in parallel]
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    memory_cap: Option<u64>,
}

impl LimitOptions {
    /// The limits of each of the workers that run in parallel.
    pub(crate) fn limits(&self, parallel: NonZeroUsize) -> Limits {
        let share = Limits::default().memory_cap / parallel.get() as u64;
        Limits {
            deadline: Duration::from_secs(self.deadline),
            memory_cap: self.memory_cap.unwrap_or(share),
        }
    }
}

/// Which interpreters to measure with.
#[derive(Debug, Args)]
pub(crate) struct PythonOptions {
    /// An interpreter to measure with; may be given several times [default: python3]
    #[arg(long = "python", value_name = "PATH")]
    named: Vec<PathBuf>,
    /// Measure with the newest of each version that `heapbook pythons` finds, besides those named
    #[arg(long)]
    all_pythons: bool,
}

impl PythonOptions {
    /// Their paths.
    ///
    /// # Errors
    /// When all are asked for, and there is none.
    pub(crate) fn paths(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut paths = self.named.clone();
        if self.all_pythons {
            let newest = runtime::newest_of_each(runtime::found(&self.named));
            paths.extend(newest.into_iter().map(|interpreter| interpreter.executable));
            if paths.is_empty() {
                bail!("no Python of this machine can be measured: `heapbook pythons` says why");
            }
        } else if paths.is_empty() {
            paths.push(PathBuf::from("python3"));
        }
        Ok(paths)
    }
}

/// Reads a number of bytes, with a unit of 1024 or none.
fn bytes(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let factor: Option<u64> = match &text[digits.len()..] {
        "" | "B" => Some(1),
        "K" | "KiB" => Some(1 << 10),
        "M" | "MiB" => Some(1 << 20),
        "G" | "GiB" => Some(1 << 30),
        "T" | "TiB" => Some(1 << 40),
        _ => None,
    };
    let number: Option<u64> = digits.parse().ok();
    let bytes = number
        .zip(factor)
        .and_then(|(number, factor)| number.checked_mul(factor));
    bytes
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| "expected a size from 1 byte to 16 EiB, such as 512M or 4G".to_owned())
}
