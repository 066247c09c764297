//! Whether all variants of a scenario came to the same result.

use std::collections::BTreeMap;

use super::UnderWay;
use crate::record::{ErrorKind, Pass};
use crate::worker::Failure;

/// Fails every cell whose digest is not the one that most cells of the group have. A variant that says why it
/// diverges neither fails nor counts.
pub(super) fn compare(cells: &mut [UnderWay<'_>]) {
    let Some(expected) = most_common(cells) else {
        return;
    };
    for cell in cells
        .iter_mut()
        .filter(|cell| cell.planned.variant.divergence.is_none())
    {
        let Some(digest) = cell.record.digest.clone().filter(|digest| *digest != expected) else {
            continue;
        };
        cell.failed(
            Pass::Memory,
            0,
            Failure {
                kind: ErrorKind::UnequalDigest,
                message: format!(
                    "the digest is {digest}, the other variants' is {expected}: make them return the same result, \
                     or say why not with `divergence`"
                ),
            },
        );
    }
}

/// The digest that most cells have; among equals the first cell's.
fn most_common(cells: &[UnderWay<'_>]) -> Option<String> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (index, cell) in cells
        .iter()
        .enumerate()
        .filter(|(_, cell)| cell.planned.variant.divergence.is_none())
    {
        if let Some(digest) = &cell.record.digest {
            counts.entry(digest).or_insert((0, index)).0 += 1;
        }
    }
    let most = counts
        .into_iter()
        .max_by_key(|&(_, (count, first))| (count, std::cmp::Reverse(first)));
    most.map(|(digest, _)| digest.to_owned())
}
