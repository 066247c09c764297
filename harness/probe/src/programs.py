"""Users' programs: snippets, functions of any file, and results of any type.

Loaded only by a worker that is to run one: nothing of it is in a scenario's process.
"""

# The part of `ast` that is written in C: the whole takes longer to import than a short snippet to
# measure.
import _ast
import hashlib
import os
import sys

# How much of a result is shown.
SHOWN = 60
# How many lines are named that made what stays.
MOST_ORIGINS = 10
NAME = "<snippet>"
SETUP_NAME = "<setup>"
# What tracebacks show for these names.
SOURCES = {}


class Unfit(Exception):
    """A program that cannot be called as it is: what is wrong, and what to do."""


class Snippet:
    """Code of the command line: a function of `n`, and the statements that prepare its globals."""

    def __init__(self, text, setup):
        SOURCES[NAME] = text.strip()
        self.globals = {"__name__": "heapbook_snippet", "__builtins__": __builtins__}
        self.prepare = None
        if setup:
            SOURCES[SETUP_NAME] = setup.strip()
            self.prepare = compile(SOURCES[SETUP_NAME], SETUP_NAME, "exec")
        exec(compile(as_function(SOURCES[NAME]), NAME, "exec"), self.globals)
        self.function = self.globals["snippet"]

    def resize(self, n):
        self.globals["n"] = n
        if self.prepare:
            exec(self.prepare, self.globals)


def as_function(text):
    """A module with the text as a function of `n`, whose value is that of the last expression."""
    body = parsed(text).body
    if not body:
        raise Unfit("the snippet is empty: write an expression or statements in n")
    last = body[-1]
    if isinstance(last, _ast.Expr):
        place = {name: getattr(last, name) for name in last._attributes}
        body[-1] = _ast.Return(value=last.value, **place)
    module = parsed("def snippet(n): pass")
    module.body[0].body = body
    return module


def parsed(text):
    return compile(text, NAME, "exec", _ast.PyCF_ONLY_AST)


def show_sources():
    """Has tracebacks show the lines of what is in no file."""
    import linecache

    for name, text in SOURCES.items():
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)


def search_beside(file):
    """Has imports find what lies beside the file, as they do when it is run by itself."""
    sys.path.insert(0, os.path.dirname(file))


def takes_size(function, name):
    """Whether the function is called with n; one that takes nothing is called with nothing."""
    code = getattr(function, "__code__", None)
    if code is None:
        return True
    places = code.co_argcount - (1 if getattr(function, "__self__", None) is not None else 0)
    needed = places - len(getattr(function, "__defaults__", None) or ())
    keywords = code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount]
    named = len(set(keywords) - set(getattr(function, "__kwdefaults__", None) or ()))
    if needed > 1 or named:
        raise Unfit(
            f"{name} needs {needed + named} arguments, and is called with one, n: "
            "give the others defaults"
        )
    return places > 0 or bool(code.co_flags & 0x04)


def left_by_line(function, arguments, calls, warm_up):
    """The lines that made what so many calls leave behind, the largest first.

    By `tracemalloc`, which knows where a block was made; how much is left is for the ledger to say.
    With `warm_up` as many calls come first, which fill what fills.
    """
    import gc
    import linecache
    import tracemalloc

    def make(count):
        for _ in range(count):
            function(*arguments)
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
    import linecache

    file, line = statistic.traceback[0].filename, statistic.traceback[0].lineno
    text = linecache.getline(file, line).strip()
    return {
        "file": file,
        "line": line,
        "bytes": statistic.size_diff,
        "blocks": statistic.count_diff,
        "text": text,
    }


def digest_of(value):
    """A number that equal results share, from the whole of a result; None if there cannot be one.

    Rust's results come to the same number where Rust's Debug and this write alike: whole numbers,
    booleans, text, and tuples and sequences of them.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return str(int(value) % 2**64)
    try:
        text = "".join(written(value))
    except (TypeError, RecursionError):
        return None
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).digest()
    return str(int.from_bytes(digest[:8], "little"))


def written(value):
    """The parts of a result's text. Raises TypeError for what has no text of its own."""
    if hasattr(value, "tolist"):
        # Arrays of numpy and of the standard library, and memory views.
        value = value.tolist()
    kind = type(value)
    if value is None or kind in (int, float, complex):
        yield repr(value)
    elif kind is bool:
        yield "true" if value else "false"
    elif kind is str:
        yield (
            '"'
            + value.replace("\\", "\\\\")
            .replace('"', '\\"')
            .replace("\n", "\\n")
            .replace("\t", "\\t")
            + '"'
        )
    elif kind in (list, bytes, bytearray, range):
        yield from joined("[", map(written, value), "]")
    elif kind is tuple:
        yield from joined("(", map(written, value), ",)" if len(value) == 1 else ")")
    elif kind in (set, frozenset):
        yield from joined("{", sorted(["".join(written(item))] for item in value), "}")
    elif kind is dict:
        entries = sorted(
            ["".join(written(key)), ": ", "".join(written(item))] for key, item in value.items()
        )
        yield from joined("{", entries, "}")
    else:
        raise TypeError(kind)


def joined(opening, items, closing):
    yield opening
    for place, item in enumerate(items):
        if place:
            yield ", "
        yield from item
    yield closing


def shown(value):
    """The beginning of a result as Python shows it; of a large one the text is not made."""
    if (
        isinstance(value, (list, tuple, set, frozenset, dict, str, bytes, bytearray))
        and len(value) > SHOWN
    ):
        return f"{type(value).__name__} of {len(value)}"
    try:
        text = repr(value)
    except Exception:
        return type(value).__name__
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
