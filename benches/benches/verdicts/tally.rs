//! What the trials came to: rates, their intervals, and the book's table of them.

use std::collections::BTreeMap;
use std::iter;
use std::time::Duration;

use heapbook_engine::figures::Outcome;
use heapbook_engine::record::{BenchCell, BenchRow, BenchTable, BenchValue};
use heapbook_engine::runtime;
use heapbook_model::{Language, now};

use crate::criterion_side::Change;
use crate::ours::Trial;
use crate::workloads::{PAIRS, Pair};

/// The two methods, as `--only` and the table name them.
pub(crate) const METHODS: [&str; 2] = ["heapbook", "criterion"];

/// What the trials of one method, language and pair came to.
#[derive(Debug, Clone, Default)]
struct Count {
    trials: u64,
    /// The same function called different, or more work called more.
    found: u64,
    /// The interval held the true ratio.
    covered: u64,
    /// The outcome was *equal*; Heapbook's alone.
    equal: u64,
    /// Processes of each variant, added up; Heapbook's alone.
    processes: u64,
    /// What the comparisons took by the wall, starts and analysis included.
    wall: Duration,
}

impl Count {
    fn add(&mut self, pair: Pair, more: bool, less: bool, [low, high]: [f64; 2], took: Duration) {
        self.trials += 1;
        self.found += u64::from(more || (less && pair.percent == 0));
        self.covered += u64::from(low <= pair.ratio() && pair.ratio() <= high);
        self.wall += took;
    }

    /// As it stands in the book.
    fn cell(&self) -> BenchCell {
        let (low, high) = wilson(self.found, self.trials);
        BenchCell {
            value: BenchValue::Text(format!(
                "{} of {} ({:.0} to {:.0} %)",
                self.found,
                self.trials,
                100.0 * low,
                100.0 * high
            )),
            note: Some(format!("held by {}", self.covered)),
        }
    }
}

/// All counts.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    counts: BTreeMap<(&'static str, Language, Pair), Count>,
}

impl Tally {
    /// Adds a trial of Heapbook's.
    pub(crate) fn add_ours(&mut self, language: Language, pair: Pair, trial: &Trial, took: Duration) {
        let ratio = trial.ratio;
        let count = self.counts.entry((METHODS[0], language, pair)).or_default();
        count.add(
            pair,
            ratio.low > 1.0,
            ratio.high < 1.0,
            [ratio.low, ratio.high],
            took,
        );
        count.equal += u64::from(trial.outcome == Outcome::Equal);
        count.processes += trial.processes as u64;
    }

    /// Adds a trial of criterion's.
    pub(crate) fn add_criterions(&mut self, language: Language, pair: Pair, change: &Change, took: Duration) {
        let count = self.counts.entry((METHODS[1], language, pair)).or_default();
        count.add(
            pair,
            change.regressed,
            change.improved,
            [change.low, change.high],
            took,
        );
    }

    /// A table of the rates with their 95 % intervals.
    pub(crate) fn table(&self) -> String {
        let mut lines = vec![format!(
            "{:10} {:7} {:5} {:>7}  {:28} {:>8} {:>7} {:>10} {:>7}",
            "method", "", "pair", "trials", "called different", "covered", "equal", "processes", "wall"
        )];
        for ((method, language, pair), count) in &self.counts {
            let percent = |part: u64| 100.0 * part as f64 / count.trials as f64;
            let (low, high) = wilson(count.found, count.trials);
            let ours = *method == METHODS[0];
            let only_ours = |text: String| if ours { text } else { String::new() };
            lines.push(format!(
                "{method:10} {:7} {:5} {:>7}  {:28} {:>8} {:>7} {:>10} {:>5.1} s",
                language.to_string(),
                pair.name,
                count.trials,
                format!(
                    "{:.1} % ({:.1} to {:.1})",
                    percent(count.found),
                    100.0 * low,
                    100.0 * high
                ),
                format!("{:.1} %", percent(count.covered)),
                only_ours(format!("{:.0} %", percent(count.equal))),
                only_ours(format!("{:.1}", count.processes as f64 / count.trials as f64)),
                count.wall.as_secs_f64() / count.trials as f64,
            ));
        }
        lines.join("\n")
    }

    /// The book's table: for each pair how often the two were called different, by each method in
    /// each language. `seconds` is the time of a comparison; of each pair there was one.
    pub(crate) fn book_table(&self, seconds: f64, python: &str) -> BenchTable {
        let languages = [Language::Python, Language::Rust];
        let columns: Vec<(&str, Language)> = METHODS
            .into_iter()
            .flat_map(|method| languages.map(|language| (method, language)))
            .filter(|(method, language)| self.counts.contains_key(&(*method, *language, PAIRS[0])))
            .collect();
        let heads = columns
            .iter()
            .map(|(method, language)| format!("{method}, {}", language.title()));
        let rows = PAIRS.iter().map(|pair| BenchRow {
            name: pair.in_words.to_owned(),
            version: None,
            cells: columns
                .iter()
                .filter_map(|(method, language)| self.counts.get(&(method, *language, *pair)))
                .map(Count::cell)
                .collect(),
        });
        BenchTable {
            title: "How often a verdict on a time is right".to_owned(),
            caption: format!(
                "How often a function was called different from the one in the first column, of how many comparisons \
                 that sampled for {seconds} s each; where it does more work, how often it was called more. In brackets \
                 the rates that 95 % leaves room for; below, how often the interval held the true ratio."
            ),
            python: python.to_owned(),
            machine: runtime::this_machine(),
            measured_at: now(),
            command: None,
            columns: iter::once("Compared with".to_owned())
                .chain(heads)
                .map(BenchValue::Text)
                .collect(),
            rows: rows.collect(),
            means: false,
        }
    }
}

/// The 95 % interval of a rate, when something was found so many times in so many trials: Wilson,
/// "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the American
/// Statistical Association 22 (1927).
///
/// It keeps its promise near 0 and 1, where `rate +- error` would shrink to a point.
fn wilson(found: u64, trials: u64) -> (f64, f64) {
    // The quantile of the normal distribution that 2.5 % lie above.
    const Z: f64 = 1.959_964;
    let (trials, rate) = (trials as f64, found as f64 / trials as f64);
    let denominator = 1.0 + Z * Z / trials;
    let middle = rate + Z * Z / (2.0 * trials);
    let margin = Z * (rate * (1.0 - rate) / trials + Z * Z / (4.0 * trials * trials)).sqrt();
    let ends = (middle - margin, middle + margin);
    ((ends.0 / denominator).max(0.0), (ends.1 / denominator).min(1.0))
}

/// Holds [`wilson`] to Newcombe, "Two-sided confidence intervals for the single proportion",
/// Statistics in Medicine 17 (1998), table I. Called by `main`: a bench has no tests of its own.
pub(crate) fn check_wilson() {
    for (found, trials, low, high) in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ] {
        let ends = wilson(found, trials);
        let is_near = (ends.0 - low).abs() < 5e-4 && (ends.1 - high).abs() < 5e-4;
        assert!(is_near, "{found} of {trials}: {ends:?}");
    }
}
