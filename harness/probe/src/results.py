"""Results of users' programs, which may be of any type: compared by a digest, and shown.

Loaded only by a worker that is to compare them.

Two results count as the same only where Python's `==` says so, or says so of each element (lists
and arrays of numpy). Types whose values are never equal differ: a list, a tuple and a range of the
same numbers. So do `1`, `1.0` and `True`, and `0.0` and `-0.0`, which print as different things;
one nan is the same as another. What has no value that can be written down cannot be compared.
"""

import hashlib
import sys
from itertools import islice

# How much of a result is shown.
SHOWN = 60
# Elements or characters that are written at once.
CHUNK = 4096
# Bytes are also written as Rust writes a Vec<u8> while they are no more than this: five
# characters each take their time.
MOST_BYTES_ACROSS = 4 * 2**20
# Python refuses to write longer whole numbers in decimals.
LARGEST_DECIMAL = 10**4000
# Rust writes these characters so; others that cannot be printed by their number.
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


class Incomparable(Exception):
    """There is no digest of a result, and why."""


class Text:
    """The text of a result on its way into a digest."""

    def __init__(self, across):
        self.hash = hashlib.sha256()
        # Whether bytes are written as Rust writes them.
        self.across = across
        self.with_bytes = False
        # Why unequal digests do not mean unequal results.
        self.unsure = None
        # The containers that are being written, by identity.
        self.open = set()

    def add(self, text):
        self.hash.update(text.encode("utf-8", "backslashreplace"))

    def number(self):
        return str(int.from_bytes(self.hash.digest()[:8], "little"))

    def apart(self):
        """Another text with the same containers open."""
        other = Text(self.across)
        other.open = self.open
        return other

    def take_in(self, other):
        self.with_bytes |= other.with_bytes
        self.unsure = self.unsure or other.unsure


def digest_of(value):
    """What a result is compared by, as a part of the answer.

    `digest` is a number that equal results share. `across` is the number that other languages'
    results are compared by, where it is another one. `incomparable` says why there is none, or,
    beside a digest, why results with another digest may be equal even so.
    """
    text, answer = written(value, False)
    if text is not None:
        answer["digest"] = text.number()
        if text.with_bytes:
            across, _ = written(value, True)
            answer["across"] = across and across.number()
    return {name: what for name, what in answer.items() if what is not None or name == "digest"}


def written(value, across):
    text, reason = Text(across), None
    try:
        write(value, text)
        reason = text.unsure
    except Incomparable as why:
        text, reason = None, str(why)
    except RecursionError:
        text, reason = None, "nested too deeply"
    except Exception as exception:
        # Attributes of a user's class may raise anything.
        text, reason = None, f"{name_of(type(value))} raised {name_of(type(exception))}"
    return text, {"digest": None, "incomparable": reason}


def write(value, text):
    """Adds the text of a value. Raises Incomparable for what has none."""
    kind = type(value)
    writer = WRITERS.get(kind) or writer_of_base(kind) or writer_of_module(value, kind)
    if writer is None:
        write_instance(value, kind, text)
    elif writer in PLAIN:
        writer(value, text)
    else:
        enclosed(writer, value, text)


def enclosed(writer, value, text):
    """Writes a container, which must not contain itself."""
    if id(value) in text.open:
        raise Incomparable(f"{name_of(type(value))} that contains itself")
    text.open.add(id(value))
    writer(value, text)
    text.open.discard(id(value))


def write_none(value, text):
    text.add(repr(value))


def write_bool(value, text):
    text.add("true" if value else "false")


def write_int(value, text):
    value = int(value)
    small = -LARGEST_DECIMAL < value < LARGEST_DECIMAL
    text.add(str(value) if small else hex(value))


def write_float(value, text):
    text.add(float_as_rust(float.__repr__(value)))


def float_as_rust(shown):
    """Rust writes 1e16 and 1e-5 where Python writes 1e+16 and 1e-05."""
    mantissa, e, exponent = shown.partition("e")
    if e:
        return f"{mantissa}e{int(exponent)}"
    return "NaN" if shown == "nan" else shown


def write_complex(value, text):
    real, imaginary = float.__repr__(value.real), float.__repr__(value.imag)
    text.add(f"complex({real}, {imaginary})")


def write_str(value, text):
    text.add('"')
    for start in range(0, len(value), CHUNK):
        part = str(value[start : start + CHUNK])
        if part.isascii() and part.isprintable():
            text.add(part.replace("\\", "\\\\").replace('"', '\\"'))
        else:
            text.add("".join(map(escaped, part)))
    text.add('"')


def escaped(character):
    if character in ESCAPES:
        return ESCAPES[character]
    if character.isascii():
        return character if character.isprintable() else f"\\u{{{ord(character):x}}}"
    import unicodedata

    # Rust writes marks that would join the character before by their number.
    is_mark = unicodedata.category(character) in ("Mn", "Me")
    if character.isprintable() and not is_mark:
        return character
    return f"\\u{{{ord(character):x}}}"


def write_bytes(value, text):
    """Bytes by their buffer, or as Rust writes a Vec<u8>."""
    text.with_bytes = True
    view = memoryview(value)
    if not text.across:
        text.add(f"bytes {view.nbytes} ")
        text.hash.update(view if view.c_contiguous else view.tobytes())
        return
    if view.nbytes > MOST_BYTES_ACROSS:
        raise Incomparable("bytes of more than 4 MiB, with another language's")
    whole = bytes(view)
    parts = (list(whole[start : start + CHUNK]) for start in range(0, len(whole), CHUNK))
    text.add("[" + ", ".join(repr(part)[1:-1] for part in parts) + "]")


def write_range(value, text):
    # Equal ranges have the same elements, and need not have the same ends.
    first, step = (value[0], value.step) if len(value) else (None, None)
    text.add(f"range({len(value)}, {first}, {step if len(value) > 1 else None})")


def write_slice(value, text):
    text.add("slice")
    write_items((value.start, value.stop, value.step), text)


def write_list(value, text):
    text.add("[")
    write_items(value, text)
    text.add("]")


def write_tuple(value, text):
    text.add("(")
    write_items(value, text)
    text.add(",)" if len(value) == 1 else ")")


def write_items(value, text):
    """The elements, many at once where they are whole numbers or floats."""
    items = iter(value)
    opening = ""
    while True:
        part = list(islice(items, CHUNK))
        if not part:
            return
        text.add(opening)
        opening = ", "
        kinds = set(map(type, part))
        if kinds <= NUMBERS and (joined := joined_numbers(part)) is not None:
            text.add(joined)
            continue
        for place, item in enumerate(part):
            if place:
                text.add(", ")
            write(item, text)


def joined_numbers(part):
    """Numbers as `repr` writes them; None where Rust would write them in another way."""
    try:
        joined = repr(part)[1:-1]
    except ValueError:
        return None
    return None if "e" in joined or "n" in joined else joined


def write_named_list(value, text):
    """A sequence that equals no list."""
    text.add(name_of(type(value)))
    write_list(value, text)


def write_array(value, text):
    text.add("array")
    write_list(value, text)


def write_view(value, text):
    array_of_bytes = type(value.obj).__name__ == "array"
    if value.format == "B" and value.ndim == 1 and not array_of_bytes:
        write_bytes(value, text)
    else:
        text.add("array")
        write(value.tolist(), text)


def write_set(value, text):
    text.add("{" + ", ".join(shown for shown, _ in in_order(value, text)) + "}")


def write_dict(value, text):
    text.add("{")
    opening = ""
    for shown, key in in_order(list(value.keys()), text):
        text.add(f"{opening}{shown}: ")
        opening = ", "
        write(value[key], text)
    text.add("}")


def in_order(items, text):
    """Items whose own order says nothing, in one that follows from their values.

    Each is a pair: what is written of it, and itself. Whole numbers and texts are ordered as Rust
    orders them, others by what is written.
    """
    same = {*map(type, items)} in ({int}, {str})
    pairs = [(written_apart(item, text), item) for item in (sorted(items) if same else items)]
    return pairs if same else sorted(pairs, key=lambda pair: pair[0])


class Collected(Text):
    """A text that is kept and not digested."""

    def __init__(self, text):
        super().__init__(text.across)
        self.open = text.open
        self.hash = self
        self.parts = []

    def add(self, text):
        self.parts.append(text)

    def update(self, data):
        self.parts.append(bytes(data).hex())


def written_apart(value, text):
    apart = Collected(text)
    write(value, apart)
    text.with_bytes |= apart.with_bytes
    text.unsure = text.unsure or apart.unsure
    return "".join(apart.parts)


def write_ordered_dict(value, text):
    text.add("OrderedDict")
    write_list(list(value.items()), text)


def write_namespace(value, text):
    text.add("namespace")
    write_dict(vars(value), text)


def write_decimal(value, text):
    if not value.is_finite():
        text.add(f"Decimal({value})")
        return
    sign, digits, exponent = value.as_tuple()
    shown = "".join(map(str, digits)).lstrip("0")
    stripped = shown.rstrip("0")
    exponent = exponent + len(shown) - len(stripped) if stripped else 0
    text.add(f"Decimal({'-' if sign and stripped else ''}{stripped or '0'}e{exponent})")


def write_repr(value, text):
    """What Python writes of the types that show all that they compare."""
    text.add(f"{type(value).__module__}.{value!r}")


def write_datetime(value, text):
    """A date and a time; with a zone, the moment that it means."""
    if value.utcoffset() is None:
        text.add(f"datetime {value.isoformat()}")
        return
    import datetime

    since = value - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    text.add(f"moment {since.days} {since.seconds} {since.microseconds}")


def write_path(value, text):
    text.add(f"{'Windows' if 'Windows' in type(value).__name__ else 'Posix'}Path ")
    write_str(str(value), text)


def write_pattern(value, text):
    text.add("re")
    write_items((value.pattern, value.flags), text)


def write_ndarray(value, text):
    """Elements as in a list; numpy's `==` compares the two so."""
    kind, size = value.dtype.kind, value.dtype.itemsize
    if kind in "mM":
        text.add(f"{value.dtype} ")
        write_ndarray(value.view("i8"), text)
        return
    if kind not in "biufcSUOV" or (kind in "fc" and size > 16 - 8 * (kind == "f")):
        raise Incomparable(f"an array of {value.dtype}")
    if value.dtype.names:
        text.add(str(value.dtype.names))
    if value.ndim == 0:
        write(value.item(), text)
        return
    if value.size == 0 and value.ndim > 1:
        text.add(str(value.shape))
    text.add("[")
    rows = max(1, CHUNK * len(value) // max(1, value.size))
    for start in range(0, len(value), rows):
        if start:
            text.add(", ")
        part = value[start : start + rows].tolist()
        joined = joined_numbers(part) if kind in "iuf" else None
        if joined is None:
            write_items(part, text)
        else:
            text.add(joined)
    text.add("]")


def write_series(value, text):
    """A Series or an Index of pandas: what `equals` compares."""
    text.add(f"{type(value).__name__} {value.dtype} ")
    if hasattr(value, "index"):
        write(value.index, text)
    write_list([text_or_value(item) for item in value.tolist()], text)


def text_or_value(item):
    """What pandas has of its own (Timestamp, NaT, NA, Interval) shows all that it compares."""
    return repr(item) if type(item).__module__.startswith("pandas") else item


def write_frame(value, text):
    text.add("DataFrame")
    write(value.columns, text)
    for place in range(value.shape[1]):
        write_series(value.iloc[:, place], text)
    write(value.index, text)


def write_enum(value, text):
    text.add(f"{full_name_of(type(value))}.{value.name}")


def write_fields(value, names, text):
    text.add(full_name_of(type(value)))
    write_list([(name, getattr(value, name)) for name in names], text)


def write_instance(value, kind, text):
    """An instance of a class written in Python: by what it compares, or holds."""
    fields = getattr(kind, "__dataclass_fields__", None)
    if fields is not None and kind.__dataclass_params__.eq:
        names = [name for name, field in fields.items() if field.compare and name_is_set(field)]
        enclosed(lambda value, text: write_fields(value, names, text), value, text)
        return
    attributes = getattr(kind, "__attrs_attrs__", None)
    if attributes is not None and kind.__eq__ is not object.__eq__:
        names = [attribute.name for attribute in attributes if attribute.eq]
        enclosed(lambda value, text: write_fields(value, names, text), value, text)
        return
    own = kind.__eq__ is not object.__eq__ and kind.__repr__ is not object.__repr__
    if not own or kind.__flags__ & HEAP_TYPE == 0 or kind.__mro__[-2].__flags__ & HEAP_TYPE == 0:
        raise Incomparable(name_of(kind))
    # What holds the same is equal; what does not may be, if its class says so.
    text.unsure = text.unsure or f"{name_of(kind)} decides by itself what it equals"
    names = dict.fromkeys(getattr(value, "__dict__", ()))
    for base in kind.__mro__:
        slots = base.__dict__.get("__slots__", ())
        names.update(dict.fromkeys((slots,) if isinstance(slots, str) else slots))
    held = sorted(name for name in names if not name.startswith("__") and hasattr(value, name))
    enclosed(lambda value, text: write_fields(value, held, text), value, text)


def name_is_set(field):
    """Whether a dataclass's field is one of each instance, and not of the class."""
    return getattr(field, "_field_type", None) is None or "CLASSVAR" not in str(field._field_type)


def name_of(kind):
    return kind.__qualname__


def full_name_of(kind):
    return f"{kind.__module__}.{kind.__qualname__}"


# Of a class that was not made in C (Py_TPFLAGS_HEAPTYPE; those of C that have it, too, have no
# attributes of their own to be compared by, and no base in Python).
HEAP_TYPE = 1 << 9
NUMBERS = {int, float}
PLAIN = {
    write_none,
    write_bool,
    write_int,
    write_float,
    write_complex,
    write_str,
    write_bytes,
    write_range,
    write_decimal,
    write_repr,
    write_datetime,
    write_path,
    write_enum,
}
WRITERS = {
    type(None): write_none,
    type(Ellipsis): write_none,
    type(NotImplemented): write_none,
    bool: write_bool,
    int: write_int,
    float: write_float,
    complex: write_complex,
    str: write_str,
    bytes: write_bytes,
    bytearray: write_bytes,
    memoryview: write_view,
    range: write_range,
    slice: write_slice,
    list: write_list,
    tuple: write_tuple,
    set: write_set,
    frozenset: write_set,
    dict: write_dict,
    type({}.keys()): write_set,
    type({}.items()): write_set,
    type({}.values()): write_named_list,
    type(sys.implementation): write_namespace,
}
BASES = [bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict]
# Types of modules that a worker does not load by itself, by module and name; subclasses go by
# their bases, if these compare them.
OF_MODULES = {
    ("types", "mappingproxy"): write_dict,
    ("builtins", "mappingproxy"): write_dict,
    ("collections", "deque"): write_named_list,
    ("collections", "OrderedDict"): write_ordered_dict,
    ("collections", "Counter"): write_dict,
    ("collections", "UserDict"): write_dict,
    ("array", "array"): write_array,
    ("decimal", "Decimal"): write_decimal,
    ("fractions", "Fraction"): write_repr,
    ("datetime", "datetime"): write_datetime,
    ("datetime", "date"): write_repr,
    ("datetime", "time"): write_repr,
    ("datetime", "timedelta"): write_repr,
    ("datetime", "timezone"): write_repr,
    ("uuid", "UUID"): write_repr,
    ("ipaddress", "_BaseAddress"): write_repr,
    ("ipaddress", "_BaseNetwork"): write_repr,
    ("pathlib", "PurePath"): write_path,
    ("re", "Pattern"): write_pattern,
    ("enum", "Enum"): write_enum,
    ("numpy", "ndarray"): write_ndarray,
    ("numpy", "generic"): write_ndarray,
    ("pandas", "Series"): write_series,
    ("pandas", "Index"): write_series,
    ("pandas", "DataFrame"): write_frame,
    ("pandas", "Timestamp"): write_repr,
    ("pandas", "Timedelta"): write_repr,
    ("pandas", "Period"): write_repr,
    ("pandas", "Interval"): write_repr,
    ("pandas", "NaTType"): write_repr,
    ("pandas", "NAType"): write_repr,
}


def writer_of_base(kind):
    """How a subclass of a builtin type is written, if that type compares it."""
    for base in BASES:
        if issubclass(kind, base) and kind.__eq__ is base.__eq__:
            return WRITERS[base]
    return None


def writer_of_module(value, kind):
    for base in kind.__mro__:
        writer = OF_MODULES.get((package_of(base), base.__name__))
        if writer is not None:
            # numpy's int64 says for itself what it equals, as each kind of number there.
            own = package_of(kind) == package_of(base)
            return writer if own or kind.__eq__ is base.__eq__ else None
    return None


def package_of(kind):
    """pathlib._local, pandas.core.series, numpy: the first part says whose a class is."""
    return kind.__module__.partition(".")[0]


def shown(value):
    """The beginning of a result as Python shows it; of a large one, what is in front."""
    kind = type(value).__name__
    try:
        if isinstance(value, int) and value.bit_length() > 4 * SHOWN:
            return f"{kind} of {value.bit_length()} bits"
        if isinstance(value, (str, bytes, bytearray)) and len(value) > SHOWN:
            return f"{kind} of {len(value)}, from {shortened(repr(value[:SHOWN]))}"
        if isinstance(value, (list, tuple, set, frozenset, dict)) and len(value) > SHOWN // 4:
            front = ", ".join(map(shown, islice(value, 4)))
            return f"{kind} of {len(value)}, from {shortened(front)}"
        return shortened(repr(value))
    except Exception:
        return kind


def shortened(text):
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
