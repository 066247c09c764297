//! Lines and shapes of many places as short as SVG can say them: a page holds some for each Python.

use std::fmt::Write as _;

/// With more places than this, each is told by how far it is from the one before.
const FEW: usize = 40;

/// An element's name and attribute for a line through places, or for the shape within it.
pub(super) fn outline(places: impl IntoIterator<Item = (i32, i32)>, is_shape: bool) -> String {
    let mut places: Vec<(i32, i32)> = places.into_iter().collect();
    places.dedup();
    if places.len() > FEW {
        let end = if is_shape { "z" } else { "" };
        return format!("path d=\"{}{end}\"", moves(&places));
    }
    let name = if is_shape { "polygon" } else { "polyline" };
    let places: Vec<String> = places.iter().map(|(x, y)| format!("{x},{y}")).collect();
    format!("{name} points=\"{}\"", places.join(" "))
}

/// The first place, and from there one move after another.
fn moves(places: &[(i32, i32)]) -> String {
    let Some((x, y)) = places.first() else {
        return String::new();
    };
    let mut text = format!("M{x} {y}");
    for pair in places.windows(2) {
        // Writing into a string cannot fail.
        let _ = match (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1) {
            (right, 0) => write!(text, "h{right}"),
            (0, down) => write!(text, "v{down}"),
            (right, down) => write!(text, "l{right} {down}"),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_places_are_told_one_by_one() {
        let places = [(1, 2), (1, 2), (3, 4), (5, -6)];
        assert_eq!(outline(places, false), "polyline points=\"1,2 3,4 5,-6\"");
        assert_eq!(outline(places, true), "polygon points=\"1,2 3,4 5,-6\"");
    }

    #[test]
    fn many_are_told_by_their_distances() {
        let stairs = (0..50).map(|step| ((step + 1) / 2 * 3, 100 - step / 2 * 7));
        let told = outline(stairs, false);
        assert!(told.starts_with("path d=\"M0 100h3v-7h3v-7h3"), "{told}");
        assert!(told.ends_with("h3\""), "{told}");
        let slanted = (0..50).map(|step| (step, -2 * step));
        assert!(outline(slanted, true).ends_with("l1 -2l1 -2z\""));
    }
}
