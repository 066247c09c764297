import sys


def words(n):
    return [f"word {i}" for i in range(1, n + 1)]


def rows(words):
    return [words[i : i + 100] for i in range(0, len(words), 100)]


def as_getsizeof_says(words):
    table = rows(words)
    return block(sys.getsizeof(table), words)


def as_summed_by_rows(words):
    table = rows(words)
    size = sys.getsizeof(table) + sum(sys.getsizeof(row) for row in table)
    return block(size, words)


def block(size, words):
    # Of exactly that size, its own head included. The highest number lies in it, to be compared.
    return highest(words).to_bytes(size - sys.getsizeof(b""), "little")


def index(words):
    return {word: len(word) for word in words}


def one_key_more(words):
    index = {word: len(word) for word in words}
    index["word 0"] = 6
    return index


def emptied(words):
    index = {word: len(word) for word in words}
    for word in words[:-1]:
        del index[word]
    return index


def emptied_and_copied(words):
    return dict(emptied(words))


def emptied_then_one_more(words):
    index = emptied(words)
    index["word 0"] = 6
    return index


def emptied_set(words):
    seen = set(words)
    for word in words[:-1]:
        seen.remove(word)
    return seen


def emptied_list(words):
    queue = list(words)
    del queue[:-1]
    return queue


def highest(words):
    return max(int(word[5:]) for word in words)


def highest_of_rows(rows):
    return max(map(highest, rows))


def number_within(block):
    return int.from_bytes(block, "little")
