//! The ledger against a model that is too simple to be wrong, under random sequences of events.

use std::collections::HashMap;

use heapbook_ledger::{Exclusive, Figures, Ledger, Point, Shared, Timeline};
use proptest::prelude::*;

/// What may happen to the block of a place, if there is one.
#[derive(Clone, Copy, Debug)]
enum Event {
    Make { place: usize, size: u64 },
    Change { from: usize, to: usize, size: u64 },
    FailToChange { place: usize },
    Free { place: usize },
    Enter,
}

/// Addresses of blocks that never overlap: at the start of a leaf, just before its end, in the middle; and two that no
/// shadow map takes.
const PLACES: [usize; 12] = [
    16,
    0x10_0000 - 16,
    0x20_0000 - 32,
    0x30_0000 - 64,
    0x40_0000,
    0x3_ffff_fff0,
    0x5_5555_5550,
    0x7fff_ff10_0000,
    0x7fff_ff2f_fff0,
    0xffff_ff00_0000,
    0x1_0000_0000_0000,
    0x7fff_0000_0008,
];
const PLACEABLE: usize = 10;

fn sizes() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => prop::sample::select(vec![
            0_u64, 1, 15, 16, 17, 511, 512, 513, 65_533, 65_534, 65_535, 65_536,
            u64::from(u32::MAX), u64::from(u32::MAX) + 1, 5 << 32,
        ]),
        1 => 0_u64..100_000,
    ]
}

fn events() -> impl Strategy<Value = Event> {
    let place = 0..PLACES.len();
    prop_oneof![
        8 => (place.clone(), sizes()).prop_map(|(place, size)| Event::Make { place, size }),
        4 => (place.clone(), place.clone(), sizes())
            .prop_map(|(from, to, size)| Event::Change { from, to, size }),
        1 => place.clone().prop_map(|place| Event::FailToChange { place }),
        6 => place.prop_map(|place| Event::Free { place }),
        1 => Just(Event::Enter),
    ]
}

/// Every event, and every value that live bytes ever had.
#[derive(Default)]
struct Model {
    sizes: HashMap<usize, u64>,
    figures: Figures,
    trace: Vec<i64>,
}

impl Model {
    fn rise(&mut self, by: i64) {
        self.figures.live_bytes += by;
        self.figures.peak_bytes = self.figures.peak_bytes.max(self.figures.live_bytes);
        self.trace.push(self.figures.live_bytes);
    }

    fn put(&mut self, place: usize, size: u64) -> i64 {
        if place < PLACEABLE {
            self.sizes.insert(place, size);
            size as i64
        } else {
            self.figures.unplaced += 1;
            0
        }
    }

    fn take(&mut self, place: usize) -> i64 {
        match self.sizes.remove(&place) {
            Some(size) => size as i64,
            None => {
                self.figures.unknown_frees += 1;
                0
            }
        }
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Make { place, size } => {
                self.figures.allocations += 1;
                self.figures.allocated_bytes += size;
                let live = self.put(place, size);
                self.rise(live);
            }
            Event::Change { from, to, size } => {
                self.figures.reallocations += 1;
                let before = self.take(from);
                self.figures.allocated_bytes += size.saturating_sub(before as u64);
                let after = self.put(to, size);
                self.rise(after - before);
            }
            Event::FailToChange { .. } => {}
            Event::Free { place } => {
                self.figures.frees += 1;
                let size = self.take(place);
                self.rise(-size);
            }
            Event::Enter => {
                self.figures = Figures::default();
                self.trace.clear();
            }
        }
    }

    /// The timeline as one would draw it with every event at hand.
    fn timeline(&self) -> Timeline {
        let mut events_per_point = 1;
        while self.trace.len().div_ceil(events_per_point) > 256 {
            events_per_point *= 2;
        }
        let point = |values: &[i64]| Point {
            low: *values.iter().min().unwrap(),
            high: *values.iter().max().unwrap(),
            end: *values.last().unwrap(),
        };
        Timeline {
            events: self.trace.len() as u64,
            events_per_point: events_per_point as u64,
            points: self.trace.chunks(events_per_point).map(point).collect(),
        }
    }

    /// Whether the event can happen: a place holds one block at a time.
    fn allows(&self, event: Event) -> bool {
        match event {
            Event::Make { place, .. } => !self.sizes.contains_key(&place),
            Event::Change { from, to, .. } => from == to || !self.sizes.contains_key(&to),
            _ => true,
        }
    }
}

/// Tells the ledger of an event, under the lock that the Python hooks have or without it.
fn tell(ledger: &Ledger, event: Event, exclusive: bool) {
    match (event, exclusive) {
        (Event::Make { place, size }, true) => ledger.made::<Exclusive>(PLACES[place], size),
        (Event::Make { place, size }, false) => ledger.made::<Shared>(PLACES[place], size),
        (Event::Change { from, to, size }, exclusive) => {
            let lifted = ledger.lift(PLACES[from]);
            if exclusive {
                ledger.changed::<Exclusive>(lifted, PLACES[to], size);
            } else {
                ledger.changed::<Shared>(lifted, PLACES[to], size);
            }
        }
        (Event::FailToChange { place }, _) => ledger.put_back(ledger.lift(PLACES[place])),
        (Event::Free { place }, true) => ledger.gone::<Exclusive>(PLACES[place]),
        (Event::Free { place }, false) => ledger.gone::<Shared>(PLACES[place]),
        (Event::Enter, _) => ledger.enter(true),
    }
}

proptest! {
    #[test]
    fn every_figure_equals_the_models_after_each_event(
        events in prop::collection::vec((events(), any::<bool>()), 1..300),
    ) {
        let ledger = Box::new(Ledger::new());
        let mut model = Model::default();
        ledger.enter(true);
        for (event, exclusive) in events {
            if !model.allows(event) {
                continue;
            }
            model.apply(event);
            tell(&ledger, event, exclusive);
            prop_assert_eq!(ledger.figures(), model.figures, "after {:?}", event);
        }
        prop_assert_eq!(ledger.timeline(), model.timeline());
    }

    #[test]
    fn a_long_timeline_keeps_its_extremes(steps in prop::collection::vec((any::<bool>(), 0_u64..1000), 0..3000)) {
        let ledger = Box::new(Ledger::new());
        let mut model = Model::default();
        ledger.enter(true);
        for (make, size) in steps {
            let event = if make {
                Event::Make { place: 4, size }
            } else {
                Event::Free { place: 4 }
            };
            if model.allows(event) {
                model.apply(event);
                tell(&ledger, event, true);
            }
        }
        let timeline = ledger.timeline();
        prop_assert!(timeline.points.len() <= 256);
        let highest = timeline.points.iter().map(|point| point.high).max().unwrap_or(0);
        prop_assert_eq!(highest.max(0), ledger.figures().peak_bytes);
        prop_assert_eq!(timeline, model.timeline());
    }
}

#[test]
fn an_ended_timeline_stays_as_it_was() {
    let ledger = Box::new(Ledger::new());
    ledger.enter(true);
    ledger.made::<Exclusive>(16, 984);
    ledger.end_timeline();
    ledger.gone::<Exclusive>(16);
    let timeline = ledger.timeline();
    assert_eq!((timeline.events, timeline.points[0].end), (1, 984));
    assert_eq!(ledger.figures().live_bytes, 0);
}

#[test]
fn no_timeline_is_drawn_unless_asked_for() {
    let ledger = Box::new(Ledger::new());
    ledger.enter(false);
    ledger.made::<Shared>(16, 984);
    assert_eq!(ledger.timeline().events, 0);
}

#[test]
fn an_abandoned_timeline_can_be_started_anew() {
    let ledger = Box::new(Ledger::new());
    ledger.enter(true);
    ledger.made::<Exclusive>(16, 984);
    ledger.abandon_timeline();
    ledger.gone::<Exclusive>(16);
    ledger.enter(true);
    ledger.made::<Exclusive>(16, 8);
    assert_eq!(
        ledger.timeline().points,
        [Point {
            low: 8,
            high: 8,
            end: 8
        }]
    );
}

#[test]
fn threads_lose_no_event() {
    const THREADS: usize = 8;
    const ROUNDS: usize = 20_000;
    let ledger = Box::new(Ledger::new());
    ledger.enter(true);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let ledger = &ledger;
            scope.spawn(move || {
                let address = 0x7000_0000_0000 + thread * 64;
                for round in 0..ROUNDS {
                    ledger.made::<Shared>(address, 984);
                    let lifted = ledger.lift(address);
                    ledger.changed::<Shared>(lifted, address + 16, 1000);
                    if round + 1 < ROUNDS {
                        ledger.gone::<Shared>(address + 16);
                    }
                }
            });
        }
    });
    let figures = ledger.figures();
    let expected = (THREADS * ROUNDS) as u64;
    assert_eq!(figures.allocations, expected);
    assert_eq!(figures.reallocations, expected);
    assert_eq!(figures.frees, expected - THREADS as u64);
    assert_eq!(figures.allocated_bytes, expected * 1000);
    assert_eq!(figures.live_bytes, THREADS as i64 * 1000);
    assert_eq!(figures.unknown_frees, 0);
    assert!(figures.peak_bytes <= THREADS as i64 * 1000 && figures.peak_bytes >= figures.live_bytes);
    let timeline = ledger.timeline();
    assert_eq!(
        timeline.events,
        figures.allocations + figures.reallocations + figures.frees
    );
}

#[test]
fn both_kinds_of_events_share_one_account() {
    let ledger = Box::new(Ledger::new());
    ledger.enter(false);
    ledger.made::<Shared>(16, 100);
    ledger.made::<Exclusive>(64, 50);
    ledger.gone::<Exclusive>(16);
    ledger.gone::<Shared>(64);
    let figures = ledger.figures();
    assert_eq!((figures.peak_bytes, figures.live_bytes), (150, 0));
}
