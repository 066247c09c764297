//! The allocators that stand between the interpreter and its own.
//!
//! CPython has three domains: *raw* on malloc, and *mem* and *obj*, normally both pymalloc's. pymalloc passes requests
//! above 512 bytes, and some others, on to raw. A block belongs to the layer that first returned it to the program, so
//! while a hook of mem or obj is at work, raw lets the same thread's requests through unseen.
//!
//! mem and obj are only called with the global interpreter lock held. One static word is therefore enough to say which
//! thread is inside of them, and their events can be counted without atomic additions. raw is called by any thread.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use heapbook_ledger::account::Access;
use heapbook_ledger::{Exclusive, Ledger, Shared, thread};
use pyo3::exceptions::PyRuntimeError;
use pyo3::{PyResult, Python};

/// The account of every block that the interpreter's allocators handed out since [`install`].
pub(crate) static LEDGER: Ledger = Ledger::new();

/// The thread that is inside a hook of mem or obj, or 0. Only the holder of the interpreter lock writes it.
static INSIDE: AtomicUsize = AtomicUsize::new(0);

static BELOW: OnceLock<Below> = OnceLock::new();

const RAW: usize = 0;
const DOMAINS: usize = 3;

/// CPython's `PyMemAllocatorEx`. pyo3 hides it under the stable ABI, but every CPython since 3.5 exports it.
#[derive(Clone, Copy)]
#[repr(C)]
struct Allocator {
    context: *mut c_void,
    malloc: unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void,
    calloc: unsafe extern "C" fn(*mut c_void, usize, usize) -> *mut c_void,
    realloc: unsafe extern "C" fn(*mut c_void, *mut c_void, usize) -> *mut c_void,
    free: unsafe extern "C" fn(*mut c_void, *mut c_void),
}

unsafe extern "C" {
    fn PyMem_GetAllocator(domain: c_int, allocator: *mut Allocator);
    fn PyMem_SetAllocator(domain: c_int, allocator: *const Allocator);
}

/// The allocators found at installation, by domain.
struct Below([Allocator; DOMAINS]);

// SAFETY: written once, before a hook can read it; the contexts in it are the interpreter's, which calls these
// allocators from any thread itself.
unsafe impl Send for Below {}
// SAFETY: as above.
unsafe impl Sync for Below {}

/// Puts a hook on every domain.
///
/// # Errors
/// When they were installed before: whatever stands above them by now would be lost.
pub(crate) fn install(_attached: Python<'_>) -> PyResult<()> {
    let below = Below([0, 1, 2].map(current));
    if BELOW.set(below).is_err() {
        return Err(PyRuntimeError::new_err(
            "the hooks can be installed once in a process: start a new worker",
        ));
    }
    let Some(Below(below)) = BELOW.get() else {
        unreachable!("it was set above");
    };
    for (domain, below) in below.iter().enumerate() {
        let context = ptr::from_ref(below).cast_mut().cast();
        let hook = if domain == RAW {
            hook::<Raw>(context)
        } else {
            hook::<Locked>(context)
        };
        set(domain, &hook);
    }
    Ok(())
}

/// Takes the hooks out. Blocks made under them are freed by the allocators that made them, and never seen again.
pub(crate) fn remove(_attached: Python<'_>) {
    if let Some(Below(below)) = BELOW.get() {
        for (domain, below) in below.iter().enumerate() {
            set(domain, below);
        }
    }
}

/// What the interpreter has installed at present, as numbers to compare.
pub(crate) fn addresses(_attached: Python<'_>) -> [[usize; 5]; DOMAINS] {
    [0, 1, 2].map(|domain| {
        let allocator = current(domain);
        [
            allocator.context.addr(),
            allocator.malloc as usize,
            allocator.calloc as usize,
            allocator.realloc as usize,
            allocator.free as usize,
        ]
    })
}

/// For the child after a fork: another thread may have held the timeline, and does not exist here.
pub(crate) fn after_fork() {
    LEDGER.abandon_timeline();
}

fn current(domain: usize) -> Allocator {
    let mut allocator = MaybeUninit::uninit();
    // SAFETY: the domain is one of the three, for which the interpreter fills in the whole structure.
    unsafe {
        PyMem_GetAllocator(domain as c_int, allocator.as_mut_ptr());
        allocator.assume_init()
    }
}

fn set(domain: usize, allocator: &Allocator) {
    // SAFETY: the interpreter copies the structure. Both the hooks and the allocators below them can free each
    // other's blocks, since a hook hands out what the allocator below returned.
    unsafe { PyMem_SetAllocator(domain as c_int, allocator) };
}

fn hook<L: Layer>(context: *mut c_void) -> Allocator {
    Allocator {
        context,
        malloc: malloc::<L>,
        calloc: calloc::<L>,
        realloc: realloc::<L>,
        free: free::<L>,
    }
}

/// How a domain is called, and whether a request to it is the program's own.
trait Layer {
    type Access: Access;
    /// Lives as long as the request is being served below.
    type Visit;

    /// `None` if the request comes from a layer above, which counts the block itself.
    fn enter() -> Option<Self::Visit>;
}

/// mem and obj: under the interpreter lock, and never called by one another.
enum Locked {}

struct LockedVisit;

impl Layer for Locked {
    type Access = Exclusive;
    type Visit = LockedVisit;

    #[inline(always)]
    fn enter() -> Option<LockedVisit> {
        INSIDE.store(thread::identity(), Relaxed);
        Some(LockedVisit)
    }
}

impl Drop for LockedVisit {
    #[inline(always)]
    fn drop(&mut self) {
        INSIDE.store(0, Relaxed);
    }
}

/// raw: any thread, with the interpreter lock or without.
enum Raw {}

impl Layer for Raw {
    type Access = Shared;
    type Visit = ();

    #[inline(always)]
    fn enter() -> Option<()> {
        // Relaxed is enough: the word equals this thread's identity only if this thread wrote it.
        (INSIDE.load(Relaxed) != thread::identity()).then_some(())
    }
}

/// The allocator that a hook stands above.
///
/// # Safety
/// `context` is what [`install`] gave the hook.
#[inline(always)]
unsafe fn below(context: *mut c_void) -> &'static Allocator {
    // SAFETY: it points into `BELOW`, which is never changed again.
    unsafe { &*context.cast::<Allocator>() }
}

unsafe extern "C" fn malloc<L: Layer>(context: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the interpreter passes the hook's own context.
    let below = unsafe { below(context) };
    let visit = L::enter();
    // SAFETY: the request is passed on as it came.
    let block = unsafe { (below.malloc)(below.context, size) };
    if visit.is_some() && !block.is_null() {
        LEDGER.made::<L::Access>(block.addr(), size as u64);
    }
    block
}

unsafe extern "C" fn calloc<L: Layer>(context: *mut c_void, count: usize, size: usize) -> *mut c_void {
    // SAFETY: the interpreter passes the hook's own context.
    let below = unsafe { below(context) };
    let visit = L::enter();
    // SAFETY: the request is passed on as it came.
    let block = unsafe { (below.calloc)(below.context, count, size) };
    if visit.is_some() && !block.is_null() {
        // No overflow: there is a block of that size.
        LEDGER.made::<L::Access>(block.addr(), count.wrapping_mul(size) as u64);
    }
    block
}

unsafe extern "C" fn realloc<L: Layer>(context: *mut c_void, block: *mut c_void, size: usize) -> *mut c_void {
    if block.is_null() {
        // SAFETY: asking for a block anew is what realloc means here.
        return unsafe { malloc::<L>(context, size) };
    }
    // SAFETY: the interpreter passes the hook's own context.
    let below = unsafe { below(context) };
    let Some(_visit) = L::enter() else {
        // SAFETY: the request is passed on as it came.
        return unsafe { (below.realloc)(below.context, block, size) };
    };
    // Out of the map first: from inside realloc the old address may go to another thread at once.
    let lifted = LEDGER.lift(block.addr());
    // SAFETY: the request is passed on as it came.
    let moved = unsafe { (below.realloc)(below.context, block, size) };
    if moved.is_null() {
        LEDGER.put_back(lifted);
    } else {
        LEDGER.changed::<L::Access>(lifted, moved.addr(), size as u64);
    }
    moved
}

unsafe extern "C" fn free<L: Layer>(context: *mut c_void, block: *mut c_void) {
    // SAFETY: the interpreter passes the hook's own context.
    let below = unsafe { below(context) };
    let visit = L::enter();
    if visit.is_some() && !block.is_null() {
        LEDGER.gone::<L::Access>(block.addr());
    }
    // SAFETY: the request is passed on as it came.
    unsafe { (below.free)(below.context, block) };
}
