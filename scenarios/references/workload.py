def make(n):
    return bytearray(n)


def use_and_forget(data):
    n = len(data)
    total = n + sum(data[:100])
    del data
    return total + len(make(n))


def passed_on(function):
    def wrapper(*args):
        return function(*args)

    return wrapper


decorated = passed_on(use_and_forget)


def temporary(n):
    return use_and_forget(make(n))


def through_a_decorator(n):
    return decorated(make(n))


def named_by_caller(n):
    data = make(n)
    return use_and_forget(data)


def in_a_list(n):
    box = [make(n)]
    data = box[0]
    total = len(data) + sum(data[:100])
    del data
    return total + len(make(n))


def list_emptied(n):
    box = [make(n)]
    data = box[0]
    total = len(data) + sum(data[:100])
    del data
    box.clear()
    return total + len(make(n))
