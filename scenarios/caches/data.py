def data(n):
    """n texts, of which a few come again."""
    return [f"text {i * 7919 % 9973} " + "." * (i % 60) for i in range(n)]
