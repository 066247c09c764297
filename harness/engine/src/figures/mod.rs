//! From a cell to its figures: which metrics there are, how each is read, and how two compare.

mod compare;
mod course;
mod metric;

pub use compare::{EQUAL_WITHIN, Outcome, compare, compare_at, factor};
pub use course::{AfterCalls, Course};
pub use metric::{Exactness, Metric, Row, Sizes, of_processes, resident};
