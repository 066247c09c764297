import json
from array import array


def solve(lines):
    prices = {}
    for line in lines:
        order = json.loads(line)
        prices.setdefault(order["city"], array("q")).append(order["cents"])
    return [(city, middle(prices[city])) for city in sorted(prices)]


def middle(prices):
    return sorted(prices)[len(prices) // 2]
