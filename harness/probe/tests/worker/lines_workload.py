"""Functions for the tests of the lines pass.

A line that a test speaks of has its name in a comment at its end.
"""

import functools
import json
import threading


def straight(n):
    a = b"." * n  # make
    b = a + a  # double
    del a  # drop
    return len(b)  # return


def loop(n):
    kept = []  # list
    for _ in range(5):  # header
        block = b"." * n  # block
        kept.append(block)  # append
    del block  # name
    kept.pop()  # pop
    return kept  # return


def expression(n):
    total = sum(  # sum
        len(block)  # element
        for block in (b"." * size for size in (n, n + 1000, n + 2000))  # inner
    )
    big = b"." * total  # big
    return big  # return


def sliced(n):
    blocks = [b"." * (n + i) for i in range(10)]  # make
    half = blocks[:5]  # slice
    del blocks  # drop
    return half  # return


def fail(n):
    block = b"." * n
    raise ValueError(block[:10])


def handled(n):
    kept = b"." * n  # kept
    try:
        fail(n)  # call
    except ValueError:
        other = b"." * (2 * n)  # handler
    try:
        {}[n]  # key
    except KeyError as error:
        more = b"." * (3 * n)  # second
    return kept, other, more  # return


class Counter:
    """Ends by an exception, which a loop swallows."""

    __slots__ = ("left",)

    def __init__(self):
        self.left = 3

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        self.left -= 1


def iterate(n):
    for _ in Counter():
        pass
    for _ in (i for i in range(3)):
        pass
    return next((i for i in ()), n)


def saved(n):
    errors = []

    def save():
        try:
            fail(n)
        except ValueError as error:
            errors.append(error)

    for _ in range(3):
        save()
    return errors


def nested(n):
    def inner(size):
        block = b"." * size  # inner
        return block

    first = inner(n)  # first
    second = inner(2 * n)  # second
    del first  # drop
    return second


def recursive(n):
    if n > 10_000:
        below = recursive(n // 2)
        return below + b"." * n
    return b"." * n


def deep(n):
    def descend(left):
        return descend(left - 1) + 1 if left else len(b"." * n)  # descend

    return descend(500)


def generators(n):
    def produce(size):
        yield b"." * size  # yield
        block = b"." * (2 * size)  # block
        try:
            yield block
        finally:
            del block

    generator = produce(n)
    a = next(generator)
    b = next(generator)
    generator.close()
    half = produce(3 * n)
    c = next(half)
    return a, b, c, half


def thrown(n):
    def produce(size):
        try:
            yield size
        except KeyError:
            yield b"." * size  # caught

    generator = produce(n)
    next(generator)
    return generator.throw(KeyError(n))


def yielding_handlers(n):
    def produce():
        try:
            fail(n)
        except ValueError:
            yield b"." * n
            yield b"." * n

    return [len(block) for block in produce()]


def others(n):
    text = json.dumps([n] * 1000)
    values = json.loads(text)
    return values, text


def numbers(n):
    total = 0
    kept = []
    for i in range(1000, 1050):
        total += i * i
        kept.append(i * n)
        (i * n, i, n)
    return total, kept


def closure(n):
    cell = b"." * n

    def use():
        return cell

    return use() + b"!"


def with_class(n):
    class Local:
        block = b"." * n  # block

    return Local.block


def concatenate(n):
    text = ""
    for _ in range(10):
        text += "x" * n
    return text


@functools.lru_cache(maxsize=0)
def wrapped(n):
    return b"." * n  # make


def in_threads(n):
    def work():
        for _ in range(10):
            bytes(n)  # work

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return b"." * n


def long_run(n):
    for _ in range(n):  # header
        pass  # body


def raises(n):
    raise ValueError("nothing of it is left")


native = len


def make_blocks(n):
    return [b"." * n for _ in range(32)]


def drop_block(blocks):
    del blocks[-1]  # drop
