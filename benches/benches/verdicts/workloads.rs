//! The pairs that are compared, and Rust's side of their workloads.

use heapbook_worker::Visitor;

#[allow(unreachable_pub, reason = "a variant is a public function")]
#[path = "../../verdicts/scenarios/allocating/workload.rs"]
mod allocating;
#[allow(unreachable_pub, reason = "a variant is a public function")]
#[path = "../../verdicts/scenarios/arithmetic/workload.rs"]
mod arithmetic;
#[allow(unreachable_pub, reason = "a variant is a public function")]
#[path = "../../verdicts/scenarios/collecting/workload.rs"]
mod collecting;

/// The scenarios below `benches/verdicts`; trials take them in turn.
pub(crate) const SCENARIOS: [&str; 3] = ["arithmetic", "allocating", "collecting"];

/// What `base` is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pair {
    /// As results name it.
    pub(crate) name: &'static str,
    /// The other variant.
    pub(crate) variant: &'static str,
    /// How much more work it does.
    pub(crate) percent: u32,
    /// As the book's table names it.
    pub(crate) in_words: &'static str,
}

/// All pairs.
pub(crate) const PAIRS: [Pair; 5] = [
    pair("same", "base", 0, "itself"),
    pair("copy", "copy", 0, "a second compiled copy of itself"),
    pair("1%", "one_percent", 1, "itself, with 1 % more work"),
    pair("2%", "two_percent", 2, "itself, with 2 % more work"),
    pair("5%", "five_percent", 5, "itself, with 5 % more work"),
];

const fn pair(name: &'static str, variant: &'static str, percent: u32, in_words: &'static str) -> Pair {
    Pair {
        name,
        variant,
        percent,
        in_words,
    }
}

impl Pair {
    /// The true ratio of the other variant's time to the first's.
    pub(crate) fn ratio(self) -> f64 {
        1.0 + f64::from(self.percent) / 100.0
    }
}

/// What a variant is in Rust.
pub(crate) type Function = fn(usize) -> u64;

macro_rules! variants {
    ($use:ident: $($scenario:ident),*) => {
        $(variants!($use $scenario: base, copy, one_percent, two_percent, five_percent);)*
    };
    ($use:ident $scenario:ident: $($variant:ident),*) => {
        $($use!($scenario, $variant);)*
    };
}

/// A variant's function.
pub(crate) fn function(scenario: &str, variant: &str) -> Option<Function> {
    macro_rules! find {
        ($scenario:ident, $variant:ident) => {
            if scenario == stringify!($scenario) && variant == stringify!($variant) {
                return Some($scenario::$variant);
            }
        };
    }
    variants!(find: arithmetic, allocating, collecting);
    None
}

/// Shows every variant to a worker's visitor.
pub(crate) fn visit(visitor: &mut Visitor) {
    macro_rules! show {
        ($scenario:ident, $variant:ident) => {
            visitor.variant(
                stringify!($scenario),
                stringify!($variant),
                |n| n,
                |n, sink| sink.accept($scenario::$variant(*n), |result| *result),
            );
        };
    }
    variants!(show: arithmetic, allocating, collecting);
}
