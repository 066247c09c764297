"""What names refer to, line by line: one call of a function, and after each of its lines the names
of its frames and the objects behind them.

Steps are those of the lines pass, one for one: a line of the function's own code, or of code within
it, has ended. What happens to bytes meanwhile is that pass's to say: looking makes objects, too.
"""

import gc
import sys
import types
import weakref

import heapbook_probe as probe

# What a picture holds at most.
MOST_STEPS = 12
MOST_OBJECTS = 40
LONGEST_TEXT = 24
# There whatever the program does, or of no interest to it.
LEFT_OUT = (
    type,
    types.ModuleType,
    types.CodeType,
    types.BuiltinFunctionType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
)
# Shown as values beside what refers to them.
VALUES = (int, float, complex, bool, type(None), type(...), type(NotImplemented), range)
TEXTS = (str, bytes)
CONTAINERS = (list, tuple, set, frozenset, dict)
# An object with as many references is immortal: nobody counts them.
IMMORTAL = 1 << 28
# Flags of types, which say what stands in a block before its object.
MANAGED = 1 << 3 | 1 << 4
HAS_HEADER = 1 << 14
POINTERS = 16
# What `functools.lru_cache` strings its entries on.
BETWEEN = ("_lru_list_elem",)


class Running:
    """A frame of the function's own code that runs."""

    def __init__(self, frame):
        self.code = frame.f_code
        self.line = frame.f_lineno
        # Whether a run of the line has begun: a step when it ends.
        self.is_within_line = False


class Watch:
    """The steps of one call."""

    def __init__(self, codes):
        # The function's own comes first.
        self.code = codes[0]
        self.codes = frozenset(codes)
        self.constants = {id(one) for each in codes for one in each.co_consts}
        self.globals = {}
        self.steps = []
        self.total = 0
        # The frames of the function's own code that run, the innermost last.
        self.running = []
        # The numbers of the objects that were shown last, by where they lie; and those of which it
        # can be told whether they are the same.
        self.numbers = {}
        self.seen = {}
        # The frames whose names are shown as such.
        self.shown_frames = frozenset()
        self.next_number = 0

    def begin(self, frame):
        """A frame begins, or goes on after a yield."""
        if not self.running:
            if frame.f_code is not self.code:
                return
            self.globals = frame.f_globals
            self.add(None, frame)
        self.running.append(Running(frame))

    def line(self, frame, line):
        """A line is about to run."""
        running = self.innermost(frame)
        if running is None:
            return
        if running.is_within_line:
            self.add(running.line, frame)
        running.line, running.is_within_line = line, True

    def end(self, frame):
        """A frame returns, yields, or is left by an exception."""
        running = self.innermost(frame)
        # The outermost frame's names go after this event: see `returned`.
        if running is not None and len(self.running) > 1:
            self.add(running.line, frame)
            self.running.pop()

    def innermost(self, frame):
        """What is known of this frame; those that ended without an event are forgotten."""
        while len(self.running) > 1 and self.running[-1].code is not frame.f_code:
            self.running.pop()
        return self.running[-1] if self.running else None

    def returned(self, result, arguments):
        """The step that ends with the call: the function's names are gone."""
        if self.running and self.running[0].is_within_line:
            names = self.code.co_varnames[: self.code.co_argcount]
            held = zip(names, arguments, strict=False)
            kept = {name: one for name, one in held if self.is_shown(one)}
            self.shown_frames = frozenset()
            self.add(self.running[0].line, None, {**kept, "result": result})

    def add(self, line, frame, callers=None):
        self.total += 1
        if len(self.steps) < MOST_STEPS:
            self.steps.append(self.look(line, frame, callers))

    def look(self, line, frame, callers):
        frames = self.names(frame) if callers is None else [("", callers)]
        outside = self.outside()
        if outside:
            frames.append(("<module>", outside))
        roots = [value for _, names in frames for value in names.values()]
        found, more = self.reachable(roots)
        lost = self.unreached(found)
        beyond, still_more = self.reachable(lost, {id(one) for one in found})
        found_beyond = beyond[: MOST_OBJECTS - len(found)]
        numbers = self.numbered(found + found_beyond)
        step = {
            "frames": [self.described_frame(name, names, numbers) for name, names in frames],
            "objects": [self.described(one, numbers, False) for one in found]
            + [self.described(one, numbers, True) for one in found_beyond],
        }
        left_out = more + still_more + len(beyond) - len(found_beyond)
        if line is not None:
            step["line"] = line
        if left_out:
            step["left_out"] = left_out
        return step

    def names(self, frame):
        """The names of each frame of the function's own code, the outermost first."""
        frames, named = [], []
        while frame is not None:
            if frame.f_code in self.codes:
                frames.append(frame)
            if frame.f_code is self.code:
                break
            frame = frame.f_back
        for one in reversed(frames):
            names = {name: value for name, value in one.f_locals.items() if name[0] != "."}
            named.append((one.f_code.co_name, names))
        self.shown_frames = frozenset(id(one) for one in frames)
        return named

    def outside(self):
        """What the module keeps, under the names that the function's code has for it."""
        module = self.globals.get("__name__")
        kept = {}
        for name in sorted({name for code in self.codes for name in code.co_names}):
            value = self.globals.get(name)
            if is_store(value):
                kept[name] = value
            elif isinstance(value, type) and value.__module__ == module:
                stores = {inner: held for inner, held in vars(value).items() if is_store(held)}
                kept.update((f"{name}.{inner}", held) for inner, held in stores.items())
        return kept

    def numbered(self, found):
        """Each object's number: what it had in the step before, or the next."""
        numbers, places, seen = {}, {}, {}
        for one in found:
            place = (id(one), type(one))
            known = self.seen.get(place)
            number = self.numbers.get(place) if known is None or known() is one else None
            if number is None:
                number, self.next_number = self.next_number, self.next_number + 1
            numbers[id(one)] = places[place] = number
            try:
                seen[place] = weakref.ref(one)
            except TypeError:
                # A type that was not made for it: such objects are told apart by place and type.
                continue
        self.numbers, self.seen = places, seen
        return numbers

    def unreached(self, found):
        """Objects of the step before that are alive though no name leads to them."""
        reached = {id(one) for one in found}
        alive = [known() for known in self.seen.values()]
        return [one for one in alive if one is not None and id(one) not in reached]

    def reachable(self, roots, known=()):
        """The objects behind the roots, the nearest first, and how many were too many."""
        found, more, known = [], 0, set(known)
        ahead = [one for one in roots if self.is_shown(one)]
        for one in ahead:
            if id(one) in known:
                continue
            known.add(id(one))
            if len(found) == MOST_OBJECTS:
                more += 1
                continue
            found.append(one)
            ahead.extend(self.referents(one))
        return found, more

    def is_shown(self, one):
        """Whether something is an object of the program's, and not a value or the interpreter's."""
        if isinstance(one, (*LEFT_OUT, *VALUES)) or sys.getrefcount(one) >= IMMORTAL:
            return False
        if isinstance(one, types.FunctionType):
            return one.__closure__ is not None
        if type(one) in TEXTS and (len(one) < 2 or block_of(one) is None):
            return False
        if type(one) is tuple and all(isinstance(item, VALUES) for item in one):
            return False
        return id(one) not in self.constants and id(one) not in self.shown_frames

    def referents(self, one):
        """What an object refers to, as a program sees it."""
        return [other for other in directly(one) if self.is_shown(other)]

    def described_frame(self, name, names, numbers):
        described = []
        for each, value in names.items():
            number = numbers.get(id(value)) if self.is_shown(value) else None
            if number is None:
                described.append({"name": each, "text": text_of(value)})
            else:
                described.append({"name": each, "object": number})
        return {"function": name, "names": described}

    def described(self, one, numbers, is_unreached):
        block, size = block_of(one), size_of(one)
        others = [numbers[id(other)] for other in self.referents(one) if id(other) in numbers]
        described = {"number": numbers[id(one)], "kind": type(one).__name__, "bytes": size}
        text = text_of(one)
        if text:
            described["text"] = text
        if block is None:
            described["estimated"] = True
        if is_unreached:
            described["unreached"] = True
        if others:
            described["refers_to"] = list(dict.fromkeys(others))
        return described


def is_store(value):
    """Whether a module's or a class's value is one that fills: a container, or a cache."""
    return isinstance(value, (list, dict, set)) or is_cache(value)


def is_cache(value):
    """Whether something is a function that remembers its results."""
    return hasattr(type(value), "cache_info")


def directly(one):
    """What an object refers to, without what the interpreter puts between."""
    kind = type(one)
    if isinstance(one, (*VALUES, *TEXTS)):
        return []
    if isinstance(one, types.FunctionType):
        return cells_of(one)
    if isinstance(one, types.FrameType):
        return named_in(one)
    if isinstance(one, types.GeneratorType):
        return named_in(one.gi_frame)
    if isinstance(one, memoryview):
        return owner_of(one, "obj")
    if kind.__module__ == "numpy" and kind.__name__ == "ndarray":
        return owner_of(one, "base")
    found = []
    for other in gc.get_referents(one):
        if is_cache(one) and (type(other) is not dict or is_own_dict(one, other)):
            # The function itself, and what it is made of.
            continue
        if type(other).__name__ in BETWEEN or is_own_dict(one, other):
            found.extend(gc.get_referents(other))
        elif not (isinstance(other, dict) and "__builtins__" in other):
            found.append(other)
    return found


def cells_of(function):
    found = []
    for cell in function.__closure__ or ():
        try:
            found.append(cell.cell_contents)
        except ValueError:
            # It is empty.
            continue
    return found


def named_in(frame):
    return list(frame.f_locals.values()) if frame is not None else []


def owner_of(view, attribute):
    try:
        return [getattr(view, attribute)]
    except ValueError:
        # It was released.
        return []


def is_own_dict(one, other):
    """Whether a dict is where an object keeps its attributes."""
    if not isinstance(other, dict) or isinstance(one, CONTAINERS):
        return False
    try:
        return object.__getattribute__(one, "__dict__") is other
    except AttributeError:
        return False


def before(one):
    """How many bytes of an object's block stand before it."""
    flags = type(one).__flags__
    # Whether there are pointers before the header is in these flags from 3.11 on.
    managed = flags & (MANAGED if sys.version_info >= (3, 12) else 1 << 4)
    return (POINTERS if flags & HAS_HEADER else 0) + (POINTERS if managed else 0)


def block_of(one):
    """The bytes requested for an object's own block, or None if the ledger has not seen it."""
    return probe.block_at(id(one) - before(one))


def size_of(one):
    """The bytes of an object, with what it keeps in blocks that are its own alone."""
    block = block_of(one)
    measure = getattr(type(one), "__sizeof__", None)
    own = measure(one) if isinstance(measure, types.MethodDescriptorType) else 0
    has_values = sys.version_info < (3, 12) and type(one).__flags__ & 1 << 4
    apart = probe.values_of(one) if has_values else 0
    return max(block or 0, own + before(one)) + apart


def text_of(one):
    """A few words on a value; nothing of an object's own is called."""
    kind = type(one)
    if kind in VALUES or kind is str:
        return shortened(repr(one[: LONGEST_TEXT + 1] if kind is str else one))
    if kind in (bytes, bytearray, memoryview):
        return length_of(one)
    if kind in CONTAINERS:
        inner = list(one)[:LONGEST_TEXT] if kind in (list, tuple) else [one]
        if inner and all(type(item) in VALUES for item in inner):
            return shortened(repr(one))
        return length_of(one)
    if kind in (types.FunctionType, types.BuiltinFunctionType, type):
        return shortened(one.__name__)
    if kind is types.FrameType:
        return shortened(one.f_code.co_name)
    return ""


def length_of(one):
    try:
        return f"len {len(one):,}"
    except ValueError:
        return "released"


def shortened(text):
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"


def trace(watch):
    """Has the interpreter report the lines, as the lines pass has it on 3.11."""

    def trace_lines(frame, event, _):
        if event == "line":
            watch.line(frame, frame.f_lineno)
        elif event == "return":
            watch.end(frame)
        return trace_lines

    def trace_calls(frame, event, _):
        if event != "call" or frame.f_code not in watch.codes:
            return None
        watch.begin(frame)
        return trace_lines

    sys.settrace(trace_calls)
    return lambda: sys.settrace(None)


def monitor(watch):
    """Has the interpreter report the lines, as the lines pass has it from 3.12 on."""
    monitoring = sys.monitoring
    events = monitoring.events
    tool = next(tool for tool in (4, 3, 2, 1, 0, 5) if monitoring.get_tool(tool) is None)
    monitoring.use_tool_id(tool, "heapbook")

    def line(_, number):
        watch.line(sys._getframe(1), number)

    def begin(code, *_):
        if code in watch.codes:
            watch.begin(sys._getframe(1))

    def end(code, *_):
        if code in watch.codes:
            watch.end(sys._getframe(1))

    everywhere = {events.PY_UNWIND: end, events.PY_THROW: begin}
    begins, ends = (events.PY_START, events.PY_RESUME), (events.PY_RETURN, events.PY_YIELD)
    here = {events.LINE: line, **dict.fromkeys(begins, begin), **dict.fromkeys(ends, end)}
    for event, callback in {**here, **everywhere}.items():
        monitoring.register_callback(tool, event, callback)
    for code in watch.codes:
        monitoring.set_local_events(tool, code, sum(here))
    monitoring.set_events(tool, sum(everywhere))

    def stop():
        monitoring.set_events(tool, 0)
        for code in watch.codes:
            monitoring.set_local_events(tool, code, 0)
        monitoring.free_tool_id(tool)

    return stop


def steps_of(codes, call):
    """Makes the call, and tells what was there after each of its lines."""
    watch = Watch(codes)
    function, arguments = call
    probe.collect()
    # What looking makes must bring on no collection.
    was_enabled = gc.isenabled()
    gc.disable()
    stop = monitor(watch) if sys.version_info >= (3, 12) else trace(watch)
    try:
        result = function(*arguments)
    finally:
        stop()
        if was_enabled:
            gc.enable()
    watch.returned(result, arguments)
    return {"steps": watch.steps, "total_steps": watch.total}
