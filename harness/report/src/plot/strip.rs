//! Horizontal bars in rows, with their names on the left and their figures on the right.

use super::canvas::{Canvas, Ink};
use super::labels;
use crate::palette::Swatch;

/// The height of a bar.
pub(super) const BAR: i32 = 14;

/// The height of the outline that is the reader's own.
pub(super) const OWN_BAR: i32 = 7;

/// The height of a row: of the bar alone, or with an outline below it.
pub(super) fn row_height(has_local: bool) -> i32 {
    BAR + 8 + if has_local { OWN_BAR + 3 } else { 0 }
}

/// The width of the widest text.
pub(super) fn widest<'t>(texts: impl Iterator<Item = &'t str>) -> i32 {
    texts.map(labels::width).max().unwrap_or(0)
}

/// A filled bar. A pale one hides the grid as well.
pub(super) fn filled(canvas: &mut Canvas, swatch: Swatch, opacity: f64, (from, to): (i32, i32), top: i32) {
    let (left, right) = (from.min(to), from.max(to));
    let corners = vec![(left, top), (right, top), (right, top + BAR), (left, top + BAR)];
    if opacity < 1.0 {
        canvas.area(Ink::Paper, 1.0, corners.clone());
    }
    canvas.area(Ink::Series(swatch), opacity, corners);
}

/// The outline of the reader's own bar, below the filled one.
pub(super) fn outlined(canvas: &mut Canvas, swatch: Swatch, (from, to): (i32, i32), top: i32) {
    let (top, bottom) = (top + BAR + 3, top + BAR + 3 + OWN_BAR);
    let outline = vec![(from, top), (to, top), (to, bottom), (from, bottom), (from, top)];
    canvas.line(Ink::Series(swatch), 2, outline);
}
