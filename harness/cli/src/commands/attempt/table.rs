//! The answer as a table on the terminal.

use heapbook_engine::measure::Attempt;
use heapbook_engine::record::Metric;
use heapbook_engine::scenario::Scenario;

/// Prints one row a program and size.
pub(crate) fn show(_scenario: &Scenario, attempt: &Attempt) {
    for cell in &attempt.cells {
        println!(
            "{:10} {:9} peak {:?} allocations {:?} retained {:?} time {:?} processes {:?} digest {:?} {:?}",
            cell.variant.to_string(),
            cell.n,
            Metric::Peak.of(cell),
            Metric::Allocations.of(cell),
            Metric::Retained.of(cell),
            Metric::Time.of(cell),
            cell.time.as_ref().map(|time| time.processes.len()),
            cell.digest,
            cell.tried,
        );
        for error in &cell.errors {
            println!("{}", error.message);
        }
    }
    println!("{:?}", attempt.left_out);
}
