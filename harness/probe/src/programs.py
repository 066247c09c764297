"""Users' programs: snippets, names in modules, and scripts.

Loaded only by a worker that is to run one: nothing of it is in a scenario's process. A program has
the `function` and the `arguments` that make one call, the `code` whose lines are its own, and
`remarks`, what a reader of its figures should know.
"""

# The parts of `ast` and `importlib` that are in the interpreter: the whole takes longer to import
# than a short snippet to measure. `os` is imported where a program has a file: it has `site` too,
# which has done so.
import _ast
import _frozen_importlib
import _frozen_importlib_external
import sys
import types

import heapbook_probe as probe

NAME = "<snippet>"
SETUP_NAME = "<setup>"
# What tracebacks show for these names.
SOURCES = {}
# Of a generator's code; of a coroutine's, and of an asynchronous generator's.
CO_GENERATOR = 0x20
CO_ASYNC = 0x80 | 0x200


class Unfit(Exception):
    """A program that cannot be called as it is: what is wrong, and what to do."""


class Snippet:
    """Code of the command line: a function of `n`, and the statements that prepare its globals."""

    is_all_known = True

    def __init__(self, text, setup, path):
        sys.path[0:0] = path
        SOURCES[NAME] = text.strip()
        self.globals = {"__name__": "heapbook_snippet", "__builtins__": __builtins__}
        self.prepare = None
        if setup:
            SOURCES[SETUP_NAME] = setup.strip()
            self.prepare = compile(SOURCES[SETUP_NAME], SETUP_NAME, "exec")
        exec(compiled(SOURCES[NAME]), self.globals)
        self.name, self.remarks = "the snippet", []
        self.function = self.globals["snippet"]
        self.code = self.function.__code__

    def resize(self, n):
        self.globals["n"] = n
        if self.prepare:
            exec(self.prepare, self.globals)
        self.arguments = (n,)
        if is_async(self.function) or any(map(is_async, named_by(self.code, self.globals))):
            prepare_event_loop()


def compiled(text):
    """The text as a function, and as an asynchronous one where it awaits something itself."""
    try:
        return compile(as_function(text, "def"), NAME, "exec")
    except SyntaxError as error:
        if "await" not in text and "async" not in text:
            raise
        try:
            return compile(as_function(text, "async def"), NAME, "exec")
        except SyntaxError:
            raise error from None


def as_function(text, keyword):
    """A module with the text as a function of `n`, whose value is that of the last expression."""
    body = parsed(text).body
    if not body:
        raise Unfit("the snippet is empty: write an expression or statements in n")
    last = body[-1]
    if isinstance(last, _ast.Expr):
        place = {name: getattr(last, name) for name in last._attributes}
        body[-1] = _ast.Return(value=last.value, **place)
    module = parsed(f"{keyword} snippet(n): pass")
    module.body[0].body = body
    return module


def parsed(text):
    return compile(text, NAME, "exec", _ast.PyCF_ONLY_AST)


def named_by(code, names):
    """What the code may call: globals, and the attributes of modules and classes among them."""
    for name in code.co_names:
        found = names.get(name)
        yield found
        if isinstance(found, (types.ModuleType, type)):
            yield from (vars(found).get(inner) for inner in code.co_names)


class Script:
    """A file that is run from its first line to its last, as `__main__`."""

    is_all_known = False

    def __init__(self, file, arguments, path):
        import os

        with open(file, "rb") as opened:
            self.code = compile(opened.read(), file, "exec", dont_inherit=True)
        sys.path[0:0] = [os.path.dirname(file), *path]
        sys.argv = [file, *arguments]
        self.file, self.name, self.remarks = file, "the script", []
        self.function = self.run

    def resize(self, n):
        main = types.ModuleType("__main__")
        main.__file__ = self.file
        main.__builtins__ = __builtins__
        sys.modules["__main__"] = main
        self.arguments = (vars(main),)

    def run(self, names):
        try:
            exec(self.code, names)
        except SystemExit as end:
            if end.code not in (None, 0):
                raise


class Named:
    """What a dotted name means in a module: a function, a method, or anything else to call."""

    is_all_known = False

    def __init__(self, module, name, path):
        calls = probe.module("calls")
        ((kind, where),) = module.items()
        self.name, self.remarks = name, []
        self.advice = calls.Advice(kind, where, name)
        self.found = self.resolve(load(kind, where, path))
        own, bound = calls.own_function(self.found)
        self.code = own and own.__code__
        self.given = self.choose(calls.parameters(self.found, own, bound))
        if own and is_async(own):
            prepare_event_loop()

    def resolve(self, module):
        owner, found, place = None, module, getattr(module, "__file__", module.__name__)
        for part in self.name.split("."):
            if not hasattr(found, part):
                raise Unfit(f"{place} has no function {part!r}: define it, or name another")
            owner, found, place = found, getattr(found, part), part
        if isinstance(owner, type) and needs_instance(owner, part):
            found = getattr(self.instance_of(owner), part)
        if not callable(found):
            raise Unfit(f"{self.name} is of type {type(found).__name__}: name what can be called")
        return found

    def instance_of(self, owner):
        made = f"{owner.__name__}()"
        try:
            instance = owner()
        except TypeError as error:
            # One that was raised deeper is the program's own.
            if error.__traceback__.tb_next is not None:
                raise
            advice = self.advice.with_instance()
            raise Unfit(
                f"{self.name} needs an instance, and {made} fails: {error}. {advice}"
            ) from None
        self.remarks.append(f"{self.name} is called on one {made}, made before all calls.")
        self.advice.spelled = f"{self.name[: self.name.rindex('.')]}().{self.name.split('.')[-1]}"
        return instance

    def choose(self, parameters):
        """The parameter that n is given to, True where nobody knows which, None for none."""
        if parameters is None:
            return True
        needed = [one for one in parameters if one.needed]
        sizes = [one for one in parameters if one.name == "n"]
        if len(needed) > 1 or (sizes and needed not in ([], sizes)) or self.is_fixture(needed):
            raise Unfit(self.advice.with_arguments(needed))
        for given in needed + sizes + [one for one in parameters if one.several]:
            if not given.needed and not given.several:
                default = probe.module("calls").cut(given.default)
                self.remarks.append(
                    f"{self.name} is called with n: its default, {default}, is not used."
                )
            return given
        says = ", ".join(one.name for one in parameters) + " keeps its default"
        why = says if parameters else "it takes nothing"
        self.remarks.append(f"{self.name} is called without n, whatever n is: {why}.")
        return None

    def is_fixture(self, needed):
        """Whether its one parameter is what pytest would fill in."""
        last = self.name.split(".")[-1]
        return last.startswith("test") and any(one.name != "n" for one in needed)

    def resize(self, n):
        self.function, self.arguments = self.found, (n,)
        if self.given is None:
            self.arguments = ()
        elif self.given is not True and not self.given.first:
            self.function, self.arguments = by_keyword(self.found, self.given.name, n), ()


def by_keyword(function, name, n):
    """A call that gives n by its name, and makes nothing of its own."""
    names = {"function": function, "n": n}
    return eval(compile(f"lambda: function({name}=n)", "<heapbook programs>", "eval"), names)


def needs_instance(owner, name):
    """Whether the attribute of a class is a method that wants an instance before its arguments."""
    for place in owner.__mro__:
        if name in vars(place):
            found = vars(place)[name]
            is_bound = isinstance(found, (staticmethod, classmethod, type))
            return not is_bound and hasattr(type(found), "__get__")
    return False


def load(kind, where, path):
    """The module: imported by its name, or loaded from its file."""
    import os

    if kind == "import":
        sys.path[0:0] = [os.getcwd(), *path]
        return import_module(where)
    folder, name = package_of(where)
    sys.path[0:0] = [folder, *path]
    if name is None:
        return load_file(where)
    module = import_module(name)
    found = getattr(module, "__file__", None)
    if found is None or not os.path.samefile(found, where):
        raise Unfit(
            f"{where} would be imported as {name}, and that is {found or 'built in'}: give its "
            "package another name"
        )
    return module


def import_module(name):
    return _frozen_importlib._gcd_import(name)


def load_program(program):
    """What a load request names."""
    ((kind, code),) = program.items()
    made = {"snippet": Snippet, "named": Named, "script": Script}[kind](**code)
    run_results_to_their_end()
    return made


def load_file(file):
    name = "heapbook_workload_program"
    specification = _frozen_importlib_external.spec_from_file_location(name, file)
    if specification is None:
        raise Unfit(f"{file} is not a Python file: name one that ends with .py")
    module = _frozen_importlib.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


def package_of(file):
    """The folder to import from; and the module's name, if the file belongs to a package."""
    import os

    folder, name = os.path.split(os.path.splitext(file)[0])
    parts = [name]
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    if len(parts) == 1:
        return folder, None
    return folder, ".".join(parts[:-1] if name == "__init__" else parts)


def is_async(function):
    code = getattr(function, "__code__", None)
    return isinstance(code, types.CodeType) and bool(code.co_flags & CO_ASYNC)


def prepare_event_loop():
    """Has asyncio loaded, and what it makes once, before anything is measured."""
    import asyncio

    async def nothing():
        pass

    asyncio.run(nothing())


def run_awaitable(value):
    """Runs what a call returned to its end: a coroutine, another awaitable, or an asynchronous
    generator."""
    import asyncio

    if isinstance(value, types.CoroutineType):
        return asyncio.run(value)
    if isinstance(value, types.AsyncGeneratorType):
        return asyncio.run(exhaust(value))
    return asyncio.run(wait_for(value))


async def exhaust(items):
    async for _ in items:
        pass


async def wait_for(value):
    return await value


# What yields its items only when it is asked for them. Those of itertools, some of which have no
# end, are left alone.
LAZY = (types.GeneratorType, map, filter, zip, enumerate, reversed)
AWAITED = (types.CoroutineType, types.AsyncGeneratorType)


def run_results_to_their_end():
    """From here on, every call of the probe's does so."""
    probe.run_to_end(LAZY, AWAITED, run_awaitable)


def remarks(program):
    """What a reader of the program's figures should know of the calls so far."""
    flags = program.code.co_flags if program.code else 0
    says = []
    for kind in probe.kinds_run_to_end():
        is_async = not issubclass(kind, LAZY)
        how = (
            "to its end by asyncio.run, whose event loop is in the figures"
            if is_async
            else "to its end"
        )
        if flags & (CO_ASYNC | CO_GENERATOR):
            made = "an async function" if flags & CO_ASYNC else "a generator function"
            says.append(f"{program.name} is {made}: each call is run {how}.")
        else:
            kind_name = kind.__name__.replace("_", " ")
            article = "an" if kind_name[0] in "aeiou" else "a"
            says.append(
                f"The value of {program.name} is {article} {kind_name}: each call runs it {how}."
            )
    return program.remarks + says


def advice_on(exception):
    """What to do about an exception that comes of how a program was written; empty for others."""
    if isinstance(exception, ModuleNotFoundError):
        import os

        current = "" if os.getcwd() in sys.path else ", --path . the current one"
        return (
            "Modules are searched beside the program's file and among the interpreter's packages: "
            f"--path FOLDER adds others{current}.\n"
        )
    if isinstance(exception, ImportError) and "no known parent package" in str(exception):
        return (
            "Its folder is no package: put an __init__.py into it, or name the module from the "
            "folder above, as in package.module:NAME.\n"
        )
    frames = exception.__traceback__
    while frames.tb_next is not None:
        frames = frames.tb_next
    if isinstance(exception, NameError) and frames.tb_frame.f_code.co_filename == NAME:
        return (
            "A function of a file is named with the file, as in app.py:load; what else a snippet "
            "needs goes into --setup.\n"
        )
    return ""


def show_sources():
    """Has tracebacks show the lines of what is in no file."""
    import linecache

    for name, text in SOURCES.items():
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
