//! How much is sampled, and when that is enough.

use std::time::Duration;

use super::super::UnderWay;
use crate::record::{Effort, Stopped, Time};
use crate::statistics::{precision_of_ratio, precision_of_time};

/// How the time of a group of cells is sampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// Processes of each cell before the first thought of stopping.
    pub least_processes: u32,
    /// Processes of each cell at most.
    pub most_processes: u32,
    /// Samples of each cell in a process.
    pub rounds: u32,
    /// Half of the interval's width, as a share of the ratio, that is narrow enough.
    pub narrow: f64,
    /// Goes into every seed, so that a repetition draws another order and other hash seeds; 0 in a run.
    pub repetition: u32,
    /// What sampling may take for each cell, without the starts of workers. The least number of processes is taken even so.
    pub budget: Duration,
}

impl Sampling {
    /// What quick and full mean.
    pub fn of(effort: Effort) -> Self {
        match effort {
            Effort::Quick => Sampling {
                least_processes: 3,
                most_processes: 3,
                rounds: 2,
                repetition: 0,
                narrow: 0.02,
                budget: Duration::from_millis(300),
            },
            Effort::Full => Sampling {
                least_processes: 8,
                most_processes: 20,
                rounds: 5,
                repetition: 0,
                narrow: 0.005,
                budget: Duration::from_secs(2),
            },
        }
    }

    /// The same at a size that no table quotes: as many processes as an interval needs, and no more. What such a size is there for is the
    /// shape of a curve, and three sizes in four are of that kind.
    pub(in crate::measure) fn beside_the_headline(self) -> Self {
        Sampling {
            most_processes: self.least_processes,
            ..self
        }
    }

    /// A little of each of many cells: for programs that a user waits for.
    pub(in crate::measure) fn brief() -> Self {
        Sampling {
            least_processes: 3,
            most_processes: 4,
            rounds: 2,
            repetition: 0,
            narrow: 0.01,
            budget: Duration::from_millis(50),
        }
    }

    /// Why no further process is to be sampled, once so many processes of each cell were, for so long.
    pub(super) fn stops(&self, processes: u32, spent: Duration, cells: &[UnderWay<'_>]) -> Option<Stopped> {
        if processes < self.least_processes {
            return None;
        }
        // Another process takes about as long as one has taken so far.
        let next = spent + spent / processes.max(1);
        if widest(cells).is_some_and(|widest| widest <= self.narrow) {
            Some(Stopped::Narrow)
        } else if processes >= self.most_processes {
            Some(Stopped::Processes)
        } else if next
            > self
                .budget
                .saturating_mul(cells.len().try_into().unwrap_or(u32::MAX))
        {
            Some(Stopped::Budget)
        } else {
            None
        }
    }
}

/// Half of the width of the widest interval: of each pair of cells, or of the one cell's time.
fn widest(cells: &[UnderWay<'_>]) -> Option<f64> {
    let times: Vec<&Time> = cells
        .iter()
        .filter(|cell| !cell.has_failed())
        .filter_map(|cell| cell.record.time.as_ref())
        .collect();
    if let [one] = times[..] {
        return precision_of_time(one);
    }
    let pairs = times
        .iter()
        .enumerate()
        .flat_map(|(index, one)| times[index + 1..].iter().map(move |other| (one, other)));
    // A pair without an interval is infinitely wide.
    pairs
        .map(|(one, other)| precision_of_ratio(one, other).unwrap_or(f64::INFINITY))
        .max_by(f64::total_cmp)
}
