def solve(events):
    inside = {}
    for way, name in events:
        if way == "in":
            inside[name] = True
        else:
            del inside[name]
    # `dict(...)` makes room for the names that are left.
    return dict(inside)
