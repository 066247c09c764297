//! Which passes run over a cell, and how much of each.

use std::time::Duration;

use heapbook_model::Nanos;

use crate::record::Effort;

/// The passes over each cell of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passes {
    /// What the records say of how much was measured.
    pub effort: Effort,
    /// Processes of the memory pass.
    pub memory: u32,
    /// Whether the first of them also keeps the timeline, block sizes, collections, and what
    /// repeated calls leave.
    pub details: bool,
    /// Whether the lines of a Python function are traced, and a picture is made where one is asked
    /// for.
    pub lines: bool,
    /// Processes of the resident pass.
    pub resident: u32,
    /// How the time pass is sampled; `None` for no time pass.
    pub time: Option<Sampling>,
}

impl Passes {
    /// No pass at all, to be completed by `..`.
    pub const NONE: Passes = Passes {
        effort: Effort::Quick,
        memory: 0,
        details: false,
        lines: false,
        resident: 0,
        time: None,
    };

    /// What a scenario's cell needs: all passes at the headline size, which tables quote; enough
    /// for the shape of a curve at the others.
    pub fn of_scenario(effort: Effort, is_headline: bool) -> Self {
        let memory = match effort {
            Effort::Quick => 1,
            Effort::Full => 3,
        };
        let sampling = Sampling::of(effort);
        let most_processes = match is_headline {
            true => sampling.most_processes,
            false => sampling.least_processes,
        };
        Passes {
            effort,
            memory,
            details: is_headline,
            lines: is_headline,
            // A reader waits for a quick run.
            resident: if is_headline || effort == Effort::Full {
                memory
            } else {
                0
            },
            time: Some(Sampling {
                most_processes,
                ..sampling
            }),
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
                budget: Duration::from_secs(4),
            },
        }
    }
}
