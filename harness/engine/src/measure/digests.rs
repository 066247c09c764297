//! Whether all variants of a scenario came to the same result.

use std::collections::BTreeMap;

use super::UnderWay;
use crate::record::{ErrorKind, Pass};
use crate::supervisor::Failure;

/// Fails every cell whose digest is not the one that records which still stand have, or, where none do, the one that most
/// cells of the group have. Programs of a user may differ: they neither fail nor count.
pub(super) fn compare(cells: &mut [UnderWay<'_>], standing: &[String]) {
    let measured: Vec<&str> = cells
        .iter()
        .filter(|cell| cell.planned.variant.results_must_agree())
        .filter_map(|cell| cell.record.digest.as_deref())
        .collect();
    let standing: Vec<&str> = standing.iter().map(String::as_str).collect();
    let Some(expected) = most_common(&standing).or_else(|| most_common(&measured)) else {
        return;
    };
    for cell in cells
        .iter_mut()
        .filter(|cell| cell.planned.variant.results_must_agree())
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
                    "the digest is {digest}, the other variants' is {expected}: \
                     make all variants return the same result"
                ),
            },
        );
    }
}

/// The digest that most have; among equals the first.
fn most_common(digests: &[&str]) -> Option<String> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (index, digest) in digests.iter().enumerate() {
        counts.entry(digest).or_insert((0, index)).0 += 1;
    }
    let most = counts
        .into_iter()
        .max_by_key(|&(_, (count, first))| (count, std::cmp::Reverse(first)));
    most.map(|(digest, _)| digest.to_owned())
}
