//! Whether all variants of a scenario came to the same result.

use std::collections::BTreeMap;

use super::UnderWay;
use crate::record::{ErrorKind, Pass};
use crate::scenario::Subject;
use crate::supervisor::Failure;

/// Fails every variant's cell whose digest differs from the one that most valid records beside the
/// group have, or, if there are none, most cells of the group. The results of programs need not
/// agree.
pub(super) fn compare(cells: &mut [UnderWay<'_>], valid: &[String]) {
    let is_program = |cell: &UnderWay<'_>| matches!(cell.planned.subject, Subject::Program(_));
    if cells.iter().any(is_program) {
        return;
    }
    let measured = cells.iter().filter_map(|cell| cell.record.digest.as_deref());
    let Some(expected) = most_common(valid.iter().map(String::as_str)).or_else(|| most_common(measured))
    else {
        return;
    };
    for cell in cells {
        let Some(digest) = cell.record.digest.clone().filter(|digest| *digest != expected) else {
            continue;
        };
        let message = format!(
            "the digest is {digest}, the other variants' is {expected}: \
             make all variants return the same result"
        );
        cell.failed(Pass::Memory, 0, Failure::new(ErrorKind::UnequalDigest, message));
    }
}

/// The digest that most have; among equals the first.
fn most_common<'a>(digests: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (index, digest) in digests.enumerate() {
        counts.entry(digest).or_insert((0, index)).0 += 1;
    }
    let most = counts
        .into_iter()
        .max_by_key(|&(_, (count, first))| (count, std::cmp::Reverse(first)));
    most.map(|(digest, _)| digest.to_owned())
}
