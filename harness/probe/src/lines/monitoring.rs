//! The way from CPython 3.12 on: `sys.monitoring`.

use std::ffi::CStr;
use std::ptr;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::{PyErr, ffi};

use super::own_blocks;
use super::tracer::tracing;

const TOOL: &str = "heapbook";
/// Of the variant's own code objects.
const LOCAL_EVENTS: [&str; 5] = ["LINE", "PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD"];
/// Of all code.
const GLOBAL_EVENTS: [&str; 2] = ["PY_THROW", "PY_UNWIND"];

/// What a callback is for.
const LINE: u8 = 0;
const BEGIN: u8 = 1;
const END: u8 = 2;

/// The identifier that was free.
static TOOL_ID: AtomicU8 = AtomicU8::new(0);

static CALLBACKS: PyOnceLock<[(Py<PyAny>, &[&str]); 3]> = PyOnceLock::new();

/// Has the events of these code objects reported from here on.
///
/// # Errors
/// When every identifier for a tool is taken.
pub(super) fn install<'a, 'py: 'a>(
    py: Python<'py>,
    codes: impl Iterator<Item = &'a Bound<'py, PyAny>>,
) -> PyResult<()> {
    let monitoring = py.import("sys")?.getattr("monitoring")?;
    let events = monitoring.getattr("events")?;
    let tool = free_tool(&monitoring)?;
    monitoring.call_method1("use_tool_id", (tool, TOOL))?;
    for (callback, names) in callbacks(py)? {
        for name in *names {
            monitoring.call_method1("register_callback", (tool, events.getattr(*name)?, callback))?;
        }
    }
    for code in codes {
        monitoring.call_method1("set_local_events", (tool, code, sum(&events, &LOCAL_EVENTS)?))?;
    }
    TOOL_ID.store(tool, Relaxed);
    Ok(())
}

/// Has the events of all code reported, too.
///
/// # Errors
/// What Python raises.
pub(super) fn watch_unwinding(py: Python<'_>) -> PyResult<()> {
    let monitoring = py.import("sys")?.getattr("monitoring")?;
    let events = sum(&monitoring.getattr("events")?, &GLOBAL_EVENTS)?;
    monitoring.call_method1("set_events", (TOOL_ID.load(Relaxed), events))?;
    Ok(())
}

fn sum(events: &Bound<'_, PyAny>, names: &[&str]) -> PyResult<u32> {
    let values = names.iter().map(|name| events.getattr(*name)?.extract::<u32>());
    values.sum()
}

fn free_tool(monitoring: &Bound<'_, PyAny>) -> PyResult<u8> {
    // 3 and 4 are the ones that nobody is asked to take.
    for tool in [4, 3, 2, 1, 0, 5] {
        if monitoring.call_method1("get_tool", (tool,))?.is_none() {
            return Ok(tool);
        }
    }
    Err(PyRuntimeError::new_err(
        "all tools of sys.monitoring are in use: the workload must free one",
    ))
}

fn callbacks(py: Python<'_>) -> PyResult<&'static [(Py<PyAny>, &'static [&'static str]); 3]> {
    // The static lives as long as the interpreter uses the functions.
    CALLBACKS.get_or_try_init(py, || {
        Ok([
            (function(py, c"line", event::<LINE>)?, &["LINE"]),
            (
                function(py, c"begin", event::<BEGIN>)?,
                &["PY_START", "PY_RESUME", "PY_THROW"],
            ),
            (
                function(py, c"end", event::<END>)?,
                &["PY_RETURN", "PY_YIELD", "PY_UNWIND"],
            ),
        ])
    })
}

fn function(py: Python<'_>, name: &'static CStr, callback: ffi::PyCFunctionFast) -> PyResult<Py<PyAny>> {
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionFast: callback,
        },
        ml_flags: ffi::METH_FASTCALL,
        ml_doc: ptr::null(),
    }));
    // SAFETY: the definition lives for ever; a null result means that an exception is set.
    unsafe {
        let function = ffi::PyCFunction_NewEx(definition, ptr::null_mut(), ptr::null_mut());
        Bound::from_owned_ptr_or_opt(py, function)
            .map(Bound::unbind)
            .ok_or_else(|| PyErr::fetch(py))
    }
}

/// Deals with an event, and returns None for the interpreter.
///
/// It comes with a code object and an int, at least: a line number, or an offset into the code. The
/// interpreter drops the int after the event.
unsafe extern "C" fn event<const KIND: u8>(
    _module: *mut ffi::PyObject,
    arguments: *mut *mut ffi::PyObject,
    _count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    own_blocks::release();
    // SAFETY: these are the arguments of every event; the interpreter is attached.
    let (code, number) = unsafe {
        let (code, number) = (*arguments, *arguments.add(1));
        own_blocks::conceal_int(number);
        (code, ffi::PyLong_AsLong(number) as u32)
    };
    tracing(|tracer| {
        let Some(code) = tracer.find(code) else { return };
        match KIND {
            LINE => tracer.line(code, number),
            BEGIN => tracer.begin(code, tracer.line_at(code, number)),
            _ => tracer.end(code),
        }
    });
    own_blocks::event_ends();
    // SAFETY: None is always there; the caller gets a reference of its own.
    unsafe {
        let none = ffi::Py_None();
        ffi::Py_INCREF(none);
        none
    }
}
