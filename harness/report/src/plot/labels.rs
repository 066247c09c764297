//! How much room a text takes, and how labels keep out of each other's way.

/// The size of all text in a plot, in the units of its `viewBox`.
pub(super) const TEXT: i32 = 13;

/// The least distance between two labels, one above the other.
const DISTANCE: i32 = TEXT + 5;

/// About how wide a text will be. Fonts are the page's, which nobody knows here; 0.56 of the size
/// is the average of Open Sans and its usual substitutes, a little above for names with
/// underscores.
pub(super) fn width(text: &str) -> i32 {
    (text.chars().count() as i32 * TEXT * 58 + 99) / 100
}

/// The width of the widest text.
pub(super) fn widest<'t>(texts: impl Iterator<Item = &'t str>) -> i32 {
    texts.map(width).max().unwrap_or(0)
}

/// Moves labels up and down, no further than needed, until none stands on another; `wanted` are the
/// places that they would have, and the answer is in the same order.
pub(super) fn spread(wanted: &[i32], top: i32, bottom: i32) -> Vec<i32> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|&index| (wanted[index], index));
    let mut places: Vec<i32> = order.iter().map(|&index| wanted[index].max(top)).collect();
    // Neighbours that touch form a group, which stands around the middle of what its members want.
    for _ in 0..places.len() {
        push_apart(&mut places);
    }
    let overhang = places.last().map_or(0, |last| (last - bottom).max(0));
    if overhang > 0 {
        pull_up(&mut places, bottom);
    }
    let mut answer = vec![0; wanted.len()];
    for (place, &index) in places.iter().zip(&order) {
        answer[index] = *place;
    }
    answer
}

/// Gives each pair of neighbours that is too close half of the missing distance on either side.
fn push_apart(places: &mut [i32]) {
    for index in 1..places.len() {
        let missing = DISTANCE - (places[index] - places[index - 1]);
        if missing > 0 {
            let up = if index == 1 { missing / 2 } else { 0 };
            places[index - 1] -= up;
            places[index] += missing - up;
        }
    }
}

/// Moves labels up from the bottom.
fn pull_up(places: &mut [i32], bottom: i32) {
    let mut limit = bottom;
    for place in places.iter_mut().rev() {
        *place = (*place).min(limit);
        limit = *place - DISTANCE;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_with_room_stay_where_they_are() {
        assert_eq!(spread(&[100, 20, 200], 0, 300), [100, 20, 200]);
    }

    #[test]
    fn labels_on_one_place_are_set_apart_in_order() {
        let places = spread(&[100, 100, 100], 0, 300);
        assert!(
            places[1] - places[0] >= DISTANCE && places[2] - places[1] >= DISTANCE,
            "{places:?}"
        );
    }

    #[test]
    fn labels_at_the_bottom_move_up() {
        let places = spread(&[300, 300], 0, 300);
        assert_eq!(places, [300 - DISTANCE, 300]);
    }

    proptest! {
        #[test]
        fn no_two_labels_touch_where_there_is_room(wanted in prop::collection::vec(0i32..400, 1..5)) {
            let mut places = spread(&wanted, 0, 400);
            places.sort_unstable();
            prop_assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= DISTANCE), "{places:?}");
            prop_assert!(places.iter().all(|place| (-4 * DISTANCE..=400).contains(place)), "{places:?}");
        }
    }
}
