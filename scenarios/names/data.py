def data(n):
    """A table of a hundred rows, and n changes: the row, the column and the new value of each."""
    table = [[1_000 + (i + k) % 10 for k in range(10)] for i in range(100)]
    changes = [(7 * i % 100, i % 10, 2_000 + i % 5) for i in range(n)]
    return table, changes
