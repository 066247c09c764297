def solve(buffer):
    total = 0
    rest = memoryview(buffer)
    while rest:
        length = rest[0]
        message = rest[1 : 1 + length]
        total += checksum(message)
        rest = rest[1 + length :]
    return total


def checksum(message):
    return sum(message) % 255
