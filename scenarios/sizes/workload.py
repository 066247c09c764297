import sys


def words(n):
    return [f"word {i}" for i in range(1, n + 1)]


def rows(words):
    return [words[i : i + 100] for i in range(0, len(words), 100)]


def as_getsizeof_says(words):
    sheet = rows(words)
    return block(sys.getsizeof(sheet), words)


def as_summed_by_rows(words):
    sheet = rows(words)
    size = sys.getsizeof(sheet) + sum(sys.getsizeof(row) for row in sheet)
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


def one_out_one_in(words):
    index = {word: len(word) for word in words}
    del index[words[0]]
    index[words[0]] = 6
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


def number_of(word):
    return int(word[5:])


def highest(words):
    # Of all words: that none is missing shows in how many there are.
    number = max(map(number_of, words))
    return number if len(words) == number else 0


def without_zero(words):
    return [word for word in words if word != "word 0"]


def highest_beside_zero(words):
    return highest(without_zero(words))


def the_one_left(words):
    (word,) = words
    return number_of(word)


def the_one_left_beside_zero(words):
    return the_one_left(without_zero(words))


def highest_of_rows(rows):
    return highest([word for row in rows for word in row])


def number_within(block):
    return int.from_bytes(block, "little")
