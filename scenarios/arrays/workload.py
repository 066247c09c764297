import numpy as np


def make_samples(n):
    return np.arange(n) % 100


def make_samples_and_places(n):
    return make_samples(n), np.arange(n // 2)


def make_samples_and_mask(n):
    return make_samples(n), np.arange(n) < n // 2


def basic_slice(samples):
    return samples[: len(samples) // 2]


def by_places(both):
    samples, places = both
    return samples[places]


def by_mask(both):
    samples, mask = both
    return samples[mask]


def ten_as_a_view(n):
    samples = make_samples(n)
    return checksum(samples[: n // 2]), samples[:10]


def ten_as_a_copy(n):
    samples = make_samples(n)
    return checksum(samples[: n // 2]), samples[:10].copy()


def with_temporaries(samples):
    return samples * 2 + samples * 3


def in_place(samples):
    total = samples * 3
    total += samples
    total += samples
    return total


def with_out(samples):
    total = np.multiply(samples, 3)
    np.add(total, samples, out=total)
    np.add(total, samples, out=total)
    return total


def from_a_list(n):
    samples = np.array(list(range(n)))
    samples %= 100
    return samples


def from_an_iterator(n):
    samples = np.fromiter(range(n), dtype=np.int64, count=n)
    samples %= 100
    return samples


def from_arange(n):
    samples = np.arange(n)
    samples %= 100
    return samples


def in_one_byte(n):
    return from_arange(n).astype(np.int8)


def checksum(half):
    places = np.arange(1, len(half) + 1)
    return int(np.dot(places, half.astype(np.int64) + 1))


def checksum_of_half(samples):
    return checksum(samples[: len(samples) // 2])


def checksum_of_fifth(total):
    return checksum(total[: len(total) // 2] // 5)


def checksum_with_ten(both):
    total, ten = both
    return total + int(ten.sum()) - sum(range(10))
