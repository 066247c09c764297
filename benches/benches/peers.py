# What a reader would run instead of `heapbook try`: two snippets at five sizes, by one tool.
# Started by peers.rs:
#     python peers.py TOOL
# Prints the peaks of both snippets at each size, in bytes, as the tool sees them.
import json
import os
import sys
import tempfile
import timeit

SNIPPETS = {"list": "sum([i*i for i in range(n)])", "generator": "sum(i*i for i in range(n))"}
SIZES = [1_000, 3_200, 10_000, 32_000, 100_000]


def function_of(snippet):
    names = {}
    exec(f"def snippet(n):\n    return {snippet}", names)
    return names["snippet"]


def with_tracemalloc(function, n):
    import tracemalloc

    tracemalloc.start()
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    function(n)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    timeit.repeat(lambda: function(n), number=max(1, 200_000 // n), repeat=5)
    return peak


def with_memray(function, n):
    import memray

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "run.bin")
        with memray.Tracker(path, trace_python_allocators=True):
            function(n)
        reader = memray.FileReader(path)
        peak = sum(
            record.size
            for record in reader.get_high_watermark_allocation_records(merge_threads=True)
        )
    timeit.repeat(lambda: function(n), number=max(1, 200_000 // n), repeat=5)
    return peak


def with_memory_profiler(function, n):
    from memory_profiler import memory_usage

    before = memory_usage(max_usage=True)
    peak = memory_usage((function, (n,)), max_usage=True, interval=0.001)
    timeit.repeat(lambda: function(n), number=max(1, 200_000 // n), repeat=5)
    return round((peak - before) * 1024 * 1024)


def with_pyperf(snippet, n):
    """The tool that repeats processes. It reports the peak of a whole process."""
    import subprocess

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "run.json")
        options = ["--fast", "--tracemalloc", "-q", "-o", path, "-s", f"n={n}"]
        command = [sys.executable, "-m", "pyperf", "timeit", *options, snippet]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        import pyperf

        peak = pyperf.Benchmark.load(path).mean()
        command.remove("--tracemalloc")
        command[command.index(path)] = path + ".time"
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return round(peak)


TOOLS = {
    "tracemalloc": with_tracemalloc,
    "memray": with_memray,
    "memory_profiler": with_memory_profiler,
    "pyperf": with_pyperf,
}


def main():
    tool = sys.argv[1]
    measure = TOOLS[tool]
    peaks = {}
    for name, snippet in SNIPPETS.items():
        subject = snippet if tool == "pyperf" else function_of(snippet)
        peaks[name] = [measure(subject, n) for n in SIZES]
    print(json.dumps(peaks))


if __name__ == "__main__":
    main()
