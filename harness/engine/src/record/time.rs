//! What the time passes yield: raw samples, and what else the machine did meanwhile.

use serde::{Deserialize, Serialize};

use heapbook_model::Nanos;

/// What the time passes of a cell yielded.
///
/// Published records keep one time of each sample, the one that counts, and neither seeds nor
/// slices.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Time {
    /// Calls in each sample, the same for all samples of the cell.
    pub calls: u64,
    /// One entry a process.
    pub processes: Vec<TimeProcess>,
    /// The sampling that these samples are of, in milliseconds since 1970 when it began: where two
    /// cells have the same, their rounds stood side by side, and their times can be compared in
    /// pairs. Absent in older records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<u64>,
    /// Why no more processes were sampled; absent in older records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
}

/// Why sampling ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stopped {
    /// The intervals were narrow enough: of each pair of cells that were sampled together, or of
    /// the one cell.
    Narrow,
    /// The time that the pass may take was spent.
    Budget,
    /// The most processes that the pass may start were sampled.
    Processes,
}

/// The samples of one process, one a round: entry `i` of each list belongs to round `i`, in which
/// all variants of the scenario were sampled beside each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeProcess {
    /// The seed of Python's string hashes, the same for all cells of this process; absent for Rust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash_seed: Option<u32>,
    /// The seed of the order in which the rounds took the variants: those of one runtime and of
    /// about one length stand together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_seed: Option<u32>,
    /// The processor that the worker was kept on, as the others of its round were; absent where it
    /// could move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processor: Option<u32>,
    /// Wall-clock time of each sample, from a monotonic clock. Published only of variants that
    /// wait.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub total_ns: Vec<Nanos>,
    /// Processor time of the measuring thread in each sample. Published only of variants that do
    /// nothing but compute.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cpu_ns: Vec<Nanos>,
    /// How long, at least, the measuring thread was ready to run within each sample and had no
    /// processor, since other programs had them; empty where the system does not tell, in older
    /// records, and where it was never published because no program disturbed the samples.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queued_ns: Vec<Nanos>,
    /// Processor time of each slice that the samples were made in, or its wall-clock time if that
    /// was less: the same number for each sample, one sample after the other. Absent where a sample
    /// is one call, and where a garbage collection fell into some slices and not into others. Never
    /// published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slice_ns: Vec<Nanos>,
    /// Garbage collections that fell into each sample; empty if none did, and for Rust.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collections: Vec<u64>,
    /// Time that a hypervisor gave to other machines while the samples of this process were taken,
    /// added up over all processors (`steal` in `/proc/stat`); absent where it cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stolen_ns: Option<Nanos>,
    /// The share of all processors that other programs had while the samples of this process were
    /// taken, in thousandths; absent where it cannot be read, in older records, and where it was
    /// never published because no program disturbed the samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others_thousandths: Option<u32>,
}

/// The share of its time that a thread may wait for a processor before its samples count as
/// disturbed by other programs.
const DISTURBED: f64 = 0.05;

/// The share of the processors, in thousandths, that other programs may have before samples count
/// as disturbed: a worker that sleeps between slices is let in before a program that computes, and
/// waits for no processor, yet shares caches and the clock rate with it.
const BUSY: u32 = 200;

impl Time {
    /// Whether other programs had the processor for a good part of the samples, or kept the
    /// machine busy during half of the processes or more. What shares a core or its caches slows a
    /// program down, too, by a factor that no clock shows.
    pub fn was_under_load(&self) -> bool {
        let shares = self
            .processes
            .iter()
            .filter_map(|process| process.others_thousandths);
        let (busy, quiet): (Vec<u32>, Vec<u32>) = shares.partition(|share| *share > BUSY);
        if !busy.is_empty() && busy.len() >= quiet.len() {
            return true;
        }
        let all = |of: fn(&TimeProcess) -> &Vec<Nanos>| -> f64 {
            let times = self.processes.iter().flat_map(of);
            times.map(|time| time.0 as f64).sum()
        };
        let queued = all(|process| &process.queued_ns);
        let spent = all(|process| match process.cpu_ns.is_empty() {
            true => &process.total_ns,
            false => &process.cpu_ns,
        });
        queued > DISTURBED * (spent + queued)
    }
}

impl TimeProcess {
    /// How many samples there are.
    pub fn samples(&self) -> usize {
        self.total_ns.len().max(self.cpu_ns.len())
    }

    /// The number of slices that each sample was made in; 0 if they were not kept.
    pub fn slices(&self) -> usize {
        self.slice_ns.len() / self.samples().max(1)
    }
}
