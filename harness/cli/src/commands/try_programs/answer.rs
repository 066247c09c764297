//! What was measured of programs: rows of figures, and remarks on them.

use heapbook_engine::figures::{Metric, Outcome, compare, factor};
use heapbook_engine::measure::Results;
use heapbook_engine::record::Cell;
use heapbook_engine::scenario::Program;
use heapbook_engine::statistics::{fit_line, judge_growth};
use heapbook_model::{Growth, Measured};
use heapbook_report::display;

/// A hundredth of a byte for each element is next to nothing.
const LEAST_SHOWN: f64 = 0.01;

/// What was measured of programs.
pub(super) struct Answer {
    /// The programs, in the order of the command line.
    pub(super) programs: Vec<ProgramAnswer>,
    /// What went otherwise than the table shows: results that differ, sizes that were left out,
    /// one process alone.
    pub(super) remarks: Vec<String>,
    /// Whether two programs came to different results.
    pub(super) differs: bool,
}

/// One program's figures.
pub(super) struct ProgramAnswer {
    /// The code, or file and function.
    pub(super) says: String,
    /// The interpreter or compiler.
    pub(super) runtime: String,
    /// A row for each size at which it did not fail, rising.
    pub(super) rows: Vec<Row>,
    /// How its peak grows, and what an element adds; `None` if there are too few sizes.
    pub(super) growth: Option<String>,
    /// Why it failed, the same at each size.
    pub(super) failure: Option<String>,
}

/// One program at one size.
pub(super) struct Row {
    pub(super) n: u64,
    pub(super) peak: Option<Measured>,
    pub(super) allocations: Option<Measured>,
    pub(super) retained: Option<Measured>,
    pub(super) time: Option<Measured>,
    /// How peak and time stand to those of the first program; absent for the first itself.
    pub(super) against_first: [Option<Against>; 2],
}

/// How a figure stands to the first program's.
#[derive(Clone, Copy)]
pub(super) struct Against {
    pub(super) outcome: Outcome,
    /// The figure over the first program's, where there is such a number.
    pub(super) ratio: Option<f64>,
}

impl Row {
    /// Bytes of the peak for each element, in words.
    pub(super) fn peak_an_element(&self) -> Option<String> {
        let bytes = self.peak?.typical() / self.n as f64;
        Some(match bytes > 0.0 && bytes < LEAST_SHOWN {
            true => format!("< {LEAST_SHOWN} bytes"),
            false => display::bytes_estimate(bytes),
        })
    }
}

impl Against {
    /// The outcome in words, with the ratio if the two certainly differ.
    pub(super) fn words(self) -> String {
        let word = self.outcome.word();
        let differ = matches!(self.outcome, Outcome::Less | Outcome::More);
        match self.ratio.filter(|_| differ) {
            Some(ratio) => format!("{word}, ×{}", display::factor(ratio)),
            None => word.to_owned(),
        }
    }
}

impl Answer {
    /// Puts together what was measured.
    pub(super) fn of(programs: &[Program], sizes: &[u64], results: &Results) -> Answer {
        let differing = differing(programs, sizes, results);
        let mut remarks: Vec<String> = differing.iter().cloned().collect();
        remarks.extend(one_process(sizes, results));
        remarks.extend(
            results
                .left_out
                .iter()
                .map(|(n, reason)| format!("n = {} is left out: {reason}.", display::size(*n))),
        );
        Answer {
            programs: programs
                .iter()
                .map(|program| of_program(programs, results, program))
                .collect(),
            remarks,
            differs: differing.is_some(),
        }
    }

    /// Whether there is anything to compare with the first program.
    pub(super) fn compares(&self) -> bool {
        self.programs.len() > 1
    }

    /// The programs with their numbers, from 1.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (usize, &ProgramAnswer)> {
        (1..).zip(&self.programs)
    }
}

fn cells_of<'a>(results: &'a Results, program: &'a Program) -> impl Iterator<Item = &'a Cell> {
    results
        .cells
        .iter()
        .filter(move |cell| cell.key.variant == program.name)
}

fn of_program(programs: &[Program], results: &Results, program: &Program) -> ProgramAnswer {
    let runtime = cells_of(results, program)
        .next()
        .map(|cell| cell.key.runtime.to_string());
    let failed = cells_of(results, program).find_map(|cell| cell.errors.first());
    let whole = cells_of(results, program).filter(|cell| cell.errors.is_empty());
    ProgramAnswer {
        says: program.says.clone(),
        runtime: runtime.unwrap_or_default(),
        rows: whole.map(|cell| row(programs, results, program, cell)).collect(),
        growth: growth(results, program),
        failure: failed.map(|error| error.message.trim_end().to_owned()),
    }
}

fn row(programs: &[Program], results: &Results, program: &Program, cell: &Cell) -> Row {
    let first = (programs.first()).filter(|first| first.name != program.name);
    let first = first.and_then(|first| cells_of(results, first).find(|other| other.key.n == cell.key.n));
    let against = |metric: Metric| {
        let first = first?;
        Some(Against {
            outcome: compare(metric, cell, first)?,
            ratio: factor(metric, cell, first).filter(|factor| *factor > 0.0),
        })
    };
    Row {
        n: cell.key.n,
        peak: Metric::Peak.of(cell),
        allocations: Metric::Allocations.of(cell),
        retained: Metric::Retained.of(cell),
        time: Metric::Time.of(cell),
        against_first: [against(Metric::Peak), against(Metric::Time)],
    }
}

/// How a program's peak grows, and what an element adds to it; `None` if fewer than two sizes
/// tell.
fn growth(results: &Results, program: &Program) -> Option<String> {
    let figures: Vec<(u64, Measured)> = cells_of(results, program)
        .filter_map(|cell| Some((cell.key.n, Metric::Peak.of(cell)?)))
        .collect();
    let (line, judgement) = (fit_line(&figures)?, judge_growth(&figures)?);
    Some(match judgement.class {
        Some(Growth::Constant) => Growth::Constant.word().to_owned(),
        class => format!(
            "{}, {} an element",
            class.map_or("cannot tell how it grows", |class| class.word()),
            display::quantity(Metric::Peak.unit(), line.per_element)
        ),
    })
}

/// What is to be said where results differ, at the smallest size where they do.
fn differing(programs: &[Program], sizes: &[u64], results: &Results) -> Option<String> {
    sizes.iter().find_map(|&n| {
        let digests: Vec<(usize, &Cell)> = programs
            .iter()
            .enumerate()
            .filter_map(|(place, program)| {
                let cell = cells_of(results, program).find(|cell| cell.key.n == n)?;
                cell.digest.is_some().then_some((place + 1, cell))
            })
            .collect();
        let (_, first) = digests.first()?;
        digests
            .iter()
            .any(|(_, cell)| cell.digest != first.digest)
            .then(|| {
                let shown = digests.iter().map(|(place, cell)| {
                    let result = cell
                        .program
                        .as_ref()
                        .and_then(|program| program.result.as_deref());
                    format!("[{place}] {}", result.unwrap_or("something else"))
                });
                format!(
                    "The results differ at n = {}, so the programs do not do the same: {}.",
                    display::size(n),
                    shown.collect::<Vec<_>>().join(", ")
                )
            })
    })
}

/// Sizes that were timed in a single process, of which the intervals then speak alone.
fn one_process(sizes: &[u64], results: &Results) -> Option<String> {
    let alone = |n: &&u64| {
        results
            .cells
            .iter()
            .any(|cell| cell.key.n == **n && cell.time.as_ref().is_some_and(|time| time.processes.len() == 1))
    };
    let sizes: Vec<String> = sizes.iter().filter(alone).map(|n| display::size(*n)).collect();
    (!sizes.is_empty()).then(|| {
        format!(
            "n = {}: a call takes so long that one process was timed; the interval speaks of that process alone.",
            sizes.join(" and ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_have_three_digits_and_stand_only_where_figures_differ() {
        let words = |outcome, ratio| Against { outcome, ratio }.words();
        assert_eq!(words(Outcome::Less, Some(0.012_34)), "less, ×0.0123");
        assert_eq!(words(Outcome::More, Some(87_123.4)), "more, ×87,000");
        assert_eq!(words(Outcome::Equal, Some(1.0)), "equal");
        assert_eq!(words(Outcome::CannotTell, Some(1.01)), "cannot tell");
        assert_eq!(words(Outcome::More, None), "more");
    }
}
