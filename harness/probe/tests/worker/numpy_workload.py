"""Arrays, whose data numpy takes from malloc."""

import numpy


def make(n):
    return numpy.arange(n, dtype=numpy.float64)


def zeros(n):
    return numpy.zeros(n)


def slice_copy(array):
    return array[10:-10].copy()


def basic_slice(array):
    return array[10:-10]


def concatenate(array):
    return numpy.concatenate([array, array])
