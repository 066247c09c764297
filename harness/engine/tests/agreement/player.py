"""Plays a trace: calls of malloc and its kin, made for real."""

import ctypes

libc = ctypes.CDLL(None)
ADDRESS, SIZE = ctypes.c_void_p, ctypes.c_size_t


def imported(name, result, *arguments):
    function = libc[name]
    function.restype, function.argtypes = result, arguments
    return function


malloc = imported("malloc", ADDRESS, SIZE)
calloc = imported("calloc", ADDRESS, SIZE, SIZE)
realloc = imported("realloc", ADDRESS, ADDRESS, SIZE)
free = imported("free", None, ADDRESS)

# Addresses stay out of Python's own heap.
blocks = (ADDRESS * 4096)()


def play(trace):
    for operation, block, size in trace:
        if operation == "malloc":
            blocks[block] = malloc(size)
        elif operation == "calloc":
            blocks[block] = calloc(1, size)
        elif operation == "realloc":
            blocks[block] = realloc(blocks[block], size)
        else:
            free(blocks[block])
