def data(n):
    """n addresses, of different lengths."""
    return [f"https://example.org/{'page' * (i % 7)}/{i}" for i in range(n)]
