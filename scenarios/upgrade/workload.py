import asyncio
import os
import sys
import threading
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor


class Plain:
    def __init__(self, x, y):
        self.x = x
        self.y = y


class Base:
    pass


class SlottedChild(Base):
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


Named = namedtuple("Named", ["x", "y"])


def filled(n, make):
    kept = [None] * n
    for i in range(n):
        kept[i] = make()
    return kept


def instances(n):
    return filled(n, lambda: Plain(None, None))


def slots_below_a_base(n):
    return filled(n, lambda: SlottedChild(None, None))


def tuples(n):
    one = None
    return filled(n, lambda: (one, one))


def named_tuples(n):
    return filled(n, lambda: Named(None, None))


def dicts(n):
    return filled(n, lambda: {"x": None, "y": None})


def appended(n):
    kept = []
    for _ in range(n):
        kept.append(None)
    return kept


def buffers(n):
    return filled(n, lambda: bytearray(10))


def closure(value):
    def inner():
        return value

    return inner


def count(kept):
    return len(kept)


def closures(n):
    return filled(n, lambda: closure(None))


def produce():
    yield 1
    yield 2


def begun():
    generator = produce()
    next(generator)
    return generator


def generators(n):
    return filled(n, begun)


def caught():
    try:
        raise ValueError
    except ValueError as error:
        return error


def exceptions(n):
    return filled(n, caught)


def locks(n):
    return filled(n, threading.Lock)


async def wait_together(n):
    gate = asyncio.Event()
    tasks = [asyncio.ensure_future(gate.wait()) for _ in range(n)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*tasks)


def tasks(n):
    asyncio.run(wait_together(n))
    return range(n)


def numbers(n):
    for i in range(1_000_000, 1_000_000 + n):
        i + 1
    return range(n)


def lists(n):
    return filled(n, lambda: [None])


def open_a_file(n):
    with open(os.devnull, "rb"):
        return range(n)


def references_of_a_local(n):
    one = object()
    return range(len(bytearray(n * sys.getrefcount(one))) // sys.getrefcount(one))


def deleted_after_locals(n):
    first = bytearray(8 * n)
    locals()
    del first
    return range(len(bytearray(8 * n)) // 8)


GROW = """
text = ""
for _ in range(n):
    text += "ab"
"""


def text_of_a_module(n):
    module = {"n": n}
    exec(GROW, module)
    return module["text"][:n]


def copy_of_a_buffer(n):
    buffer = bytearray(8 * n)
    return range(len(bytes(buffer)) // 8)


def bytes_taken_from_a_buffer(n):
    buffer = bytearray(8 * n)
    return range(len(buffer.take_bytes()) // 8)


def row(_):
    return bytes(1000)


def rows_of_an_executor(n):
    with ThreadPoolExecutor(1) as executor:
        return range(sum(1 for _ in executor.map(row, range(n))))


def rows_of_an_executor_with_a_buffer(n):
    with ThreadPoolExecutor(1) as executor:
        return range(sum(1 for _ in executor.map(row, range(n), buffersize=8)))


def imported(n):
    exec("import statistics")
    return range(n)


def imported_lazily(n):
    exec("lazy import statistics", {"__name__": "workload"})
    return range(n)
