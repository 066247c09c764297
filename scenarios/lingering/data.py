def data(n):
    """n documents, each a name and the number of its rows."""
    return [(f"document {i}", 50 + i % 7) for i in range(n)]
