//! Classes of sizes: steps of 16 bytes up to 512, then powers of two.

/// The largest size that has a class of 16 bytes.
pub const FINE: u64 = 512;
const FINE_CLASSES: usize = FINE as usize / 16 + 1;
/// How many classes there are above [`FINE`].
pub const COARSE_CLASSES: usize = 55;

/// How many classes there are. The first holds size 0 alone.
pub const CLASSES: usize = FINE_CLASSES + COARSE_CLASSES;

/// The class of a size.
#[inline(always)]
pub const fn class(size: u64) -> usize {
    if size <= FINE {
        (size as usize).div_ceil(16)
    } else {
        FINE_CLASSES + coarse_class(size)
    }
}

/// The class of a size above [`FINE`], among those of its kind.
#[inline(always)]
pub(crate) const fn coarse_class(size: u64) -> usize {
    54 - (size - 1).leading_zeros() as usize
}

/// The largest size in a class.
pub const fn upper(class: usize) -> u64 {
    if class < FINE_CLASSES {
        16 * class as u64
    } else {
        match FINE.checked_shl((class + 1 - FINE_CLASSES) as u32) {
            Some(0) | None => u64::MAX,
            Some(upper) => upper,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_join_without_gap_or_overlap() {
        let mut lower = 0;
        for number in 0..CLASSES {
            assert_eq!(
                (class(lower), class(upper(number))),
                (number, number),
                "from {lower}"
            );
            lower = upper(number).wrapping_add(1);
        }
        assert_eq!(lower, 0, "the last class ends where sizes do");
    }

    #[test]
    fn borders_are_where_they_are_said_to_be() {
        let borders = [16, 32, 512, 1024, 2048].map(class).map(upper);
        assert_eq!(borders, [16, 32, 512, 1024, 2048]);
        assert_eq!([17, 513, 1025].map(class).map(upper), [32, 1024, 2048]);
    }
}
