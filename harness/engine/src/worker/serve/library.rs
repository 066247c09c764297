//! A program in a library of its own: loaded, handed this process's allocator, and called.

use std::alloc::{GlobalAlloc, Layout};
use std::ffi::{CStr, CString, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::sync::{Mutex, PoisonError};

use heapbook_ledger::CountingAllocator;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::calls::{Asked, answer_all};
use super::pipe::Pipe;
use super::sink::Sink;
use crate::record::{ErrorKind, Pass};

/// How much of a result is shown.
const SHOWN: usize = 60;

include!("../../runtime/compilation/host.rs");

static HOST: Host = Host {
    allocate,
    allocate_zeroed,
    reallocate,
    free,
    returned,
    failed,
};

/// What the library's last panic said.
static FAILED: Mutex<String> = Mutex::new(String::new());

/// The functions of a loaded library, which stays loaded until the process ends.
struct Library {
    prepare: unsafe extern "C" fn(usize) -> *mut c_void,
    discard: unsafe extern "C" fn(*mut c_void),
    call: unsafe extern "C" fn(*const c_void, u64, *mut c_void) -> bool,
    /// What was prepared for the present size.
    input: *mut c_void,
}

/// Serves all further requests with the program of a library.
pub(super) fn serve(pipe: &mut Pipe, file: &Path, load: u64, n: usize, pass: Pass) -> std::io::Result<()> {
    let loaded = Library::open(file).map_err(|message| (ErrorKind::Start, message));
    let ready = loaded.and_then(|mut library| {
        library
            .prepare(n)
            .map_err(|message| (ErrorKind::Exception, message))?;
        Ok(library)
    });
    let mut library = match ready {
        Ok(library) => library,
        Err((kind, message)) => return pipe.refuse(load, kind, &message),
    };
    pipe.answer(load, Ok(json!({})))?;
    loop {
        let asked = answer_all(pipe, pass, &mut |iterations, sink| {
            library.calls(iterations, sink)
        })?;
        let Asked::Size { id, n } = asked else {
            return Ok(());
        };
        let prepared = library.prepare(n);
        pipe.answer(id, prepared.map(|()| json!({})))?;
    }
}

impl Library {
    fn open(file: &Path) -> Result<Library, String> {
        let name = CString::new(file.as_os_str().as_bytes()).map_err(|error| error.to_string())?;
        // SAFETY: the name ends with a zero; what the library does when it is loaded is the standard library's own.
        let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        if handle.is_null() {
            return Err(format!("cannot load {}: {}", file.display(), why()));
        }
        let symbol = |name: &CStr| {
            // SAFETY: the handle is of a library that stays loaded.
            let found = unsafe { libc::dlsym(handle, name.as_ptr()) };
            match found.is_null() {
                true => Err(format!("{} has no {name:?}: {}", file.display(), why())),
                false => Ok(found),
            }
        };
        // SAFETY: the engine compiled the library with its own frame, which gives these names these types.
        unsafe {
            let adopt: unsafe extern "C" fn(&'static Host) = std::mem::transmute(symbol(c"heapbook_adopt")?);
            adopt(&HOST);
            Ok(Library {
                prepare: std::mem::transmute::<*mut c_void, unsafe extern "C" fn(usize) -> *mut c_void>(
                    symbol(c"heapbook_prepare")?,
                ),
                discard: std::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut c_void)>(symbol(
                    c"heapbook_discard",
                )?),
                call: std::mem::transmute::<
                    *mut c_void,
                    unsafe extern "C" fn(*const c_void, u64, *mut c_void) -> bool,
                >(symbol(c"heapbook_call")?),
                input: ptr::null_mut(),
            })
        }
    }

    /// Makes the input for a size; that of the size before goes first.
    fn prepare(&mut self, n: usize) -> Result<(), String> {
        if !self.input.is_null() {
            // SAFETY: it was made by `prepare`, and is not used again.
            unsafe { (self.discard)(self.input) };
            self.input = ptr::null_mut();
        }
        // SAFETY: the function takes any size.
        self.input = unsafe { (self.prepare)(n) };
        match self.input.is_null() {
            true => Err(last_failure()),
            false => Ok(()),
        }
    }

    /// Makes the calls that a pass wants; results are shown to the sink, unless it only takes the time.
    fn calls(&mut self, iterations: u64, sink: &mut Sink) {
        let shows = !sink.times();
        sink.span(|sink| {
            let context = if shows {
                ptr::from_mut(sink).cast()
            } else {
                ptr::null_mut()
            };
            // SAFETY: the input is that of this library; the sink outlives the call, and nobody else uses it meanwhile.
            let fine = unsafe { (self.call)(self.input, iterations, context) };
            if !fine {
                std::panic::panic_any(last_failure());
            }
        });
    }
}

fn last_failure() -> String {
    FAILED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn why() -> String {
    // SAFETY: takes no arguments; what it gives is a text that stands until the next call of its kind in this thread.
    let text = unsafe { libc::dlerror() };
    if text.is_null() {
        return "no reason given".to_owned();
    }
    // SAFETY: it is not null, and ends with a zero.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// The layout that the library was asked for by its own `Layout`, which was valid.
unsafe fn layout(size: usize, alignment: usize) -> Layout {
    // SAFETY: the caller took both from a layout.
    unsafe { Layout::from_size_align_unchecked(size, alignment) }
}

unsafe extern "C" fn allocate(size: usize, alignment: usize) -> *mut u8 {
    // SAFETY: the caller keeps the allocator's contract.
    unsafe { CountingAllocator.alloc(layout(size, alignment)) }
}

unsafe extern "C" fn allocate_zeroed(size: usize, alignment: usize) -> *mut u8 {
    // SAFETY: the caller keeps the allocator's contract.
    unsafe { CountingAllocator.alloc_zeroed(layout(size, alignment)) }
}

unsafe extern "C" fn reallocate(block: *mut u8, size: usize, alignment: usize, new: usize) -> *mut u8 {
    // SAFETY: the caller keeps the allocator's contract.
    unsafe { CountingAllocator.realloc(block, layout(size, alignment), new) }
}

unsafe extern "C" fn free(block: *mut u8, size: usize, alignment: usize) {
    // SAFETY: the caller keeps the allocator's contract.
    unsafe { CountingAllocator.dealloc(block, layout(size, alignment)) }
}

unsafe extern "C" fn failed(text: *const u8, length: usize) {
    // SAFETY: the caller's text lives through this call.
    let text = unsafe { std::slice::from_raw_parts(text, length) };
    *FAILED.lock().unwrap_or_else(PoisonError::into_inner) = String::from_utf8_lossy(text).into_owned();
}

unsafe extern "C" fn returned(context: *mut c_void, result: *const c_void, show: Show) {
    // SAFETY: the context is the sink that `calls` handed over.
    let sink = unsafe { &mut *context.cast::<Sink>() };
    let mut shown = None;
    sink.accept((), |()| {
        let mut text = Text::default();
        // SAFETY: the result is alive, and the function is that of its type.
        unsafe { show(result, ptr::from_mut(&mut text).cast(), take) };
        let (digest, beginning) = text.finish();
        shown = Some(beginning);
        digest
    });
    if let Some(shown) = shown {
        sink.show(shown);
    }
}

unsafe extern "C" fn take(reader: *mut c_void, piece: *const u8, length: usize) {
    // SAFETY: the reader is the text that `returned` handed over; the piece lives through this call.
    let (text, piece) = unsafe {
        (
            &mut *reader.cast::<Text>(),
            std::slice::from_raw_parts(piece, length),
        )
    };
    text.add(piece);
}

/// A result's Debug text on its way: digested whole, kept at its beginning.
#[derive(Default)]
struct Text {
    digest: Sha256,
    beginning: Vec<u8>,
    length: usize,
}

impl Text {
    fn add(&mut self, piece: &[u8]) {
        self.digest.update(piece);
        self.length += piece.len();
        let room = (SHOWN * 4).saturating_sub(self.beginning.len());
        self.beginning.extend_from_slice(&piece[..room.min(piece.len())]);
    }

    /// The digest as Python's side makes it of an equal result, and what is shown of it.
    fn finish(self) -> (u64, String) {
        let beginning = String::from_utf8_lossy(&self.beginning).into_owned();
        let whole = self.length == self.beginning.len();
        let number = beginning.parse::<i128>().ok().filter(|_| whole);
        let digest = number.map(|number| number as u64).unwrap_or_else(|| {
            let bytes = self.digest.finalize();
            u64::from_le_bytes(bytes[..8].try_into().expect("a SHA-256 digest has 32 bytes"))
        });
        let shown = match beginning.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &beginning[..end]),
            None => beginning,
        };
        (digest, shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(pieces: &[&str]) -> (u64, String) {
        let mut text = Text::default();
        pieces.iter().for_each(|piece| text.add(piece.as_bytes()));
        text.finish()
    }

    #[test]
    fn whole_numbers_are_their_own_digest() {
        assert_eq!(finished(&["4", "2"]), (42, "42".to_owned()));
        assert_eq!(finished(&["-1"]).0, u64::MAX);
    }

    #[test]
    fn other_results_are_digested_as_pythons_are() {
        // int.from_bytes(hashlib.sha256(b"[1, 2]").digest()[:8], "little")
        assert_eq!(
            finished(&["[1, ", "2]"]),
            (5_546_224_939_132_858_682, "[1, 2]".to_owned())
        );
        let (digest, shown) = finished(&["é"; 100]);
        assert_eq!(shown, format!("{}…", "é".repeat(SHOWN)));
        assert_ne!(digest, finished(&["é"; 99]).0);
    }
}
