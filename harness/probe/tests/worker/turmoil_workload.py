"""Forks and threads at the worst moments: while other threads are inside of an allocator."""

import contextlib
import gc
import os
import threading
import zlib


def allocate(ended):
    """Objects, raw blocks and native blocks, some of them without the interpreter's lock."""
    block = bytes(100_000)
    while not ended():
        kept = [[bytes(size), {size: str(size)}] for size in range(0, 900, 30)]
        zlib.compress(block, 1)
        del kept[::2]


@contextlib.contextmanager
def others(count):
    """So many threads that allocate meanwhile."""
    stop = threading.Event()
    threads = [threading.Thread(target=allocate, args=(stop.is_set,)) for _ in range(count)]
    for thread in threads:
        thread.start()
    yield
    stop.set()
    for thread in threads:
        thread.join()


def forks(n):
    """Forks while four threads allocate; each child allocates, too, and leaves without a word."""
    failed = 0
    with others(4):
        for _ in range(n):
            child = os.fork()
            if child == 0:
                allocate(iter((False, True)).__next__)
                gc.collect()
                os._exit(0)
            failed += os.waitpid(child, 0)[1] != 0
    return failed


def returning_forks(n):
    """As `forks`, but the children come back into the worker's code."""
    children = []
    with others(4):
        for _ in range(n):
            child = os.fork()
            if child == 0:
                return 0
            children.append(child)
        return sum(os.waitpid(child, 0)[1] != 0 for child in children)


def passing_threads(n):
    """Threads that end while others allocate, `n` of them."""
    with others(1):
        for _ in range(n):
            passing = threading.Thread(target=allocate, args=(iter((False, True)).__next__,))
            passing.start()
            passing.join()
    return 0


def leaves_threads(n):
    """Leaves threads that allocate for as long as there is an interpreter."""
    for _ in range(n):
        threading.Thread(target=allocate, args=(lambda: False,), daemon=True).start()
    return 0
