// How a worker reaches a program that was compiled into a library. Belongs to no crate: its text is
// compiled together with the program.
use std::alloc::{GlobalAlloc, Layout};
use std::ffi::c_void;
use std::fmt::{Debug, Write};
use std::hint::black_box;
use std::panic::{self, AssertUnwindSafe};
use std::ptr;
use std::sync::OnceLock;

use host::{Host, Take};

static HOST: OnceLock<&Host> = OnceLock::new();

/// The worker's allocator, and with it its ledger. Until the worker has handed it over, every
/// request fails.
struct Ledger;

#[global_allocator]
static LEDGER: Ledger = Ledger;

// SAFETY: every method hands its arguments on to the worker's allocator, which keeps the contract.
// A null pointer says that memory is exhausted, and a block can only be given back or changed by a
// program that was served.
unsafe impl GlobalAlloc for Ledger {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(host) = HOST.get() else { return ptr::null_mut() };
        // SAFETY: the caller's contract is the host's.
        unsafe { (host.allocate)(layout.size(), layout.align()) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let Some(host) = HOST.get() else { return ptr::null_mut() };
        // SAFETY: the caller's contract is the host's.
        unsafe { (host.allocate_zeroed)(layout.size(), layout.align()) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Some(host) = HOST.get() else { return ptr::null_mut() };
        // SAFETY: the caller's contract is the host's.
        unsafe { (host.reallocate)(block, layout.size(), layout.align(), size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let Some(host) = HOST.get() else { return };
        // SAFETY: the caller's contract is the host's.
        unsafe { (host.free)(block, layout.size(), layout.align()) }
    }
}

#[unsafe(no_mangle)]
extern "C" fn heapbook_serve(host: &'static Host, worker: *mut c_void, n: u64) {
    HOST.get_or_init(|| host);
    panic::set_hook(Box::new(|panic| {
        let text = panic.to_string();
        // SAFETY: the text outlives the call.
        unsafe { (host.failed)(text.as_ptr(), text.len()) };
    }));
    serve(host, worker, n, super::heapbook_input, super::heapbook_program);
}

/// A program with the input that set-up made for a size.
struct Program<T, R> {
    input: T,
    run: fn(&T) -> R,
}

fn serve<T, R: Debug>(host: &Host, worker: *mut c_void, n: u64, make: fn(usize) -> T, run: fn(&T) -> R) {
    let mut next = Ok(n);
    while let Ok(n) = next {
        let program = panic::catch_unwind(|| Program { input: make(n as usize), run }).ok();
        let address = program.as_ref().map_or(ptr::null(), ptr::from_ref);
        // SAFETY: the program outlives the call, and `call` gets its own type.
        next = u64::try_from(unsafe { (host.answer)(worker, address.cast(), call::<T, R>) });
        // A panic of its drop has nowhere to go.
        let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(program)));
    }
}

unsafe extern "C" fn call<T, R: Debug>(program: *const c_void, iterations: u64, sink: *mut c_void) -> bool {
    // SAFETY: the worker hands back what `serve` gave it, while that lives.
    let program = unsafe { &*program.cast::<Program<T, R>>() };
    let calls = || {
        for _ in 0..iterations {
            let result = black_box((program.run)(black_box(&program.input)));
            if let (false, Some(host)) = (sink.is_null(), HOST.get()) {
                // SAFETY: the result lives through the call, and is shown as what it is.
                unsafe { (host.returned)(sink, ptr::from_ref(&result).cast(), show::<R>) };
            }
        }
    };
    panic::catch_unwind(AssertUnwindSafe(calls)).is_ok()
}

/// A writer that hands on each piece.
struct Pieces {
    reader: *mut c_void,
    take: Take,
}

impl Write for Pieces {
    fn write_str(&mut self, piece: &str) -> std::fmt::Result {
        // SAFETY: the piece outlives the call.
        unsafe { (self.take)(self.reader, piece.as_ptr(), piece.len()) };
        Ok(())
    }
}

unsafe extern "C" fn show<R: Debug>(result: *const c_void, reader: *mut c_void, take: Take) {
    // SAFETY: `call` shows a result of this type, which is alive.
    let result = unsafe { &*result.cast::<R>() };
    // What a Debug of the program's own panics about is in the message of the hook.
    let _ = panic::catch_unwind(AssertUnwindSafe(|| write!(Pieces { reader, take }, "{result:?}")));
}
