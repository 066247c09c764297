//! What an event costs the ledger, from a thousand of them to a thousand million, and how much
//! memory it takes for them.
//!
//! A timeline begins with points of one event each and has some 130 more for every doubling, so its
//! price is that of the call's first few thousand events and hardly grows afterwards. It is
//! therefore shown apart.

use heapbook_engine::statistics::median;
use heapbook_ledger::Ledger;
use heapbook_ledger::origin::{Native, Obj, Origin};
use serde_json::{Value, json};

use crate::clock::processor_time;

/// Blocks alive at once, a cache line each, at addresses that nothing else uses: the ledger never
/// follows them.
const BLOCKS: usize = 4096;
const FIRST_ADDRESS: usize = 0x1000_0000_0000;
const STRIDE: usize = 64;

/// The largest number of events, as a power of ten; the smallest is a thousand.
const DECADES: std::ops::RangeInclusive<u32> = 3..=9;

/// Small numbers of events are fed repeatedly, up to so many in all or so often, and the median
/// counts.
const ENOUGH_EVENTS: u64 = 20_000_000;
const MOST_REPEATS: u64 = 2_000;

static LEDGER: Ledger = Ledger::new();

/// Prints a line for each number of events, and returns the figures.
pub(crate) fn costs() -> Value {
    println!("An event of the ledger, in ns of processor time, without and with a timeline; {BLOCKS} blocks");
    println!(
        "  {:>13}  {:>6}  {:>6}  {:>6}  {:>6}  {:>13}",
        "events", "obj", "with", "native", "with", "ledger, bytes"
    );
    let rows = DECADES.map(|decade| {
        let events = 10_u64.pow(decade);
        let obj = [false, true].map(|timeline| cost::<Obj>(events, timeline));
        let native = [false, true].map(|timeline| cost::<Native>(events, timeline));
        let own_bytes = LEDGER.own_bytes();
        println!(
            "  {events:>13}  {:>6.2}  {:>6.2}  {:>6.2}  {:>6.2}  {own_bytes:>13}",
            obj[0], obj[1], native[0], native[1]
        );
        json!({
            "events": events,
            "obj_ns": obj[0],
            "obj_with_timeline_ns": obj[1],
            "native_ns": native[0],
            "native_with_timeline_ns": native[1],
            "ledger_bytes": own_bytes,
        })
    });
    rows.collect()
}

/// Nanoseconds an event, of so many fed at once.
fn cost<O: Origin>(events: u64, timeline: bool) -> f64 {
    let repeats = (ENOUGH_EVENTS / events).clamp(1, MOST_REPEATS);
    let samples: Vec<f64> = (0..repeats)
        .map(|_| {
            LEDGER.enter(timeline);
            let start = processor_time();
            feed::<O>(events);
            let elapsed = processor_time() - start;
            assert_eq!(LEDGER.figures().live_bytes, 0);
            elapsed as f64 / events as f64
        })
        .collect();
    median(&samples).unwrap_or_default()
}

/// Blocks of changing sizes are made and given back, half of them at once and half when their place
/// is needed again.
#[inline(never)]
fn feed<O: Origin>(events: u64) {
    let pairs = (events / 2) as usize;
    let kept = pairs.min(BLOCKS / 2);
    let address = |block: usize| FIRST_ADDRESS + block % BLOCKS * STRIDE;
    for block in 0..pairs {
        if block >= kept {
            assert!(LEDGER.gone::<O>(address(block - kept)));
        }
        LEDGER.made::<O>(address(block), size_of_block(block));
    }
    for block in pairs - kept..pairs {
        assert!(LEDGER.gone::<O>(address(block)));
    }
}

fn size_of_block(block: usize) -> u64 {
    (block as u64).wrapping_mul(0x9E37_79B9) >> 7 & 511
}
