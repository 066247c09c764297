//! What a cell yielded, with its provenance, and the files that keep it.

mod cell;
mod journal;
mod metric;
mod provenance;
mod records;
mod view;

pub use cell::{
    Cell, CellError, Effort, ErrorKind, Memory, MemoryProcess, Pass, Time, TimeProcess, Timeline,
    TimelinePoint,
};
pub use journal::Journal;
pub use metric::{Measured, Metric};
pub(crate) use provenance::hex;
pub use provenance::{Machine, MachineId, Runtime};
pub use records::{Records, RecordsError, SCHEMA};
pub use view::View;

/// Raised when the meaning of a figure changes, so that older figures are not compared with newer ones.
pub const METHOD: u32 = 1;
