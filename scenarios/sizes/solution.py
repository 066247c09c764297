INSIDE = {}


def solve(events):
    INSIDE.clear()
    for way, name in events:
        if way == "in":
            INSIDE[name] = True
        else:
            del INSIDE[name]
    # A copy has a table for the names that are left. `clear` frees the large one.
    left = dict(INSIDE)
    INSIDE.clear()
    INSIDE.update(left)
    return sorted(INSIDE)
