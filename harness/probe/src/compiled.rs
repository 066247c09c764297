//! The probe's own Python, compiled once for all workers of a run.
//!
//! Compiling it takes a worker half as long as its interpreter to start. So the first one has a
//! forked child leave the compiled code beside the probe, in the folder that the engine made for
//! this run, and every worker reads it from there, the first one too: each has made the same
//! objects.

use std::ffi::CStr;
use std::path::{Path, PathBuf};
use std::{fs, process};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// A module of the probe's: its text, file as tracebacks show it, and name among the interpreter's
/// modules.
pub(crate) type Source = (&'static CStr, &'static CStr, &'static CStr);

/// Compiles what is not compiled yet, in a child.
///
/// Whatever hinders it, a module is compiled from its text where it is needed.
pub(crate) fn prepare(py: Python<'_>, sources: &[Source]) {
    let is_missing = |source: &&Source| !place(py, source).is_ok_and(|place| place.exists());
    let missing: Vec<_> = sources.iter().filter(is_missing).collect();
    if missing.is_empty() {
        return;
    }
    // SAFETY: this is the only thread; the child compiles, writes files, and ends.
    match unsafe { libc::fork() } {
        0 => {
            for source in missing {
                // Another worker compiles it again.
                let _ = write(py, source);
            }
            // SAFETY: ends the child.
            unsafe { libc::_exit(0) }
        }
        child if child > 0 => {
            // SAFETY: waits for a child of this process's own.
            unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) };
        }
        _ => {}
    }
}

/// Runs a module.
///
/// # Errors
/// What it raised.
pub(crate) fn module<'py>(py: Python<'py>, source: &Source) -> PyResult<Bound<'py, PyModule>> {
    let (text, file, name) = *source;
    let code = read(py, source).and_then(|marshalled| {
        let loads = py.import("marshal").and_then(|marshal| marshal.getattr("loads"));
        loads
            .and_then(|loads| loads.call1((PyBytes::new(py, &marshalled),)))
            .ok()
    });
    let Some(code) = code else {
        return PyModule::from_code(py, text, file, name);
    };
    // SAFETY: the interpreter is attached, both strings end with a zero, and the code is what
    // `compile` made of the probe's own text.
    let made = unsafe {
        let made = ffi::PyImport_ExecCodeModuleEx(name.as_ptr(), code.as_ptr(), file.as_ptr());
        Bound::from_owned_ptr_or_err(py, made)?
    };
    Ok(made.cast_into::<PyModule>()?)
}

/// The compiled code of a module, if it is there as it was written.
fn read(py: Python<'_>, source: &Source) -> Option<Vec<u8>> {
    let found = fs::read(place(py, source).ok()?).ok()?;
    let (digest, marshalled) = found.split_first_chunk()?;
    (*digest == digest_of(marshalled)).then(|| marshalled.to_vec())
}

fn write(py: Python<'_>, source: &Source) -> PyResult<()> {
    let (text, file, _) = *source;
    let compile = py.import("builtins")?.getattr("compile")?;
    let code = compile.call1((PyBytes::new(py, text.to_bytes()), file, "exec"))?;
    let marshalled = py.import("marshal")?.getattr("dumps")?.call1((code,))?;
    let marshalled = marshalled.extract::<&[u8]>()?;
    let place = place(py, source)?;
    // Another worker that starts now finds all of it or nothing.
    let beside = place.with_extension(process::id().to_string());
    fs::write(&beside, [&digest_of(marshalled)[..], marshalled].concat())?;
    Ok(fs::rename(beside, place)?)
}

/// Where the code lies: under the number of the bytecode, which changes between interpreters.
fn place(py: Python<'_>, (_, _, name): &Source) -> PyResult<PathBuf> {
    let probe: PathBuf = py.import("heapbook_probe")?.getattr("__file__")?.extract()?;
    let number = py.import("_frozen_importlib_external")?.getattr("MAGIC_NUMBER")?;
    let number: String = number
        .extract::<&[u8]>()?
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let folder = probe.parent().unwrap_or(Path::new("."));
    Ok(folder.join(format!("{}-{number}", name.to_string_lossy())))
}

/// A digest of the code and of the sources of this build: a workload can write to the folder, by
/// mistake at least (FNV-1a).
fn digest_of(marshalled: &[u8]) -> [u8; 8] {
    let bytes = heapbook_protocol::BUILD.as_bytes().iter().chain(marshalled);
    let digest = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |digest, &byte| {
        (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    digest.to_le_bytes()
}
