//! The lines pass: what each source line of a variant makes, gives back and leaves, to the byte.
//!
//! The interpreter calls a native function at each line, and the bytes between two such calls
//! belong to the line that ran between them. Bytes of other functions count for the line that
//! called them. Functions, lambdas, comprehensions and generator expressions *inside* the variant
//! have lines of their own, so those are charged while they run; from where they return or yield,
//! their caller's line is.
//!
//! # Two ways
//!
//! - From CPython 3.12 on, `sys.monitoring`: LINE, PY_START, PY_RESUME, PY_RETURN and PY_YIELD of
//!   the variant's own code objects alone; and of all code PY_UNWIND and PY_THROW, which cannot be
//!   had by code object. They stay on between the calls, so that what instrumenting makes (once for
//!   a code object) is over with before the call that is reported.
//! - On 3.11, `PyEval_SetTrace`, and `PyEval_SetProfile` for calls of C. The stable ABI hides them,
//!   but every CPython exports them; unlike `sys.settrace` they make no tuples, strings or ints for
//!   a native function.
//!
//! # Exactness
//!
//! The account goes on all the time. Events are written where there is room already, and nothing
//! here allocates while a call runs, not even outside of Python's allocators. What the interpreter
//! itself makes to report an event is taken out of the account when the event comes
//! ([`own_blocks`]):
//!
//! | CPython | made for an event |
//! |---|---|
//! | 3.11 | a tuple of three for each exception; the exception itself where a loop ends by one that is no object yet; a bound method for each call of one of C's; a frame object for each function that is called, the frame's own as soon as a traceback needs it |
//! | 3.12 and later | an int for a line or an instruction's offset above 256 (in 3.15: 1,024) |
//!
//! Such an object is recognised as the last block that was made before the event. Were it left to
//! the interpreter, the tuple, and from 3.14 on the int, would end in a free list from which the
//! workload would then be served. So it is held, and given back to its allocator at the next event.
//! With this, the bytes of all lines add up to what the memory pass says of the same call.
//!
//! # What it cannot tell
//!
//! - What happens inside a call of C, which is one line's doing.
//! - What other threads do: it is charged to the line that this thread is in, even if they run the
//!   variant's own code.
//! - The locals of an inner function that it drops *when* it returns: they are charged to the line
//!   that called it. Those of the variant are charged to the line that returned.
//! - Where a trace function changes what the interpreter does. 3.11 runs its generic instructions
//!   under one: `text += more` copies where it would grow in place, and unpacking a tuple makes an
//!   iterator (48 bytes). That much more is made and given back; what is live is right. An
//!   exception raised by C and dropped by C beyond a Python frame becomes an object which it
//!   would not become otherwise, and a frame object that the program asks for is not counted.
//!   From 3.12 on, code that the workload compiles in each call is instrumented in each call.
//! - Anything from where a workload sets a trace or profile function of its own (on 3.11).
//! - When an automatic collection falls: the interpreter counts a held tuple or frame, too, so that
//!   it may come one object earlier.

mod monitoring;
mod own_blocks;
mod settrace;
mod tracer;

use heapbook_model::Bytes;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use pythonize::pythonize;

use crate::hooks::{self, LEDGER};
use crate::resident::Unsupported;
use crate::{collector, measure, scratch};
use tracer::{Code, Tracer, tracing};

/// A code object, its first line, and at which offset each of its lines begins.
pub(crate) type CodeLines<'py> = (Bound<'py, PyAny>, u32, Vec<(u32, u32)>);

/// Has the interpreter report the lines of these code objects, the variant's first, for as long as
/// the process lives.
///
/// Nothing is installed for other code, so that even the first call of a process is accounted for
/// to the byte. [`watch_unwinding`] completes it for calls that are repeated.
///
/// # Errors
/// When a tool of the workload's stands in the way, and what Python raises.
#[pyfunction]
pub(crate) fn watch_lines(py: Python<'_>, codes: Vec<CodeLines<'_>>) -> PyResult<()> {
    if codes.is_empty() {
        return Err(PyRuntimeError::new_err("there is no code to watch"));
    }
    own_blocks::install(py);
    let monitored = py.version_info() >= (3, 12);
    if monitored {
        monitoring::install(py, codes.iter().map(|(code, ..)| code))?;
    }
    let codes = codes.into_iter().map(|(code, first_line, lines)| Code {
        object: code.unbind(),
        first_line,
        lines,
    });
    *tracer::lock() = Some(Tracer::new(codes.collect(), monitored));
    Ok(())
}

/// Has the interpreter also report frames that are left by an exception, which it tells of all code
/// or of none: for code that runs the first time since, it then makes a table of events. Until then
/// such a frame ends with the next event of its caller's.
///
/// # Errors
/// When [`watch_lines`] was not called, and what Python raises.
#[pyfunction]
pub(crate) fn watch_unwinding(py: Python<'_>) -> PyResult<()> {
    if tracing(|tracer| tracer.monitored) == Some(true) {
        monitoring::watch_unwinding(py)?;
    }
    Ok(())
}

/// Makes one call of the variant and accounts for its lines: what they did, each step, and true if
/// the next call is accounted for in another way, because this one was seen to keep what was taken
/// for [scratch].
///
/// # Errors
/// When [`watch_lines`] was not called; what the function raised.
#[pyfunction]
pub(crate) fn account_lines<'py>(
    function: &Bound<'py, PyAny>,
    arguments: &Bound<'py, PyTuple>,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>, bool)> {
    let py = function.py();
    let not_watched = || PyRuntimeError::new_err("no lines are watched: call watch_lines first");
    let monitored = tracing(|tracer| tracer.monitored).ok_or_else(not_watched)?;
    measure::make_frame_object(py);
    collector::clean(py);
    if !monitored {
        settrace::start(py);
    }
    let primed = scratch::prime(py);
    LEDGER.enter(false);
    tracing(Tracer::enter);
    let result = measure::call(function, arguments);
    tracing(Tracer::finish);
    if !monitored {
        settrace::stop(py);
    }
    own_blocks::release();
    if hooks::is_shared() {
        return Err(Unsupported::new_err(
            "the lines of a program that makes interpreters cannot be told apart from what those do: \
             `heapbook try` counts both",
        ));
    }
    let at_return = LEDGER.figures().live_bytes;
    let reconsidered = primed.reconsider(py);
    let held = measure::without_spares(py, Some(primed), LEDGER.figures().live_bytes - at_return)?;
    drop(result?);
    let told = tracing(|tracer| (tracer.answer(), tracer.steps()));
    let (mut lines, steps) = told.ok_or_else(not_watched)?;
    lines.spare_bytes = Bytes(at_return - held.live_bytes);
    Ok((pythonize(py, &lines)?, pythonize(py, &steps)?, reconsidered))
}
