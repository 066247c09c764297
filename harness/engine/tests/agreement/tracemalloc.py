"""Makes calls as the memory pass does, and says what tracemalloc saw of each.

A job a line on standard input: file, function, set-up function or null, n. A line for each: [peak,
growth], less what a function that does nothing has, which is this file's own.
"""

import ctypes
import functools
import gc
import importlib.util
import json
import sys
import tracemalloc
from array import array

# From the eighth call on, 3.11 runs other instructions.
WARM_UPS = 8
CALLS = 5

# An int that is held at the second reading could be one that the call left in a free list.
PEAK = array("q", [0])


# Through ctypes, and without a result: from 3.14 on, the number that gc.collect() gives ends in a
# free list, after they were emptied.
collect = ctypes.pythonapi.PyGC_Collect
clear_attribute_cache = ctypes.pythonapi.PyType_ClearCache
collect.restype = clear_attribute_cache.restype = None


def nothing(n):
    return None


def empty_spares():
    """Nothing in the free lists or in the cache of attributes, and no garbage collected."""
    if not gc.get_freeze_count():
        gc.freeze()
        collect()
        gc.unfreeze()
    clear_attribute_cache()


def account(function, argument):
    """The peak, and what is live at return with the result held, both above entry."""
    # An exception that survives the call holds the frames below it: this one must be an object
    # already.
    frame = sys._getframe()
    collect()
    empty_spares()
    tracemalloc.reset_peak()
    entry = tracemalloc.get_traced_memory()
    # Held, so that its bytes are part of the account.
    result = function(argument)  # noqa: F841
    PEAK[0] = tracemalloc.get_traced_memory()[1]
    empty_spares()
    at_return = tracemalloc.get_traced_memory()[0]
    # Otherwise the frame would hold itself until the next collection.
    del frame
    return PEAK[0] - entry[0], at_return - entry[0]


def usual_account(function, argument):
    """The most frequent account of several calls, after some to warm up."""
    accounts = [account(function, argument) for _ in range(WARM_UPS + CALLS)][WARM_UPS:]
    return max(accounts, key=accounts.count)


@functools.cache
def loaded(file):
    name = f"workload_{len(sys.modules)}"
    specification = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(specification)
    # Whoever pickles an object looks for its class there.
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


def main():
    # As with the hooks: before anything of the workload's is there.
    gc.collect()
    tracemalloc.start()
    own = usual_account(nothing, 0)
    for line in sys.stdin:
        file, name, setup, n = json.loads(line)
        module = loaded(file)
        argument = getattr(module, setup)(n) if setup else n
        figures = usual_account(getattr(module, name), argument)
        print(json.dumps([figures[0] - own[0], figures[1] - own[1]]))


main()
