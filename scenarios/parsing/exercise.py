import json


def solve(lines):
    orders = [json.loads(line) for line in lines]
    cities = sorted({order["city"] for order in orders})
    return [(city, middle(prices_in(orders, city))) for city in cities]


def prices_in(orders, city):
    return [order["cents"] for order in orders if order["city"] == city]


def middle(prices):
    return sorted(prices)[len(prices) // 2]
