// Stands at the end of every program that `heapbook` compiles, behind `host.rs`: how its worker reaches it. No module of the engine: its text
// is compiled together with the program, by whatever rustc is at hand.
use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::c_void;
use std::fmt::{Debug, Write};
use std::hint::black_box;
use std::panic::{self, AssertUnwindSafe};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

static HOST: AtomicPtr<Host> = AtomicPtr::new(ptr::null_mut());

fn host() -> Option<&'static Host> {
    // SAFETY: what is stored there lives as long as the process.
    unsafe { HOST.load(Relaxed).as_ref() }
}

/// The worker's allocator, and with it its ledger.
struct Ledger;

#[global_allocator]
static LEDGER: Ledger = Ledger;

// SAFETY: every method hands its arguments on to an allocator that keeps the contract.
unsafe impl GlobalAlloc for Ledger {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match host() {
            // SAFETY: the caller's contract is the host's.
            Some(host) => unsafe { (host.allocate)(layout.size(), layout.align()) },
            // SAFETY: as above.
            None => unsafe { System.alloc(layout) },
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match host() {
            // SAFETY: the caller's contract is the host's.
            Some(host) => unsafe { (host.allocate_zeroed)(layout.size(), layout.align()) },
            // SAFETY: as above.
            None => unsafe { System.alloc_zeroed(layout) },
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        match host() {
            // SAFETY: the caller's contract is the host's.
            Some(host) => unsafe { (host.reallocate)(block, layout.size(), layout.align(), size) },
            // SAFETY: as above.
            None => unsafe { System.realloc(block, layout, size) },
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        match host() {
            // SAFETY: the caller's contract is the host's.
            Some(host) => unsafe { (host.free)(block, layout.size(), layout.align()) },
            // SAFETY: as above.
            None => unsafe { System.dealloc(block, layout) },
        }
    }
}

#[unsafe(no_mangle)]
extern "C" fn heapbook_adopt(adopting: &'static Host) {
    HOST.store(ptr::from_ref(adopting).cast_mut(), Relaxed);
    panic::set_hook(Box::new(|panic| {
        let text = panic.to_string();
        // SAFETY: the text outlives the call.
        unsafe { (adopting.failed)(text.as_ptr(), text.len()) };
    }));
}

/// What set-up makes for a size; null where it panicked.
#[unsafe(no_mangle)]
extern "C" fn heapbook_prepare(n: usize) -> *mut c_void {
    prepared(super::heapbook_input, n)
}

/// Gives back what [`heapbook_prepare`] made.
#[unsafe(no_mangle)]
unsafe extern "C" fn heapbook_discard(input: *mut c_void) {
    // SAFETY: the worker hands over what was made for it, once.
    unsafe { discarded(super::heapbook_input, input) }
}

/// Calls the program so often, and shows its results unless the context is null. False where it panicked.
#[unsafe(no_mangle)]
unsafe extern "C" fn heapbook_call(input: *const c_void, iterations: u64, context: *mut c_void) -> bool {
    // SAFETY: the worker hands back what was made for it.
    unsafe { called(super::heapbook_input, super::heapbook_program, input, iterations, context) }
}

fn prepared<T>(make: fn(usize) -> T, n: usize) -> *mut c_void {
    panic::catch_unwind(|| Box::into_raw(Box::new(make(n))).cast()).unwrap_or(ptr::null_mut())
}

unsafe fn discarded<T>(_: fn(usize) -> T, input: *mut c_void) {
    // SAFETY: `prepared` made it as a box of this type. A panic of its drop has nowhere to go.
    let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(unsafe { Box::from_raw(input.cast::<T>()) })));
}

unsafe fn called<T, R: Debug>(
    _: fn(usize) -> T,
    program: fn(&T) -> R,
    input: *const c_void,
    iterations: u64,
    context: *mut c_void,
) -> bool {
    // SAFETY: `prepared` made it of this type, and it is not given back meanwhile.
    let input = unsafe { &*input.cast::<T>() };
    let calls = || {
        for _ in 0..iterations {
            let result = black_box(program(black_box(input)));
            if let (false, Some(host)) = (context.is_null(), host()) {
                // SAFETY: the result lives through the call, and is shown as what it is.
                unsafe { (host.returned)(context, ptr::from_ref(&result).cast(), show::<R>) };
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
    // SAFETY: `called` shows a result of this type, which is alive.
    let result = unsafe { &*result.cast::<R>() };
    // What a Debug of the program's own panics about is in the message of the hook.
    let _ = panic::catch_unwind(AssertUnwindSafe(|| write!(Pieces { reader, take }, "{result:?}")));
}
