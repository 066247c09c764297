//! What was said of the programs, counted, and the book's tables of it.

use std::collections::BTreeMap;
use std::iter;

use heapbook_engine::record::{BenchCell, BenchRow, BenchTable, BenchValue};
use heapbook_engine::runtime;
use heapbook_engine::statistics::Leak;
use heapbook_model::now;

use crate::programs::{Family, Made, Truth};

/// What was said of a program, beside what is true of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Right {
    truth: Truth,
    said: Said,
    /// Whether the interval holds the truth; `None` where no slope was told, or where there is
    /// none to be held.
    holds: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Leaks,
    Acquitted,
    CannotTell,
}

impl Right {
    pub(crate) fn of(made: &Made, leak: Leak) -> Self {
        let (said, mean) = match leak {
            Leak::PerCall { mean, .. } | Leak::InSteps { mean } => (Said::Leaks, Some(mean)),
            Leak::Nothing | Leak::Filled { .. } => (Said::Acquitted, None),
            Leak::CannotTell { .. } => (Said::CannotTell, None),
        };
        let holds = match (made.truth, mean) {
            (Truth::OnAverage(truth), Some(mean)) => Some(mean.low <= truth && truth <= mean.high),
            (Truth::Leaves(least, most), Some(mean)) => {
                // What is exact is computed in another order here.
                let rounding = most * 1e-12;
                Some(mean.low <= most + rounding && least - rounding <= mean.high)
            }
            _ => None,
        };
        Right {
            truth: made.truth,
            said,
            holds,
        }
    }

    /// Whether it is what `--show` names by a word.
    pub(crate) fn is(self, word: &str) -> bool {
        match word {
            // Of which it is known that it is none.
            "accused" => self.truth == Truth::Nothing && self.said == Said::Leaks,
            // Which the calls show.
            "acquitted" => {
                self.truth != Truth::Nothing && self.truth != Truth::NotShown && self.said == Said::Acquitted
            }
            "doubt" => self.said == Said::CannotTell && self.truth != Truth::NotShown,
            "outside" => self.holds == Some(false),
            _ => false,
        }
    }
}

/// All that was said.
pub(crate) struct Tally {
    calls: Vec<usize>,
    said: BTreeMap<(&'static str, usize), Vec<Right>>,
}

impl Tally {
    pub(crate) fn new(calls: Vec<usize>) -> Self {
        Tally {
            calls,
            said: BTreeMap::new(),
        }
    }

    pub(crate) fn add(&mut self, family: &Family, calls: usize, right: Right) {
        self.said.entry((family.name, calls)).or_default().push(right);
    }

    /// What was said of the programs of some kinds after so many calls.
    fn count(&self, calls: usize, of: impl Fn(&str) -> bool) -> Count {
        let said = self.said.iter();
        said.filter(|((name, made), _)| *made == calls && of(name))
            .flat_map(|(_, said)| said)
            .fold(Count::default(), Count::with)
    }

    /// The counts, for the terminal.
    pub(crate) fn text(&self, families: &[Family]) -> String {
        let rows = families.iter().flat_map(|family| {
            self.calls.iter().map(|calls| {
                let count = self.count(*calls, |name| name == family.name);
                format!(
                    "{:42} {calls:>6} calls  {}",
                    family.name,
                    count.in_words(family.is_leak)
                )
            })
        });
        rows.collect::<Vec<_>>().join("\n")
    }

    /// The book's tables: of what leaves nothing, and of leaks.
    pub(crate) fn tables(&self, families: &[Family], python: &str, seed: u64) -> Vec<BenchTable> {
        [false, true]
            .map(|is_leak| {
                let families: Vec<&Family> = families
                    .iter()
                    .filter(|family| family.is_leak == is_leak)
                    .collect();
                let text = |text: String| BenchValue::Text(text);
                let heads = self.calls.iter().map(|calls| text(calls_in_words(*calls)));
                let rows = families
                    .iter()
                    .map(|family| self.row(family.name, is_leak, |name| name == family.name));
                let all = self.row("all", is_leak, |name| {
                    families.iter().any(|family| family.name == name)
                });
                let (title, caption) = if is_leak { LEAKS } else { INNOCENT };
                BenchTable {
                    title: title.to_owned(),
                    caption: format!("{caption} Drawn with seed {seed}."),
                    python: python.to_owned(),
                    machine: runtime::this_machine(),
                    measured_at: now(),
                    command: None,
                    columns: iter::once(text("Program".to_owned())).chain(heads).collect(),
                    rows: rows.chain(iter::once(all)).collect(),
                    means: false,
                }
            })
            .to_vec()
    }

    fn row(&self, name: &str, is_leak: bool, of: impl Fn(&str) -> bool) -> BenchRow {
        let cells = self
            .calls
            .iter()
            .map(|calls| self.count(*calls, &of).cell(is_leak));
        BenchRow {
            name: name.to_owned(),
            version: None,
            cells: cells.collect(),
        }
    }
}

fn calls_in_words(calls: usize) -> String {
    match (calls / 1_000, calls % 1_000) {
        (0, calls) => format!("{calls} calls"),
        (thousands, calls) => format!("{thousands},{calls:03} calls"),
    }
}

const INNOCENT: (&str, &str) = (
    "What is said of programs that leave nothing",
    "How many were called a leak, of how many. A cache that is not full after so many calls looks like a leak, and is \
     none that was wrongly accused.",
);

const LEAKS: (&str, &str) = (
    "What is said of leaks",
    "How many were acquitted, of how many that had left something after so many calls. An interval is one of 95 %: the \
     true slope lies outside of some.",
);

/// What was said of some programs.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    /// Programs of which the calls show what they are.
    shown: u64,
    accused: u64,
    acquitted: u64,
    in_doubt: u64,
    /// Slopes that were told, and how many of their intervals hold the truth.
    slopes: u64,
    held: u64,
    /// Programs of which the calls do not show it, and how many were called a leak.
    not_shown: u64,
    so_far: u64,
}

impl Count {
    fn with(mut self, right: &Right) -> Self {
        if right.truth == Truth::NotShown {
            self.not_shown += 1;
            self.so_far += u64::from(right.said == Said::Leaks);
            return self;
        }
        self.shown += 1;
        self.accused += u64::from(right.is("accused"));
        self.acquitted += u64::from(right.is("acquitted"));
        self.in_doubt += u64::from(right.is("doubt"));
        self.slopes += u64::from(right.holds.is_some());
        self.held += u64::from(right.holds == Some(true));
        self
    }

    fn notes(self, is_leak: bool) -> String {
        let mut notes = Vec::new();
        if self.in_doubt > 0 {
            notes.push(format!("cannot tell {}", self.in_doubt));
        }
        if self.slopes > 0 {
            notes.push(format!("slope held by {} of {}", self.held, self.slopes));
        }
        match (self.not_shown, self.so_far) {
            (0, _) => {}
            (not_shown, so_far) if is_leak => {
                let seen = if so_far > 0 {
                    format!(", {so_far} found")
                } else {
                    String::new()
                };
                notes.push(format!("not to be seen in {not_shown}{seen}"));
            }
            (not_shown, so_far) => notes.push(format!("not to be told {not_shown}, a leak so far {so_far}")),
        }
        notes.join("; ")
    }

    fn cell(self, is_leak: bool) -> BenchCell {
        let wrong = if is_leak { self.acquitted } else { self.accused };
        let note = self.notes(is_leak);
        BenchCell {
            value: BenchValue::Text(match self.shown {
                0 => String::new(),
                shown => format!("{wrong} of {shown}"),
            }),
            note: (!note.is_empty()).then_some(note),
        }
    }

    fn in_words(self, is_leak: bool) -> String {
        let (wrong, word) = match is_leak {
            true => (self.acquitted, "acquitted"),
            false => (self.accused, "accused"),
        };
        format!("{word} {wrong:>3} of {:>4}  {}", self.shown, self.notes(is_leak))
    }
}
