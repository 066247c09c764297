//! What was measured of programs, and remarks on it.

use heapbook_engine::figures::{Metric, Outcome, compare, factor};
use heapbook_engine::measure::Results;
use heapbook_engine::record::{Account, Cell, TimeProcess};
use heapbook_engine::scenario::Program;
use heapbook_engine::statistics::{fit_line, judge_growth};
use heapbook_model::{Growth, Measured, Unit};
use heapbook_report::{caveat, display};

use super::same::{self, Numbered};
use crate::output;

/// Bytes by which a first call must differ from a warm one to be told. Less is the interpreter's
/// own doing: the first instances of a class, say, are each some bytes larger than the next.
const LEAST_TOLD: u64 = 1024;

/// What was measured of programs.
pub(super) struct Answer<'a> {
    /// The programs, in the order of the command line.
    pub(super) programs: Vec<ProgramAnswer<'a>>,
    /// What went otherwise than the table shows: results that differ, sizes that were left out,
    /// one process alone.
    pub(super) remarks: Vec<String>,
    /// Why the programs' results are not the same for all that is known: they differ, or cannot be
    /// compared.
    pub(super) unequal: Vec<String>,
}

/// What was measured of one program.
pub(super) struct ProgramAnswer<'a> {
    /// Its place on the command line, from 1.
    pub(super) number: usize,
    /// The code, or file and function.
    pub(super) says: &'a str,
    /// A cell for each size, rising.
    cells: Vec<&'a Cell>,
}

/// How a figure stands to the first program's.
#[derive(Clone, Copy)]
pub(super) struct Against {
    pub(super) outcome: Outcome,
    /// The figure over the first program's, where there is such a number.
    pub(super) ratio: Option<f64>,
    /// How far the figure lies from the first program's, of exact bytes.
    pub(super) difference: Option<f64>,
}

impl Against {
    /// The outcome in words; if the two certainly differ, with the ratio, or by how much where the
    /// ratio would read 1.
    pub(super) fn words(self) -> String {
        let word = self.outcome.word();
        if !matches!(self.outcome, Outcome::Less | Outcome::More) {
            return word.to_owned();
        }
        match self.ratio {
            Some(ratio) if display::factor(ratio) != display::factor(1.0) => {
                format!("{word}, ×{}", display::factor(ratio))
            }
            _ => match self.difference {
                Some(bytes) => format!("{word} by {}", display::quantity(Unit::Bytes, bytes)),
                None => word.to_owned(),
            },
        }
    }
}

impl<'a> Answer<'a> {
    /// Puts together what was measured.
    pub(super) fn of(programs: &'a [Program], sizes: &[u64], results: &'a Results) -> Self {
        let of_program = |(number, program): (usize, &'a Program)| {
            let cells = results.cells.iter();
            ProgramAnswer {
                number,
                says: &program.says,
                cells: cells.filter(|cell| cell.key.variant == program.name).collect(),
            }
        };
        let programs: Vec<ProgramAnswer<'_>> = (1..).zip(programs).map(of_program).collect();
        let whole: Vec<Numbered<'_>> = programs
            .iter()
            .map(|program| (program.number, program.whole().collect()))
            .collect();
        let unequal = same::unequal(&whole, sizes);
        let left_out = results
            .left_out
            .iter()
            .map(|(n, reason)| format!("n = {} is left out: {reason}.", display::size(*n)));
        Answer {
            remarks: runtimes(&programs)
                .into_iter()
                .chain(unequal.iter().cloned())
                .chain(warmth(results))
                .chain(of_programs(&programs))
                .chain(one_process(sizes, results))
                .chain(left_out)
                .chain(programs.iter().flat_map(caveats))
                .collect(),
            unequal,
            programs,
        }
    }

    /// What there is to say of programs, each with its number.
    pub(super) fn of_each<T>(
        &self,
        of: impl Fn(&ProgramAnswer<'a>) -> Option<T>,
    ) -> impl Iterator<Item = (usize, T)> {
        let programs = self.programs.iter();
        programs.filter_map(move |program| Some((program.number, of(program)?)))
    }

    /// How a figure of a cell stands to that of the first program; `None` for the first itself.
    pub(super) fn against_first(&self, metric: Metric, cell: &Cell) -> Option<Against> {
        let first = self.programs.first()?.at(cell.key.n)?;
        if first.key.variant == cell.key.variant {
            return None;
        }
        let bytes = |cell| match metric.of(cell) {
            Some(Measured::Exact(value)) if metric.unit() == Unit::Bytes => Some(value),
            _ => None,
        };
        let difference = bytes(cell).zip(bytes(first));
        Some(Against {
            outcome: compare(metric, cell, first)?,
            ratio: factor(metric, cell, first).filter(|factor| *factor > 0.0),
            difference: difference.map(|(one, other)| one.abs_diff(other) as f64),
        })
    }
}

impl<'a> ProgramAnswer<'a> {
    /// What the system saw of a first call, at the sizes where it was asked.
    pub(super) fn resident(&self) -> Option<String> {
        let seen = self.whole().filter_map(|cell| {
            let figure = Metric::Resident.of(cell)?;
            let (bytes, n) = (
                display::quantity(Unit::Bytes, figure.typical()),
                display::size(cell.key.n),
            );
            Some(format!("{bytes} at n = {n}"))
        });
        let seen: Vec<String> = seen.collect();
        (!seen.is_empty()).then(|| format!("{}, in a first call", seen.join(", ")))
    }

    /// The cells that did not fail.
    pub(super) fn whole(&self) -> impl Iterator<Item = &'a Cell> {
        self.cells.iter().copied().filter(|cell| cell.errors.is_empty())
    }

    /// The interpreter or compiler.
    pub(super) fn runtime(&self) -> String {
        let first = self.cells.first();
        first.map_or_else(String::new, |cell| cell.key.runtime.to_string())
    }

    /// Why it failed, the same at each size.
    pub(super) fn failure(&self) -> Option<&'a str> {
        let error = self.cells.iter().find_map(|cell| cell.errors.first())?;
        Some(error.message.trim_end())
    }

    /// How its peak grows, and what an element adds to it; `None` if fewer than two sizes tell.
    pub(super) fn growth(&self) -> Option<String> {
        let figures: Vec<(u64, Measured)> = self
            .cells
            .iter()
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

    /// The cell of a size.
    pub(super) fn at(&self, n: u64) -> Option<&'a Cell> {
        self.cells.iter().copied().find(|cell| cell.key.n == n)
    }
}

/// What a program's figures do not hold, and which threads lived beside it, at its largest size.
fn caveats(program: &ProgramAnswer<'_>) -> Vec<String> {
    let largest = program.whole().last();
    let moved = largest
        .and_then(caveat::moved)
        .map(|words| format!("peak {words}"));
    let [unseen, threads] = [caveat::unseen, caveat::threads].map(|of| largest.and_then(of));
    let words = [moved, unseen, threads];
    let numbered = |words: String| format!("[{}] {words}.", program.number);
    words.into_iter().flatten().map(numbered).collect()
}

/// What the programs ran on.
fn runtimes(programs: &[ProgramAnswer<'_>]) -> Option<String> {
    let mut runtimes: Vec<String> = programs.iter().map(ProgramAnswer::runtime).collect();
    // Python's programs come first, and each language has one.
    runtimes.dedup();
    (!runtimes.is_empty()).then(|| format!("Measured with {}.", runtimes.join(" and ")))
}

/// What each program's calls were, and its first call where the table shows another.
fn of_programs(programs: &[ProgramAnswer<'_>]) -> Vec<String> {
    let mut remarks = Vec::new();
    for program in programs {
        let recorded = program.whole().filter_map(|cell| cell.program.as_ref()).next();
        let own = recorded
            .into_iter()
            .flat_map(|recorded| recorded.remarks.iter().cloned());
        let all = own.chain(program.whole().find_map(first_call));
        remarks.extend(all.map(|remark| format!("[{}] {remark}", program.number)));
    }
    remarks
}

/// The first call in its process, if it needed or left otherwise than the one in the table.
fn first_call(cell: &Cell) -> Option<String> {
    let process = cell.memory.as_ref()?.processes.first()?;
    let first = process.first.as_ref()?;
    let figures = |account: &Account| (account.peak_bytes.0, account.retained_after_collection_bytes.0);
    let (peak, stays) = figures(first);
    let (warm_peak, warm_stays) = figures(&process.account);
    let is_like = |one: i64, other: i64| one.abs_diff(other) <= LEAST_TOLD;
    (!is_like(peak, warm_peak) || !is_like(stays, warm_stays)).then(|| {
        format!(
            "The first call at n = {} had a peak of {}, and {} of it stayed.",
            display::size(cell.key.n),
            display::bytes(peak),
            display::bytes(stays)
        )
    })
}

/// Which calls the table is about, and how many were made.
fn warmth(results: &Results) -> Option<String> {
    let processes = || {
        let memories = results.cells.iter().filter_map(|cell| cell.memory.as_ref());
        memories.flat_map(|memory| &memory.processes)
    };
    let (least, most) = (
        processes().map(|one| one.warm_ups).min()?,
        processes().map(|one| one.warm_ups).max()?,
    );
    if most == 0 {
        return Some("Calls are cold: each is the first in its process, and was not timed.".to_owned());
    }
    // With the measured call, and one for its result.
    let counted: u64 = processes().map(|one| u64::from(one.warm_ups) + 2).sum();
    let times = results.cells.iter().filter_map(|cell| cell.time.as_ref());
    let timed = times.map(|time| {
        let samples: usize = time.processes.iter().map(TimeProcess::samples).sum();
        samples as u64 * time.calls
    });
    let before = match least == most {
        true => output::counted(most as usize, "call"),
        false => format!("{least} to {most} calls"),
    };
    Some(format!(
        "Calls are warm: {before} came before each that memory is shown of, and more than {} were made in all. \
         --cold shows first calls.",
        display::size(counted + timed.sum::<u64>())
    ))
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
            "n = {}: one process was timed, since it took all the time that a program has; the interval speaks of that process alone.",
            sizes.join(" and ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_have_three_digits_and_stand_only_where_figures_differ() {
        let words = |outcome, ratio| {
            let difference = None;
            Against {
                outcome,
                ratio,
                difference,
            }
            .words()
        };
        assert_eq!(words(Outcome::Less, Some(0.012_34)), "less, ×0.0123");
        assert_eq!(words(Outcome::More, Some(87_123.4)), "more, ×87,000");
        assert_eq!(words(Outcome::Equal, Some(1.0)), "equal");
        assert_eq!(words(Outcome::CannotTell, Some(1.01)), "cannot tell");
        assert_eq!(words(Outcome::More, None), "more");
    }

    #[test]
    fn a_ratio_that_would_read_one_gives_way_to_the_difference() {
        let words = |outcome, ratio, bytes| {
            let (ratio, difference) = (Some(ratio), Some(bytes));
            Against {
                outcome,
                ratio,
                difference,
            }
            .words()
        };
        assert_eq!(words(Outcome::Less, 0.999_99, 1.0), "less by 1 byte");
        assert_eq!(words(Outcome::More, 1.001, 100.0), "more by 100 bytes");
        assert_eq!(words(Outcome::Less, 0.997, 3.0), "less, ×0.997");
    }
}
