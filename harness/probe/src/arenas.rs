//! The memory that pymalloc takes from the system, and what it gives back.

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use heapbook_model::Bytes;
use heapbook_protocol::Arenas;
use pyo3::Python;

use crate::hooks;

/// CPython's `PyObjectArenaAllocator`, exported since 3.4 and hidden by pyo3 under the stable ABI.
#[derive(Clone, Copy)]
#[repr(C)]
struct ArenaAllocator {
    context: *mut c_void,
    alloc: unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void,
    free: unsafe extern "C" fn(*mut c_void, *mut c_void, usize),
}

unsafe extern "C" {
    fn PyObject_GetArenaAllocator(allocator: *mut ArenaAllocator);
    fn PyObject_SetArenaAllocator(allocator: *mut ArenaAllocator);
}

// SAFETY: the interpreter calls these functions with the context from any thread itself.
unsafe impl Send for ArenaAllocator {}
// SAFETY: as above.
unsafe impl Sync for ArenaAllocator {}

/// The size of pymalloc's arenas. The interpreter takes the chunks of its stack, of 16 KiB, by the
/// same way.
const SMALLEST: usize = 1 << 20;

static BELOW: OnceLock<ArenaAllocator> = OnceLock::new();

/// Arenas since the program began. Written under the interpreter lock.
static TAKEN: AtomicU64 = AtomicU64::new(0);
static TAKEN_BYTES: AtomicU64 = AtomicU64::new(0);
static GIVEN_BACK: AtomicU64 = AtomicU64::new(0);
static GIVEN_BACK_BYTES: AtomicU64 = AtomicU64::new(0);

/// The arenas since the hook went in.
pub(crate) fn now() -> Arenas {
    let bytes = |counter: &AtomicU64| Bytes(counter.load(Relaxed) as i64);
    Arenas {
        taken: TAKEN.load(Relaxed),
        given_back: GIVEN_BACK.load(Relaxed),
        taken_bytes: bytes(&TAKEN_BYTES),
        given_back_bytes: bytes(&GIVEN_BACK_BYTES),
    }
}

/// The arenas since an earlier reading.
pub(crate) fn since(earlier: Arenas) -> Arenas {
    let now = now();
    Arenas {
        taken: now.taken - earlier.taken,
        given_back: now.given_back - earlier.given_back,
        taken_bytes: Bytes(now.taken_bytes.0 - earlier.taken_bytes.0),
        given_back_bytes: Bytes(now.given_back_bytes.0 - earlier.given_back_bytes.0),
    }
}

/// Puts the hook in. It stays out of the account of blocks: an arena is pymalloc's, not the
/// program's.
pub(crate) fn install(_attached: Python<'_>) {
    let mut found = MaybeUninit::uninit();
    // SAFETY: the interpreter fills in the whole structure.
    let found = unsafe {
        PyObject_GetArenaAllocator(found.as_mut_ptr());
        found.assume_init()
    };
    let below = BELOW.get_or_init(|| found);
    set(ArenaAllocator {
        context: ptr::from_ref(below).cast_mut().cast(),
        alloc,
        free,
    });
}

/// Takes the hook out.
pub(crate) fn remove(_attached: Python<'_>) {
    if let Some(&below) = BELOW.get() {
        set(below);
    }
}

fn set(mut allocator: ArenaAllocator) {
    // SAFETY: the interpreter copies the structure; both allocators can free each other's arenas.
    unsafe { PyObject_SetArenaAllocator(&mut allocator) };
}

unsafe extern "C" fn alloc(context: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the interpreter passes the hook's own context, which points into `BELOW`.
    let below = unsafe { &*context.cast::<ArenaAllocator>() };
    // What is mapped for it is not the program's.
    let _visit = hooks::RawVisit::new();
    // SAFETY: the request is passed on as it came.
    let arena = unsafe { (below.alloc)(below.context, size) };
    if !arena.is_null() && size >= SMALLEST {
        TAKEN.fetch_add(1, Relaxed);
        TAKEN_BYTES.fetch_add(size as u64, Relaxed);
    }
    arena
}

unsafe extern "C" fn free(context: *mut c_void, arena: *mut c_void, size: usize) {
    if size >= SMALLEST {
        GIVEN_BACK.fetch_add(1, Relaxed);
        GIVEN_BACK_BYTES.fetch_add(size as u64, Relaxed);
    }
    // SAFETY: as for `alloc`.
    let below = unsafe { &*context.cast::<ArenaAllocator>() };
    // SAFETY: the request is passed on as it came.
    unsafe { (below.free)(below.context, arena, size) };
}
