def data(n):
    """The numbers of n jobs."""
    return range(n)
