def solve(data):
    table, changes = data
    states = [copied(table)]
    for row, column, value in changes:
        state = copied(states[-1])
        state[row][column] = value
        states.append(state)
    return [checksum(state) for state in states]


def copied(table):
    return [row[:] for row in table]


def checksum(state):
    return sum(i * k * value for i, row in enumerate(state) for k, value in enumerate(row))
