# The workloads whose time is taken bare and under each tool, one process a sample. Started by
# overhead.rs:
#     python overhead.py MODE WORKLOAD
# Prints the processor time of one call in nanoseconds, the collections before and after it
# included, which the probe makes in any case.
import gc
import sys
import time


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def list_of_ints(n):
    return sum([i * i for i in range(n)])


def generator(n):
    return sum(i * i for i in range(n))


def small_objects_dropped(n):
    total = 0
    for i in range(n):
        row = {"number": i, "pair": (i, total)}
        total += len(row)
    return total


def instances_kept(n):
    return len([Point(i, -i) for i in range(n)])


def str_and_join(n):
    return len(",".join([str(i) for i in range(n)]))


def tuples_kept(n):
    return len([(i, i + 1) for i in range(n)])


def bytes_slices(n):
    buffer = bytes(100_000)
    total = 0
    for i in range(n):
        start = i % 1_000
        total += len(buffer[start : start + 64])
    return total


def numpy_arrays(n):
    import numpy

    values = numpy.arange(1_000.0)
    for _ in range(n):
        values = (values * 0.5 + 1.0)[::-1].copy()
    return len(values)


WORKLOADS = {
    "list of ints": (list_of_ints, 600_000),
    "generator": (generator, 1_000_000),
    "small dicts and tuples dropped": (small_objects_dropped, 400_000),
    "instances kept": (instances_kept, 200_000),
    "str and join": (str_and_join, 500_000),
    "tuples kept": (tuples_kept, 400_000),
    "bytes slices": (bytes_slices, 600_000),
    "numpy": (numpy_arrays, 40_000),
}


def call(function, n):
    gc.collect()
    function(n)
    gc.collect()


def timed(work, *arguments):
    start = time.process_time_ns()
    work(*arguments)
    return time.process_time_ns() - start


def under_heapbook(function, n):
    import heapbook_probe

    heapbook_probe.collect()
    heapbook_probe.install()
    return timed(heapbook_probe.account, function, (n,), True, True)


def under_tracemalloc(function, n):
    import tracemalloc

    tracemalloc.start(1)
    return timed(call, function, n)


def under_memray(function, n, python_allocators):
    import os
    import tempfile

    import memray

    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, "capture")
        with memray.Tracker(target, trace_python_allocators=python_allocators):
            return timed(call, function, n)


def main():
    mode, name = sys.argv[1:]
    function, n = WORKLOADS[name]
    # Imports, caches and specialised bytecode are no part of what is compared.
    function(n // 100)
    if mode == "heapbook":
        took = under_heapbook(function, n)
    elif mode == "tracemalloc":
        took = under_tracemalloc(function, n)
    elif mode.startswith("memray"):
        took = under_memray(function, n, mode == "memray_python_allocators")
    else:
        took = timed(call, function, n)
    print(took)


main()
