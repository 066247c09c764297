def data(n):
    """How many bytes the picture has, one for each pixel."""
    return n
