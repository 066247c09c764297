//! The allocators that stand between the interpreter and its own.
//!
//! CPython has three domains: *raw* on malloc, and *mem* and *obj*, normally both pymalloc's.
//! pymalloc passes requests above 512 bytes, and some others, on to raw. A block belongs to the
//! layer that first returned it to the program, so while a hook of mem or obj is at work, raw and
//! `native` let the same thread's requests through unseen.
//!
//! mem and obj are only called with the global interpreter lock held. One static word is therefore
//! enough to say which thread is inside of them, and their events can be counted without atomic
//! additions. raw is called by any thread, and calls malloc, which is seen as well when the preload
//! library is in: the threads inside of raw stand in a table.
//!
//! From CPython 3.12 on an interpreter may have a lock of its own. Before one is made, mem and obj
//! are given hooks that count as raw's do, for as long as the process lives.
//!
//! A free needs no such word. The block is out of the shadow map before it is passed on, so that
//! the layers below find no block at its address, and one static word says that this is the reason.
//! It is never cleared: whoever is handed the address next puts it into the map again. So a free
//! ends in a jump to the allocator below. Only where that is another's hook, as under
//! `PYTHONMALLOC=debug`, may it pass on another address; there a free goes the longer way.

mod calls;
mod layer;

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use heapbook_ledger::origin::{Mem, Obj, Raw, SharedMem, SharedObj};
use heapbook_ledger::{Ledger, Visitors, thread};
use pyo3::exceptions::PyRuntimeError;
use pyo3::{Bound, PyAny, PyResult, Python, pyfunction};

use calls::{calloc, calloc_raw, free, free_raw, free_shared, free_within, malloc, realloc};
use layer::Layer;
pub(crate) use layer::RawVisit;

// What touches these statics is not marked for inlining, although all of it is inlined: marked, it
// would let other crates in, and the compiler would reach the statics through the global offset
// table.

/// The account of every block that was handed out since [`install`].
pub(crate) static LEDGER: Ledger = Ledger::new();

/// The thread that is inside a hook of mem or obj, or 0. Only the holder of the interpreter lock
/// writes it.
static INSIDE: AtomicUsize = AtomicUsize::new(0);

/// The block that mem or obj gave back last. Only the holder of the interpreter lock writes it.
static FREED: AtomicUsize = AtomicUsize::new(0);

/// The threads that are inside a hook of raw.
static INSIDE_RAW: Visitors = Visitors::new();

/// Whether malloc is seen too: otherwise nobody asks who is inside raw.
static NATIVE: AtomicBool = AtomicBool::new(false);

/// Whether interpreters may have locks of their own: then mem and obj are called by any thread.
static IS_SHARED: AtomicBool = AtomicBool::new(false);

static BELOW: OnceLock<Below> = OnceLock::new();

const DOMAINS: usize = 3;

/// CPython's `PyMemAllocatorEx`. pyo3 hides it under the stable ABI, but every CPython since 3.5
/// exports it.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Allocator {
    context: *mut c_void,
    pub(crate) malloc: unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void,
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

// SAFETY: written once, before a hook can read it; the contexts in it are the interpreter's, which
// calls these allocators from any thread itself.
unsafe impl Send for Below {}
// SAFETY: as above.
unsafe impl Sync for Below {}

/// Puts a hook on every domain. `sees_malloc` says whether malloc is observed already: it comes
/// first, so that no block is made by raw unseen and given back to a malloc that is seen.
///
/// # Errors
/// When they were installed before: whatever stands above them by now would be lost.
pub(crate) fn install(py: Python<'_>, sees_malloc: bool) -> PyResult<()> {
    let below = Below([0, 1, 2].map(current));
    // The interpreter's own allocators have no context; somebody else's hooks have.
    let hooked = below.0.iter().any(|allocator| !allocator.context.is_null());
    if BELOW.set(below).is_err() {
        return Err(PyRuntimeError::new_err(
            "the hooks can be installed once in a process: start a new worker",
        ));
    }
    let Some(Below([raw, mem, obj])) = BELOW.get() else {
        unreachable!("it was set above");
    };
    NATIVE.store(sees_malloc, Relaxed);
    let mut raw_hook = hook::<Raw>(raw, free_raw);
    if py.version_info() >= (3, 12) {
        raw_hook.calloc = calloc_raw;
    }
    set(0, &raw_hook);
    let frees = if hooked {
        (free_within::<Mem> as Free, free_within::<Obj> as Free)
    } else {
        (free::<Mem> as Free, free::<Obj> as Free)
    };
    set(1, &hook::<Mem>(mem, frees.0));
    set(2, &hook::<Obj>(obj, frees.1));
    Ok(())
}

/// Whether mem and obj are called by interpreters that have locks of their own.
pub(crate) fn is_shared() -> bool {
    IS_SHARED.load(Relaxed)
}

/// Has mem and obj counted as raw is, since an interpreter is about to be made that may have a lock
/// of its own. Called with the lock of the only one that there is.
#[cold]
fn share() {
    let Some(Below([_, mem, obj])) = BELOW.get() else {
        return;
    };
    if !IS_SHARED.swap(true, Relaxed) {
        set(1, &hook::<SharedMem>(mem, free_shared::<SharedMem>));
        set(2, &hook::<SharedObj>(obj, free_shared::<SharedObj>));
    }
}

/// Takes the hooks out. Blocks made under them are freed by the allocators that made them, and
/// never seen again.
pub(crate) fn remove(_attached: Python<'_>) {
    if let Some(Below(below)) = BELOW.get() {
        for (domain, below) in below.iter().enumerate() {
            set(domain, below);
        }
    }
}

/// What the interpreter has installed at present, as numbers to compare: for the domains raw, mem
/// and obj the addresses of context, malloc, calloc, realloc and free.
#[pyfunction]
pub(crate) fn allocators(_attached: Python<'_>) -> [[usize; 5]; DOMAINS] {
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

/// The bytes that were asked for the block at an address at which one may begin; `None` if none is
/// known there.
#[pyfunction]
pub(crate) fn block_at(address: usize) -> Option<u64> {
    LEDGER.size_at(address)
}

/// The bytes of the block in which CPython 3.11 keeps the values of an instance's attributes: 0
/// where a dict has them. Its type must have `Py_TPFLAGS_MANAGED_DICT`. Later versions keep them in
/// the instance's own block.
#[pyfunction]
pub(crate) fn values_of(instance: &Bound<'_, PyAny>) -> u64 {
    // SAFETY: with that flag two pointers stand before the collector's header of two words. The
    // first is null or points into the block of values, behind a byte that says how far.
    let block = unsafe {
        let values = instance.as_ptr().cast::<*const u8>().sub(4).read();
        if values.is_null() {
            return 0;
        }
        values.addr() - usize::from(values.sub(1).read())
    };
    LEDGER.size_at(block).unwrap_or_default()
}

/// For the child after a fork: another thread may have held the timeline, and does not exist here.
pub(crate) fn after_fork() {
    LEDGER.abandon_timeline();
}

/// Whether this thread's request to malloc comes from a hook, which counts the block itself.
pub(crate) fn comes_from_a_hook() -> bool {
    let thread = thread::identity();
    // Relaxed is enough: the words equal this thread's identity only if this thread wrote them.
    INSIDE.load(Relaxed) == thread || INSIDE_RAW.contains(thread)
}

/// Whether a block that is not known is being given back by a hook, which has counted it already.
pub(crate) fn was_freed_by_a_hook(address: usize) -> bool {
    FREED.load(Relaxed) == address || comes_from_a_hook()
}

/// The allocator of a domain.
pub(crate) fn current(domain: usize) -> Allocator {
    let mut allocator = MaybeUninit::uninit();
    // SAFETY: the domain is one of the three, for which the interpreter fills in the whole
    // structure.
    unsafe {
        PyMem_GetAllocator(domain as c_int, allocator.as_mut_ptr());
        allocator.assume_init()
    }
}

/// Puts an allocator into a domain.
pub(crate) fn set(domain: usize, allocator: &Allocator) {
    // SAFETY: the interpreter copies the structure. Both the hooks and the allocators below them
    // can free each other's blocks, since a hook hands out what the allocator below returned.
    unsafe { PyMem_SetAllocator(domain as c_int, allocator) };
}

type Free = unsafe extern "C" fn(*mut c_void, *mut c_void);

fn hook<L: Layer>(below: &'static Allocator, free: Free) -> Allocator {
    Allocator {
        context: ptr::from_ref(below).cast_mut().cast(),
        malloc: malloc::<L>,
        calloc: calloc::<L>,
        realloc: realloc::<L>,
        free,
    }
}
