"""Functions whose requests are known, one by one. Sizes and counts are worked out in exact.rs."""

import _thread
import array
import ctypes
import hashlib
import os
import threading
import time
import zlib
from itertools import repeat

TEN = b"0123456789"
LARGE = bytes(200_000)
BASE = []
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.restype = None
libc.free.argtypes = [ctypes.c_void_p]
for name in ("PyMem_RawMalloc", "PyMem_Malloc", "PyObject_Malloc"):
    function = getattr(ctypes.pythonapi, name)
    function.restype = ctypes.c_void_p
    function.argtypes = [ctypes.c_size_t]
for name in ("PyMem_RawFree", "PyMem_Free", "PyObject_Free"):
    function = getattr(ctypes.pythonapi, name)
    function.restype = None
    function.argtypes = [ctypes.c_void_p]


def construct(n):
    big = bytes(n)
    del big


def in_the_middle(n):
    time.sleep(0.02)
    big = bytes(n)
    time.sleep(0.005)
    del big
    time.sleep(0.02)


def with_base(n):
    BASE.append(b"." * 20_000_000)
    return n


def after_a_set_up(n):
    gone = b"." * 37_000_000
    del gone
    return n


def nones(n):
    return [None] * n


def an_array(n):
    return array.array("d", bytes(8 * n))


def objects(n):
    kept = []
    for _ in repeat(None, n):
        kept.append(object())
    return kept


def append(n):
    grown = []
    for _ in repeat(None, n):
        grown.append(None)
    return grown


def extend(n):
    grown = bytearray()
    for _ in repeat(None, n):
        grown += TEN
    return grown


def pairs(n):
    kept = []
    for _ in repeat(None, n):
        kept.append((n, kept))
    return kept


def one_pair(n):
    return n, BASE


def pairs_dropped(n):
    for _ in repeat(None, n):
        (n, BASE)


def make_blocks(n):
    return [b"." * n, bytearray(n), [None] * n]


def make_stock(n):
    return iter([make_blocks(n) for _ in range(16)])


def clear(stock):
    next(stock).clear()


class Team:
    """Eight threads that wait to be told, so that none begins or ends while it is measured."""

    def __init__(self, n):
        self.n = n
        self.work = None
        self.starts = [_thread.allocate_lock() for _ in range(8)]
        self.ends = [_thread.allocate_lock() for _ in range(8)]
        for start, end in zip(self.starts, self.ends, strict=True):
            start.acquire()
            end.acquire()
            threading.Thread(target=self.serve, args=(start, end), daemon=True).start()

    def serve(self, start, end):
        while True:
            start.acquire()
            self.work(self.n)
            end.release()

    def run(self, work):
        self.work = work
        for start in self.starts:
            start.release()
        for end in self.ends:
            end.acquire()


def mallocs(n):
    for _ in repeat(None, n):
        libc.free(libc.malloc(984))


def compressions(n):
    for _ in repeat(None, n):
        zlib.compress(LARGE)


def hashes(n):
    for _ in repeat(None, n):
        hashlib.sha256(LARGE).digest()


def blocks(n):
    for _ in repeat(None, n):
        TEN * 100


def threads_malloc(team):
    team.run(mallocs)


def threads_compress(team):
    team.run(compressions)


def threads_hash(team):
    team.run(hashes)


def threads_make(team):
    team.run(blocks)


def huge_native(n):
    libc.free(libc.malloc(n) or 0)


def huge_raw(n):
    ctypes.pythonapi.PyMem_RawFree(ctypes.pythonapi.PyMem_RawMalloc(n))


def huge_mem(n):
    ctypes.pythonapi.PyMem_Free(ctypes.pythonapi.PyMem_Malloc(n))


def huge_obj(n):
    ctypes.pythonapi.PyObject_Free(ctypes.pythonapi.PyObject_Malloc(n))


def preloaded(n):
    return int(
        "heapbook_preload" in os.environ.get("LD_PRELOAD", "")
        or os.system('test -z "$LD_PRELOAD"') != 0
    )
