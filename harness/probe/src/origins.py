"""Where what stays was made. Loaded only by a worker that is asked for it."""

import gc
import linecache
import tracemalloc

# How many lines are named that made what stays.
MOST_ORIGINS = 10


def left_by_line(function, arguments, calls, warm_up, tell):
    """The lines that made what so many calls leave behind, the largest first.

    By `tracemalloc`, which knows where a block was made; how much is left is for the ledger to say.
    With `warm_up` as many calls come first, which fill what fills. `tell` is called after each.
    """

    def make(count):
        for _ in range(count):
            function(*arguments)
            tell()
        gc.collect()

    if warm_up:
        make(calls)
    tracemalloc.start()
    try:
        before = tracemalloc.take_snapshot()
        make(calls)
        after = tracemalloc.take_snapshot()
    finally:
        tracemalloc.stop()
    files = (tracemalloc.__file__, linecache.__file__, __file__, "<heapbook worker>")
    own = [tracemalloc.Filter(False, file) for file in files]
    grown = after.filter_traces(own).compare_to(before.filter_traces(own), "lineno")
    largest = sorted(grown, key=lambda statistic: -statistic.size_diff)[:MOST_ORIGINS]
    return [origin(statistic) for statistic in largest if statistic.size_diff > 0]


def origin(statistic):
    file, line = statistic.traceback[0].filename, statistic.traceback[0].lineno
    text = linecache.getline(file, line).strip()
    return {
        "file": file,
        "line": line,
        "bytes": statistic.size_diff,
        "blocks": statistic.count_diff,
        "text": text,
    }
