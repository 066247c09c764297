def data(n):
    """What happens at a door: n people come in, and all but ten of them leave again."""
    people = [f"person {i}" for i in range(n)]
    return [("in", name) for name in people] + [("out", name) for name in people[: n - 10]]
