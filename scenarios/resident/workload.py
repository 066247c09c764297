import ctypes
from threading import Barrier, Thread

# What outlives a call, until the next one.
KEPT = []

SIZE = 2_000
THREADS = 8

# Functions of glibc's, which other C libraries lack, and the numbers of two options (malloc.h).
glibc = ctypes.CDLL(None)
malloc_trim = getattr(glibc, "malloc_trim", None)
mallopt = getattr(glibc, "mallopt", None)
M_MMAP_THRESHOLD = -3
M_ARENA_MAX = -8


def documents(n):
    return [b"x" * SIZE for _ in range(n)]


def keep_none(n):
    texts = documents(n)
    KEPT[:] = []
    return sum(map(len, texts))


def keep_first(n):
    texts = documents(n)
    KEPT[:] = texts[:1]
    return sum(map(len, texts))


def keep_last(n):
    texts = documents(n)
    KEPT[:] = texts[-1:]
    return sum(map(len, texts))


def keep_last_trimmed(n):
    total = keep_last(n)
    if malloc_trim:
        malloc_trim(0)
    return total


# One large block for the bytes of five hundred documents.
def large_blocks(n):
    texts = [b"x" * (500 * SIZE) for _ in range(n // 500)]
    KEPT[:] = texts[-1:]
    return sum(map(len, texts))


def large_after_larger(n):
    larger = b"x" * 8_000_000
    del larger
    return large_blocks(n)


def large_with_fixed_threshold(n):
    if mallopt:
        mallopt(M_MMAP_THRESHOLD, 128 * 1024)
    return large_after_larger(n)


def in_threads(n):
    lengths = []
    all_have_theirs = Barrier(THREADS)

    def work():
        texts = documents(n // THREADS)
        # How many came before: the thread that is last made the last document of all.
        if all_have_theirs.wait() == THREADS - 1:
            KEPT[:] = texts[-1:]
        lengths.extend(map(len, texts))

    threads = [Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(lengths)


def in_threads_of_one_arena(n):
    if mallopt:
        mallopt(M_ARENA_MAX, 1)
    return in_threads(n)


def in_batches(n):
    total = 0
    for _ in range(n // 1_000):
        texts = documents(1_000)
        KEPT[:] = texts[-1:]
        total += sum(map(len, texts))
    return total


def leaking(n):
    total = 0
    for _ in range(n // 10):
        texts = documents(10)
        KEPT.extend(texts[-2:])
        total += sum(map(len, texts))
    return total
