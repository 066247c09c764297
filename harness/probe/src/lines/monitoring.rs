//! The way from CPython 3.12 on: `sys.monitoring`.

use std::ffi::{CStr, c_int};
use std::mem;
use std::ptr;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::{PyErr, ffi};

use super::own_blocks;
use super::tracer::{Tracer, tracing};

/// `METH_FASTCALL`: arguments come as an array, not as a tuple. It is in the stable ABI since 3.10,
/// so that pyo3 leaves it out for 3.9, where nothing here is used.
const FASTCALL: c_int = 0x80;
const TOOL: &str = "heapbook";
/// Of the variant's own code objects.
const LOCAL_EVENTS: [&str; 5] = ["LINE", "PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD"];
/// Of all code.
const GLOBAL_EVENTS: [&str; 2] = ["PY_THROW", "PY_UNWIND"];

type Callback = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *const *mut ffi::PyObject,
    ffi::Py_ssize_t,
) -> *mut ffi::PyObject;

static CALLBACKS: PyOnceLock<[(Py<PyAny>, &[&str]); 3]> = PyOnceLock::new();

/// Has the events reported from here on.
///
/// # Errors
/// When every identifier for a tool is taken.
pub(super) fn install<'a, 'py: 'a>(
    py: Python<'py>,
    codes: impl Iterator<Item = &'a Bound<'py, PyAny>>,
) -> PyResult<()> {
    let monitoring = py.import("sys")?.getattr("monitoring")?;
    let events = monitoring.getattr("events")?;
    let sum = |names: &[&str]| {
        names
            .iter()
            .map(|name| events.getattr(*name)?.extract::<u32>())
            .sum::<PyResult<u32>>()
    };
    let tool = free_tool(&monitoring)?;
    monitoring.call_method1("use_tool_id", (tool, TOOL))?;
    for (callback, names) in callbacks(py)? {
        for name in *names {
            monitoring.call_method1("register_callback", (tool, events.getattr(*name)?, callback))?;
        }
    }
    monitoring.call_method1("set_events", (tool, sum(&GLOBAL_EVENTS)?))?;
    for code in codes {
        monitoring.call_method1("set_local_events", (tool, code, sum(&LOCAL_EVENTS)?))?;
    }
    Ok(())
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
    let made: PyResult<_> = CALLBACKS.get_or_try_init(py, || {
        Ok([
            (function(py, c"line", line)?, &["LINE"]),
            (
                function(py, c"begin", begin)?,
                &["PY_START", "PY_RESUME", "PY_THROW"],
            ),
            (
                function(py, c"end", end)?,
                &["PY_RETURN", "PY_YIELD", "PY_UNWIND"],
            ),
        ])
    });
    // SAFETY: what a static holds lives for the whole run; the token's lifetime is the
    // interpreter's.
    made.map(|callbacks| unsafe { &*ptr::from_ref(callbacks) })
}

fn function(py: Python<'_>, name: &'static CStr, callback: Callback) -> PyResult<Py<PyAny>> {
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            // SAFETY: which type the function really has is what the flag says, by which it is
            // called.
            PyCFunction: unsafe { mem::transmute::<Callback, ffi::PyCFunction>(callback) },
        },
        ml_flags: FASTCALL,
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

unsafe extern "C" fn line(
    _module: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    _count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    // SAFETY: a LINE event comes with a code object and a line number.
    unsafe { event(arguments, |tracer, code, line| tracer.line(code, line)) }
}

unsafe extern "C" fn begin(
    _module: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    _count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    // SAFETY: these events come with a code object and an offset into it, at least.
    unsafe {
        event(arguments, |tracer, code, offset| {
            tracer.begin(code, tracer.line_at(code, offset));
        })
    }
}

unsafe extern "C" fn end(
    _module: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    _count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    // SAFETY: as for `begin`.
    unsafe { event(arguments, |tracer, code, _offset| tracer.end(code)) }
}

/// Deals with an event, and returns None for the interpreter.
///
/// # Safety
/// The arguments are a code object and an int that the interpreter drops after the event, at least.
unsafe fn event(
    arguments: *const *mut ffi::PyObject,
    action: impl FnOnce(&mut Tracer, usize, u32),
) -> *mut ffi::PyObject {
    own_blocks::release();
    // SAFETY: the caller vouches for the arguments; the interpreter is attached.
    let (code, number) = unsafe {
        let (code, number) = (*arguments, *arguments.add(1));
        own_blocks::conceal_int(number);
        (code, ffi::PyLong_AsLong(number) as u32)
    };
    tracing(|tracer| {
        if let Some(code) = tracer.find(code) {
            action(tracer, code, number);
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
