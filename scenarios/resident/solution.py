def solve(store):
    newest = max(max(store.fetch(first, 50)) for first in range(0, len(store), 50))
    return newest.rstrip(".")
