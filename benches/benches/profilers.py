# One profiler on one function of the lesson on caches. Started by profilers.rs:
#     python profilers.py TOOL FUNCTION CALLS N
# Prints what the tool says that the calls have left: bytes or objects, and what it names as their
# origin or their owner.
import importlib.util
import json
import os
import sys
import tempfile

WORKLOAD = os.path.join("..", "scenarios", "caches", "workload.py")


def load(function):
    specification = importlib.util.spec_from_file_location("workload", WORKLOAD)
    module = importlib.util.module_from_spec(specification)
    sys.modules["workload"] = module
    specification.loader.exec_module(module)
    return getattr(module, function)


def place(file, line):
    return f"{os.path.basename(file)}:{line}"


def nothing(call):
    call()
    return {}


def with_tracemalloc(call):
    import tracemalloc

    tracemalloc.start()
    before = tracemalloc.take_snapshot()
    call()
    grown = tracemalloc.take_snapshot().compare_to(before, "lineno")
    top = max(grown, key=lambda line: line.size_diff)
    frame = top.traceback[0]
    return {
        "bytes": sum(line.size_diff for line in grown),
        "names": place(frame.filename, frame.lineno),
    }


def with_memray(call):
    import memray

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "run.bin")
        with memray.Tracker(path, trace_python_allocators=True):
            call()
        records = list(memray.FileReader(path).get_leaked_allocation_records(merge_threads=True))
        top = max(records, key=lambda record: record.size)
        _, file, line = top.stack_trace()[0]
        return {"bytes": sum(record.size for record in records), "names": place(file, line)}


def with_objgraph(call):
    import objgraph

    objgraph.growth()
    call()
    grown = objgraph.growth(limit=1)
    if not grown:
        return {"objects": 0}
    name, _, more = grown[0]
    chain = objgraph.find_backref_chain(objgraph.by_type(name)[-1], objgraph.is_proper_module)
    owners = " > ".join(type(one).__name__ for one in chain)
    return {"objects": more, "names": owners}


def with_memory_profiler(call):
    from memory_profiler import memory_usage

    before = memory_usage()[0]
    call()
    return {"bytes": round((memory_usage()[0] - before) * 1024 * 1024)}


TOOLS = {
    "nothing": nothing,
    "tracemalloc": with_tracemalloc,
    "memray": with_memray,
    "objgraph": with_objgraph,
    "memory_profiler": with_memory_profiler,
}


def main():
    tool, name, calls, n = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    function = load(name)

    def call():
        for _ in range(calls):
            function(n)

    print(json.dumps(TOOLS[tool](call)))


if __name__ == "__main__":
    main()
