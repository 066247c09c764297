//! One figure in two records of a cell.

use crate::figures::{Exactness, Metric, Outcome};
use crate::record::{Cell, Time};
use crate::statistics::{Confidence, Interval, ratio_of_runs};
use heapbook_model::Measured;

/// Resident sizes that lie no further apart than so many bytes are not told apart: an arena of
/// Python's small objects (1 MiB), which one process has to spare and another takes, and the steps
/// in which malloc grows its heap.
pub const RESIDENT_NOISE: i64 = 1024 * 1024 + 256 * 1024;

/// Processes that each side needs before its resident sizes say anything.
pub const FEWEST_RESIDENT: usize = 3;

/// Under the load of other programs, times are told apart only beyond this factor: who shares a
/// core and its caches may take half of its speed.
pub const UNDER_LOAD: f64 = 2.0;

/// What became of one figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The figure.
    pub metric: Metric,
    /// What the older record says; nothing where it does not hold the figure.
    pub old: Option<Measured>,
    /// What the newer record says.
    pub new: Option<Measured>,
    /// How the newer stands to the older.
    pub outcome: Outcome,
    /// The newer over the older with its interval; of times alone.
    pub ratio: Option<Interval>,
    /// Why nothing can be told though both records hold the figure, where that is known.
    pub doubt: Option<Doubt>,
}

/// Why two figures cannot be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Other programs had the processor during one of the runs.
    Load,
    /// Too few processes.
    Processes,
}

/// Every figure that one of the two holds.
pub(super) fn changes(old: &Cell, new: &Cell) -> Vec<Change> {
    let of_metric = |metric: Metric| {
        let (before, after) = (metric.of(old), metric.of(new));
        if before.is_none() && after.is_none() {
            return None;
        }
        let ratio = match (metric, &old.time, &new.time) {
            (Metric::Time, Some(old), Some(new)) => ratio_of_runs(new, old, Confidence::QUOTED),
            _ => None,
        };
        let both = before.zip(after);
        let doubt = both.and_then(|(before, after)| doubt(metric, [old, new], [before, after], ratio));
        Some(Change {
            metric,
            old: before,
            new: after,
            outcome: match doubt {
                Some(_) => Outcome::CannotTell,
                None => outcome(metric, before, after, ratio),
            },
            ratio,
            doubt,
        })
    };
    Metric::ALL.into_iter().filter_map(of_metric).collect()
}

/// Why two figures say nothing of each other, whatever they are.
fn doubt(
    metric: Metric,
    cells: [&Cell; 2],
    figures: [Measured; 2],
    ratio: Option<Interval>,
) -> Option<Doubt> {
    if metric == Metric::Time {
        let under_load = cells
            .iter()
            .any(|cell| cell.time.as_ref().is_some_and(Time::was_under_load));
        let far = |ratio: Interval| ratio.low > UNDER_LOAD || ratio.high < 1.0 / UNDER_LOAD;
        return match ratio {
            None => Some(Doubt::Processes),
            Some(ratio) => (under_load && !far(ratio)).then_some(Doubt::Load),
        };
    }
    if metric.row().exactness != Exactness::Range {
        // A figure that never settled, and of which no second value is known, has no range yet.
        let is_loose = |figure| matches!(figure, Measured::Range { low, high } if low == high);
        return figures.into_iter().any(is_loose).then_some(Doubt::Processes);
    }
    let processes = |cell: &&Cell| {
        cell.resident
            .as_ref()
            .map_or(0, |resident| resident.processes.len())
    };
    let few = cells.iter().any(|cell| processes(cell) < FEWEST_RESIDENT);
    few.then_some(Doubt::Processes)
}

fn outcome(metric: Metric, old: Option<Measured>, new: Option<Measured>, ratio: Option<Interval>) -> Outcome {
    let (Some(old), Some(new)) = (old, new) else {
        return Outcome::CannotTell;
    };
    match metric {
        Metric::Time => ratio.map_or(Outcome::CannotTell, Outcome::of_ratio),
        _ if metric.row().exactness == Exactness::Range => {
            Outcome::of_figures(new, old, RESIDENT_NOISE as f64)
        }
        _ => Outcome::of_figures(new, old, 0.0),
    }
}

impl Change {
    /// Whether the two are known to differ, or only one of the records holds the figure.
    pub fn differs(&self) -> bool {
        matches!(self.outcome, Outcome::Less | Outcome::More) || self.old.is_none() || self.new.is_none()
    }

    /// Whether the newer figure is surely larger by more than `threshold` percent: of times, where
    /// the whole interval of the ratio lies above; of ranges, where the lowest new figure lies
    /// above the highest old one by so much. From 0, every growth is more.
    pub fn is_regression(&self, threshold: f64) -> bool {
        let (Outcome::More, Some(old), Some(new)) = (self.outcome, self.old, self.new) else {
            return false;
        };
        match self.ratio {
            Some(ratio) => ratio.low > 1.0 + threshold / 100.0,
            None => new.low() - old.high() > old.high().abs() * threshold / 100.0,
        }
    }

    /// By how many percent the newer figure is larger; nothing from 0, or where one is missing or a
    /// lower bound.
    pub fn percent(&self) -> Option<f64> {
        if let Some(ratio) = self.ratio {
            return Some((ratio.median - 1.0) * 100.0);
        }
        let (old, new) = (self.old?, self.new?);
        if old.is_incomplete() || new.is_incomplete() {
            return None;
        }
        let (old, new) = (old.typical(), new.typical());
        (old != 0.0).then(|| (new - old) / old.abs() * 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(metric: Metric, old: Measured, new: Measured) -> Change {
        Change {
            metric,
            old: Some(old),
            new: Some(new),
            outcome: outcome(metric, Some(old), Some(new), None),
            ratio: None,
            doubt: None,
        }
    }

    fn peak(old: i64, new: i64) -> Change {
        change(Metric::Peak, Measured::Exact(old), Measured::Exact(new))
    }

    fn timed(low: f64, high: f64) -> Change {
        let figure = Measured::Estimate {
            median: 1.0,
            low: 1.0,
            high: 1.0,
        };
        let ratio = Interval {
            median: (low + high) / 2.0,
            low,
            high,
        };
        Change {
            metric: Metric::Time,
            old: Some(figure),
            new: Some(figure),
            outcome: Outcome::of_ratio(ratio),
            ratio: Some(ratio),
            doubt: None,
        }
    }

    #[test]
    fn one_byte_is_a_difference_and_a_regression_only_beyond_the_threshold() {
        let grown = peak(1_000_000, 1_000_001);
        assert_eq!((grown.outcome, grown.differs()), (Outcome::More, true));
        assert!(grown.is_regression(0.0) && !grown.is_regression(5.0));
        assert!(peak(1_000, 1_051).is_regression(5.0) && !peak(1_000, 1_050).is_regression(5.0));
        assert!(!peak(1_001, 1_000).is_regression(0.0) && !peak(5, 5).differs());
    }

    #[test]
    fn growth_from_nothing_or_from_less_than_nothing_has_no_percentage_to_hide_behind() {
        assert!(peak(0, 1).is_regression(1e9) && peak(0, 1).percent().is_none());
        assert!(peak(-100, -90).is_regression(5.0) && !peak(-100, -96).is_regression(5.0));
        assert_eq!(peak(-100, -90).percent(), Some(10.0));
    }

    #[test]
    fn ranges_differ_where_they_lie_apart() {
        let range = |low, high| Measured::Range { low, high };
        let apart = change(Metric::Peak, range(100, 110), range(120, 130));
        assert!(apart.is_regression(5.0) && !apart.is_regression(10.0));
        let touching = change(Metric::Peak, range(100, 120), range(120, 130));
        assert_eq!(touching.outcome, Outcome::CannotTell);
    }

    #[test]
    fn resident_sizes_differ_beyond_their_noise_only() {
        let range = |low| Measured::Range { low, high: low };
        let near = change(Metric::Resident, range(0), range(RESIDENT_NOISE));
        assert_eq!(near.outcome, Outcome::CannotTell);
        let far = change(Metric::Resident, range(0), range(RESIDENT_NOISE + 1));
        assert!(far.is_regression(5.0));
    }

    #[test]
    fn two_resident_processes_and_times_under_load_cannot_tell() {
        let cell = |processes, figure, queued: u64| {
            let mut cell = crate::sample::cell("python.a", 10, figure);
            let resident = cell.resident.as_mut().unwrap();
            let one = resident.processes[0];
            resident.processes = vec![one; processes];
            for process in &mut cell.time.as_mut().unwrap().processes {
                process.queued_ns = vec![heapbook_model::Nanos(queued); process.samples()];
            }
            cell
        };
        let of = |old: &Cell, new: &Cell, metric| {
            let change = changes(old, new)
                .into_iter()
                .find(|change| change.metric == metric)
                .unwrap();
            (change.doubt, change.is_regression(5.0))
        };
        let (low, high) = (3_000_000, 9_000_000);
        let few = of(&cell(2, low, 0), &cell(2, high, 0), Metric::Resident);
        assert_eq!(few, (Some(Doubt::Processes), false));
        let enough = of(&cell(3, low, 0), &cell(3, high, 0), Metric::Resident);
        assert_eq!(enough, (None, true));
        let arena = of(&cell(3, low, 0), &cell(3, low + (1 << 20), 0), Metric::Resident);
        assert_eq!(arena, (None, false));
        let quiet = of(&cell(3, 3_000, 0), &cell(3, 4_000, 0), Metric::Time);
        assert_eq!(quiet, (None, true));
        let loaded = of(&cell(3, 3_000, 0), &cell(3, 4_000, 1_000_000), Metric::Time);
        assert_eq!(loaded, (Some(Doubt::Load), false));
        let mut beside = cell(3, 4_000, 0);
        for process in &mut beside.time.as_mut().unwrap().processes {
            process.others_thousandths = Some(500);
        }
        let busy = of(&cell(3, 3_000, 0), &beside, Metric::Time);
        assert_eq!(
            busy,
            (Some(Doubt::Load), false),
            "it waits for no processor, and shares one"
        );
        let far = of(&cell(3, 3_000, 0), &cell(3, 9_000, 1_000_000), Metric::Time);
        assert_eq!(far, (None, true));
    }

    #[test]
    fn a_figure_that_did_not_settle_in_its_only_process_cannot_tell() {
        let cell = |peak, settled| {
            let mut cell = crate::sample::cell("python.a", 10, peak);
            let memory = cell.memory.as_mut().unwrap();
            memory.processes.truncate(1);
            memory.processes[0].settled = settled;
            cell
        };
        let of = |old: &Cell, new: &Cell| {
            let changes = changes(old, new);
            let peak = changes
                .iter()
                .find(|change| change.metric == Metric::Peak)
                .unwrap();
            (peak.outcome, peak.doubt)
        };
        let loose = of(&cell(1_000, false), &cell(2_000, false));
        assert_eq!(loose, (Outcome::CannotTell, Some(Doubt::Processes)));
        let exact = of(&cell(1_000, true), &cell(2_000, true));
        assert_eq!(exact, (Outcome::More, None));
    }

    #[test]
    fn a_time_regresses_where_its_whole_interval_lies_beyond_the_threshold() {
        assert!(timed(1.06, 1.2).is_regression(5.0) && !timed(1.04, 1.2).is_regression(5.0));
        assert_eq!(timed(0.99, 1.2).outcome, Outcome::CannotTell);
        assert_eq!(timed(1.001, 1.015).outcome, Outcome::Equal);
        assert!(
            !timed(1.001, 1.015).is_regression(0.0),
            "equal is no regression whatever the threshold"
        );
        assert_eq!(timed(0.8, 0.9).outcome, Outcome::Less);
    }
}
