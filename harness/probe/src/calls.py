"""What a callable takes, which function runs when it is called, and how to write a call that needs
more than n.

Loaded only by a worker whose program is a name.
"""

import os
import sys
import types

import heapbook_probe as probe

# Longer defaults are cut.
LONGEST_SHOWN = 40
CO_VARARGS = 0x04


class Parameter:
    """A parameter, as far as it matters for what it is given."""

    def __init__(self, name, needed, default=None, first=False, by_name=False, several=False):
        self.name = name
        # It has no default.
        self.needed = needed
        self.default = default
        # A single argument without a name fills it.
        self.first = first
        # It can be filled by its name alone.
        self.by_name = by_name
        # It takes any number of arguments: `*names`.
        self.several = several


def parameters(called, own, bound):
    """The parameters that a caller may fill, or None where nobody knows them."""
    if bound is not None:
        return of_code(own, bound)
    # Not every worker needs it, and what is imported here costs a program nothing any more.
    import inspect

    try:
        signature = inspect.signature(called)
    except (TypeError, ValueError):
        return None
    known = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
    return [
        Parameter(
            one.name,
            needed=one.default is one.empty and one.kind is not one.VAR_POSITIONAL,
            default=one.default,
            first=place == 0 and one.kind is not one.KEYWORD_ONLY,
            by_name=one.kind is one.KEYWORD_ONLY,
            several=one.kind is one.VAR_POSITIONAL,
        )
        for place, one in enumerate(known)
    ]


def of_code(function, bound):
    """The parameters of a function written in Python, without those that are bound already."""
    code = function.__code__
    names, count = code.co_varnames, code.co_argcount
    # Those without a default come first.
    last = zip(reversed(names[:count]), reversed(function.__defaults__ or ()), strict=False)
    defaults = dict(last)
    found = [
        Parameter(name, name not in defaults, defaults.get(name), first=place == bound)
        for place, name in enumerate(names[:count])
        if place >= bound
    ]
    after = count + code.co_kwonlyargcount
    if code.co_flags & CO_VARARGS:
        found.append(Parameter(names[after], False, first=not found, several=True))
    defaults = function.__kwdefaults__ or {}
    return found + [
        Parameter(name, name not in defaults, defaults.get(name), by_name=True)
        for name in names[count:after]
    ]


def own_function(called):
    """The function written in Python that runs when this is called, or None; and how many of its
    parameters are filled already, or None where only a signature can say."""
    bound = 0
    # Of decorators that name each other there is no end.
    for _ in range(100):
        if isinstance(called, types.MethodType):
            called, bound = called.__func__, bound + 1
        elif isinstance(called, type):
            called, bound = maker(called), bound + 1
        elif hasattr(called, "__wrapped__"):
            called = called.__wrapped__
        elif isinstance(called, types.FunctionType):
            return called, bound
        elif is_partial(called):
            return own_function(called.func)[0], None
        elif callable(called) and isinstance(called.__call__, types.MethodType):
            called = called.__call__
        else:
            break
    return None, None


def maker(kind):
    """What a class runs to make an instance."""
    for name in ("__init__", "__new__"):
        found = getattr(kind, name)
        if isinstance(found, types.FunctionType):
            return found
    return None


def is_partial(called):
    functools = sys.modules.get("functools")
    return functools is not None and isinstance(called, functools.partial)


def cut(value):
    """A default as Python shows it."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


class Advice:
    """How a program that cannot be called with n alone is written as an expression."""

    def __init__(self, kind, where, name):
        self.name = name
        self.root = name.split(".")[0]
        # What is written in its place: a method's name begins with an instance.
        self.spelled = name
        if kind == "import":
            folder, module = os.getcwd(), where
        else:
            folder, module = probe.module("programs").package_of(where)
            module = module or os.path.splitext(os.path.basename(where))[0]
        self.path = os.path.relpath(folder)
        self.imported = f"from {module} import {self.root}"
        if not all(map(str.isidentifier, module.split("."))):
            self.imported = (
                f'import importlib; {self.root} = importlib.import_module("{module}").{self.root}'
            )

    def with_arguments(self, needed):
        """Its parameters, and how it is called with them."""
        names = [one.name for one in needed]
        listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
        made = [f"{name} = ..." for name in names if name != "n"]
        given = ", ".join(
            f"{name}={name}" if one.by_name else name
            for name, one in zip(names, needed, strict=True)
        )
        return (
            f"{self.name} needs {listed}, and is given n alone: write it as an expression, "
            + self.written(made, f"{self.spelled}({given})")
        )

    def with_instance(self):
        """How its instance is made first."""
        name = self.name.split(".")[-1]
        made = self.name[: -len(name) - 1]
        return "Write it as an expression, " + self.written(
            [f"made = {made}(...)"], f"made.{name}(n)"
        )

    def written(self, made, call):
        # As seldom needed as `inspect`.
        import shlex

        setup = "; ".join([self.imported, *made])
        return f"--path {shlex.quote(self.path)} --setup '{setup}' '{call}'"
