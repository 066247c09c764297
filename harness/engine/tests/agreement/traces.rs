//! Scripted calls of malloc and its kin, made for real under the preload library, and replayed
//! against a naive model.

use std::collections::BTreeMap;

use fastrand::Rng;
use heapbook_engine::record::Domain;
use heapbook_protocol::Account;

use crate::common::{add_scenario, corpus, python, scenario_toml};
use crate::{cells, in_workers, memory, most_frequent, seed};

/// Scripts of each pattern; of five patterns that makes twenty.
const TRACES_OF_A_PATTERN: usize = 4;

type Pattern = fn(&mut Script, &mut Rng);

const PATTERNS: [(&str, Pattern); 5] = [
    ("stack", stack),
    ("queue", queue),
    ("vectors", vectors),
    ("tree", tree),
    ("lifetimes", lifetimes),
];

/// How many processes play each of the traces.
const PROCESSES: usize = 3;

/// One call, of a block known by a number.
#[derive(Clone, Copy, Debug)]
enum Step {
    Malloc(usize, i64),
    Calloc(usize, i64),
    Realloc(usize, i64),
    Free(usize),
}

/// A program of calls.
struct Script {
    steps: Vec<Step>,
    blocks: usize,
}

impl Script {
    /// One call of each kind, so that from here on the interpreter's free lists hold what ctypes
    /// leaves in them: from 3.14 on, addresses.
    fn new() -> Self {
        Script {
            steps: vec![
                Step::Calloc(0, 8),
                Step::Malloc(1, 8),
                Step::Realloc(1, 16),
                Step::Free(1),
                Step::Free(0),
            ],
            blocks: 2,
        }
    }

    fn make(&mut self, size: i64, random: &mut Rng) -> usize {
        let block = self.blocks;
        self.blocks += 1;
        let zeroed = random.u8(..4) == 0;
        self.steps.push(if zeroed {
            Step::Calloc(block, size)
        } else {
            Step::Malloc(block, size)
        });
        block
    }

    fn resize(&mut self, block: usize, size: i64) {
        self.steps.push(Step::Realloc(block, size));
    }

    fn free(&mut self, block: usize) {
        self.steps.push(Step::Free(block));
    }

    fn python(&self) -> String {
        let steps = self.steps.iter().map(|step| match step {
            Step::Malloc(block, size) => format!("(\"malloc\", {block}, {size})"),
            Step::Calloc(block, size) => format!("(\"calloc\", {block}, {size})"),
            Step::Realloc(block, size) => format!("(\"realloc\", {block}, {size})"),
            Step::Free(block) => format!("(\"free\", {block}, 0)"),
        });
        format!("[{}]", steps.collect::<Vec<_>>().join(", "))
    }
}

/// Most blocks are small, a few are large, and one in a hundred is mapped by the system.
fn size(random: &mut Rng) -> i64 {
    match random.u8(..100) {
        0 => random.i64(130_000..2_000_000),
        1..=9 => random.i64(2_000..70_000),
        10 => 0,
        _ => random.i64(1..600),
    }
}

fn stack(script: &mut Script, random: &mut Rng) {
    let mut stack = Vec::new();
    for _ in 0..600 {
        match stack.pop() {
            Some(top) if random.u8(..5) < 2 => script.free(top),
            top => {
                stack.extend(top);
                stack.push(script.make(size(random), random));
            }
        }
    }
    while let Some(top) = stack.pop() {
        script.free(top);
    }
}

fn queue(script: &mut Script, random: &mut Rng) {
    let length = random.usize(5..80);
    for number in 0..400 {
        let block = script.make(size(random), random);
        if number >= length {
            script.free(block - length);
        }
    }
}

/// Vectors that double, in turns; some are cut to what they hold, and half of those are then
/// dropped.
fn vectors(script: &mut Script, random: &mut Rng) {
    let mut vectors: Vec<(usize, i64)> = (0..8).map(|_| (script.make(32, random), 32)).collect();
    for _ in 0..200 {
        let vector = &mut vectors[random.usize(..8)];
        vector.1 = if vector.1 > 200_000 { 16 } else { vector.1 * 2 };
        script.resize(vector.0, vector.1);
    }
    for (number, (block, size)) in vectors.into_iter().enumerate() {
        script.resize(block, size * 3 / 4);
        if number % 2 == 0 {
            script.free(block);
        }
    }
}

/// A tree with its leaves, given back from the leaves up, but for some branches.
fn tree(script: &mut Script, random: &mut Rng) {
    fn grow(script: &mut Script, depth: u32, random: &mut Rng) {
        let node = script.make(random.i64(24..96), random);
        let leaf = script.make(size(random), random);
        for _ in 0..if depth == 0 { 0 } else { random.u8(1..=4) } {
            grow(script, depth - 1, random);
        }
        if random.u8(..8) > 0 {
            script.free(leaf);
            script.free(node);
        }
    }
    grow(script, 5, random);
}

fn lifetimes(script: &mut Script, random: &mut Rng) {
    let mut live = Vec::new();
    for _ in 0..800 {
        let place = random.usize(..live.len().max(1));
        match random.u8(..10) {
            0..=4 => live.push(script.make(size(random), random)),
            5 | 6 if !live.is_empty() => script.resize(live[place], size(random).max(1)),
            _ if !live.is_empty() => script.free(live.swap_remove(place)),
            _ => {}
        }
    }
}

/// An account kept in the plainest way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Model {
    allocations: u64,
    grown: u64,
    shrunk: u64,
    allocated: i64,
    live: i64,
    peak: i64,
}

impl Model {
    fn replay(steps: &[Step], share: &Share) -> Self {
        let mut model = Model::default();
        let mut blocks = BTreeMap::new();
        for step in steps {
            let before = model.live;
            match *step {
                Step::Malloc(block, size) | Step::Calloc(block, size) => {
                    blocks.insert(block, size);
                    model.allocations += 1;
                    model.allocated += size;
                }
                Step::Realloc(block, size) => {
                    let old = blocks.insert(block, size).unwrap();
                    model.grown += u64::from(size > old);
                    model.shrunk += u64::from(size < old);
                    model.allocated += (size - old).max(0);
                }
                Step::Free(block) => {
                    blocks.remove(&block).unwrap();
                }
            }
            model.live = blocks.values().sum();
            let (share_before, share_after) = share.of(*step);
            let highest = (before + share_before).max(model.live + share_after);
            model.peak = model.peak.max(highest);
        }
        model.peak = model.peak.max(share.nothing);
        model
    }

    /// What was seen of a cell in each process. Their peaks alone may differ, since now and then
    /// one of ctypes' ints comes from a free list, or does not: the most frequent counts.
    fn usual(processes: &[Vec<Model>], cell: usize) -> Self {
        let peaks: Vec<i64> = processes.iter().map(|seen| seen[cell].peak).collect();
        let with_peak = |model: Model| Model {
            peak: most_frequent(&peaks),
            ..model
        };
        let usual = with_peak(processes[0][cell]);
        for seen in processes {
            assert_eq!(with_peak(seen[cell]), usual);
        }
        usual
    }

    /// What was seen of blocks that are not Python's. The peak is that of all domains.
    fn seen(account: &Account) -> Self {
        let native = account.domains[&Domain::Native];
        Model {
            allocations: native.allocations,
            grown: account.grown,
            shrunk: account.shrunk,
            allocated: native.allocated_bytes.0,
            live: native.live_bytes.0,
            peak: account.peak_bytes.0,
        }
    }
}

/// What ctypes itself takes at most around one call, as seen of scripts with just that call at
/// their peak.
#[derive(Debug)]
struct Share {
    nothing: i64,
    after_malloc: i64,
    after_calloc: i64,
    after_realloc: i64,
    before_realloc: i64,
    before_free: i64,
}

/// The size of the block in those scripts.
const LARGE: i64 = 1 << 20;

impl Share {
    fn scripts() -> Vec<(String, Script)> {
        let steps: [(&str, &[Step]); 6] = [
            ("nothing", &[]),
            ("after_malloc", &[Step::Malloc(2, LARGE)]),
            ("after_calloc", &[Step::Calloc(2, LARGE)]),
            ("after_realloc", &[Step::Malloc(2, 1), Step::Realloc(2, LARGE)]),
            ("before_realloc", &[Step::Malloc(2, LARGE), Step::Realloc(2, 1)]),
            ("before_free", &[Step::Malloc(2, LARGE), Step::Free(2)]),
        ];
        steps
            .map(|(name, steps)| {
                let mut script = Script::new();
                script.steps.extend(steps);
                (name.to_owned(), script)
            })
            .into()
    }

    /// From what was seen of those scripts, in their order.
    fn new(seen: &[Model]) -> Self {
        let share = |index: usize| seen[index].peak - LARGE;
        Share {
            nothing: seen[0].peak,
            after_malloc: share(1),
            after_calloc: share(2),
            after_realloc: share(3),
            before_realloc: share(4),
            before_free: share(5),
        }
    }

    /// Before the step's call, and after it.
    fn of(&self, step: Step) -> (i64, i64) {
        match step {
            Step::Malloc(..) => (0, self.after_malloc),
            Step::Calloc(..) => (0, self.after_calloc),
            Step::Realloc(..) => (self.before_realloc, self.after_realloc),
            Step::Free(_) => (self.before_free, 0),
        }
    }
}

#[test]
fn a_naive_replay_of_malloc_agrees() {
    let mut random = Rng::with_seed(seed());
    let mut scripts = Share::scripts();
    for (pattern, write) in PATTERNS {
        for number in 0..TRACES_OF_A_PATTERN {
            let mut script = Script::new();
            write(&mut script, &mut random);
            scripts.push((format!("{pattern}_{number}"), script));
        }
    }
    let functions = scripts.iter().map(|(name, script)| {
        let trace = script.python();
        format!("TRACE_OF_{name} = {trace}\n\ndef {name}(n):\n    play(TRACE_OF_{name})\n\n")
    });
    let workload = include_str!("player.py").to_owned() + &functions.collect::<String>();
    let names: Vec<&str> = scripts.iter().map(|(name, _)| name.as_str()).collect();
    let root = tempfile::tempdir().unwrap();
    add_scenario(root.path(), "traces", &scenario_toml(&names), &workload);
    let corpus = corpus(root.path());
    let cells = cells(&corpus, &[python()], 10);
    let processes: Vec<Vec<Model>> = (0..PROCESSES)
        .map(|_| in_workers(&cells, |worker, _| Model::seen(&memory(worker, true).account)))
        .collect();
    let seen: Vec<Model> = (0..cells.len())
        .map(|cell| Model::usual(&processes, cell))
        .collect();
    assert_eq!(seen.len(), scripts.len());
    let share = Share::new(&seen);
    for ((name, script), seen) in scripts.iter().zip(&seen) {
        let model = Model::replay(&script.steps, &share);
        assert_eq!(*seen, model, "{name}, seed {}: {:?}", seed(), script.steps);
    }
}

#[test]
fn a_replay_that_misses_a_free_differs() {
    let mut random = Rng::with_seed(seed());
    let share = Share {
        nothing: 0,
        after_malloc: 0,
        after_calloc: 0,
        after_realloc: 0,
        before_realloc: 0,
        before_free: 0,
    };
    for (pattern, write) in PATTERNS {
        let mut script = Script::new();
        // Blocks of no bytes are no difference.
        let block = script.make(984, &mut random);
        write(&mut script, &mut random);
        let without = Model::replay(&script.steps, &share);
        script.free(block);
        assert_ne!(Model::replay(&script.steps, &share), without, "{pattern}");
    }
}
