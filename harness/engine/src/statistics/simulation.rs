//! What the intervals promise, tried on samples whose truth is known. The noise is drawn from
//! seeds: the same each time.

use std::f64::consts::TAU;

use super::interval::precision_of_ratio;
use super::samples::paired_logarithms;
use super::spread::Interval;
use super::{Confidence, Stability, median, quantile, ratio_of_times, times_beside};
use crate::record::{Time, TimeProcess};
use heapbook_model::{Measured, Nanos};

/// A machine's noise, as standard deviations of logarithms.
#[derive(Clone, Copy)]
struct Noise {
    /// Of a process's layout; each variant's own.
    layout: f64,
    /// Of a step of the machine's speed, from one sample to the next.
    drift: f64,
    /// Of each sample.
    sample: f64,
    /// How often another program falls into a sample; it costs up to half of the sample's time
    /// again.
    disturbed: f64,
    /// How often the machine goes over, from one round to the next, between its usual pace and one
    /// at which everything takes half as long again.
    changes: f64,
}

const QUIET: Noise = Noise {
    layout: 0.002,
    drift: 0.002,
    sample: 0.004,
    disturbed: 0.02,
    changes: 0.0,
};

const LOUD: Noise = Noise {
    layout: 0.006,
    drift: 0.01,
    sample: 0.015,
    disturbed: 0.2,
    changes: 0.0,
};

/// A quiet machine whose pace changes by half, for seconds at a time.
const UNEVEN: Noise = Noise {
    changes: 0.1,
    ..QUIET
};

/// The same with a disturbance in every fifth sample.
const TAILED: Noise = Noise { changes: 0.1, ..LOUD };

const ROUNDS: u32 = 3;

fn normal(random: &mut fastrand::Rng) -> f64 {
    // Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958.
    (-2.0 * (1.0 - random.f64()).ln()).sqrt() * (TAU * random.f64()).cos()
}

/// Two variants, the second taking `ratio` times as long as the first.
fn pair(ratio: f64, processes: u32, noise: Noise, random: &mut fastrand::Rng) -> [Time; 2] {
    together([1.0, ratio], processes, noise, random)
}

/// Variants that are sampled together, each taking so many times 6 ms.
fn together<const VARIANTS: usize>(
    true_times: [f64; VARIANTS],
    processes: u32,
    noise: Noise,
    random: &mut fastrand::Rng,
) -> [Time; VARIANTS] {
    let mut times = true_times.map(|_| Time {
        calls: 1,
        ..Time::default()
    });
    let mut is_slow = false;
    for _ in 0..processes {
        let layouts = true_times.map(|_| noise.layout * normal(random));
        let mut samples = true_times.map(|_| TimeProcess::default());
        let mut speed = 0.0;
        for _ in 0..ROUNDS {
            is_slow ^= random.f64() < noise.changes;
            let mut order: Vec<usize> = (0..VARIANTS).collect();
            random.shuffle(&mut order);
            for place in order {
                speed += noise.drift * normal(random);
                let mut logarithm = speed + layouts[place] + noise.sample * normal(random);
                if random.f64() < noise.disturbed {
                    logarithm += 0.5 * random.f64();
                }
                if is_slow {
                    logarithm += 1.5f64.ln();
                }
                let nanos = Nanos((6e6 * true_times[place] * logarithm.exp()) as u64);
                samples[place].total_ns.push(nanos);
                samples[place].cpu_ns.push(nanos);
            }
        }
        for (time, samples) in times.iter_mut().zip(samples) {
            time.processes.push(samples);
        }
    }
    times
}

/// The intervals of so many comparisons.
fn intervals(trials: u64, ratio: f64, processes: u32, noise: Noise, confidence: Confidence) -> Vec<Interval> {
    let compare = |seed| {
        let mut random = fastrand::Rng::with_seed(seed);
        let [below, above] = pair(ratio, processes, noise, &mut random);
        ratio_of_times(&above, &below, confidence).unwrap()
    };
    (0..trials).map(compare).collect()
}

fn share(intervals: &[Interval], holds: impl Fn(&Interval) -> bool) -> f64 {
    intervals.iter().filter(|interval| holds(interval)).count() as f64 / intervals.len() as f64
}

#[test]
fn intervals_hold_the_truth_as_often_as_they_promise() {
    for (noise, name) in [(QUIET, "quiet"), (LOUD, "loud")] {
        for processes in [2, 3, 5, 8, 12] {
            for confidence in [Confidence::QUOTED, Confidence::VERDICT] {
                let intervals = intervals(400, 1.37, processes, noise, confidence);
                let covered = share(&intervals, |interval| {
                    interval.low <= 1.37 && 1.37 <= interval.high
                });
                // Two standard errors of 400 trials below the promise.
                let promised = confidence.share();
                let least = promised - 2.0 * (promised * (1.0 - promised) / 400.0).sqrt();
                assert!(
                    covered >= least,
                    "{name}, {processes} processes at {promised}: {covered}"
                );
            }
        }
    }
}

#[test]
fn differences_are_found_and_none_is_invented() {
    for (ratio, least, most) in [
        (1.0, 0.0, 0.03),
        (1.01, 0.8, 1.0),
        (1.02, 0.95, 1.0),
        (1.05, 0.99, 1.0),
    ] {
        let intervals = intervals(400, ratio, 10, QUIET, Confidence::VERDICT);
        let different = share(&intervals, |interval| interval.low > 1.0 || interval.high < 1.0);
        assert!(
            (least..=most).contains(&different),
            "{ratio}: {different} were called different"
        );
    }
}

#[test]
fn stopping_once_the_interval_is_narrow_invents_no_difference() {
    let mut different = 0;
    for seed in 0..400 {
        let mut random = fastrand::Rng::with_seed(seed);
        let [mut above, mut below] = pair(1.0, 8, QUIET, &mut random);
        while above.processes.len() < 20 && precision_of_ratio(&above, &below).unwrap() > 0.003 {
            let [more_above, more_below] = pair(1.0, 1, QUIET, &mut random);
            above.processes.extend(more_above.processes);
            below.processes.extend(more_below.processes);
        }
        let ratio = ratio_of_times(&above, &below, Confidence::VERDICT).unwrap();
        different += u32::from(ratio.low > 1.0 || ratio.high < 1.0);
    }
    assert!(different <= 14, "{different} of 400 were called different");
}
/// What the percentiles of a bootstrap over processes, then rounds, would be as an interval.
fn percentiles([below, above]: &[Time; 2], confidence: Confidence, random: &mut fastrand::Rng) -> (f64, f64) {
    let ratios = paired_logarithms(above, below);
    let mut draw = |values: &[f64]| -> Vec<f64> {
        let drawn = (0..values.len()).map(|_| values[random.usize(..values.len())]);
        drawn.collect()
    };
    let places: Vec<f64> = (0..ratios.len()).map(|place| place as f64).collect();
    let resampled: Vec<f64> = (0..200)
        .filter_map(|_| {
            let processes = draw(&places);
            let medians = processes
                .iter()
                .map(|place| median(&draw(&ratios[*place as usize])));
            median(&medians.collect::<Option<Vec<f64>>>()?)
        })
        .collect();
    let tail = (1.0 - confidence.share()) / 2.0;
    (
        quantile(&resampled, tail).unwrap().exp(),
        quantile(&resampled, 1.0 - tail).unwrap().exp(),
    )
}

#[test]
fn a_bootstrap_promises_too_much_where_layout_rules() {
    let noise = Noise {
        layout: 0.01,
        ..QUIET
    };
    for processes in [2, 3] {
        let mut held = 0;
        for seed in 0..400 {
            let mut random = fastrand::Rng::with_seed(seed);
            let times = pair(1.37, processes, noise, &mut random);
            let (low, high) = percentiles(&times, Confidence::QUOTED, &mut random);
            held += u32::from(low <= 1.37 && 1.37 <= high);
        }
        assert!(held < 360, "{processes} processes: {held} of 400");
        let ours = intervals(400, 1.37, processes, noise, Confidence::QUOTED);
        let covered = share(&ours, |interval| interval.low <= 1.37 && 1.37 <= interval.high);
        assert!(covered >= 0.93, "{processes} processes: {covered}");
    }
}

/// The true times of the programs below: two that are equal, one that takes a tenth more, one that
/// takes half as long again, and one far off.
const TRUE_TIMES: [f64; 5] = [1.0, 1.0, 1.1, 1.5, 10.0];

/// The processes of a full run at the headline size.
const PROCESSES: u32 = 30;

#[test]
fn intervals_beside_each_other_tell_programs_apart_though_the_pace_changes() {
    for (noise, name) in [(QUIET, "quiet"), (UNEVEN, "uneven"), (TAILED, "tailed")] {
        let (mut told, mut invented, mut held) = ([0; 4], 0, 0);
        for seed in 0..100 {
            let mut random = fastrand::Rng::with_seed(seed);
            let times = together(TRUE_TIMES, PROCESSES, noise, &mut random);
            let figures = times_beside(&times.each_ref(), Confidence::QUOTED);
            let figures: Vec<Measured> = figures.into_iter().flatten().collect();
            let is_less = |one: usize, other: usize| figures[one].high() < figures[other].low();
            for (place, told) in told.iter_mut().enumerate() {
                *told += u32::from(is_less(place, place + 1));
            }
            invented += u32::from(is_less(1, 0));
            let ratio = figures[3].typical() / figures[0].typical();
            held += u32::from((ratio / 1.5 - 1.0).abs() < 0.05);
        }
        invented += told[0];
        assert!(
            invented <= 5,
            "{name}: equal ones were told apart {invented} times of 100"
        );
        assert!(told[1..].iter().all(|&told| told >= 95), "{name}: {told:?}");
        assert!(
            held >= 95,
            "{name}: the ratio of two figures was right {held} times of 100"
        );
    }
}

#[test]
fn an_uneven_machine_makes_few_programs_noisy_and_an_uneven_program_is_told() {
    for (noise, name) in [(QUIET, "quiet"), (UNEVEN, "uneven"), (TAILED, "tailed")] {
        let (mut noisy, mut found) = (0, 0);
        for seed in 0..100 {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut times = together(TRUE_TIMES, PROCESSES, noise, &mut random);
            noisy += judged(&times).into_iter().filter(|is_noisy| *is_noisy).count();
            // The first one's processes differ among themselves by a fifth.
            for process in &mut times[0].processes {
                let layout = (0.2 * normal(&mut random)).exp();
                for sample in process.total_ns.iter_mut().chain(&mut process.cpu_ns) {
                    sample.0 = (sample.0 as f64 * layout) as u64;
                }
            }
            found += usize::from(judged(&times)[0]);
        }
        assert!(noisy <= 20, "{name}: {noisy} of 500 were noisy");
        assert!(found >= 95, "{name}: {found} of 100 were found");
    }
}

/// Which of the programs are noisy.
fn judged(times: &[Time]) -> Vec<bool> {
    let named: Vec<(String, &Time)> = times.iter().map(|time| (String::new(), time)).collect();
    let judged = Stability::of_all(&named).into_iter();
    judged
        .map(|stability| matches!(stability, Some(Stability::Noisy { .. })))
        .collect()
}
