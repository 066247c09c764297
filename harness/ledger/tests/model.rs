//! The ledger against a model that is too simple to be wrong, under random sequences of events.

use std::collections::HashMap;

use heapbook_ledger::origin::{Mem, Native, Obj, Origin, OwnNative, Raw};
use heapbook_ledger::{Domain, Figures, Ledger, Point, Timeline};
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

/// Addresses of blocks that never overlap: at the start of a leaf, just before its end, in the
/// middle; and two that no shadow map takes.
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

/// Where an event comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    Raw,
    Mem,
    Obj,
    Native,
    OwnNative,
}

impl Source {
    fn domain(self) -> Domain {
        match self {
            Source::Raw => Domain::Raw,
            Source::Mem => Domain::Mem,
            Source::Obj => Domain::Obj,
            Source::Native | Source::OwnNative => Domain::Native,
        }
    }
}

fn sources() -> impl Strategy<Value = Source> {
    prop::sample::select(vec![
        Source::Raw,
        Source::Mem,
        Source::Obj,
        Source::Native,
        Source::OwnNative,
    ])
}

/// Every event, and every value that live bytes ever had.
#[derive(Default)]
struct Model {
    sizes: HashMap<usize, u64>,
    figures: Figures,
    classes: HashMap<u64, (u64, u64)>,
    trace: Vec<i64>,
}

impl Model {
    fn rise(&mut self, by: i64) {
        self.figures.live_bytes += by;
        self.figures.peak_bytes = self.figures.peak_bytes.max(self.figures.live_bytes);
        self.moved(self.figures.live_bytes);
        self.trace.push(self.figures.live_bytes);
    }

    /// So many bytes may have been live for a moment.
    fn moved(&mut self, live: i64) {
        self.figures.peak_if_moved_bytes = self.figures.peak_if_moved_bytes.max(live);
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

    fn allocate(&mut self, source: Source, bytes: u64, live: i64) {
        let domain = &mut self.figures.domains[source.domain() as usize];
        domain.allocated_bytes += bytes;
        domain.live_bytes += live;
        self.figures.allocated_bytes += bytes;
        self.rise(live);
    }

    fn apply(&mut self, event: Event, source: Source) {
        match event {
            Event::Make { place, size } => {
                self.figures.allocations += 1;
                self.figures.domains[source.domain() as usize].allocations += 1;
                let class = self.classes.entry(upper(size)).or_default();
                class.0 += 1;
                class.1 += size;
                let live = self.put(place, size);
                self.allocate(source, size, live);
            }
            Event::Change { from, to, size } => {
                self.figures.reallocations += 1;
                let live = self.figures.live_bytes;
                let before = self.take(from);
                if size > before as u64 && to < PLACEABLE {
                    self.moved(live + size as i64);
                }
                self.figures.grown += u64::from(size > before as u64);
                self.figures.shrunk += u64::from(size < before as u64);
                let after = self.put(to, size);
                self.allocate(source, size.saturating_sub(before as u64), after - before);
            }
            Event::FailToChange { .. } => {}
            Event::Free { place } => {
                self.figures.frees += 1;
                let size = self.take(place);
                self.allocate(source, 0, -size);
            }
            Event::Enter => {
                self.figures = Figures::default();
                self.classes.clear();
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

/// The largest size of the class that a size belongs to, found the slow way.
fn upper(size: u64) -> u64 {
    let steps = (0..=512).step_by(16).map(|upper| upper as u64);
    let powers = (10..64).map(|power| 1_u64 << power);
    steps
        .chain(powers)
        .find(|upper| size <= *upper)
        .unwrap_or(u64::MAX)
}

/// Tells the ledger of an event, under the lock that the Python hooks have or without it.
fn tell(ledger: &Ledger, event: Event, source: Source) {
    match source {
        Source::Raw => tell_as::<Raw>(ledger, event),
        Source::Mem => tell_as::<Mem>(ledger, event),
        Source::Obj => tell_as::<Obj>(ledger, event),
        Source::Native => tell_as::<Native>(ledger, event),
        Source::OwnNative => tell_as::<OwnNative>(ledger, event),
    }
}

fn tell_as<O: Origin>(ledger: &Ledger, event: Event) {
    match event {
        Event::Make { place, size } => ledger.made::<O>(PLACES[place], size),
        Event::Change { from, to, size } => {
            let lifted = ledger.lift(PLACES[from]);
            ledger.changed::<O>(lifted, PLACES[to], size);
        }
        Event::FailToChange { place } => ledger.put_back(ledger.lift(PLACES[place])),
        Event::Free { place } => free::<O>(ledger, PLACES[place]),
        Event::Enter => ledger.enter(true),
    }
}

fn free<O: Origin>(ledger: &Ledger, address: usize) {
    let known = ledger.knows(address);
    assert_eq!(ledger.gone::<O>(address), known);
    if !known {
        ledger.gone_unknown::<O>();
    }
}

proptest! {
    #[test]
    fn every_figure_equals_the_models_after_each_event(
        events in prop::collection::vec((events(), sources()), 1..300),
    ) {
        let ledger = Box::new(Ledger::new());
        let mut model = Model::default();
        ledger.enter(true);
        for (event, source) in events {
            if !model.allows(event) {
                continue;
            }
            model.apply(event, source);
            tell(&ledger, event, source);
            prop_assert_eq!(ledger.figures(), model.figures, "after {:?}", event);
            prop_assert_eq!(ledger.flow(), (model.figures.allocated_bytes, model.figures.live_bytes));
        }
        let classes = ledger.sizes().into_iter().filter(|class| class.allocations > 0);
        let classes: HashMap<_, _> = classes.map(|class| (class.upper, (class.allocations, class.bytes))).collect();
        prop_assert_eq!(&classes, &model.classes);
        prop_assert_eq!(ledger.timeline(), model.timeline());
    }

    #[test]
    fn a_long_timeline_keeps_its_extremes(
        steps in prop::collection::vec((any::<bool>(), 0_u64..1000, sources()), 0..3000),
    ) {
        let ledger = Box::new(Ledger::new());
        let mut model = Model::default();
        ledger.enter(true);
        for (make, size, source) in steps {
            let event = if make {
                Event::Make { place: 4, size }
            } else {
                Event::Free { place: 4 }
            };
            if model.allows(event) {
                model.apply(event, source);
                tell(&ledger, event, source);
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
    ledger.made::<Obj>(16, 984);
    ledger.end_timeline();
    free::<Obj>(&ledger, 16);
    let timeline = ledger.timeline();
    assert_eq!((timeline.events, timeline.points[0].end), (1, 984));
    assert_eq!(ledger.figures().live_bytes, 0);
}

#[test]
fn no_timeline_is_drawn_unless_asked_for() {
    let ledger = Box::new(Ledger::new());
    ledger.enter(false);
    ledger.made::<Native>(16, 984);
    assert_eq!(ledger.timeline().events, 0);
}

#[test]
fn an_abandoned_timeline_can_be_started_anew() {
    let ledger = Box::new(Ledger::new());
    ledger.enter(true);
    ledger.made::<Obj>(16, 984);
    ledger.abandon_timeline();
    free::<Obj>(&ledger, 16);
    ledger.enter(true);
    ledger.made::<Obj>(16, 8);
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
        let ledger = &ledger;
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn(move || match thread {
                    // One thread alone holds the lock that makes events exclusive.
                    0 => make_change_and_free::<Obj>(ledger, thread, ROUNDS),
                    1..4 => make_change_and_free::<Raw>(ledger, thread, ROUNDS),
                    _ => make_change_and_free::<Native>(ledger, thread, ROUNDS),
                })
            })
            .collect();
        // Joined by hand, since ThreadSanitizer does not see how a scope waits.
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
    let figures = ledger.figures();
    let expected = (THREADS * ROUNDS) as u64;
    assert_eq!(figures.allocations, expected);
    assert_eq!((figures.reallocations, figures.grown), (expected, expected));
    assert_eq!(figures.frees, expected - THREADS as u64);
    assert_eq!(figures.allocated_bytes, expected * 1000);
    assert_eq!(figures.live_bytes, THREADS as i64 * 1000);
    assert_eq!(
        figures.domains.map(|domain| domain.live_bytes),
        [3000, 0, 1000, 4000]
    );
    assert_eq!(figures.unknown_frees, 0);
    assert!(figures.peak_bytes <= THREADS as i64 * 1000 && figures.peak_bytes >= figures.live_bytes);
    let timeline = ledger.timeline();
    assert_eq!(
        timeline.events,
        figures.allocations + figures.reallocations + figures.frees
    );
    let highest = timeline.points.iter().map(|point| point.high).max();
    assert_eq!(highest, Some(figures.peak_bytes));
    assert_eq!(timeline.points.last().unwrap().end, figures.live_bytes);
}

/// The last round leaves its block.
fn make_change_and_free<O: Origin>(ledger: &Ledger, thread: usize, rounds: usize) {
    let address = 0x7000_0000_0000 + thread * 64;
    for round in 0..rounds {
        ledger.made::<O>(address, 984);
        let lifted = ledger.lift(address);
        ledger.changed::<O>(lifted, address + 16, 1000);
        if round + 1 < rounds {
            free::<O>(ledger, address + 16);
        }
    }
}

#[test]
fn both_kinds_of_events_share_one_account() {
    let ledger = Box::new(Ledger::new());
    ledger.enter(false);
    ledger.made::<Native>(16, 100);
    ledger.made::<Obj>(64, 50);
    free::<Obj>(&ledger, 16);
    free::<Native>(&ledger, 64);
    let figures = ledger.figures();
    assert_eq!((figures.peak_bytes, figures.live_bytes), (150, 0));
}
