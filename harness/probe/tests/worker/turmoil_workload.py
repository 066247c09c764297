"""Forks and threads at the worst moments: while other threads are inside of an allocator."""

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


def forks(n):
    """Forks while four threads allocate; each child allocates, too, and leaves without a word."""
    stop = threading.Event()
    threads = [threading.Thread(target=allocate, args=(stop.is_set,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    failed = 0
    for _ in range(n):
        child = os.fork()
        if child == 0:
            allocate(iter((False, True)).__next__)
            gc.collect()
            os._exit(0)
        failed += os.waitpid(child, 0)[1] != 0
    stop.set()
    for thread in threads:
        thread.join()
    return failed


def returning_forks(n):
    """As `forks`, but the children come back into the worker's code."""
    stop = threading.Event()
    threads = [threading.Thread(target=allocate, args=(stop.is_set,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    children = []
    for _ in range(n):
        child = os.fork()
        if child == 0:
            return 0
        children.append(child)
    failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
    stop.set()
    for thread in threads:
        thread.join()
    return failed


def passing_threads(n):
    """Threads that end while others allocate, `n` of them."""
    stop = threading.Event()
    thread = threading.Thread(target=allocate, args=(stop.is_set,))
    thread.start()
    for _ in range(n):
        passing = threading.Thread(target=allocate, args=(iter((False, True)).__next__,))
        passing.start()
        passing.join()
    stop.set()
    thread.join()
    return 0


def leaves_threads(n):
    """Leaves threads that allocate for as long as there is an interpreter."""
    for _ in range(n):
        threading.Thread(target=allocate, args=(lambda: False,), daemon=True).start()
    return 0
