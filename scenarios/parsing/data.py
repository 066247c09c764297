import json

CITIES = ["Amsterdam", "Barcelona", "Copenhagen", "Edinburgh", "Gothenburg"]


def order(i):
    return {
        "number": i,
        "city": CITIES[i % 5],
        "state": "delivered",
        "cents": 1_000 + i * 37 % 9_000,
    }


def data(n):
    """n orders, a JSON line for each."""
    return [json.dumps(order(i)) for i in range(n)]
