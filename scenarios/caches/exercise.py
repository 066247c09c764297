from functools import lru_cache


@lru_cache(maxsize=None)
def width(text):
    return sum(2 if letter == "." else 3 for letter in text)


def solve(texts):
    # A copy of each, as they come from a file.
    return sum(width("".join(list(text))) for text in texts)
