"""Compares what the ledger costs in different builds, on the workloads of overhead.py.

    python3 benches/ledger.py target/release ../other/target/release [--python PATH]

Each folder holds a build of the probe and of the preload library. A process makes 150 short calls,
bare or under one account, and the builds take turns. Compared is the time below which a fifth of
the calls stay: other programs on the machine move it least. The bench `overhead` takes a whole
measurement, with entry and figures, and is what the book shows. This tells builds apart that differ
by little.
"""

import argparse
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

OVERHEAD = pathlib.Path(__file__).parent / "benches/overhead.py"
CALLS = 150
# Of the size that overhead.py gives a workload: most calls end before anything disturbs them.
PART = 60


def workloads():
    # Without its last line, which would run.
    source = OVERHEAD.read_text().removesuffix("\nmain()\n")
    names = {}
    exec(compile(source, str(OVERHEAD), "exec"), names)
    return names["WORKLOADS"]


def child(name, build):
    function, n = workloads()[name]
    n //= PART
    function(n)
    times = [0] * CALLS

    def calls():
        for call in range(CALLS):
            start = time.perf_counter_ns()
            function(n)
            times[call] = time.perf_counter_ns() - start

    if build == "bare":
        calls()
    else:
        import heapbook_probe

        heapbook_probe.collect()
        heapbook_probe.install()
        heapbook_probe.account(calls, (), True, True)
    print(sorted(times)[CALLS // 5])


def sample(python, name, build, folder):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment["PYTHONHASHSEED"] = "1"
    if build != "bare":
        environment["PYTHONPATH"] = str(folder)
        environment["LD_PRELOAD"] = str(folder / "libheapbook_preload.so")
    command = [python, "-s", "-B", __file__, "--child", name, build]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return int(answer.stdout)


def compare(python, rounds, builds, folders):
    places = ["bare", *builds]
    logarithms = {build: [] for build in builds}
    for name in workloads():
        if name == "numpy":
            continue
        times = {build: [] for build in places}
        for number in range(rounds):
            for place in range(len(places)):
                build = places[(place + number) % len(places)]
                times[build].append(sample(python, name, build, folders.get(build)))
        cells = []
        for build in builds:
            ratio = statistics.median(
                a / b for a, b in zip(times[build], times["bare"], strict=True)
            )
            logarithms[build].append(math.log(ratio))
            cells.append(f"x{ratio:.3f}")
        print(f"{name:32}", *cells, sep="  ", flush=True)
    means = [f"x{math.exp(statistics.mean(logarithms[build])):.3f}" for build in builds]
    print(f"{'geometric mean':32}", *means, sep="  ")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("builds", nargs="+")
    parser.add_argument("--python", default="python3")
    parser.add_argument("--rounds", type=int, default=12)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folders = {}
        for number, build in enumerate(arguments.builds):
            built = pathlib.Path(build).resolve()
            folders[build] = pathlib.Path(place, str(number))
            folders[build].mkdir()
            preload, probe = "libheapbook_preload.so", "libheapbook_probe.so"
            (folders[build] / preload).symlink_to(built / preload)
            (folders[build] / "heapbook_probe.abi3.so").symlink_to(built / probe)
        print(
            f"{arguments.python}, {arguments.rounds} rounds, over the bare run:", *arguments.builds
        )
        compare(arguments.python, arguments.rounds, arguments.builds, folders)


if sys.argv[1:2] == ["--child"]:
    child(*sys.argv[2:])
else:
    main()
