"""What takes memory past every allocator that is seen, or lets others take it."""

import ctypes
import mmap
import os
import subprocess
import sys
import threading

PAGE = 4096
READ_AND_WRITE = 3
PRIVATE = 0x22
FAILED = 2**64 - 1
# The system's number of mmap and munmap.
MMAP, MUNMAP = {"x86_64": (9, 11), "aarch64": (222, 215)}.get(os.uname().machine, (None, None))

c = ctypes.CDLL(None, use_errno=True)
for name in ("mmap", "mmap64", "mremap"):
    getattr(c, name).restype = ctypes.c_void_p
for name in ("mmap", "mmap64"):
    getattr(c, name).argtypes = [
        ctypes.c_void_p,
        ctypes.c_size_t,
        *[ctypes.c_int] * 3,
        ctypes.c_long,
    ]
c.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
c.mremap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int]
c.syscall.argtypes = [ctypes.c_long, *[ctypes.c_size_t] * 6]
c.syscall.restype = ctypes.c_long

KEPT = []


def mapped(pages, function=c.mmap):
    return function(None, pages * PAGE, READ_AND_WRITE, PRIVATE, -1, 0)


def private(n):
    c.munmap(mapped(n), n * PAGE)


def private_64(n):
    c.munmap(mapped(n, c.mmap64), n * PAGE)


def shared(n):
    mmap.mmap(-1, n * PAGE).close()


def in_parts(n):
    """Given back from the middle, then all that is left, in one."""
    start = mapped(n)
    c.munmap(start + PAGE, PAGE)
    c.munmap(start, n * PAGE)


def moved(n):
    """Mapped with a third of its pages, and grown."""
    start = c.mremap(mapped(n // 3), n // 3 * PAGE, n * PAGE, 1)
    c.munmap(start, n * PAGE)


def by_number(n):
    start = c.syscall(MMAP, 0, n * PAGE, READ_AND_WRITE, PRIVATE, FAILED, 0)
    c.syscall(MUNMAP, start, n * PAGE, 0, 0, 0, 0)


def kept(n):
    pages = mmap.mmap(-1, n * PAGE)
    pages.write(b"x" * (n * PAGE))
    KEPT.append(pages)


def kept_once(n):
    if not KEPT:
        kept(n)


def refused(n):
    """Mapping nothing is an error, which says so as ever."""
    start = mapped(0)
    assert (start, ctypes.get_errno()) == (FAILED, 22), (start, ctypes.get_errno())


def of_a_disk(n):
    with open(__file__, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        return view[0]


def forked(n):
    child = os.fork()
    if child == 0:
        bytearray(n)
        os._exit(0)
    os.waitpid(child, 0)


def forked_and_leaves(n):
    """The child ends as an interpreter does."""
    child = os.fork()
    if child == 0:
        bytearray(n)
        ctypes.CDLL(None).exit(0)
    os.waitpid(child, 0)


def spawned(n):
    os.waitpid(os.posix_spawn(sys.executable, [sys.executable, "-S", "-c", ""], {}), 0)


def ran(n):
    subprocess.run([sys.executable, "-S", "-c", ""], check=True)


def left_running(n):
    if not KEPT:
        KEPT.append(subprocess.Popen(["sleep", "3"]))


def with_threads(n):
    if not KEPT:
        KEPT.append(threading.Event())
        threading.Thread(target=KEPT[0].wait, name="a waiter", daemon=True).start()


def attributes(n):
    """Looks up a name that nobody had before."""
    KEPT[:] = [KEPT[0] + 1 if KEPT else 0]
    getattr(private, f"name_{KEPT[0]}", None)


def abandoned(n):
    def numbers():
        yield [1] * n
        yield [2] * n

    for _ in range(10):
        next(numbers())


def interpreters(n, with_own_lock=True):
    try:
        import _interpreters as module
    except ImportError:
        import _xxsubinterpreters as module
    code = "kept = [str(i) for i in range(3000)]; z = {i: (i,) for i in range(5000)}; del kept, z"
    if sys.version_info >= (3, 13):
        kind = "isolated" if with_own_lock else "legacy"
        made = [module.create(kind) for _ in range(n)]
        run = module.exec
    else:
        made = [module.create(isolated=with_own_lock) for _ in range(n)]
        run = module.run_string
    threads = [threading.Thread(target=run, args=(one, code)) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in made:
        module.destroy(one)


def interpreters_of_one_lock(n):
    interpreters(n, with_own_lock=False)
