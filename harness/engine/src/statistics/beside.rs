//! Times of programs that stand beside each other, without what the machine did to all of them.
//!
//! A machine's pace may change by half for seconds, as the clock rate of its processor does, or as
//! somebody else uses the other half of a core. That moves every time of a round alike and no
//! ratio. So the interval of one time by itself tells how uneven the machine was. What tells
//! whether two programs differ is the time at the usual pace: each sample over what the other
//! programs of its round took, compared with what these take usually.

use super::Confidence;
use super::interval::time_per_call;
use super::samples::{Clock, per_call};
use super::spread::interval_of_processes;
use super::summary::median;
use crate::record::Time;
use heapbook_model::Measured;

/// Logarithms of the times of a call, by process and round; not a number where no time passed.
type Logarithms = Vec<Vec<f64>>;

/// The times of one call, each at the pace that the machine usually had. What slowed all programs
/// of a round alike widens no interval, so that two intervals can be set beside each other.
///
/// A time stays as [`time_per_call`] has it where its program waits, or where none that only
/// computes was sampled together with it. `None` for fewer than two samples.
pub fn times_beside(times: &[&Time], confidence: Confidence) -> Vec<Option<Measured>> {
    let sampled: Vec<Option<Logarithms>> = times.iter().map(|time| computed(time)).collect();
    let at_usual_pace = |(place, time): (usize, &&Time)| {
        let beside: Vec<&Logarithms> = (0..times.len())
            .filter(|&other| other != place && times[other].sampling == time.sampling)
            .filter_map(|other| sampled[other].as_ref())
            .collect();
        let own = sampled[place].as_ref().filter(|_| !beside.is_empty());
        let interval = own.and_then(|own| interval_of_processes(&without_drift(own, &beside), confidence));
        match interval {
            Some(interval) => {
                let interval = interval.exp();
                Some(Measured::Estimate {
                    median: interval.median,
                    low: interval.low,
                    high: interval.high,
                })
            }
            None => time_per_call(time, confidence),
        }
    };
    times.iter().enumerate().map(at_usual_pace).collect()
}

/// The samples of a program that does nothing but compute.
fn computed(time: &Time) -> Option<Logarithms> {
    let processes = time.processes.iter();
    let logarithms = processes.map(|process| {
        let times = per_call(process, time.calls, Clock::Processor).into_iter();
        times
            .map(|time| if time > 0.0 { time.ln() } else { f64::NAN })
            .collect()
    });
    (Clock::of(&[time]) == Clock::Processor).then(|| logarithms.collect())
}

/// Each sample, less what the others of its round took beyond what they usually do. A round of one
/// program alone says nothing.
fn without_drift(own: &Logarithms, beside: &[&Logarithms]) -> Logarithms {
    let usual: Vec<f64> = beside.iter().map(|other| usually(other)).collect();
    let drift = |process: usize, round: usize| {
        let others = beside.iter().zip(&usual);
        let beyond: Vec<f64> = others
            .filter_map(|(other, usual)| Some(other.get(process)?.get(round)? - usual))
            .filter(|beyond| beyond.is_finite())
            .collect();
        median(&beyond)
    };
    let of_process = |(process, samples): (usize, &Vec<f64>)| {
        let rounds = samples.iter().enumerate();
        rounds
            .filter_map(|(round, sample)| Some(sample - drift(process, round)?))
            .filter(|sample| sample.is_finite())
            .collect()
    };
    own.iter().enumerate().map(of_process).collect()
}

/// The median over processes of each process's median.
fn usually(times: &Logarithms) -> f64 {
    let finite = |samples: &Vec<f64>| -> Vec<f64> {
        let samples = samples.iter().copied();
        samples.filter(|sample| sample.is_finite()).collect()
    };
    let medians: Vec<f64> = times
        .iter()
        .filter_map(|samples| median(&finite(samples)))
        .collect();
    median(&medians).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::TimeProcess;
    use heapbook_model::Nanos;

    fn time(processes: &[[u64; 3]]) -> Time {
        let process = |samples: &[u64; 3]| TimeProcess {
            total_ns: samples.map(Nanos).to_vec(),
            cpu_ns: samples.map(Nanos).to_vec(),
            ..TimeProcess::default()
        };
        Time {
            calls: 1,
            processes: processes.iter().map(process).collect(),
            ..Time::default()
        }
    }

    fn width(measured: Measured) -> f64 {
        measured.high() / measured.low()
    }

    #[test]
    fn what_slows_a_whole_round_widens_no_interval() {
        let one = time(&[[100, 101, 100], [160, 161, 160], [101, 100, 101]]);
        let other = time(&[[200, 202, 200], [320, 322, 320], [202, 200, 202]]);
        let alone = time_per_call(&one, Confidence::QUOTED).unwrap();
        assert!(width(alone) > 1.5, "{alone:?}");
        let both = times_beside(&[&one, &other], Confidence::QUOTED);
        for (measured, usual) in both.into_iter().zip([101.0, 202.0]) {
            let measured = measured.unwrap();
            assert!(width(measured) < 1.02, "{measured:?}");
            assert!((measured.typical() / usual - 1.0).abs() < 0.011, "{measured:?}");
        }
    }

    #[test]
    fn a_program_alone_keeps_its_own_interval() {
        let one = time(&[[100, 101, 100], [160, 161, 160], [101, 100, 101]]);
        let apart = Time {
            sampling: Some(7),
            ..one.clone()
        };
        let mut waits = one.clone();
        for process in &mut waits.processes {
            process.cpu_ns = vec![Nanos(10); 3];
        }
        for group in [&[&one][..], &[&one, &apart], &[&one, &waits]] {
            let own: Vec<_> = group
                .iter()
                .map(|time| time_per_call(time, Confidence::QUOTED))
                .collect();
            assert_eq!(times_beside(group, Confidence::QUOTED), own);
        }
        assert_eq!(times_beside(&[&Time::default()], Confidence::QUOTED), [None]);
    }

    #[test]
    fn a_round_that_the_others_lack_is_left_out() {
        let one = time(&[[100, 101, 100], [160, 161, 160]]);
        let mut other = one.clone();
        other.processes[1] = TimeProcess::default();
        let [Some(measured), _] = times_beside(&[&one, &other], Confidence::QUOTED)[..] else {
            panic!("the first has an interval")
        };
        assert!(measured.high() < 103.0, "{measured:?}");
    }
}
