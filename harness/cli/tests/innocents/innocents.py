"""Small programs of the standard library that leave nothing, however often they are called.

Each function without parameters is one. `tracemalloc` sees nothing stay of any of them, on any
version, once what they fill is full and the cache of attributes is emptied. Each imports what it
needs by itself: a first call that loads modules fills much.
"""

import html.parser
import typing


def arguments():
    import argparse

    parser = argparse.ArgumentParser()
    parser.add_argument("--x", type=int)
    return parser.parse_args(["--x", "3"]).x


def tree():
    import ast

    return ast.unparse(ast.parse("x = [i for i in range(3) if i]"))


def event_loop():
    import asyncio

    async def tick():
        await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0))

    asyncio.run(tick())


def encoded():
    import base64

    return base64.b64decode(base64.b64encode(b"x" * 100))


def sorted_in():
    import bisect

    numbers = []
    for number in (5, 3, 9, 1):
        bisect.insort(numbers, number)
    return numbers


def month():
    import calendar

    return calendar.TextCalendar().formatmonth(2026, 11)


def counted():
    import collections

    return collections.Counter("abracadabra").most_common(2)


def made_namedtuple():
    import collections

    return collections.namedtuple("Point", "x y")(1, 2)


def in_threads():
    import concurrent.futures

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(abs, range(-5, 5)))


def settings():
    import configparser

    parser = configparser.ConfigParser()
    parser.read_string("[a]\nb = 1\n")
    return parser.getint("a", "b")


def suppressed():
    import contextlib

    with contextlib.suppress(KeyError), contextlib.ExitStack() as stack:
        stack.callback(len, "x")
        raise KeyError("x")


def copied():
    import copy

    return copy.deepcopy({"a": [1, (2, {"b": 3})]})


def rows():
    import csv
    import io

    text = io.StringIO()
    csv.writer(text).writerows([[1, "a"], [2, "b"]])
    return list(csv.DictReader(io.StringIO(text.getvalue()), ["n", "s"]))


def made_dataclass():
    import dataclasses

    @dataclasses.dataclass
    class Point:
        x: int
        y: int = 0

    return dataclasses.asdict(Point(1))


def date():
    import datetime

    return datetime.datetime.strptime("2026-11-30 04:05", "%Y-%m-%d %H:%M").strftime("%j")


def precise():
    import decimal

    with decimal.localcontext() as context:
        context.prec = 50
        return decimal.Decimal(2).sqrt()


def compared():
    import difflib

    return list(difflib.unified_diff(["a\n", "b\n"], ["a\n", "c\n"]))


def message():
    import email

    return email.message_from_string("Subject: x\nTo: y@z\n\nbody").as_string()


def made_enum():
    import enum

    return list(enum.Enum("Colour", "RED GREEN"))


def fraction():
    import fractions

    return fractions.Fraction("3/7").limit_denominator(5)


def dispatched():
    import functools

    @functools.singledispatch
    def show(value):
        return str(value)

    show.register(int, hex)
    return show(5)


def compressed():
    import gzip
    import zlib

    return gzip.decompress(gzip.compress(b"x" * 1000)), zlib.crc32(b"x")


def hashed():
    import hashlib

    return hashlib.sha256(b"x" * 1000).hexdigest(), hashlib.new("md5", b"x").digest()


def smallest():
    import heapq

    return heapq.nsmallest(3, range(100, 0, -1)), list(heapq.merge([1, 3], [2, 4]))


class Links(html.parser.HTMLParser):
    def handle_starttag(self, tag, attributes):
        self.last = tag


def parsed_html():
    links = Links()
    links.feed("<a href='x'>y</a><br>")
    links.close()
    return links.last


def looked_at():
    import inspect
    import json
    import textwrap

    return str(inspect.signature(textwrap.fill)), inspect.getdoc(json.dumps)


def network():
    import ipaddress

    return list(ipaddress.ip_network("10.0.0.0/29").hosts())


def combined():
    import itertools
    import operator

    return [
        sum(group) for _, group in itertools.groupby(range(20), operator.floordiv(7, 2).__rsub__)
    ]


def dumped():
    import json

    return json.loads(json.dumps({"a": [1, 2.5, None, "x" * 50], "b": {"c": True}}))


def failed_json():
    import json

    try:
        json.loads("{")
    except json.JSONDecodeError as error:
        return str(error)


def logged():
    import io
    import logging

    logger = logging.Logger("own")
    logger.addHandler(logging.StreamHandler(io.StringIO()))
    logger.warning("value %d", 3)


def files():
    import os
    import pathlib
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "a.txt")
        file.write_text("x" * 100)
        return [entry.name for entry in os.scandir(folder)], file.read_text()


def pickled():
    import datetime
    import pickle

    return pickle.loads(pickle.dumps({"a": datetime.date(2026, 11, 30), "b": {1, 2}}))


def printed():
    import pprint

    return pprint.pformat({"a": list(range(30)), "b": {"c": "d" * 30}}, width=40)


def passed_on():
    import queue
    import threading

    box = queue.Queue()
    thread = threading.Thread(target=box.put, args=(3,))
    thread.start()
    thread.join()
    return box.get()


def chance():
    import random

    return random.Random(5).sample(range(100), 5)


def matched():
    import re

    return re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"), re.findall(r"\d+", "1 22 333")


def split():
    import shlex

    return shlex.split("a 'b c' --d=e"), shlex.join(["a b", "c"])


def sockets():
    import socket

    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"x")
        return other.recv(1)


def database():
    import contextlib
    import sqlite3

    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("create table t (a, b)")
        connection.executemany("insert into t values (?, ?)", [(1, "x"), (2, "y")])
        return connection.execute("select sum(a) from t").fetchone()


def averaged():
    import statistics

    return statistics.fmean([1, 2, 3]), statistics.stdev([1.5, 2.5, 4.0])


def filled():
    import string

    return string.Template("$a and ${b}").substitute(a=1, b=2), f"{1 / 3:>10.3f}"


def packed():
    import struct

    return struct.unpack("<ihq", struct.pack("<ihq", 1, 2, 3))


def child():
    import subprocess
    import sys

    return subprocess.run([sys.executable, "-S", "-c", ""], check=True).returncode


def wrapped():
    import textwrap

    return textwrap.dedent("   a\n   b"), textwrap.wrap("some words " * 10, 30)


def tokens():
    import io
    import tokenize

    return list(tokenize.generate_tokens(io.StringIO("x = 1 + y\n").readline))


def reported():
    import traceback

    try:
        return 1 / 0
    except ZeroDivisionError:
        return traceback.format_exc()


def made_class():
    import types

    return types.new_class("Made", (), {}, lambda space: space.update(x=1))().x


def hinted():
    return typing.get_type_hints(make_pair)


def make_pair(a: int, b: "typing.Optional[str]" = None) -> "tuple[int, str]":  # noqa: UP045
    return a, b


def mocked():
    import unittest.mock

    mock = unittest.mock.Mock(return_value=3)
    return mock.method(1, key=2), mock()


def addresses():
    import urllib.parse

    parts = urllib.parse.urlsplit("http://user@host:80/path?q=1&r=2")
    return urllib.parse.parse_qs(parts.query), parts.port


def identified():
    import uuid

    return uuid.uuid5(uuid.NAMESPACE_DNS, "x").hex, uuid.uuid4().version


def cached_weakly():
    import weakref

    cache = weakref.WeakValueDictionary()
    kept = Links()
    cache["x"] = kept
    return len(cache)


def xml_tree():
    import xml.etree.ElementTree

    root = xml.etree.ElementTree.fromstring("<a><b c='1'>t</b></a>")
    return xml.etree.ElementTree.tostring(root), root.find("b").get("c")


def archived():
    import io
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "x" * 100)
    with zipfile.ZipFile(file) as archive:
        return archive.read("a.txt")


def named_anew():
    import types

    holder = types.SimpleNamespace()
    for number in range(3):
        setattr(holder, f"field_{number}", number)
    return [getattr(holder, "field_" + str(number)) for number in range(3)]


def garbage():
    first, second = [], []
    first.append(second)
    second.append(first)
