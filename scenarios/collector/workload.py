import gc


def keep_numbers(n):
    kept = []
    for i in range(n):
        kept.append(i * 3)
    return sum(kept)


def keep_lists(n):
    kept = []
    for i in range(n):
        kept.append([i * 3])
    return sum(one[0] for one in kept)


def keep_lists_disabled(n):
    gc.disable()
    try:
        return keep_lists(n)
    finally:
        gc.enable()


def keep_lists_rarely_collected(n):
    before = gc.get_threshold()
    gc.set_threshold(50_000, *before[1:])
    try:
        return keep_lists(n)
    finally:
        gc.set_threshold(*before)


def keep_lists_frozen(n):
    kept = []
    for i in range(n):
        kept.append([i * 3])
    gc.freeze()
    gc.collect()
    gc.unfreeze()
    return sum(one[0] for one in kept)


def keep_lists_collected(n):
    kept = []
    for i in range(n):
        kept.append([i * 3])
    gc.collect()
    return sum(one[0] for one in kept)


def drop_lists(n):
    total = 0
    for i in range(n):
        total += [i * 3][0]
    return total
