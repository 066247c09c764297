import pickle
from array import array
from collections import namedtuple


class Plain:
    def __init__(self, x, y):
        self.x = x
        self.y = y


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Base:
    pass


class SlottedChild(Base):
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


Named = namedtuple("Named", ["x", "y"])


def of_class(n):
    return [Plain(i % 100, i % 50) for i in range(n)]


def of_class_pickled(n):
    points = of_class(n)
    for point in points:
        pickle.dumps(point)
    return points


def of_class_unpickled(n):
    return pickle.loads(pickle.dumps(of_class(n)))


def of_slots(n):
    return [Slotted(i % 100, i % 50) for i in range(n)]


def of_slots_below_a_base(n):
    return [SlottedChild(i % 100, i % 50) for i in range(n)]


def of_tuples(n):
    return [(i % 100, i % 50) for i in range(n)]


def of_namedtuples(n):
    return [Named(i % 100, i % 50) for i in range(n)]


def of_dicts(n):
    return [{"x": i % 100, "y": i % 50} for i in range(n)]


def of_columns(n):
    return array("q", (i % 100 for i in range(n))), array("q", (i % 50 for i in range(n)))


def sum_of_attributes(points):
    return sum(point.x * 3 + point.y for point in points)


def sum_of_items(points):
    return sum(x * 3 + y for x, y in points)


def sum_of_values(points):
    return sum(point["x"] * 3 + point["y"] for point in points)


def sum_of_columns(columns):
    return sum(x * 3 + y for x, y in zip(*columns))
