def solve(data):
    table, changes = data
    states = [copied(table)]
    for row, column, value in changes:
        state = copied(states[-1])
        state[row][column] = value
        states.append(state)
    return states


def copied(table):
    return [row[:] for row in table]
