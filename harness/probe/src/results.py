"""Results of users' programs, which may be of any type: compared by a digest, and shown.

Loaded only by a worker that is to compare them.
"""

import hashlib

# How much of a result is shown.
SHOWN = 60


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
