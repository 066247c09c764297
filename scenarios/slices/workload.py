from array import array


def make_list(n):
    return [i % 251 for i in range(n)]


def make_bytes(n):
    return bytes(i % 251 for i in range(n))


def make_bytearray(n):
    return bytearray(make_bytes(n))


def make_array(n):
    return array("B", make_bytes(n))


def make_text(n):
    return make_bytes(n).decode("latin-1")


def list_slice(buffer):
    return buffer[: len(buffer) // 2]


def text_slice(buffer):
    return buffer[: len(buffer) // 2]


def bytes_slice(buffer):
    return buffer[: len(buffer) // 2]


def bytearray_slice(buffer):
    return buffer[: len(buffer) // 2]


def array_slice(buffer):
    return buffer[: len(buffer) // 2]


def memoryview_slice(buffer):
    return memoryview(buffer)[: len(buffer) // 2]


def checksum(half):
    return sum(place * (value + 1) for place, value in enumerate(half, 1))


def checksum_of_text(half):
    return checksum(half.encode("latin-1"))
