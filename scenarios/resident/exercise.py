def solve(store):
    documents = store.fetch(0, len(store))
    newest = max(documents)
    return newest.rstrip(".")
