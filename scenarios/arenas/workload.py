import ctypes
from array import array

# What outlives a call, until the next one.
KEPT = []

STEP = 10_000


def numbers(n):
    # Numbers that CPython has not ready: each is an object of its own.
    return [2_000 + i for i in range(n)]


def drop_all(n):
    objects = numbers(n)
    KEPT[:] = []
    return sum(objects)


def keep_scattered(n):
    objects = numbers(n)
    KEPT[:] = objects[::STEP]
    return sum(objects)


def keep_neighbours(n):
    objects = numbers(n)
    KEPT[:] = objects[: n // STEP]
    return sum(objects)


def scattered_then_same(n):
    total = keep_scattered(n)
    again = numbers(n)
    return (total + sum(again)) // 2


def scattered_then_larger(n):
    total = keep_scattered(n)
    # As many bytes again, in blocks that are too large for the holes.
    again = [bytearray(2_000) for _ in range(n // 50)]
    return total + sum(block[0] for block in again)


def blocks(n, size):
    # A block for ten numbers, with their sum in it.
    return [sum(range(2_000 + i, 2_010 + i)).to_bytes(size, "little") for i in range(0, n, 10)]


def total_of(blocks):
    return sum(int.from_bytes(block[:8], "little") for block in blocks)


# A function of glibc's, which other C libraries lack: every free page goes to the system.
malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)


def trim():
    if malloc_trim:
        malloc_trim(0)


def blocks_scattered(n):
    objects = blocks(n, 600)
    KEPT[:] = objects[::100]
    return total_of(objects)


def blocks_trimmed(n):
    total = blocks_scattered(n)
    trim()
    return total


def small_blocks_trimmed(n):
    objects = blocks(n, 400)
    KEPT[:] = objects[::100]
    total = total_of(objects)
    del objects
    trim()
    return total


def in_an_array(n):
    objects = array("q", (2_000 + i for i in range(n)))
    KEPT[:] = objects[::STEP]
    return sum(objects)
