"""Functions for the tests of the worker to call: well-behaved ones first, then the others."""

import gc
import os
import sys
import threading

import heapbook_probe

KEPT = [bytes(984)]
GROWING = []
SETUPS = []
CHAIN = [None]
CACHE = [None]


def empty(n):
    pass


def make_and_drop(n):
    big = b"." * n
    del big


def construct_and_drop(n):
    big = bytes(n)
    del big


def list_of_none(n):
    return [None] * n


def objects(n):
    return [object() for _ in range(n)]


def append(n):
    result = []
    for _ in range(n):
        result.append(None)
    return result


def extend_bytearray(n):
    result = bytearray()
    for _ in range(n):
        result += b"0123456789"
    return result


def generate(n):
    return sum(i * i for i in range(n))


def build_list(n):
    return sum([i * i for i in range(n)])


def join(n):
    return ",".join(str(i) for i in range(n))


def dictionary(n):
    return {i: str(i) for i in range(n)}


def tuples(n):
    return [(i, i) for i in range(n)]


def a_set(n):
    return set(range(n))


def encode(n):
    return ("é" * n).encode()


def sort(n):
    return sorted(range(n, 0, -1))


def grow_and_shrink(n):
    result = list(range(n))
    while result:
        result.pop()


def cycles(n):
    for _ in range(n):
        cycle = [None]
        cycle[0] = cycle


def cycles_uncollected(n):
    gc.disable()
    cycles(n)


def collects(n):
    cycles(n)
    gc.collect()


def leaks(n):
    CHAIN[0] = (b"." * n, CHAIN[0])


def fills_a_cache(n):
    if not CACHE[0]:
        CACHE[0] = b"." * n


def in_threads(n):
    def work():
        for _ in range(100):
            bytes(n)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def clear_kept(n):
    KEPT.clear()


class Learning:
    def __init__(self, number):
        self.number = number


def few_instances(n):
    return [Learning(i) for i in range(n)]


def never_the_same(n):
    GROWING.append(None)
    return [None] * len(GROWING)


def make_block(n):
    SETUPS.append(n)
    return b"." * n


def make_blocks(n):
    return [b"." * n for _ in range(32)]


def make_list(n):
    return [b"." * n]


def clear_list(blocks):
    blocks.clear()


def drop_block(blocks):
    del blocks[-1]


def count_setups(block):
    return len(SETUPS)


def always_one(value):
    return 1


def length(value):
    return len(value)


def no_number(n):
    return 1.5


def truth(n):
    return True


def negative(n):
    return -1


def found_as_before(n):
    return int(heapbook_probe.allocators() == sys.allocators_before)


def well_placed(n):
    here = os.path.dirname(__file__)
    return int(
        __name__ == "heapbook_workload_a_test"
        and sys.modules[__name__].n_is_free
        and here not in sys.path
    )


n_is_free = True


def noisy(n):
    print('{"id": 1, "ok": {}}', flush=True)
    os.write(1, b'{"id": 2, "ok": {}}\n')
    os.system("echo noise; cat")
    unread = sys.stdin.read()
    sys.stdout = sys.stderr = None
    return len(unread)


def raises(n):
    raise ValueError("a lone \ud800 surrogate")


def exits(n):
    sys.exit(3)


def interrupts(n):
    raise KeyboardInterrupt


def recurses(n):
    return recurses(n) + 1


def forks(n):
    global in_child
    if in_child:
        os.write(2, b"a child was called again")
        os._exit(1)
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return 1
    in_child = True
    if n:
        raise ValueError("in the child")


in_child = False


def dies(n):
    os._exit(7)
