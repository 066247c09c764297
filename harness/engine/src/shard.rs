//! One machine's part of a run that is split over several: a CI matrix, a job array.
//!
//! Nobody coordinates the machines, so each computes the same split from what all have: the
//! scenarios, and how long their cells took according to the reference records. A scenario is
//! never split: its variants and sizes are compared with one another, and so come from one
//! machine.

use std::cmp::Reverse;
use std::str::FromStr;

use crate::plan::is_wanted;
use crate::record::{Cell, Records};
use crate::scenario::{Corpus, Scenario};
use heapbook_model::Nanos;

/// What a cell is thought to take where no record says: any length will do, as long as it is the
/// same for all.
const UNKNOWN: Nanos = Nanos(1_000_000_000);

/// The `index`-th of `count` parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub index: u32,
    /// Of how many.
    pub count: u32,
}

/// A text that is not a shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid shard `{0}`: expected INDEX/COUNT, such as 2/4")]
pub struct InvalidShard(String);

impl FromStr for Shard {
    type Err = InvalidShard;

    fn from_str(text: &str) -> Result<Self, InvalidShard> {
        let shard = text.split_once('/').and_then(|(index, count)| {
            Some(Shard {
                index: index.parse().ok()?,
                count: count.parse().ok()?,
            })
        });
        shard
            .filter(|shard| (1..=shard.count).contains(&shard.index))
            .ok_or_else(|| InvalidShard(text.to_owned()))
    }
}

impl Shard {
    /// Leaves only this part's scenarios in the corpus, in their order. `filters` are the run's;
    /// `past` says how long cells took.
    pub fn narrow(self, corpus: &mut Corpus, filters: &[String], past: &Records) {
        let usual = mean(past.cells().filter_map(|cell| cell.took_ns)).unwrap_or(UNKNOWN);
        let weights: Vec<(&str, u64)> = corpus
            .scenarios
            .iter()
            .map(|scenario| (scenario.slug.as_str(), weight(scenario, filters, past, usual)))
            .collect();
        let mut parts = assign(&weights, self.count).into_iter();
        corpus
            .scenarios
            .retain(|_| parts.next().is_some_and(|part| part + 1 == self.index));
    }
}

/// How long the wanted cells of a scenario take on one runtime, after their records.
fn weight(scenario: &Scenario, filters: &[String], past: &Records, usual: Nanos) -> u64 {
    let wanted = scenario
        .variants
        .iter()
        .filter(|variant| is_wanted(filters, scenario, variant));
    let places = wanted.flat_map(|variant| scenario.sizes.iter().map(move |&n| (variant, n)));
    places
        .map(|(variant, n)| {
            let took = past
                .at(&scenario.slug, &variant.name, n)
                .filter_map(|cell: &Cell| cell.took_ns);
            mean(took).unwrap_or(usual).0
        })
        .fold(0, u64::saturating_add)
}

/// The mean, rounded down.
fn mean(times: impl Iterator<Item = Nanos>) -> Option<Nanos> {
    let (count, sum) = times.fold((0, 0), |(count, sum): (u128, u128), time| {
        (count + 1, sum + u128::from(time.0))
    });
    u64::try_from(sum.checked_div(count)?).ok().map(Nanos)
}

/// Gives each item one of `count` parts, counted from 0: the longest first, each to the part that
/// has least so far.
///
/// This is Graham's rule of the longest processing time; the fullest part takes at most 4/3 of
/// what the best split would (R. L. Graham, "Bounds on multiprocessing timing anomalies", SIAM J.
/// Appl. Math. 17, 1969). The result depends on names and lengths alone, not on the order of the
/// items.
pub fn assign(items: &[(&str, u64)], count: u32) -> Vec<u32> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|&item| (Reverse(items[item].1), items[item].0));
    // With more parts than items the others stay empty.
    let mut loads: Vec<(u64, u32)> = (0..count).take(items.len()).map(|part| (0, part)).collect();
    let mut parts = vec![0; items.len()];
    for item in order {
        if let Some(least) = loads.iter_mut().min() {
            parts[item] = least.1;
            // An item that takes no time takes a place all the same.
            least.0 = least.0.saturating_add(items[item].1.max(1));
        }
    }
    parts
}
