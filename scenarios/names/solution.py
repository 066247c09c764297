def solve(data):
    table, changes = data
    states = [table]
    for row, column, value in changes:
        # A new list of the same rows: ninety-nine of them stay as they are, and may be shared.
        state = states[-1][:]
        state[row] = state[row][:]
        state[row][column] = value
        states.append(state)
    return [checksum(state) for state in states]


def checksum(state):
    return sum(i * k * value for i, row in enumerate(state) for k, value in enumerate(row))
