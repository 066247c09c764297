"""Users' programs: snippets, and functions of any file.

Loaded only by a worker that is to run one: nothing of it is in a scenario's process.
"""

# The part of `ast` that is written in C: the whole takes longer to import than a short snippet to
# measure.
import _ast
import os
import sys

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
