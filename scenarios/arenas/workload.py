from array import array

# What outlives a call, until the next one.
KEPT = []

STEP = 10_000


def numbers(n):
    # Numbers that CPython has not ready: each is an object of its own.
    return [1_000 + i for i in range(n)]


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


def in_an_array(n):
    objects = array("q", (1_000 + i for i in range(n)))
    KEPT[:] = objects[::STEP]
    return sum(objects)
