//! A small plot for the terminal: each peak as a bar, on a log scale.

use heapbook_engine::figures::Metric;
use heapbook_report::display;

use super::answer::Answer;

/// The longest bar, in columns.
const LONGEST: f64 = 40.0;

/// The eighths of a column.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// The plot; empty where no peak is above 0.
pub(super) fn text(answer: &Answer) -> String {
    let peaks: Vec<f64> = answer
        .rows()
        .filter_map(|(_, _, row)| Some(row.peak?.typical()))
        .filter(|peak| *peak > 0.0)
        .collect();
    let least = peaks.iter().copied().fold(f64::INFINITY, f64::min);
    let most = peaks.iter().copied().fold(0.0, f64::max);
    if peaks.is_empty() || answer.rows().count() < 2 {
        return String::new();
    }
    let mut sizes: Vec<u64> = answer.rows().map(|(_, _, row)| row.n).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let width = sizes.iter().map(|n| display::size(*n).len()).max().unwrap_or(0);
    let mut text = "peak against n; the bars' scale is logarithmic\n".to_owned();
    for n in sizes {
        let mut label = display::size(n);
        for (place, _, row) in answer.rows().filter(|(_, _, row)| row.n == n) {
            let Some(peak) = row.peak else { continue };
            text.push_str(&format!(
                "{label:>width$}  [{place}] {} {}\n",
                bar(peak.typical(), least, most),
                display::measured(Metric::Peak.unit(), peak)
            ));
            label.clear();
        }
    }
    text
}

/// A bar that is a column long for the least, so that it is seen, and the longest for the most; none for 0.
fn bar(value: f64, least: f64, most: f64) -> String {
    if value <= 0.0 {
        return String::new();
    }
    let share = if most > least {
        (value / least).ln() / (most / least).ln()
    } else {
        1.0
    };
    let eighths = ((1.0 + share * (LONGEST - 1.0)) * 8.0).round() as usize;
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_go_from_one_column_to_the_longest() {
        let columns = |value: f64| bar(value, 10.0, 1_000.0).chars().count();
        assert_eq!((columns(10.0), columns(1_000.0), columns(0.0)), (1, 40, 0));
        assert_eq!(bar(100.0, 10.0, 1_000.0).chars().count(), 21);
        assert_eq!(bar(5.0, 5.0, 5.0).chars().count(), 40);
    }
}
