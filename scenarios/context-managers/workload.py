import os
import tempfile


def make_file(n):
    file = tempfile.TemporaryFile()
    file.write(bytes(i % 251 for i in range(n)))
    file.flush()
    return file


def open_again(file):
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    return open(os.dup(file.fileno()), "rb")


def with_statement(file):
    with open_again(file) as source:
        data = source.read()
    return sum(data) + len(bytearray(len(data)))


def without_with(file):
    source = open_again(file)
    data = source.read()
    source.close()
    return sum(data) + len(bytearray(len(data)))


def with_then_del(file):
    with open_again(file) as source:
        data = source.read()
    total, n = sum(data), len(data)
    del data
    return total + len(bytearray(n))


def with_in_chunks(file):
    total = n = 0
    with open_again(file) as source:
        while chunk := source.read(4096):
            total += sum(chunk)
            n += len(chunk)
    return total + n
