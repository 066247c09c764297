//! What the intervals promise, tried on samples whose truth is known. The noise is drawn from
//! seeds: the same each time.

use std::f64::consts::TAU;

use super::interval::precision_of_ratio;
use super::samples::paired_logarithms;
use super::spread::Interval;
use super::{Confidence, median, quantile, ratio_of_times};
use crate::record::{Time, TimeProcess};
use heapbook_model::Nanos;

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
}

const QUIET: Noise = Noise {
    layout: 0.002,
    drift: 0.002,
    sample: 0.004,
    disturbed: 0.02,
};

const LOUD: Noise = Noise {
    layout: 0.006,
    drift: 0.01,
    sample: 0.015,
    disturbed: 0.2,
};

const ROUNDS: u32 = 5;

fn normal(random: &mut fastrand::Rng) -> f64 {
    // Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958.
    (-2.0 * (1.0 - random.f64()).ln()).sqrt() * (TAU * random.f64()).cos()
}

/// Two variants, the second taking `ratio` times as long as the first.
fn pair(ratio: f64, processes: u32, noise: Noise, random: &mut fastrand::Rng) -> [Time; 2] {
    let mut times = [Time::default(), Time::default()];
    for _ in 0..processes {
        let layouts = [0, 1].map(|_| noise.layout * normal(random));
        let mut samples = [TimeProcess::default(), TimeProcess::default()];
        let mut speed = 0.0;
        for _ in 0..ROUNDS {
            let first = random.usize(..2);
            for side in [first, 1 - first] {
                speed += noise.drift * normal(random);
                let mut logarithm = speed + layouts[side] + noise.sample * normal(random);
                if random.f64() < noise.disturbed {
                    logarithm += 0.5 * random.f64();
                }
                let true_time = if side == 1 { 6e6 * ratio } else { 6e6 };
                let nanos = Nanos((true_time * logarithm.exp()) as u64);
                samples[side].total_ns.push(nanos);
                samples[side].cpu_ns.push(nanos);
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
