"""Makes calls as the memory pass does, and says what tracemalloc saw of each.

A job a line on standard input: file, function, set-up function or null, whether set-up runs for each call, n. A line for
each: [peak, growth], less what a function that does nothing has, which is this file's own.
"""

import gc
import importlib.util
import json
import sys
import tracemalloc

# From the eighth call on, 3.11 runs other instructions.
WARM_UPS = 8
CALLS = 5


def nothing(n):
    return None


def account(function, argument):
    """The peak, and what is live at return with the result held, both above entry."""
    # An exception that survives the call holds the frames below it: this one must be an object already.
    frame = sys._getframe()
    gc.collect()
    tracemalloc.reset_peak()
    entry = tracemalloc.get_traced_memory()
    result = function(argument)
    at_return = tracemalloc.get_traced_memory()
    # Otherwise the frame would hold itself until the next collection.
    del frame
    return at_return[1] - entry[0], at_return[0] - entry[0]


def usual_account(function, argument):
    """The most frequent account of several calls, after some to warm up."""
    accounts = [account(function, argument()) for _ in range(WARM_UPS + CALLS)][WARM_UPS:]
    return max(accounts, key=accounts.count)


def loaded(file, modules={}):
    if file not in modules:
        specification = importlib.util.spec_from_file_location("workload_%d" % len(modules), file)
        modules[file] = importlib.util.module_from_spec(specification)
        # Whoever pickles an object looks for its class there.
        sys.modules[specification.name] = modules[file]
        specification.loader.exec_module(modules[file])
    return modules[file]


def argument_maker(setup, setup_each, n):
    if setup is None:
        return lambda: n
    if setup_each:
        return lambda: setup(n)
    made = setup(n)
    return lambda: made


def main():
    # As with the hooks: before anything of the workload's is there.
    gc.collect()
    tracemalloc.start()
    own = usual_account(nothing, argument_maker(None, False, 0))
    # The interpreter's scratch, see the probe.
    print(json.dumps([sys.getsizeof((None,) * length) for length in range(1, 7)]))
    for line in sys.stdin:
        file, name, setup, setup_each, n = json.loads(line)
        module = loaded(file)
        argument = argument_maker(setup and getattr(module, setup), setup_each, n)
        figures = usual_account(getattr(module, name), argument)
        print(json.dumps([figures[0] - own[0], figures[1] - own[1]]))


main()
