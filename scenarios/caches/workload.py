import functools
import itertools
import weakref

# Each call asks for keys that no call before has asked for.
KEYS = itertools.count()
CACHE = {}
WEAK = weakref.WeakValueDictionary()


class Page:
    def __init__(self, key):
        self.text = bytes(1_000)


def make_page(key):
    return Page(key)


@functools.lru_cache(maxsize=None)
def remembered(key):
    return Page(key)


@functools.lru_cache(maxsize=128)
def remembered_for_a_while(key):
    return Page(key)


class Report:
    def __init__(self):
        self.rows = bytes(1_000)

    @functools.lru_cache(maxsize=128)
    def size(self, key):
        return len(self.rows)


def no_cache(n):
    return sum(len(make_page(key).text) for key in itertools.islice(KEYS, n))


def unbounded(n):
    return sum(len(remembered(key).text) for key in itertools.islice(KEYS, n))


def bounded(n):
    return sum(len(remembered_for_a_while(key).text) for key in itertools.islice(KEYS, n))


def weak(n):
    total = 0
    for key in itertools.islice(KEYS, n):
        page = WEAK[key] = Page(key)
        total += len(page.text)
    return total


def on_a_method(n):
    return sum(Report().size(key) for key in itertools.islice(KEYS, n))
