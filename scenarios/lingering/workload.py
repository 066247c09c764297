import logging
import re
import weakref

# A record holds the number of its process: from Python 3.15 on one int for all, if it is 1024 at
# most. Figures are not to depend on that.
logging.logProcesses = False


class Page:
    def __init__(self, number):
        self.number = number
        self.text = bytearray(10_000)

    def changed(self):
        return self.number


def check(page):
    # A page is in use where it goes wrong.
    raise ValueError(page.number)


def exceptions(n):
    kept = []
    for i in range(n):
        try:
            check(Page(i))
        except ValueError as error:
            kept.append(error)
    return kept


def without_traceback(n):
    kept = []
    for i in range(n):
        try:
            check(Page(i))
        except ValueError as error:
            kept.append(error.with_traceback(None))
    return kept


def closure_over(page):
    return lambda: page.number


def closures(n):
    return [closure_over(Page(i)) for i in range(n)]


def closure_over_number(number):
    return lambda: number


def closures_of_numbers(n):
    return [closure_over_number(Page(i).number) for i in range(n)]


def listeners(n):
    return [Page(i).changed for i in range(n)]


def weak_listeners(n):
    return [(i, weakref.WeakMethod(Page(i).changed)) for i in range(n)]


def record_of(page):
    return logging.LogRecord("pages", logging.INFO, "pages.py", 1, "read %s", (page,), None)


def log_records(n):
    return [record_of(Page(i)) for i in range(n)]


def log_messages(n):
    return [f"read {Page(i).number}" for i in range(n)]


def views(n):
    return [(i, memoryview(Page(i).text)[:10]) for i in range(n)]


HEAD = re.compile(r"page (\d+)")


def text_of(number):
    return f"page {number} " + "." * 10_000


def matches(n):
    return [HEAD.match(text_of(i)) for i in range(n)]


def matched_words(n):
    return [HEAD.match(text_of(i)).group() for i in range(n)]


def sum_of_errors(errors):
    return sum(error.args[0] for error in errors)


def sum_of_calls(functions):
    return sum(function() for function in functions)


def sum_of_views(views):
    return sum(number + view[9] for number, view in views)


def sum_of_matches(matches):
    return sum(int(match.group(1)) for match in matches)


def sum_of_names(listeners):
    return sum(number for number, listener in listeners if listener() is None)


def sum_of_records(records):
    return sum(record.args[0].number for record in records)


def sum_of_messages(messages):
    return sum(int(message.split()[1]) for message in messages)
