import io


def piece(i):
    return f"line {i:06d} of text\n"


def plus_in_a_function(n):
    text = ""
    for i in range(n):
        text += piece(i)
    return text


def two_plus_in_a_function(n):
    text = ""
    for i in range(n):
        text = text + f"line {i:06d}" + " of text\n"
    return text


def plus_with_bytes(n):
    data = b""
    for i in range(n):
        data += piece(i).encode()
    return data


class Report:
    def __init__(self):
        self.text = ""


def plus_on_an_attribute(n):
    report = Report()
    for i in range(n):
        report.text += piece(i)
    return report.text


# What a module does outside its functions, with names of its own.
MODULE = """
text = ""
for i in range(n):
    text += piece(i)
"""


def plus_in_a_module(n):
    names = {"piece": piece, "n": n}
    exec(MODULE, names)
    return names["text"]


def join_list(n):
    return "".join([piece(i) for i in range(n)])


def join_generator(n):
    return "".join(piece(i) for i in range(n))


def string_io(n):
    text = io.StringIO()
    for i in range(n):
        text.write(piece(i))
    return text.getvalue()


def one_wide_character(n):
    pieces = [piece(i) for i in range(n)]
    pieces.append("\N{GRINNING FACE}")
    return "".join(pieces)


def sum_of_numbers(text):
    return sum(int(word) for word in text.split() if word.isdigit())
