//! When enough is sampled.

use std::time::Duration;

use super::super::UnderWay;
use crate::plan::Sampling;
use crate::record::{Stopped, Time};
use crate::statistics::{precision_of_ratio, precision_of_time};

/// Why no further process is to be sampled, once so many processes of each cell were, for so long.
pub(super) fn stops(
    sampling: &Sampling,
    processes: u32,
    spent: Duration,
    cells: &[UnderWay<'_>],
) -> Option<Stopped> {
    if processes < sampling.least_processes {
        return None;
    }
    // Another process takes about as long as one has taken so far.
    let next = spent + spent / processes.max(1);
    if widest(cells).is_some_and(|widest| widest <= sampling.narrow) {
        Some(Stopped::Narrow)
    } else if processes >= sampling.most_processes {
        Some(Stopped::Processes)
    } else if next
        > sampling
            .budget
            .saturating_mul(cells.len().try_into().unwrap_or(u32::MAX))
    {
        Some(Stopped::Budget)
    } else {
        None
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
