def solve(data):
    size, versions = data
    total = 0
    for version in versions:
        table = load(size, version)
        total += sum(table[:100])
        del table
    return total


def load(size, version):
    return bytearray([version]) * size
