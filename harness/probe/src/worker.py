"""Python's side of a worker: requests in, answers out, one JSON object a line.

Runs on CPython 3.11 and later. The functions that come back from a workload must leave at once in a
child that the workload forked, and must take any exception as the workload's, SystemExit and
KeyboardInterrupt included.
"""

# Only what an interpreter has in itself: others take longer to import than it takes to start.
import _frozen_importlib
import _frozen_importlib_external
import atexit
import gc
import posix
import sys

import heapbook_probe as probe

# Agreement may come before the interpreter has adapted: it runs a function's specialised
# instructions from its eighth call on (a loop in it counts as calls), which may then grow a string
# in place where the calls before made a copy.
MOST_WARM_UPS = 8
# A class guesses how many attributes its instances will have, and guesses one less for
# each of the first thirty (`dk_usable` of its shared keys): each is 8 or 16 bytes smaller than the
# one before. A call that makes only one instance settles after thirty.
MOST_WHILE_SHRINKING = 40
MOST_CALLS = 1_000_000
PRELOADED = b"heapbook_preload"
LONGEST_MESSAGE = 20_000
OWN_PROCESS = posix.getpid()
# Where Python's own modules are found, whatever lies beside a user's program.
OWN_PATH = tuple(sys.path)
# The modules of this worker's that not every one needs, by their names.
LOADED = {}
# Frames at the start of a traceback that say nothing about the workload: this file's, and the
# import system's.
OWN_FILES = (
    __file__,
    "<heapbook programs>",
    "<heapbook calls>",
    "<heapbook objects>",
    "<heapbook results>",
    "<frozen importlib._bootstrap>",
    "<frozen importlib._bootstrap_external>",
)


class Failure(Exception):
    """An answer other than "ok": the kind of the error and what is to be said about it."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind
        self.message = message


class Pipe:
    """The protocol's own descriptors, out of reach for what reads or prints by the usual ones."""

    def __init__(self):
        self.requests = posix.dup(0)
        self.answers = posix.dup(1)
        self.buffer = b""
        nowhere = posix.open("/dev/null", posix.O_RDONLY)
        posix.dup2(nowhere, 0)
        posix.close(nowhere)
        posix.dup2(2, 1)

    def receive(self):
        """The next line without its end, or None when the engine has gone."""
        while b"\n" not in self.buffer:
            chunk = posix.read(self.requests, 65536)
            if not chunk:
                return None
            self.buffer += chunk
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line

    def tell(self):
        """Tells the engine that one call of several has ended: its deadline is for each."""
        leave_if_forked()
        posix.write(self.answers, b"\n")

    def send(self, answer):
        leave_if_forked()
        left = probe.written(answer)
        while left:
            left = left[posix.write(self.answers, left) :]


class Workload:
    """What a load request described: the functions, and what to call them with."""

    def __init__(self, request):
        self.instrument = field(request, "instrument", str)
        self.setup = self.digest = self.program = self.module = None
        ((kind, described),) = field(request, "workload", dict).items()
        if kind == "variant":
            self.load_variant(described)
        else:
            self.load_program(described)
        self.resize(field(request, "n", int))

    def load_variant(self, variant):
        module = workload_module(field(variant, "scenario", str), field(variant, "file", str))
        self.module = module.__name__
        self.function = function_of(module, field(variant, "function", str))
        setup = field(variant, "setup", str, optional=True)
        digest = field(variant, "digest", str, optional=True)
        self.setup = setup and function_of(module, setup)
        self.digest = digest and function_of(module, digest)

    def load_program(self, program):
        """Loads a user's own: a snippet, a name in a module, or a script."""
        programs = module("programs")
        try:
            self.program = run(programs.load_program, program)
        except programs.Unfit as unfit:
            raise Failure("exception", str(unfit)) from None

    def resize(self, n):
        """Prepares calls for that size."""
        if self.program:
            run(self.program.resize, n)
        elif self.setup:
            # What was made for the size before goes first.
            self.arguments = None
            self.arguments = (run(self.setup, n),)
        else:
            self.arguments = (n,)

    def call(self):
        """The function and its arguments, which make one call when put together."""
        if self.program:
            return self.program.function, self.program.arguments
        return self.function, self.arguments

    def is_all_known(self):
        """Whether nothing is left of it once this and its module are gone: a user's program may
        have modules of its own."""
        return self.program is None or self.program.is_all_known

    def code(self):
        """The code whose lines are the workload's own."""
        if self.program:
            return self.program.code
        function = self.function
        while hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        return getattr(function, "__code__", None)

    def code_with_lines(self):
        """That code, which a function of C's has not."""
        code = self.code()
        if code is None:
            name = self.program.name if self.program else repr(self.function)
            message = f"{name} has no lines of its own: name a function written in Python"
            raise Failure("unsupported", message)
        return code


def module(name):
    """A module of this worker's that not every one needs, loaded when it is first asked for."""
    if name not in LOADED:
        LOADED[name] = on_own_path(probe.module, name)
    return LOADED[name]


def on_own_path(work, *arguments):
    """Does what may import modules of Python's own: none that lie beside a user's program."""
    path, sys.path = sys.path, list(OWN_PATH)
    try:
        return work(*arguments)
    finally:
        sys.path = path


def run(function, *arguments):
    """Calls a function of the workload outside every measurement."""
    try:
        return function(*arguments)
    finally:
        leave_if_forked()


def leave_if_forked():
    if posix.getpid() != OWN_PROCESS:
        posix._exit(0)


def field(request, name, kind, optional=False):
    """A field of a request, checked."""
    value = request.get(name)
    if value is None and optional:
        return None
    # To Python a bool is an int; to the protocol it is not.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Failure("garbage", f"{name!r} must be of type {kind.__name__}, not {value!r}")
    return value


def number_of_calls(request):
    calls = field(request, "calls", int)
    if not 0 < calls <= MOST_CALLS:
        raise Failure("garbage", f"'calls' must be from 1 to {MOST_CALLS}, not {calls}")
    return calls


def workload_module(scenario, file):
    """Loads the file under a name of its own, with its folder nowhere on the path."""
    name = "heapbook_workload_" + scenario.replace("-", "_")
    specification = _frozen_importlib_external.spec_from_file_location(name, file)
    if specification is None:
        raise Failure("exception", f"{file} is not a Python file")
    module = _frozen_importlib.module_from_spec(specification)
    sys.modules[name] = module
    run(specification.loader.exec_module, module)
    return module


def function_of(module, name):
    function = getattr(module, name, None)
    if not callable(function):
        message = f"{module.__file__} has no function {name!r}: define it, or name another"
        raise Failure("exception", message)
    return function


def own_codes(code):
    """A code object and those of the functions in it.

    Each with its first line, and the offsets where lines begin.
    """
    codes = [code]
    # Grows while it is walked.
    for code in codes:
        codes.extend(inner for inner in code.co_consts if isinstance(inner, type(code)))
    return [(code, code.co_firstlineno, line_starts(code)) for code in codes]


def line_starts(code):
    """Offsets in ascending order, each with the line that begins there."""
    return [(start, line) for start, _, line in code.co_lines() if line is not None]


def source_of(codes):
    """Where the text of these code objects lies."""
    first = codes[0][0]
    lines = [line for _, first_line, starts in codes for _, line in [(0, first_line), *starts]]
    return {
        "file": printable(first.co_filename),
        "first_line": first.co_firstlineno,
        "last_line": max(lines),
    }


def settle(make, key, tell, first=None):
    """Makes measured calls until two in succession agree; a first one may have been made.

    `tell` is called after each.

    Returns the last account, how many came before it, and whether it agrees.

    `key` gives what is done how often, how many bytes it makes, and whatever else must agree. Calls
    that do the same with fewer bytes each time are on their way, and are given longer. The last
    item of an account says whether the next one is made in another way.
    """
    account = first or make()
    warm_ups, settled, shrinks = 0, False, False
    while not settled and (
        warm_ups < MOST_WARM_UPS or (shrinks and warm_ups < MOST_WHILE_SHRINKING)
    ):
        tell()
        before, account = key(account), make()
        warm_ups += 1
        now = key(account)
        settled = not account[-1] and now == before
        shrinks = now[0] == before[0] and now[1] < before[1]
    return account, warm_ups, settled


def memory_key(measured):
    account = measured[0]
    return account["allocations"], account["allocated_bytes"], account["peak_bytes"]


def lines_key(account):
    lines = account[0]["lines"]
    hits = [(line["line"], line["hits"]) for line in lines]
    return hits, sum(line["allocated_bytes"] for line in lines), account[0]


class Threads:
    """The threads that live beside this one, by name.

    One that a library started while it was loaded, and that Python does not know, is the library's
    own affair.
    """

    FOLDER = "/proc/self/task"

    def __init__(self):
        self.early = None

    def alive(self):
        threading = sys.modules.get("threading")
        known = threading.enumerate() if threading else []
        here = {posix.getpid(), *(thread.native_id for thread in known)}
        names = [t.name for t in known if t.native_id != posix.getpid()]
        natives = self.natives() - here
        if self.early is None:
            self.early = natives
        return names + [self.name_of(native) for native in sorted(natives - self.early)]

    def natives(self):
        try:
            return {int(name) for name in posix.listdir(self.FOLDER)}
        except OSError:
            return set()

    def name_of(self, native):
        try:
            with open(f"{self.FOLDER}/{native}/comm", errors="replace") as file:
                return file.read().strip()
        except OSError:
            return "a thread that has ended"

    def noted(self, measured, before):
        """The account with the names of the threads that lived before or after its call."""
        names = sorted({printable(name) for name in before + self.alive()})
        if names:
            nothing = {"mapped_bytes": 0, "held_bytes": 0, "children": 0, "child_bytes": 0}
            account = measured[0]
            account["unseen"] = {**(account.get("unseen") or nothing), "threads": names}
        return measured


COLLECTIONS = {"all": probe.collect, "young": lambda: gc.collect(1), "none": lambda: None}
INSTRUMENTS = ("clock", "ledger", "tracer", "tracemalloc", "system")


class Worker:
    """Answers requests. Each method named `answer_...` answers the call of that name."""

    def __init__(self, tell):
        self.tell = tell
        self.workload = None
        self.lines_watched = False
        self.untraced_bytes = None
        # Requests since the workload was loaded.
        self.asked = 0
        self.running = True
        self.threads = Threads()

    def answer_load(self, request):
        if self.workload:
            raise Failure("garbage", "a worker loads one workload: start another worker")
        instrument = field(request, "instrument", str)
        if instrument not in INSTRUMENTS:
            raise Failure("garbage", f"no such instrument: {instrument!r}")
        if instrument in ("ledger", "tracer"):
            # Empties the free lists: an object made from one would be a block that the hooks have
            # not seen.
            probe.collect()
            probe.install()
            atexit.register(probe.remove)
        if instrument == "tracemalloc":
            module("origins").watch()
            atexit.register(module("origins").watch_no_more)
        self.workload = Workload(request)
        return {}

    def answer_size(self, request):
        # Lines are watched for good: what a call of this size makes without is not known.
        self.untraced_bytes = None
        self.loaded().resize(field(request, "n", int))
        return {}

    def answer_time(self, request):
        workload = self.loaded("clock")
        iterations = field(request, "iterations", int)
        collect = COLLECTIONS.get(field(request, "collect", str))
        if collect is None:
            raise Failure("garbage", f"no such collection: {request['collect']!r}")
        collect()
        return probe.time(*workload.call(), iterations)

    def answer_memory(self, request):
        workload = self.loaded("ledger")
        with_timeline = field(request, "timeline", bool)
        with_sizes = field(request, "histogram", bool)
        repeated = field(request, "warm_up", bool)

        def make():
            before = self.threads.alive()
            measured = probe.account(*workload.call(), with_timeline, repeated)
            return self.threads.noted(measured, before)

        first = measured = make()
        warm_ups, settled = 0, True
        if repeated:
            measured, warm_ups, settled = settle(make, memory_key, self.tell, first)
        account, sizes, timeline, _ = measured
        answer = {"account": account, "timeline": timeline}
        if with_sizes:
            answer["sizes"] = sizes
        if workload.program and warm_ups and self.asked == 1:
            answer["first"] = first[0]
        return {"warm_ups": warm_ups, "settled": settled, **answer}

    def answer_collections(self, request):
        return probe.collections_in(*self.loaded("ledger").call())

    def answer_leaks(self, request):
        calls = number_of_calls(request)
        return probe.left_by(*self.loaded("ledger").call(), calls, self.tell)

    def answer_origins(self, request):
        warm_up = field(request, "warm_up", int)
        calls = number_of_calls(request)
        seconds = field(request, "within_ns", int) / 1e9
        call = self.loaded("tracemalloc").call()
        return module("origins").left_by_line(call, warm_up, calls, seconds, self.tell)

    def answer_resident(self, request):
        workload = self.loaded("system")
        function, arguments = workload.call()
        try:
            return probe.resident_in(function, arguments)
        except probe.Unsupported as reason:
            raise Failure("unsupported", str(reason)) from None

    def answer_lines(self, request):
        workload = self.loaded("tracer")
        repeated = field(request, "warm_up", bool)
        codes = own_codes(workload.code_with_lines())
        with_steps = field(request, "steps", bool)
        traced = self.warm_lines if repeated else self.cold_lines
        try:
            answer, steps = traced(workload, codes)
        except probe.Unsupported as reason:
            raise Failure("unsupported", str(reason)) from None
        if with_steps:
            answer["steps"] = steps
        if workload.program:
            answer["source"] = source_of(codes)
        return answer

    def answer_objects(self, request):
        workload = self.loaded("ledger")
        warm_ups = field(request, "warm_ups", int)
        codes = [code for code, _, _ in own_codes(workload.code_with_lines())]
        for _ in range(warm_ups):
            function, arguments = workload.call()
            run(function, *arguments)
            self.tell()
        return run(module("objects").steps_of, codes, workload.call())

    def cold_lines(self, workload, codes):
        """The next call, whichever that is."""
        if not self.lines_watched:
            probe.watch_lines(codes)
            self.lines_watched = True
        answer, steps, _ = probe.account_lines(*workload.call())
        return {**answer, "settled": True, "warm_ups": 0}, steps

    def warm_lines(self, workload, codes):
        """A call that does what the one before did."""
        before, first = 0, None
        if not workload.program:
            function, arguments = workload.call()
            run(function, *arguments)
            before = 1
        if not self.lines_watched:
            calls, first = self.made_untraced()
            before += calls
            probe.watch_lines(codes)
            probe.watch_unwinding()
            self.lines_watched = True
        (answer, steps, _), warm_ups, settled = settle(
            lambda: probe.account_lines(*workload.call()), lines_key, self.tell
        )
        answer.update(settled=settled, warm_ups=before + warm_ups)
        if settled and self.untraced_bytes is not None:
            made = sum(line["allocated_bytes"] for line in answer["lines"])
            if made != self.untraced_bytes:
                answer["beyond_bytes"] = made - self.untraced_bytes
        if workload.program and first:
            answer["first"] = {
                "allocated_bytes": first["allocated_bytes"],
                "net_bytes": first["result_bytes"] + first.get("spare_bytes", 0),
            }
        return answer, steps

    def made_untraced(self):
        """Makes calls until two agree, and keeps what bytes they make, or None if they differ.

        Returns how many calls there were, and the account of the first.
        """
        accounts = []

        def make():
            accounts.append(probe.account(*self.workload.call(), False, True))
            return accounts[-1]

        measured, warm_ups, settled = settle(make, memory_key, self.tell)
        self.untraced_bytes = measured[0]["allocated_bytes"] if settled else None
        return warm_ups + 1, accounts[0][0]

    def answer_remarks(self, request):
        workload = self.loaded()
        found = module("programs").remarks(workload.program) if workload.program else []
        return {"remarks": [printable(remark) for remark in found]}

    def answer_digest(self, request):
        workload = self.loaded()
        function, arguments = workload.call()
        value = run(function, *arguments)
        if workload.program:
            # What a generator yields is gone with it, and is no value to be compared.
            if hasattr(type(value), "__await__"):
                value = run(module("programs").run_awaitable, value)
            results = module("results")
            digest = run(results.digest_of, value)
            return {**digest, "shown": printable(run(results.shown, value))}
        if workload.digest:
            value = run(workload.digest, value)
        if not isinstance(value, int) or isinstance(value, bool):
            what, cure = "the variant", "return an int, or name a digest function in scenario.toml"
            if workload.digest:
                what, cure = "the digest function", "let it return an int"
            raise Failure("no_digest", f"{what} returned {type(value).__name__}: {cure}")
        return {"digest": str(int(value) % 2**64)}

    def answer_quit(self, request):
        self.running = False
        return {}

    def loaded(self, instrument=None):
        """The workload, if there is one and its process measures with that instrument."""
        if not self.workload:
            raise Failure("garbage", 'nothing is loaded: send "load" first')
        if instrument not in (None, self.workload.instrument):
            message = f"this worker measures with the {self.workload.instrument}: start another"
            raise Failure("garbage", message)
        self.asked += 1
        return self.workload

    def answer(self, line):
        """The answer to one line, whatever is in it and whatever the workload does."""
        identifier = 0
        try:
            request = parse(line)
            identifier = field(request, "id", int)
            name = ANSWERS.get(field(request, "call", str))
            if name is None:
                raise Failure("garbage", f"no such call: {request['call']!r}")
            return {"id": identifier, "ok": getattr(self, name)(request)}
        except Failure as failure:
            error = {"kind": failure.kind, "message": printable(failure.message)}
        except BaseException as exception:
            leave_if_forked()
            error = {"kind": "exception", "message": printable(described(exception))}
        return {"id": identifier, "error": error}


# The interpreter's cache of attributes holds the names that were looked up last. One made for each
# request would be given back when the workload's own names take its place: in its account.
ANSWERS = {name[len("answer_") :]: name for name in vars(Worker) if name.startswith("answer_")}


def parse(line):
    request = probe.parsed(line)
    if not isinstance(request, dict):
        raise Failure("garbage", "a request is a JSON object on one line")
    return request


def described(exception):
    """The traceback, and what a user's program can do about it."""
    text = description(exception)
    programs = sys.modules.get("heapbook_programs")
    return text + programs.advice_on(exception) if programs else text


def description(exception):
    """The traceback from the workload's first frame on."""
    frames = exception.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename in OWN_FILES:
        frames = frames.tb_next
    programs = sys.modules.get("heapbook_programs")
    if programs:
        programs.show_sources()
    try:
        return "".join(on_own_path(formatted, exception, frames))
    except BaseException:
        return places(frames) + type(exception).__name__


def formatted(exception, frames):
    # Most workers need none.
    import traceback

    return traceback.format_exception(type(exception), exception, frames)


def places(frames):
    """Where an exception was that cannot be described as Python does.

    It can break its own description, by raising another from __cause__ or __str__. Or the program
    has modules of its own by the names of those that describe it.
    """
    text = ""
    while frames is not None:
        code = frames.tb_frame.f_code
        text += f'  File "{code.co_filename}", line {frames.tb_lineno}, in {code.co_name}\n'
        frames = frames.tb_next
    return text


def printable(text):
    """Text that any reader of JSON takes: no lone surrogates, and no message of megabytes."""
    if len(text) > LONGEST_MESSAGE:
        half = LONGEST_MESSAGE // 2
        left_out = len(text) - 2 * half
        text = f"{text[:half]}\n[... {left_out} characters left out ...]\n{text[-half:]}"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def forget_preload():
    """Has programs that the workload starts run without the library that watches this one."""
    name = b"LD_PRELOAD"
    libraries = posix.environ.get(name, b"").replace(b":", b" ").split()
    others = b" ".join(library for library in libraries if PRELOADED not in library)
    if not libraries:
        return
    # What `os` shows is a copy, made when it is imported.
    loaded = [sys.modules["os"].environb] if "os" in sys.modules else []
    for shown in [posix.environ, *loaded]:
        shown.pop(name, None)
        if others:
            shown[name] = others
    if others:
        posix.putenv(name, others)
    else:
        posix.unsetenv(name)


def settle_streams():
    """Keeps what a workload did to its streams out of the status of the process."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, f"__{name}__")
        try:
            stream.flush()
        except BaseException:
            stream = None
        setattr(sys, name, stream)


def serve():
    forget_preload()
    pipe = Pipe()
    worker = Worker(pipe.tell)
    hello = {"build": probe.BUILD, "language": "python", "native": probe.sees_native()}
    pipe.send({"id": 0, "hello": hello})
    while worker.running:
        line = pipe.receive()
        if line is None:
            break
        pipe.send(worker.answer(line))
    settle_streams()
    if worker.workload and worker.workload.is_all_known():
        leave(worker)


def leave(worker):
    """Ends the process as the interpreter would, but for its own modules: to take those down takes
    it a third as long as to start."""
    if "threading" in sys.modules:
        sys.modules["threading"]._shutdown()
    atexit._run_exitfuncs()
    sys.modules.pop(worker.workload.module, None)
    worker.workload = None
    # What the workload holds goes, with its finalisers.
    gc.collect()
    settle_streams()
    probe.leave()
