def solve(buffer):
    total = 0
    while buffer:
        length = buffer[0]
        message = buffer[1 : 1 + length]
        total += checksum(message)
        buffer = buffer[1 + length :]
    return total


def checksum(message):
    return sum(message) % 255
