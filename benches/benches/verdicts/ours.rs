//! A comparison by the engine's time pass.

use std::convert::Infallible;
use std::error::Error;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use heapbook_engine::figures::Outcome;
use heapbook_engine::measure::{Event, Runner};
use heapbook_engine::plan::{Group, Passes, Plan, PlannedCell, Sampling};
use heapbook_engine::record::Effort;
use heapbook_engine::runtime::{Interpreter, PlannedRuntime};
use heapbook_engine::scenario::{Corpus, Scenario, Subject};
use heapbook_engine::statistics::{Confidence, Interval, ratio_of_times};
use heapbook_engine::supervisor::ProcessLauncher;
use heapbook_model::{Language, Machine};

use crate::workloads::Pair;

/// What every trial needs.
pub(crate) struct Laboratory {
    pub(crate) corpus: Corpus,
    pub(crate) launcher: ProcessLauncher,
    pub(crate) machine: Machine,
    /// The interpreter itself, where a wrapper may have been named.
    pub(crate) python: Interpreter,
    /// Python's and Rust's.
    pub(crate) runtimes: Vec<PlannedRuntime>,
}

/// What one trial came to.
pub(crate) struct Trial {
    /// The other variant's time over the first's.
    pub(crate) ratio: Interval,
    pub(crate) outcome: Outcome,
    pub(crate) processes: usize,
}

impl Laboratory {
    /// The cell of a variant.
    pub(crate) fn cell(
        &self,
        scenario: &str,
        language: Language,
        variant: &str,
    ) -> Result<PlannedCell<'_>, Box<dyn Error>> {
        let missing = || format!("benches/verdicts/scenarios/{scenario} has no {language} variant {variant}");
        let scenario: &Scenario = self.corpus.scenario(scenario).ok_or_else(missing)?;
        let variant = scenario
            .variants
            .iter()
            .find(|found| found.name.language == language && found.name.function == variant);
        let runtime = self
            .runtimes
            .iter()
            .find(|runtime| runtime.runtime().language == language);
        Ok(PlannedCell {
            subject: Subject::Variant(scenario, variant.ok_or_else(missing)?),
            n: scenario.headline,
            runtime: runtime
                .ok_or("there is no interpreter: name one with --python")?
                .clone(),
        })
    }

    /// Compares a pair within so much time, the starts of workers not included.
    pub(crate) fn compare(
        &self,
        scenario: &str,
        language: Language,
        pair: Pair,
        repetition: u32,
        budget: Duration,
    ) -> Result<Trial, Box<dyn Error>> {
        let base = self.cell(scenario, language, "base")?;
        let other = self.cell(scenario, language, pair.variant)?;
        let runner = Runner {
            launcher: &self.launcher,
            machine: &self.machine,
            jobs: NonZeroUsize::MIN,
            interrupted: &AtomicBool::new(false),
        };
        let sampling = Sampling {
            // All of the time is spent, as criterion spends it.
            narrow: 0.0,
            most_processes: u32::MAX,
            least_processes: 3,
            repetition,
            budget: budget / 2,
            ..Sampling::of(Effort::Full)
        };
        let group = Group {
            n: base.n,
            cells: vec![base, other],
            passes: Passes {
                time: Some(sampling),
                ..Passes::NONE
            },
            digests: Vec::new(),
        };
        let plan = Plan {
            groups: vec![group],
            ..Plan::default()
        };
        let mut cells = Vec::new();
        let Ok(_) = runner.run(&plan, &mut |event| {
            if let Event::Finished(cell) = event {
                cells.push(cell.clone());
            }
            Ok::<(), Infallible>(())
        });
        if let Some(error) = cells.iter().flat_map(|cell| &cell.errors).next() {
            return Err(format!("{scenario}/{language}: {}", error.message).into());
        }
        let [Some(below), Some(above)] = [&cells[0].time, &cells[1].time] else {
            return Err(format!("{scenario}/{language}: no samples were taken").into());
        };
        let ratio = ratio_of_times(above, below, Confidence::VERDICT)
            .ok_or_else(|| format!("{scenario}/{language}: no round holds both"))?;
        Ok(Trial {
            ratio,
            outcome: Outcome::of_ratio(ratio),
            processes: above.processes.len(),
        })
    }
}
