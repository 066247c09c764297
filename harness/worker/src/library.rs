//! A user's program in a library of its own: loaded, handed this process's allocator, and served.

use std::alloc::{GlobalAlloc, Layout};
use std::ffi::c_void;
use std::io::Result;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::ptr;
use std::sync::{Mutex, PoisonError};

use dlopen2::raw::Library;
use heapbook_ledger::CountingAllocator;
use heapbook_protocol::call::Load;
use heapbook_protocol::host::{Calls, Host, Serve, Show};
use heapbook_protocol::{Done, ErrorKind, Failure, Instrument};
use sha2::{Digest, Sha256};

use crate::calls::answer_all;
use crate::pipe::Pipe;
use crate::sink::Sink;

/// How much of a result is shown.
const SHOWN: usize = 60;

/// What [`Host::answer`] gives once there is nothing more to answer.
const END: i64 = -1;

static HOST: Host = Host {
    allocate,
    allocate_zeroed,
    reallocate,
    free,
    answer,
    returned,
    failed,
};

/// What the library's last panic said.
static FAILED: Mutex<String> = Mutex::new(String::new());

/// A worker that serves a library.
struct Worker<'a> {
    pipe: &'a mut Pipe,
    instrument: Instrument,
    /// The request that waits for the input of a size: to load, or to go on with another.
    waiting: u64,
    outcome: Result<()>,
}

/// Serves all further requests with the program of a library.
pub(crate) fn serve(pipe: &mut Pipe, file: &Path, load: u64, n: u64, instrument: Instrument) -> Result<()> {
    let library = match load_library(file) {
        Ok(library) => library,
        Err(error) => {
            let message = format!("cannot load {}: {error}", file.display());
            return pipe.refuse(load, ErrorKind::Start, &message);
        }
    };
    let mut worker = Worker {
        pipe,
        instrument,
        waiting: load,
        outcome: Ok(()),
    };
    // SAFETY: the worker outlives the call, and nobody else uses it meanwhile.
    unsafe { library(&HOST, ptr::from_mut(&mut worker).cast(), n) };
    worker.outcome
}

/// Loads a library for as long as the process lives, since what the program started may still run;
/// gives its entry.
fn load_library(file: &Path) -> std::result::Result<Serve, dlopen2::Error> {
    let library = ManuallyDrop::new(Library::open(file)?);
    // SAFETY: the engine compiled the library with its own frame, which gives this name this type.
    unsafe { library.symbol("heapbook_serve") }
}

impl Worker<'_> {
    /// Answers with a program that is ready; gives the next size.
    fn answer(&mut self, program: *const c_void, calls: Calls) -> Result<Option<u64>> {
        let ready = match program.is_null() {
            true => Err(Failure::new(ErrorKind::Exception, last_failure())),
            false => Ok(Done {}),
        };
        let failed = ready.is_err();
        self.pipe.answer::<Load>(self.waiting, ready)?;
        if failed {
            return Ok(None);
        }
        let resize = answer_all(self.pipe, self.instrument, &mut |iterations, sink: &mut Sink| {
            sink.span(|sink| {
                // Results are shown to the sink, unless it only takes the time.
                let shown = match sink.times() {
                    true => ptr::null_mut(),
                    false => ptr::from_mut(sink).cast(),
                };
                // SAFETY: the library has just handed over both; the sink outlives the call, and
                // nobody else uses it meanwhile.
                if !unsafe { calls(program, iterations, shown) } {
                    std::panic::panic_any(last_failure());
                }
            });
        })?;
        Ok(resize.map(|resize| {
            self.waiting = resize.id;
            resize.n
        }))
    }
}

fn last_failure() -> String {
    FAILED.lock().unwrap_or_else(PoisonError::into_inner).clone()
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

unsafe extern "C" fn answer(worker: *mut c_void, program: *const c_void, calls: Calls) -> i64 {
    // SAFETY: the library hands back the worker that `serve` gave it.
    let worker = unsafe { &mut *worker.cast::<Worker<'_>>() };
    match worker.answer(program, calls) {
        Ok(next) => next.and_then(|n| n.try_into().ok()).unwrap_or(END),
        Err(error) => {
            worker.outcome = Err(error);
            END
        }
    }
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
    // SAFETY: the reader is the text that `returned` handed over; the piece lives through this
    // call.
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
}

impl Text {
    fn add(&mut self, piece: &[u8]) {
        self.digest.update(piece);
        let room = (SHOWN * 4).saturating_sub(self.beginning.len());
        self.beginning.extend_from_slice(&piece[..room.min(piece.len())]);
    }

    /// The digest as Python's side makes it of an equal result, and what is shown of it.
    fn finish(self) -> (u64, String) {
        let beginning = String::from_utf8_lossy(&self.beginning).into_owned();
        let bytes = self.digest.finalize();
        let digest = u64::from_le_bytes(bytes[..8].try_into().expect("a SHA-256 digest has 32 bytes"));
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
    fn whole_numbers_are_compared_whole() {
        // int.from_bytes(hashlib.sha256(b"42").digest()[:8], "little")
        assert_eq!(
            finished(&["4", "2"]),
            (10_200_184_810_016_360_307, "42".to_owned())
        );
        assert_ne!(finished(&["-1"]).0, finished(&["18446744073709551615"]).0);
        assert_ne!(finished(&["0"]).0, finished(&["18446744073709551616"]).0);
    }

    #[test]
    fn results_are_digested_as_pythons_are() {
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
