# Prints what this interpreter is, as one line of JSON. Runs on every Python from 2.7 on, so that an
# old one is told from something that is no Python at all.
import sys

# The current folder comes first on the search path, and may hold a types.py or json.py.
sys.path.pop(0)

import json
import os
import platform

packages = {}
for name in sys.argv[1:]:
    try:
        from importlib.metadata import version

        packages[name] = version(name)
    except Exception:
        pass

# The letter is built in; what `sysconfig` reads is not installed everywhere.
free_threaded = "t" in getattr(sys, "abiflags", "")
optimized = False
try:
    import sysconfig

    free_threaded = free_threaded or bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    optimized = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
except Exception:
    pass


def build_flags():
    """What this interpreter was configured and compiled with.

    Switches that name a folder are left out: it may be someone's home.
    """
    import re
    import shlex

    configured = shlex.split(sysconfig.get_config_var("CONFIG_ARGS") or "")
    compiled = (sysconfig.get_config_var("PY_CFLAGS") or "").split()
    kept = [
        word
        for word in configured
        if re.match(r"--(enable|disable|with|without)-[\w.,+=-]*$", word)
    ]
    kept += [
        word
        for word in compiled
        if re.match(r"-(O|m|flto|fprofile|fno-omit|DNDEBUG)[\w.,+=-]*$", word)
    ]
    return " ".join(kept)


try:
    flags = build_flags()
except Exception:
    flags = ""

# A path need not be text.
executable = getattr(os, "fsencode", bytes)(sys.executable)
build = "%s, %s" % (platform.python_compiler(), " ".join(platform.python_build()))
# A wrapper may have left a line unfinished.
sys.stdout.write("\n")
print(
    json.dumps(
        {
            "executable": list(bytearray(executable)),
            "language": "python",
            "implementation": platform.python_implementation(),
            "version": platform.python_version(),
            "major": sys.version_info[0],
            "minor": sys.version_info[1],
            "build": build + (", profile-guided" if optimized else ""),
            "flags": flags,
            "free_threaded": free_threaded,
            "packages": packages,
        }
    )
)
