"""How long a newcomer waits, in two checkouts, one after the other and again.

    python3 benches/speed.py BEFORE NOW

Each is built from nothing, measures every lesson quickly, and compares two snippets. The table goes
to `target/speed.json`, which is published as `book/records/bench/speed.json`. Reference records are
left alone; a checkout's own records and its `target` are removed, so name clones made for this.
Absolute times are the machine's: what is shown is the ratio of the medians.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

SNIPPETS = ["sum([i*i for i in range(n)])", "sum(i*i for i in range(n))"]
FIRST_LESSON = "Read it meanwhile"
# Each with what it is to come to.
ROWS = {
    "build": ("cargo build --release, from nothing", "0.55 of before"),
    "first": ("from the end of the build until the first lesson can be read", "10 s"),
    "quick": ("the quick run of all lessons, and the book", "0.35 of before"),
    "try": ("heapbook try, two snippets at five sizes", ""),
    "list": ("heapbook list", ""),
}


def timed(command, checkout):
    began = time.monotonic_ns()
    subprocess.run(command, cwd=checkout, check=True, capture_output=True)
    return time.monotonic_ns() - began


def quick_run(checkout):
    """Until the first lesson can be read, and until all is done."""
    shutil.rmtree(checkout / "book/records/local", ignore_errors=True)
    shutil.rmtree(checkout / "target/heapbook", ignore_errors=True)
    began, first = time.monotonic_ns(), None
    command = [str(checkout / "target/release/heapbook")]
    process = subprocess.Popen(command, cwd=checkout, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.startswith(FIRST_LESSON):
            first = time.monotonic_ns() - began
    if process.wait() != 0:
        sys.exit(f"{command} ended with status {process.returncode} in {checkout}")
    whole = time.monotonic_ns() - began
    # Without that line, nothing can be read before the end.
    return first or whole, whole


def measure(checkout):
    shutil.rmtree(checkout / "target", ignore_errors=True)
    times = {"build": timed(["cargo", "build", "--release"], checkout)}
    times["first"], times["quick"] = quick_run(checkout)
    binary = str(checkout / "target/release/heapbook")
    times["try"] = timed([binary, "try", *SNIPPETS], checkout)
    times["list"] = timed([binary, "list"], checkout)
    return times


def machine(checkout):
    """As the last record of the checkout's own run describes it."""
    records = sorted((checkout / "book/records/local").glob("*.jsonl"))
    head = json.loads(records[-1].read_text().splitlines()[0])
    return next(iter(head["machines"].values()))


def table(times, arguments):
    often = "once" if arguments.runs == 1 else f"{arguments.runs} times"
    rows = []
    for key, (name, aim) in ROWS.items():
        before, now = ([run[key] for run in of] for of in times)
        # A version that tells of the book at its end alone has nothing to set beside this.
        is_told = key != "first" or before != [run["quick"] for run in times[0]]
        ratio = {"ratio_ns": [now, before]} if is_told else {"text": ""}
        cells = [{"times_ns": before}, {"times_ns": now}, ratio, {"text": aim}]
        rows.append({"name": name, "cells": cells})
    return {
        "title": "How long a newcomer waits",
        "caption": "By the wall's clock, in one session: each checkout from nothing, "
        f"{often}, one after the other; the ratio is the medians'.",
        "command": "python3 benches/speed.py BEFORE NOW",
        "python": sys.version.split()[0],
        "machine": machine(arguments.now),
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "columns": [{"text": text} for text in ("Wait", "Before", "Now", "Now, of before", "Aim")],
        "rows": rows,
    }


def main():
    parser = argparse.ArgumentParser(description="Time two checkouts, each from nothing.")
    parser.add_argument("before", type=Path, help="a clone of the older version")
    parser.add_argument("now", type=Path, help="a clone of the newer one")
    parser.add_argument("--runs", type=int, default=2)
    arguments = parser.parse_args()
    times = [], []
    for _ in range(arguments.runs):
        for of, checkout in zip(times, (arguments.before, arguments.now), strict=True):
            of.append(measure(checkout.resolve()))
            print(checkout, {key: round(ns / 1e9, 2) for key, ns in of[-1].items()}, flush=True)
    Path("target").mkdir(exist_ok=True)
    Path("target/speed.json").write_text(json.dumps([table(times, arguments)], indent=1) + "\n")


if __name__ == "__main__":
    main()
