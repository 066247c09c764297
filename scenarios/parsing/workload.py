import csv
import io
import json
import sys
from array import array

CITIES = ["Amsterdam", "Barcelona", "Copenhagen", "Edinburgh", "Gothenburg"]
STATES = ["delivered", "returned", "on its way"]
FIELDS = ["number", "city", "state", "cents"]

# By its first thirty instances a class learns how many attributes they have: each is smaller than
# the one before.
for _ in range(30):
    csv.DictReader([])


def make_orders(n):
    for i in range(n):
        values = 100_000 + i, CITIES[i % 5], STATES[i % 3], 1_000 + i * 37 % 9_000
        yield dict(zip(FIELDS, values))


def make_json(n):
    return json.dumps(list(make_orders(n))).encode()


def make_json_lines(n):
    return "".join(json.dumps(order) + "\n" for order in make_orders(n)).encode()


def make_csv(n):
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(make_orders(n))
    return text.getvalue().encode()


def lines_of(data):
    return io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="")


def json_as_text(data):
    return data.decode()


def csv_as_text(data):
    return data.decode()


def json_dicts(data):
    return json.loads(data)


class Order:
    __slots__ = ("cents", "city", "number", "state")

    def __init__(self, row):
        self.number = row["number"]
        self.city = sys.intern(row["city"])
        self.state = sys.intern(row["state"])
        self.cents = row["cents"]


def json_objects(data):
    return json.loads(data, object_hook=Order)


def json_lines_kept(data):
    kept = []
    for line in lines_of(data):
        kept.append(json.loads(line))
    return kept


def json_lines_one_by_one(data):
    cents = {}
    for line in lines_of(data):
        order = json.loads(line)
        cents[order["city"]] = cents.get(order["city"], 0) + order["cents"]
    return cents


def csv_dicts(data):
    return list(csv.DictReader(lines_of(data)))


def csv_tuples(data):
    kept = []
    rows = csv.reader(lines_of(data))
    next(rows)
    for number, city, state, cents in rows:
        kept.append((int(number), sys.intern(city), sys.intern(state), int(cents)))
    return kept


def csv_columns(data):
    numbers, cities, states, cents = array("q"), [], [], array("q")
    rows = csv.reader(lines_of(data))
    next(rows)
    for row in rows:
        numbers.append(int(row[0]))
        cities.append(sys.intern(row[1]))
        states.append(sys.intern(row[2]))
        cents.append(int(row[3]))
    return numbers, cities, states, cents


def sum_of_rows(rows):
    # A row without its number or its state isn't counted.
    return sum(
        len(city) * int(cents) for number, city, state, cents in rows if int(number) and state
    )


def sum_of_dicts(orders):
    return sum_of_rows(map(dict.values, orders))


def sum_of_objects(orders):
    return sum_of_rows((each.number, each.city, each.state, each.cents) for each in orders)


def sum_of_tuples(orders):
    return sum_of_rows(orders)


def sum_of_columns(columns):
    return sum_of_rows(zip(*columns, strict=True))


def sum_of_totals(cents):
    return sum(len(city) * total for city, total in cents.items())


def sum_of_json(text):
    return sum_of_dicts(json.loads(text))


def sum_of_csv(text):
    return sum_of_dicts(csv.DictReader(io.StringIO(text)))
