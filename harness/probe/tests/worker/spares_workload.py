"""Functions whose dead objects the interpreter keeps for reuse."""

import contextvars
import gc

FROZEN = []


class Point:
    def __init__(self, x):
        self.x = x

    def move(self):
        pass


def make_all(values):
    """Holds all of them at once, and drops them."""
    list(values)


def ints(n):
    make_all(range(n, n + 300))


def floats(n):
    make_all(i / 2 for i in range(n))


def complexes(n):
    make_all(i * 1j for i in range(n))


def tuples(n):
    make_all(tuple(range(size)) for size in range(25) for _ in range(20))


def lists(n):
    make_all([i] for i in range(n))


def dicts(n):
    make_all({i: None} for i in range(n))


def instances(n):
    make_all(Point(i) for i in range(n))


def slices(n):
    make_all(slice(i, i + 1) for i in range(n))


def ranges(n):
    make_all(iter(range(i)) for i in range(n))


def iterators(n):
    make_all((iter([i]), iter((i,))) for i in range(n))


def methods(n):
    make_all((Point(i).move, [].append) for i in range(n))


def contexts(n):
    make_all(contextvars.copy_context() for _ in range(n))


def texts(n):
    make_all([",".join(f"{i}" for i in range(n)), repr(list(range(n))), b"%d" % n])


def generators(n):
    sum(i * i for i in range(n))


def names(n):
    """Looks up names that are nobody else's: the interpreter keeps those that came last."""
    make_all(getattr(FROZEN, f"name{i}", None) for i in range(n))


def cleared(n):
    table = {i: None for i in range(n)}
    table.clear()
    return table


def emptied(n):
    table = {i: None for i in range(n)}
    for key in list(table):
        del table[key]
    return table


def garbage(n):
    """Lists that hold themselves, beside ints that nobody holds."""
    gc.disable()
    for _ in range(n):
        circle = []
        circle.append(circle)
    ints(n)


def frozen(n):
    """Freezes what there is, and must find it frozen in the next call."""
    if FROZEN and not gc.get_freeze_count():
        raise AssertionError("the frozen objects were thawed")
    FROZEN.append(None)
    gc.freeze()
    ints(n)
