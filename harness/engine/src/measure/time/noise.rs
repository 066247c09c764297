//! What else the machine did while samples were taken.

use std::fs;

use heapbook_model::Nanos;

/// What the system has counted since it started, as far as it can be read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counters {
    stolen: Option<u64>,
    pressure: Option<u64>,
}

impl Counters {
    /// Reads them.
    pub(super) fn now() -> Self {
        Counters {
            stolen: fs::read_to_string("/proc/stat")
                .ok()
                .and_then(|text| stolen(&text, ticks_per_second()?)),
            pressure: fs::read_to_string("/proc/pressure/cpu")
                .ok()
                .and_then(|text| pressure(&text)),
        }
    }

    /// Stolen time, and time under pressure, since an earlier reading.
    pub(super) fn since(self, earlier: Counters) -> (Option<Nanos>, Option<Nanos>) {
        let grown = |now: Option<u64>, before: Option<u64>| Some(Nanos(now?.saturating_sub(before?)));
        (
            grown(self.stolen, earlier.stolen),
            grown(self.pressure, earlier.pressure),
        )
    }
}

fn ticks_per_second() -> Option<u64> {
    // SAFETY: `sysconf` takes no pointers.
    let ticks = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
    u64::try_from(ticks).ok().filter(|ticks| *ticks > 0)
}

/// The eighth number of the first line of `/proc/stat`, in nanoseconds (proc_stat(5): `steal`).
fn stolen(text: &str, ticks_per_second: u64) -> Option<u64> {
    let line = text.lines().next()?.strip_prefix("cpu ")?;
    let ticks: u64 = line.split_whitespace().nth(7)?.parse().ok()?;
    Some(ticks.saturating_mul(1_000_000_000 / ticks_per_second))
}

/// The total of the line `some` of `/proc/pressure/cpu`, which counts microseconds, in nanoseconds.
fn pressure(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("some "))?;
    let total = line
        .split_whitespace()
        .find_map(|word| word.strip_prefix("total="))?;
    Some(total.parse::<u64>().ok()?.saturating_mul(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_files_are_understood() {
        let stat = "cpu  1111267 60596 262219 1024128 7434 0 1154 2885 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n";
        assert_eq!(stolen(stat, 100), Some(28_850_000_000));
        assert_eq!(stolen("cpu0 1 2 3", 100), None);
        let file = "some avg10=85.45 avg60=67.97 avg300=28.25 total=3107102731\nfull avg10=0.00 total=0\n";
        assert_eq!(pressure(file), Some(3_107_102_731_000));
        assert_eq!(pressure(""), None);
    }

    #[test]
    fn what_cannot_be_read_is_not_nothing() {
        let seen = Counters {
            stolen: Some(5),
            pressure: None,
        };
        assert_eq!(seen.since(Counters::default()), (None, None));
        assert_eq!(seen.since(seen), (Some(Nanos(0)), None));
    }
}
