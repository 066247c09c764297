//! How much room a text takes, and how labels keep out of each other's way.

/// The size of all text in a plot, in the units of its `viewBox`.
pub(super) const TEXT: i32 = 13;

/// The least distance between two labels, one above the other.
pub(super) const DISTANCE: i32 = TEXT + 5;

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
    order.sort_by_key(|&index| wanted[index]);
    // Labels that touch form a run, around the middle of what its members want: how many they are,
    // and the sum of the places that they would give the first of them.
    let first = |(count, sum): (i32, i32)| (sum / count).min(bottom - (count - 1) * DISTANCE).max(top);
    let mut runs: Vec<(i32, i32)> = Vec::new();
    for &index in &order {
        let mut run = (1, wanted[index]);
        while let Some(above) = runs.pop_if(|above| first(*above) + above.0 * DISTANCE > first(run)) {
            run = (above.0 + run.0, above.1 + run.1 - above.0 * run.0 * DISTANCE);
        }
        runs.push(run);
    }
    let places = runs
        .into_iter()
        .flat_map(|run| (0..run.0).map(move |nth| first(run) + nth * DISTANCE));
    let mut answer = vec![0; wanted.len()];
    for (place, index) in places.zip(order) {
        answer[index] = place;
    }
    answer
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
    fn labels_on_one_place_stand_around_it_in_order() {
        let places = [100 - DISTANCE, 100, 100 + DISTANCE];
        assert_eq!(spread(&[100, 100, 100], 0, 300), places);
    }

    #[test]
    fn labels_at_an_end_move_away_from_it() {
        assert_eq!(spread(&[300, 300], 0, 300), [300 - DISTANCE, 300]);
        assert_eq!(spread(&[0, 0], 0, 300), [0, DISTANCE]);
    }

    proptest! {
        #[test]
        fn no_two_labels_touch_where_there_is_room(wanted in prop::collection::vec(0i32..400, 1..20)) {
            let mut places = spread(&wanted, 0, 400);
            places.sort_unstable();
            prop_assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= DISTANCE), "{places:?}");
            prop_assert!(places.iter().all(|place| (0..=400).contains(place)), "{places:?}");
        }
    }
}
