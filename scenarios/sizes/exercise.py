def solve(events):
    inside = {}
    for way, name in events:
        if way == "in":
            inside[name] = True
        else:
            del inside[name]
    return inside
