"""Where what stays was made. Loaded only by a worker that is asked for it."""

import itertools
import linecache
import os
import time
import tracemalloc

import heapbook_probe as probe

# How many lines are named that made what stays.
MOST_ORIGINS = 10
# How many frames are kept of where a block was made: from a library's inside to the program's own.
FRAMES = 16
# The calls are divided into so many parts, after each of which all that lives is looked at.
PARTS = 8
# A line grows where its slope is so many times as large as its error: Student's t for 7 degrees of
# freedom, at 95 %.
CERTAIN = 2.4
# After so many seconds the engine is told that a call has ended: its deadline is for each.
TELL = 0.2
# Two lines together are level where they change by no more than this share of what one grows.
LEVEL = 0.05
OWN_FILES = (tracemalloc.__file__, linecache.__file__, __file__, "<heapbook worker>")
# Where files lie that are no part of a program: Python's own, and installed packages.
LIBRARY = os.path.dirname(os.__file__) + os.sep
PACKAGES = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")


def watch():
    """Has every block known by where it was made, from now on."""
    tracemalloc.start(FRAMES)


def make_call(function, arguments):
    probe.call_once(function, arguments)


def watch_no_more():
    tracemalloc.stop()


class Watched:
    """Calls, and what lives between them by the line that made it."""

    def __init__(self, call, tell):
        self.call = call
        self.tell = tell
        self.told = time.monotonic()
        self.made = 0
        # By line: bytes and blocks at each look, and the library's lines that made them.
        self.lines = {}
        # After how many calls each look was, the first one at 0.
        self.at = []

    def make(self, most, until):
        """Makes so many calls, but none after that time, apart from the first."""
        function, arguments = self.call
        due = self.made + most
        while self.made < due:
            make_call(function, arguments)
            self.made += 1
            self.now_and_then()
            if time.monotonic() >= until:
                break

    def now_and_then(self):
        if time.monotonic() - self.told >= TELL:
            self.tell()
            self.told = time.monotonic()

    def look(self):
        """Notes what lives."""
        probe.clean_up()
        self.now_and_then()
        # Its public face takes ten times as long: blocks that were made alike share one tuple.
        traces = tracemalloc.take_snapshot().traces._traces
        grouped = {}
        for trace in traces:
            group = grouped.setdefault(id(trace[2]), [trace[2], 0, 0])
            group[1] += trace[1]
            group[2] += 1
        for frames, size, count in grouped.values():
            place = place_of(frames)
            if place is not None:
                line = self.lines.setdefault(place[0], Line())
                line.add(len(self.at), size, count, place[1])
        self.at.append(self.made)
        self.now_and_then()


class Line:
    """What lives of the blocks that a line made, at each look."""

    def __init__(self):
        self.bytes = []
        self.blocks = []
        # Bytes by the library's line that the program's own led to.
        self.within = {}

    def add(self, look, size, count, within):
        for numbers, number in ((self.bytes, size), (self.blocks, count)):
            numbers.extend([0] * (look + 1 - len(numbers)))
            numbers[look] += number
        if within:
            self.within[within] = self.within.get(within, 0) + size

    def end(self, looks):
        """No more is added: where nothing lives any more, that is 0."""
        for numbers in (self.bytes, self.blocks):
            numbers.extend([0] * (looks - len(numbers)))
        self.grown = self.bytes[-1] - self.bytes[0]

    def grows(self, at):
        """Whether it is sure to grow, and does not come and go: it never falls, or its slope is far
        above its error."""
        if self.grown <= 0:
            return False
        pairs = list(itertools.pairwise(self.bytes))
        if all(before <= after for before, after in pairs):
            return True
        slope, error = slope_of(at, self.bytes)
        return slope > CERTAIN * error

    def replaces(self, other):
        """Whether what it makes takes the place of what another line made: the two together stay
        level, as where a full ring was filled elsewhere."""
        together = [one + two for one, two in zip(self.bytes, other.bytes, strict=True)]
        return max(together) - min(together) <= LEVEL * self.grown

    def rank(self):
        """Lines that still grow at the end come first, and what fills after them."""
        late = self.bytes[-1 - len(self.bytes) // 3]
        return late < self.bytes[-1], self.grown


def slope_of(at, values):
    """The slope of the line that misses the values at these places least, and its error."""
    count = len(values)
    centre, mean = sum(at) / count, sum(values) / count
    spread = sum((place - centre) ** 2 for place in at)
    along = sum((place - centre) * (value - mean) for place, value in zip(at, values, strict=True))
    slope = along / spread
    misses = sum(
        (value - mean - slope * (place - centre)) ** 2
        for place, value in zip(at, values, strict=True)
    )
    return slope, (misses / max(count - 2, 1) / spread) ** 0.5


def place_of(frames):
    """The program's own line that made a block, and the library's that it led to, if one did. None
    for what this worker made for itself. Each frame is a file and a line, the newest first."""
    inner = frames[0]
    if inner[0] in OWN_FILES:
        # What a program makes that is C's, and has no frame, is of the line that calls it.
        is_call = inner == (__file__, make_call.__code__.co_firstlineno + 1)
        return (("", 0), None) if is_call else None
    for frame in frames:
        if frame[0] in OWN_FILES:
            break
        if is_own(frame[0]):
            return frame, (None if frame == inner else inner)
    return inner, None


def is_own(file):
    """Whether a file is the program's own."""
    if file.startswith("<"):
        # Text that was made up while the program ran, but for that of the command line.
        return file in ("<snippet>", "<setup>")
    return not file.startswith(LIBRARY) and not any(folder in file for folder in PACKAGES)


def left_by_line(call, warm_up, calls, seconds, tell):
    """The lines that made what so many calls leave behind after others that fill what fills, as
    far as the time allows. `tell` is called now and then, between two calls."""
    if not tracemalloc.is_tracing():
        raise RuntimeError("the program has stopped tracemalloc, which knows the lines")
    watched = Watched(call, tell)
    half = seconds / 2
    if warm_up:
        watched.make(warm_up, time.monotonic() + half)
        watched.made = 0
    began = time.monotonic()
    watched.look()
    look = time.monotonic() - began
    # All looks together take about as long as the calls, or are two.
    parts = max(2, min(PARTS, calls, int(seconds / look))) if warm_up else 1
    for part in range(parts):
        due = calls * (part + 1) // parts - watched.made
        watched.make(due, time.monotonic() + half / parts)
        watched.look()
    lines = watched.lines.values()
    for line in lines:
        line.end(len(watched.at))
    falling = [line for line in lines if line.grown < 0]
    growing = [
        place
        for place, line in watched.lines.items()
        if line.grows(watched.at) and not any(line.replaces(other) for other in falling)
    ]
    growing.sort(key=lambda place: watched.lines[place].rank(), reverse=True)
    return {
        "calls": watched.made,
        "bytes": sum(line.grown for line in lines),
        "origins": [origin(place, watched.lines[place]) for place in growing[:MOST_ORIGINS]],
    }


def origin(place, line):
    file, number = place
    found = {
        "file": file,
        "line": number,
        "bytes": line.grown,
        "blocks": line.blocks[-1] - line.blocks[0],
        "text": linecache.getline(file, number).strip() if number else "",
    }
    if line.within:
        inner_file, inner_line = max(line.within, key=line.within.get)
        found["within"] = {"file": inner_file, "line": inner_line}
    return found
