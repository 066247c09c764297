def solve(data):
    table, changes = data
    states = [table]
    for row, column, value in changes:
        # A new list of the same rows: ninety-nine of them stay as they are, and may be shared.
        state = states[-1][:]
        state[row] = state[row][:]
        state[row][column] = value
        states.append(state)
    return states
