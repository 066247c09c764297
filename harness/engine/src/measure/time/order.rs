//! The order in which a round takes its programs.
//!
//! The machine's pace may change while a round lasts, and what falls between two samples moves
//! their ratio. Times are compared within one version of Python or of the compiler, so the programs
//! of each stand together, and the short ones among them are not kept apart by long ones.

/// What an order goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The number of its runtime.
    pub(super) runtime: usize,
    /// How long a slice of it takes, in nanoseconds; 0 where it is not known yet.
    pub(super) slice_ns: u64,
}

impl Place {
    /// Of slices of one length class none takes more than four times as long as another.
    fn length(self) -> u32 {
        self.slice_ns.checked_ilog2().unwrap_or(0) / 2
    }
}

/// Draws the order of a round: of the runtimes, of short before long or long before short, and of
/// the programs of one runtime that take about as long.
pub(super) fn draw<T>(programs: &mut [T], place: impl Fn(&T) -> Place, random: &mut fastrand::Rng) {
    random.shuffle(programs);
    let mut runtimes = Vec::new();
    for runtime in programs.iter().map(|program| place(program).runtime) {
        if !runtimes.contains(&runtime) {
            runtimes.push(runtime);
        }
    }
    let long_first = random.bool();
    programs.sort_by_key(|program| {
        let place = place(program);
        let turn = runtimes.iter().position(|runtime| *runtime == place.runtime);
        let length = place.length();
        (turn, if long_first { u32::MAX - length } else { length })
    });
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const MILLISECOND: u64 = 1_000_000;

    /// Two runtimes with two short programs and a long one each.
    fn drawn(seed: u64) -> Vec<(usize, u64, char)> {
        let mut programs = Vec::new();
        for runtime in [1, 2] {
            programs.push((runtime, 8 * MILLISECOND, 'a'));
            programs.push((runtime, 250 * MILLISECOND, 'b'));
            programs.push((runtime, 9 * MILLISECOND, 'c'));
        }
        let place = |program: &(usize, u64, char)| Place {
            runtime: program.0,
            slice_ns: program.1,
        };
        draw(&mut programs, place, &mut fastrand::Rng::with_seed(seed));
        programs
    }

    #[test]
    fn programs_of_one_runtime_and_length_stand_together() {
        for seed in 0..50 {
            let order = drawn(seed);
            let runtimes: Vec<usize> = order.iter().map(|program| program.0).collect();
            assert!(
                runtimes == [1, 1, 1, 2, 2, 2] || runtimes == [2, 2, 2, 1, 1, 1],
                "{order:?}"
            );
            for programs in order.chunks(3) {
                assert_ne!(programs[1].2, 'b', "{order:?}");
            }
        }
    }

    #[test]
    fn whatever_may_be_drawn_is_drawn() {
        let orders: BTreeSet<Vec<(usize, u64, char)>> = (0..500).map(drawn).collect();
        // Two orders of the runtimes, two of the lengths, two of the short programs of each.
        assert_eq!(orders.len(), 16);
    }

    #[test]
    fn a_length_that_is_not_known_yet_is_no_mistake() {
        let place = |slice_ns| Place { runtime: 0, slice_ns };
        assert_eq!(place(0).length(), place(1).length());
    }
}
