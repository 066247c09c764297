INSIDE = {}


def solve(events):
    INSIDE.clear()
    for way, name in events:
        if way == "in":
            INSIDE[name] = True
        else:
            del INSIDE[name]
    return sorted(INSIDE)
