//! Which passes run over a cell, and how much of each.

use std::time::Duration;

use heapbook_model::Nanos;

use crate::record::Effort;
use crate::scenario::Scenario;

/// The passes over each cell of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passes {
    /// What the records say of how much was measured.
    pub effort: Effort,
    /// Processes of the memory pass.
    pub memory: u32,
    /// Whether the first of them makes a digest of its result.
    pub digest: bool,
    /// Whether it also keeps the timeline, block sizes, and in [`Passes::scope`] collections and
    /// what repeated calls leave.
    pub details: bool,
    /// Whether the lines of a Python function are traced.
    pub lines: bool,
    /// Whether a picture is made where one is asked for.
    pub pictures: bool,
    /// Processes of the resident pass.
    pub resident: u32,
    /// How the time pass is sampled; `None` for no time pass.
    pub time: Option<Sampling>,
    /// Which of the figures beside the account are taken.
    pub scope: Scope,
}

/// Which of the figures are taken that cost a pass or calls of their own: collections, what
/// repeated calls leave, resident sizes, times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    All,
    /// Those that the scenario has a run of that effort take ([`Scenario::takes`]).
    Scenario,
}

impl Passes {
    /// No pass at all, to be completed by `..`.
    pub const NONE: Passes = Passes {
        effort: Effort::Quick,
        memory: 0,
        digest: true,
        details: false,
        lines: false,
        pictures: false,
        resident: 0,
        time: None,
        scope: Scope::All,
    };

    /// What a scenario's cell of size `n` needs.
    pub fn of_scenario(effort: Effort, scenario: &Scenario, n: u64) -> Self {
        let is_headline = n == scenario.headline;
        match effort {
            Effort::Full => Passes::full(is_headline),
            Effort::Quick => Passes {
                digest: scenario.sizes.first() == Some(&n),
                ..Passes::quick(is_headline)
            },
        }
    }

    /// All passes at the headline size; enough for the shape of a curve at the others.
    fn full(is_headline: bool) -> Self {
        let sampling = Sampling::of(Effort::Full);
        Passes {
            effort: Effort::Full,
            memory: 3,
            details: is_headline,
            lines: is_headline,
            pictures: is_headline,
            resident: 3,
            time: Some(match is_headline {
                true => sampling,
                false => Sampling {
                    most_processes: sampling.least_processes,
                    ..sampling
                },
            }),
            scope: Scope::Scenario,
            ..Passes::NONE
        }
    }

    /// A reader waits for it. That results are equal is seen at the smallest size.
    fn quick(is_headline: bool) -> Self {
        Passes {
            memory: 1,
            details: is_headline,
            pictures: is_headline,
            resident: 1,
            time: Some(Sampling::of(Effort::Quick)),
            scope: Scope::Scenario,
            ..Passes::NONE
        }
    }

    /// The memory pass of a program that a user waits for.
    pub const MEMORY: Passes = Passes {
        memory: 2,
        ..Passes::NONE
    };

    /// The memory of first calls, each of a process of its own: nothing is there to be settled, so
    /// more of them tell whether it is exact.
    pub const COLD: Passes = Passes {
        memory: 3,
        ..Passes::NONE
    };

    /// Memory and time of a program that a user waits for, and what the system sees of it.
    pub const INTERACTIVE: Passes = Passes {
        resident: 1,
        time: Some(Sampling {
            least_processes: 3,
            most_processes: 4,
            // Another process tells more than another sample of the same.
            rounds: 1,
            sample: Nanos(3_000_000),
            repetition: 0,
            narrow: 0.01,
            budget: Duration::from_millis(150),
        }),
        ..Passes::MEMORY
    };

    /// The same at a glance: the memory of one process, fewer and shorter samples, and nothing of
    /// what the system sees.
    pub fn at_a_glance(self) -> Self {
        Passes {
            memory: self.memory.min(1),
            resident: 0,
            time: self.time.map(|sampling| Sampling {
                most_processes: sampling.least_processes,
                sample: Nanos(1_500_000),
                ..sampling
            }),
            ..self
        }
    }

    /// One process for each pass, for calls that take long.
    pub fn of_long_calls(self) -> Self {
        Passes {
            memory: self.memory.min(1),
            time: self.time.map(|sampling| Sampling {
                least_processes: 1,
                most_processes: 1,
                rounds: 3,
                ..sampling
            }),
            ..self
        }
    }
}

/// How the time of a group of cells is sampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// Processes of each cell before the first thought of stopping.
    pub least_processes: u32,
    /// Processes of each cell at most.
    pub most_processes: u32,
    /// Samples of each cell in a process.
    pub rounds: u32,
    /// The least that a sample takes, so that the clock's own step and cost vanish in it.
    pub sample: Nanos,
    /// Half of the interval's width, as a share of the ratio, that is narrow enough.
    pub narrow: f64,
    /// Goes into every seed, so that a repetition draws another order and other hash seeds; 0 in a
    /// run.
    pub repetition: u32,
    /// What sampling may take for each cell, with the starts of its workers. The least number of
    /// processes is taken even so.
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
                sample: Nanos(5_000_000),
                repetition: 0,
                narrow: 0.02,
                budget: Duration::from_millis(300),
            },
            Effort::Full => Sampling {
                least_processes: 8,
                most_processes: 20,
                rounds: 3,
                sample: Nanos(5_000_000),
                repetition: 0,
                narrow: 0.005,
                budget: Duration::from_secs(2),
            },
        }
    }
}
