def data(n):
    """n items of an invoice, each a name, a number of pieces and a price in cents."""
    return [(f"part {i % 977}", 1 + i % 9, 100 + i * 37 % 5000) for i in range(n)]
