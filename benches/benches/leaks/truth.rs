//! What `tracemalloc` says that calls of a program leave: it knows neither the ledger nor the
//! arithmetic that the truth comes from.

use std::error::Error;
use std::process::Command;

use crate::calls::Laboratory;
use crate::programs::{Family, Made, Truth};
use crate::random;

/// Calls that a program is made for here.
const CALLS: usize = 60;

/// So many times as many are made: what is drawn at random is gone through again, and what fills
/// is full.
const TIMES: usize = 3;

/// What may be live beside what a program keeps, such as a number that is not yet given back.
const BESIDE: f64 = 128.0;

/// Prints what is live after each call, garbage collected.
const LOOK: &str = "
import gc, json, runpy, sys, tracemalloc

calls = int(sys.argv[2])
live = [0] * calls
clear = getattr(sys, '_clear_internal_caches', None) or sys._clear_type_cache
tracemalloc.start()
call = runpy.run_path(sys.argv[1])['call']
for number in range(calls):
    call()
    gc.collect()
    clear()
    live[number] = tracemalloc.get_traced_memory()[0]
# The numbers themselves.
print(json.dumps([bytes - 32 * number for number, bytes in enumerate(live)]))
";

/// Holds the truth of one program of each kind to it.
///
/// # Errors
/// Where the two differ: the arithmetic is wrong.
pub(crate) fn check(laboratory: &Laboratory, families: &[Family], seed: u64) -> Result<(), Box<dyn Error>> {
    for family in families {
        let made = family.make(&mut random(family, CALLS, u64::MAX, seed), CALLS);
        let calls = match made.truth {
            Truth::Nothing => CALLS * TIMES,
            _ => CALLS,
        };
        let live = live(laboratory, &made, calls)?;
        if !agrees(made.truth, &live) {
            return Err(format!(
                "{}: {:?} is not what tracemalloc sees: {live:?}\n{}",
                family.name, made.truth, made.text
            )
            .into());
        }
    }
    Ok(())
}

fn live(laboratory: &Laboratory, made: &Made, calls: usize) -> Result<Vec<f64>, Box<dyn Error>> {
    let output = Command::new(&laboratory.python.executable)
        .args(["-c", LOOK])
        .arg(laboratory.file(made)?)
        .arg(calls.to_string())
        .output()?;
    let said = serde_json::from_slice(&output.stdout);
    Ok(said.map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?)
}

fn agrees(truth: Truth, live: &[f64]) -> bool {
    let (first, last, calls) = (live[0], live[live.len() - 1], live.len() as f64 - 1.0);
    let mut highest = f64::NEG_INFINITY;
    let falls = live.iter().map(|bytes| {
        highest = highest.max(*bytes);
        highest - bytes
    });
    // What comes and goes, and a block or two of the interpreter's own.
    let beside = BESIDE + falls.fold(0.0, f64::max);
    match truth {
        // Nothing that stops grows beyond what it once was.
        Truth::Nothing => {
            let (before, later) = live.split_at(live.len() * (TIMES - 1) / TIMES);
            let highest = |live: &[f64]| live.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            highest(later) <= highest(before) + BESIDE
        }
        // What is the same each time is so in the last fifth; a container's room is that of all.
        Truth::Leaves(least, most) if least == most => {
            let before = live.len() * 4 / 5;
            let left = last - live[before - 1];
            (left - least * (live.len() - before) as f64).abs() <= beside
        }
        Truth::Leaves(least, most) => {
            (least * calls - beside..=most * calls + beside).contains(&(last - first))
        }
        // Once more may have been due, or less.
        Truth::OnAverage(truth) => (last - first - truth * calls).abs() <= truth * calls / 2.0 + beside,
        Truth::NotShown => true,
    }
}
