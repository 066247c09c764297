"""Counts the regressions that `heapbook compare` reports where nothing changed but the load.

    python3 benches/load.py target/release/heapbook

One quick run is made before anything else. Then two loops keep the processors busy, and as many
quick runs follow. Each of them is compared with the quiet run and with the run before it. All
measure the same programs, so a comparison that ends with status 1 is a false regression: the
status of this script is 1 where there was any.
"""

import argparse
import contextlib
import itertools
import subprocess
import sys
import tempfile
from pathlib import Path

BUSY = "while True: pass"
LOOPS = 2


def run(arguments, into):
    """Measures the programs once; the records go to the folder."""
    command = [arguments.heapbook, "run", "--quick", "--remeasure", "--quiet", "--output", into]
    command += ["--python", arguments.python, *arguments.programs]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def compare(arguments, before, after):
    """What `compare` says of two runs, if it says that something got worse."""
    command = [arguments.heapbook, "compare", before, after]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if answer.returncode not in (0, 1):
        sys.exit(f"{command} ended with status {answer.returncode}: expected 0 or 1")
    return answer.stdout if answer.returncode == 1 else None


def comparisons(arguments, folder):
    """The answer of each comparison, as it is made, for ever."""
    quiet = folder / "quiet"
    run(arguments, quiet)
    loops = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(LOOPS)]
    try:
        before = quiet
        for number in itertools.count():
            after = folder / f"busy-{number}"
            run(arguments, after)
            # The first has no run before it but the quiet one.
            for other in dict.fromkeys([quiet, before]):
                yield compare(arguments, other, after)
            before = after
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def main():
    parser = argparse.ArgumentParser(
        description="Count false regressions of `compare` under load.", allow_abbrev=False
    )
    parser.add_argument("heapbook", help="the binary, such as target/release/heapbook")
    parser.add_argument(
        "programs",
        nargs="*",
        default=["slices/python"],
        help="words that the programs' names contain [default: %(default)s]",
    )
    parser.add_argument("--comparisons", type=int, default=50)
    parser.add_argument("--python", default="python3", help="the interpreter that is measured")
    arguments = parser.parse_args()
    arguments.heapbook = str(Path(arguments.heapbook).resolve())
    false = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.closing(comparisons(arguments, Path(folder))) as answers,
    ):
        for number, answer in enumerate(itertools.islice(answers, arguments.comparisons), start=1):
            if answer is not None:
                false += 1
                print(f"comparison {number}:\n{answer}")
            print(f"{false} false regressions in {number} comparisons", flush=True)
    return 1 if false else 0


if __name__ == "__main__":
    sys.exit(main())
