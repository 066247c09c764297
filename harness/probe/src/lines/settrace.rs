//! The way of CPython 3.11: a native trace function.

use std::ffi::c_int;
use std::ptr;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyString;

use super::own_blocks;
use super::tracer::tracing;

const CALL: c_int = 0;
const EXCEPTION: c_int = 1;
const LINE: c_int = 2;
const RETURN: c_int = 3;
const C_CALL: c_int = 4;

type TraceFunction =
    unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyFrameObject, c_int, *mut ffi::PyObject) -> c_int;

unsafe extern "C" {
    // Exported by every CPython from 3.11 on; not part of the stable ABI.
    fn PyEval_SetTrace(function: Option<TraceFunction>, object: *mut ffi::PyObject);
    fn PyEval_SetProfile(function: Option<TraceFunction>, object: *mut ffi::PyObject);
    fn PyFrame_GetBack(frame: *mut ffi::PyFrameObject) -> *mut ffi::PyFrameObject;
    fn PyFrame_GetGenerator(frame: *mut ffi::PyFrameObject) -> *mut ffi::PyObject;
}

static TB_FRAME: PyOnceLock<Py<PyString>> = PyOnceLock::new();

/// Has this thread's events reported.
pub(super) fn start(py: Python<'_>) {
    TB_FRAME.get_or_init(py, || PyString::intern(py, "tb_frame").unbind());
    // SAFETY: the interpreter is attached; no object goes with the functions.
    unsafe {
        PyEval_SetProfile(Some(profile), ptr::null_mut());
        PyEval_SetTrace(Some(trace), ptr::null_mut());
    }
}

/// Ends it.
pub(super) fn stop(_attached: Python<'_>) {
    // SAFETY: the interpreter is attached.
    unsafe {
        PyEval_SetTrace(None, ptr::null_mut());
        PyEval_SetProfile(None, ptr::null_mut());
    }
}

/// A call of C. While anything is traced, the interpreter binds a method like `list.append` to its
/// object before it calls it, and only a profile function gets to see that.
unsafe extern "C" fn profile(
    _object: *mut ffi::PyObject,
    frame: *mut ffi::PyFrameObject,
    what: c_int,
    function: *mut ffi::PyObject,
) -> c_int {
    own_blocks::conceal_frame(frame);
    if what == C_CALL {
        own_blocks::conceal_method(function);
    }
    0
}

/// A frame that goes while something refers to its object, as a traceback does, gives the object a
/// reference to its caller's, which is made if there is none. A generator's frame has no caller any
/// more when it goes.
///
/// # Safety
/// The frame is alive; it is about to end, or to yield.
unsafe fn reveal_caller(frame: *mut ffi::PyFrameObject) {
    // SAFETY: the frame is alive; all references that are given are returned at once.
    unsafe {
        if ffi::Py_REFCNT(frame.cast()) == 1 || is_generator(frame) {
            return;
        }
        let caller = PyFrame_GetBack(frame);
        if !caller.is_null() {
            own_blocks::reveal_frame(caller);
            ffi::Py_DECREF(caller.cast());
        }
    }
}

/// # Safety
/// The frame is alive.
unsafe fn is_generator(frame: *mut ffi::PyFrameObject) -> bool {
    // SAFETY: the frame is alive; the reference that is given is returned at once.
    unsafe {
        let generator = PyFrame_GetGenerator(frame);
        ffi::Py_XDECREF(generator);
        !generator.is_null()
    }
}

unsafe extern "C" fn trace(
    _object: *mut ffi::PyObject,
    frame: *mut ffi::PyFrameObject,
    what: c_int,
    argument: *mut ffi::PyObject,
) -> c_int {
    own_blocks::release();
    if what == EXCEPTION {
        // SAFETY: the interpreter passes a tuple of an exception's type, value and traceback.
        unsafe { exception(frame, argument) };
    } else {
        own_blocks::conceal_frame(frame);
        if what == RETURN {
            // SAFETY: the frame is alive.
            unsafe { reveal_caller(frame) };
        }
        // SAFETY: the frame is alive, and its code lives as long; the reference that is given is
        // returned at once.
        let (code, line) = unsafe {
            let code: *mut ffi::PyObject = ffi::PyFrame_GetCode(frame).cast();
            ffi::Py_DECREF(code);
            (code, ffi::PyFrame_GetLineNumber(frame) as u32)
        };
        tracing(|tracer| match (tracer.find(code), what) {
            (Some(code), CALL) => tracer.begin(code, line),
            (Some(code), LINE) => tracer.line(code, line),
            (Some(code), RETURN) => tracer.end(code),
            _ => {}
        });
    }
    own_blocks::event_ends();
    0
}

/// # Safety
/// `exception` is the tuple of an exception event in `frame`.
unsafe fn exception(frame: *mut ffi::PyFrameObject, exception: *mut ffi::PyObject) {
    // SAFETY: the tuple has three items, of which the last is a traceback or None; the interpreter
    // is attached.
    let (value, traceback) = unsafe {
        let traceback = ffi::PyTuple_GetItem(exception, 2);
        let py = Python::assume_attached();
        (
            ffi::PyTuple_GetItem(exception, 1),
            Bound::from_borrowed_ptr(py, traceback),
        )
    };
    if !begins_at(&traceback, frame) {
        own_blocks::conceal_exception(value);
    } else {
        own_blocks::reveal_frame(frame);
    }
    drop(traceback);
    // SAFETY: the interpreter has references of its own to the items, and drops the tuple after the
    // event.
    unsafe { own_blocks::conceal_tuple(exception) };
}

/// Whether the traceback's newest entry is of this frame. It is not where a loop ends by a
/// StopIteration: that exception is reported, but without the tracing neither would it be made an
/// object if it is none yet, nor would anything need the frame's.
fn begins_at(traceback: &Bound<'_, PyAny>, frame: *mut ffi::PyFrameObject) -> bool {
    let Some(name) = TB_FRAME.get(traceback.py()) else {
        return false;
    };
    // None has no such attribute, and saying so would make an exception.
    if traceback.is_none() {
        return false;
    }
    // SAFETY: both are alive; the reference that is given is returned at once.
    unsafe {
        let found = ffi::PyObject_GetAttr(traceback.as_ptr(), name.as_ptr());
        if found.is_null() {
            ffi::PyErr_Clear();
            return false;
        }
        ffi::Py_DECREF(found);
        found.cast() == frame
    }
}
