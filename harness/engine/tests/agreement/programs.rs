//! Small programs, generated from a seed.

use std::ops::RangeInclusive;

use fastrand::Rng;

/// A generated function of one argument.
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) code: String,
}

/// What every generated file starts with.
pub(crate) const IMPORTS: &str = r#"
import _thread, gc, os, struct, sys, threading, weakref
from array import array
from collections import OrderedDict, deque, namedtuple
from functools import partial, reduce
from itertools import chain, islice, tee

Row = namedtuple("Row", "number text")

def in_threads(count, work):
    """All threads are there at once and work one after the other: so peak and rest are the same each time.

    Not by way of threading.Thread, which waits for the thread to have started: whether there is something to wait for, and
    so a lock to make, is a matter of who runs first.
    """
    locks = [[_thread.allocate_lock() for _ in range(count + 1)] for _ in range(3)]
    for lock in chain(*locks):
        lock.acquire()
    begun, turns, ends = locks
    numbers = [0] * count

    def run(i):
        numbers[i] = _thread.get_native_id()
        begun[i].release()
        turns[i].acquire()
        work(i)
        turns[i + 1].release()
        ends[i].acquire()

    for i in range(count):
        _thread.start_new_thread(run, (i,))
        begun[i].acquire()
    turns[0].release()
    turns[count].acquire()
    for i in range(count):
        ends[i].release()
        # A thread gives its own state back as the last thing it does.
        while os.path.exists("/proc/self/task/%d" % numbers[i]):
            pass
    # What the threads left in free lists depends on who ran when.
    gc.collect()

"#;

/// What the file of the kind `classes` starts with as well.
///
/// A type knows its subclasses by a table, which a new one enlarges now and then. These have made
/// it large enough for all that the programs make: `object`'s, and `dict`'s, from which one
/// statement derives.
pub(crate) const ROOM_FOR_SUBCLASSES: &str =
    "ROOM = [type('Kept', (base,), {}) for base in (object, dict) for _ in range(700)]\n\n";

/// Each kind with the statements that its programs are made of.
///
/// `{v}` is the statement's own variable; each `{many}` and `{few}` is a number, and each `{tree}`
/// an expression, of its own.
pub(crate) const KINDS: [(&str, &[&str]); 10] = [
    (
        "trees",
        &[
            "{v} = {tree}",
            "{v} = [{tree}, {tree}]",
            "def grow(depth):\n        return [grow(depth - 1) for _ in range({few})] if depth else b'.' * {many}\n    {v} = grow(2)",
            "{v} = None\n    for depth in range({many}):\n        {v} = ({v}, depth, [depth] * {few})",
            "{v} = {}\n    for i in range({many}):\n        {v}.setdefault(i % {few}, {}).setdefault(i % 7, []).append(bytes(i))",
        ],
    ),
    (
        "containers",
        &[
            "{v} = []\n    for i in range({many}):\n        {v}.append(i * 1000)",
            "{v} = {i: str(i) for i in range({many})}\n    for i in range({few}):\n        del {v}[i]",
            "{v} = set(range({many})) ^ set(range({few}, {many}))",
            "{v} = deque(range({many}), maxlen={many})\n    {v}.rotate({few})",
            "{v} = [list(range({few})) for _ in range({many})]\n    del {v}[:: {few}]\n    {v}.extend(range({many}))",
            "{v} = sorted((str(i) for i in range({many})), reverse=True)\n    {v}.pop()",
            "{v} = OrderedDict.fromkeys(map(str, range({many})))\n    {v}.popitem()",
            "{v} = [Row(i, (i,) * {few}) for i in range({many})]",
        ],
    ),
    (
        "strings",
        &[
            "{v} = ''\n    for i in range({many}):\n        {v} += str(i)",
            "{v} = ','.join(str(i) for i in range({many})).split(',')",
            "{v} = ('\\xe9' * {many}).encode().decode('utf-8') + '\\u4e2d'",
            "{v} = [f'{i:>{few}} of {i * i}' for i in range({many})]",
            "{v} = ('ab' * {many}).replace('a', 'x' * {few}).upper()",
            "{v} = '%s-%r' % ('z' * {many}, list(range({few})))",
        ],
    ),
    (
        "closures",
        &[
            "{v} = [lambda i=i: i + n for i in range({many})]\n    sum(call() for call in {v})",
            "def counter(start):\n        def step():\n            nonlocal start\n            start += {many}\n            return start\n        return step\n    {v} = [counter(i) for i in range({few})]\n    [step() for step in {v} for _ in range({few})]",
            "{v} = [partial(max, i, {few}) for i in range({many})]",
            "{v} = [(lambda text: lambda: text)('.' * i) for i in range({many})]",
            "{v} = reduce(lambda inner, i: lambda: (inner, i), range({many}), None)",
        ],
    ),
    (
        "exceptions",
        &[
            "{v} = []\n    for i in range({few}):\n        try:\n            raise ValueError('.' * {many})\n        except ValueError as error:\n            {v}.append(error)",
            "def fail(depth):\n        held = bytes({many})\n        if depth:\n            return fail(depth - 1)\n        raise KeyError(depth)\n    try:\n        fail({few})\n    except KeyError as error:\n        {v} = error.args",
            "try:\n        [None] * {many} + None\n    except TypeError as error:\n        {v} = str(error)",
            "try:\n        try:\n            {}[{many}]\n        except KeyError as error:\n            raise RuntimeError('.' * {many}) from error\n    except RuntimeError as error:\n        {v} = error.__cause__",
            "held = bytes({many})\n    try:\n        {v} = [int(i) for i in '1' * {many} + 'x']\n    except ValueError:\n        {v} = [held] * {few}\n    finally:\n        held = None",
        ],
    ),
    (
        "generators",
        &[
            "def produce(limit):\n        held = bytes(limit)\n        for i in range(limit):\n            yield i, held\n    {v} = produce({many})\n    for _ in range({few}):\n        next({v})",
            "{v} = [(i + j for j in range({many})) for i in range({few})]\n    [next(values) for values in {v}]",
            "{v} = map(str, filter(None, (i % {few} for i in range({many}))))\n    next({v})",
            "{v} = tee(range({many}))\n    list(islice({v}[0], {few} * 2))",
            "def echo():\n        heard = []\n        while True:\n            heard.append((yield len(heard)))\n    {v} = echo()\n    next({v})\n    for i in range({many}):\n        {v}.send(str(i))",
            "def descend(depth):\n        yield bytes({many})\n        if depth:\n            yield from descend(depth - 1)\n    {v} = descend({few} + 2)\n    next({v}), next({v}), next({v})",
            "{v} = chain.from_iterable([i] * {few} for i in range({many}))\n    list(islice({v}, {many}))",
        ],
    ),
    (
        "classes",
        &[
            "class Point:\n        def __init__(self, x):\n            self.x = x\n            self.label = str(x)\n    {v} = [Point(i) for i in range({many})]",
            "class Slim:\n        __slots__ = ('number', 'text')\n        def __init__(self, number):\n            self.number = number\n            self.text = '.' * number\n    {v} = [Slim(i) for i in range({many})]",
            "class Base:\n        def __init__(self):\n            self.held = bytearray({many})\n    class Derived(Base):\n        @property\n        def size(self):\n            return len(self.held)\n        def __init__(self):\n            super().__init__()\n            self.other = self.size\n    {v} = [Derived() for _ in range({few})]",
            "class Node:\n        pass\n    for i in range({few}):\n        {v} = Node()\n        {v}.itself = {v}\n        {v}.held = bytes({many})",
            "class Target:\n        pass\n    kept = [Target() for _ in range({many})]\n    {v} = [weakref.ref(target) for target in kept]\n    del kept[::{few}]",
            "{v} = type('Made', (dict,), {'number': {many}})(enumerate('.' * {many}))",
        ],
    ),
    (
        "threads",
        &[
            "{v} = []\n    in_threads({few}, lambda i: {v}.append(bytes({many} * 100)))",
            "{v} = {}\n    def fill(i):\n        {v}[i] = [bytes(j) for j in range({many})]\n    in_threads({few}, fill)",
            "{v} = [None] * 10\n    def join(i):\n        {v}[i] = ','.join(map(str, range({many})))\n    in_threads({few}, join)",
            "{v} = []\n    def drop(i):\n        for size in range({many}):\n            bytes(size * 10)\n        {v}.append(i)\n    in_threads({few}, drop)",
            "{v} = threading.local()\n    def own(i):\n        {v}.held = bytes({many})\n    in_threads({few}, own)\n    {v}.held = {many}",
        ],
    ),
    (
        "numbers",
        &[
            "{v} = [i ** {few} for i in range({many})]",
            "{v} = [i / 7 for i in range({many})]\n    sum({v})",
            "{v} = 3 ** ({many} * {few})\n    {v} = divmod({v}, {many} + 1)",
            "{v} = [complex(i, {few}) for i in range({many})]\n    {v} = [abs(value) for value in {v}]",
            "{v} = 1\n    for i in range(1, {many}):\n        {v} *= i\n    {v} = str({v} % 10 ** {many})",
        ],
    ),
    (
        "buffers",
        &[
            "{v} = bytearray()\n    for i in range({many}):\n        {v} += b'.' * (i % {few})",
            "{v} = array('d')\n    for i in range({many}):\n        {v}.append(i)",
            "{v} = memoryview(bytes({many} * 50))[:: {few}]\n    {v} = {v}.tolist()",
            "{v} = b''.join(struct.pack('<qd', i, i / {few}) for i in range({many}))",
            "{v} = [memoryview(bytearray({many}))[i:] for i in range({few})]",
            "{v} = array('B', bytes({many} * 30))\n    {v} = {v}[{few} :] + {v}",
        ],
    ),
];

/// So many programs of a kind.
pub(crate) fn programs(statements: &[&str], count: usize, random: &mut Rng) -> Vec<Program> {
    (0..count)
        .map(|number| program(format!("program_{number}"), statements, random))
        .collect()
}

/// Two to four statements, some of whose values are dropped again, and the rest returned.
///
/// Where a statement makes a class, the interpreter's instructions for its methods adapt to a new
/// one in each call, and in some calls bind a method to an object, which then stays in a free list;
/// and the cache of attributes keeps names that were looked up last, until another name takes the
/// place. So the cache is cleared before the return, and a collection empties the free lists.
fn program(name: String, statements: &[&str], random: &mut Rng) -> Program {
    let mut code = format!("def {name}(n):\n");
    let mut kept = Vec::new();
    for number in 0..random.usize(2..=4) {
        let variable = format!("v{number}");
        let statement = filled(statements[random.usize(..statements.len())], &variable, random);
        code += &format!("    {statement}\n");
        if random.u8(..4) == 0 {
            code += &format!("    del {variable}\n");
        } else {
            kept.push(variable);
        }
    }
    if code.contains("class ") || code.contains("type(") {
        code += "    sys._clear_type_cache()\n    gc.collect()\n";
    }
    code += &format!("    return [{}]\n\n", kept.join(", "));
    Program { name, code }
}

/// The statement, with everything that is left open in it drawn.
fn filled(statement: &str, variable: &str, random: &mut Rng) -> String {
    let mut text = statement.replace("{v}", variable);
    while text.contains("{tree}") {
        text = text.replacen("{tree}", &tree(4, random), 1);
    }
    for (word, range) in [("{many}", 20..=400), ("{few}", 2..=9)] {
        while text.contains(word) {
            text = text.replacen(word, &number(range.clone(), random), 1);
        }
    }
    text
}

fn number(range: RangeInclusive<u32>, random: &mut Rng) -> String {
    random.u32(range).to_string()
}

/// An expression of nested containers whose leaves are made anew in each call.
fn tree(depth: u32, random: &mut Rng) -> String {
    let kind = if depth == 0 { 0 } else { random.u8(..6) };
    let branches: Vec<String> = match kind {
        0 => Vec::new(),
        _ => (0..random.usize(1..=4))
            .map(|_| tree(depth - 1, random))
            .collect(),
    };
    match kind {
        0 => format!("bytes(n + {})", random.u32(..900)),
        1 | 2 => format!("[{}]", branches.join(", ")),
        3 | 4 => format!("({},)", branches.join(", ")),
        _ => {
            let entries = branches.iter().enumerate();
            let entries: Vec<String> = entries.map(|(key, branch)| format!("{key}: {branch}")).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}
