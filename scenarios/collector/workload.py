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


def drop_lists(n):
    total = 0
    for i in range(n):
        total += [i * 3][0]
    return total
