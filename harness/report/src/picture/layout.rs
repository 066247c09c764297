//! Where objects stand: each keeps its place for as long as it is there.

use std::collections::BTreeMap;

use super::Moment;

/// The place of each object, from the top, by its number.
#[derive(Debug)]
pub(super) struct Places(BTreeMap<u32, usize>);

impl Places {
    /// Gives each object the highest place that is free when it comes. The place of one that has
    /// gone is free a moment later: until then it shows that the object was there.
    pub(super) fn of(moments: &[Moment]) -> Self {
        let mut places: BTreeMap<u32, usize> = BTreeMap::new();
        let mut before: Vec<u32> = Vec::new();
        for moment in moments {
            let now: Vec<u32> = moment.objects.iter().map(|object| object.number).collect();
            for number in &now {
                if places.contains_key(number) {
                    continue;
                }
                let taken = |place: &usize| {
                    let mut there = before.iter().chain(&now);
                    there.any(|other| places.get(other) == Some(place))
                };
                let free = (0..).find(|place| !taken(place)).unwrap_or_default();
                places.insert(*number, free);
            }
            before = now;
        }
        Places(places)
    }

    /// The place of an object.
    pub(super) fn place(&self, number: u32) -> Option<usize> {
        self.0.get(&number).copied()
    }

    /// How many places there are.
    pub(super) fn count(&self) -> usize {
        self.0.values().max().map_or(0, |last| last + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Object;
    use super::*;

    fn moment(numbers: &[u32]) -> Moment {
        let object = |&number: &u32| Object {
            number,
            kind: "list".to_owned(),
            text: String::new(),
            bytes: 56,
            estimated: false,
            unreached: false,
            refers_to: Vec::new(),
        };
        Moment {
            frames: Vec::new(),
            objects: numbers.iter().map(object).collect(),
            live: 0,
        }
    }

    #[test]
    fn an_object_stays_where_it_is_and_leaves_its_place_a_moment_later() {
        let moments = [&[0, 1][..], &[1, 2], &[1, 3], &[3]].map(moment);
        let places = Places::of(&moments);
        let found = [0, 1, 2, 3].map(|number| places.place(number).unwrap());
        assert_eq!(found, [0, 1, 2, 0]);
        assert_eq!(places.count(), 3);
    }
}
