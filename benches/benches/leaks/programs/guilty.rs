//! Programs whose calls leave something for good.

use fastrand::Rng;

use super::{Family, Made, Truth, magnitude, numbers, program};

/// The bytes of a `bytes` object beside its contents.
const BYTES: f64 = 33.0;

/// Places for what each call keeps, made before the first: to keep something takes none.
fn places(calls: usize) -> String {
    format!("KEPT = [None] * {calls}")
}

pub(super) fn families() -> Vec<Family> {
    let family = |name, make| Family {
        name,
        is_leak: true,
        make,
    };
    vec![
        family("the same each call", steady),
        family("a byte or a few each call", few_bytes),
        family("in 1 of up to 100 calls", now_and_then),
        family("in calls drawn at random", at_random),
        family("of random sizes", random_sizes),
        family("list that grows", list),
        family("set that grows", set),
        family("dict that grows", dict),
        family("deque that grows", deque),
        family("text that grows", text),
        family("bytearray that grows", bytearray),
        family("array that grows", array),
        family("dict of lists that grow", dict_of_lists),
        family("cache without a bound", unbounded_cache),
        family("beside a cache that fills", beside_a_cache),
        family("after the first call gave back more", gave_back),
        family("under a sawtooth", under_a_sawtooth),
        family("beside a ring", beside_a_ring),
        family("begins late", begins_late),
        family("less from some call on", slows_down),
        family("two steps forward, one back", one_back),
        family("less than a byte each call", under_a_byte),
        family("list with room to spare", room_to_spare),
    ]
}

fn exactly(bytes: f64) -> Truth {
    Truth::Leaves(bytes, bytes)
}

fn steady(random: &mut Rng, calls: usize) -> Made {
    let size = magnitude(random, 2, 1_000_000);
    let truth = exactly(BYTES + size as f64);
    program(truth, &places(calls), &format!("KEPT[i] = bytes({size})"))
}

/// One object takes the place of another that is larger by so much.
fn few_bytes(random: &mut Rng, _calls: usize) -> Made {
    let more = magnitude(random, 1, 30);
    let each = format!("KEPT[0] = bytes(2 + {more} * (i + 1))");
    program(exactly(more as f64), "KEPT = [bytes(2)]", &each)
}

fn now_and_then(random: &mut Rng, calls: usize) -> Made {
    let (every, size) = (magnitude(random, 2, 100), magnitude(random, 100, 1_000_000));
    let truth = match calls / every {
        0 => Truth::NotShown,
        _ => Truth::OnAverage((BYTES + size as f64) / every as f64),
    };
    let each = format!("if i % {every} == {}:\n    KEPT[i] = bytes({size})", every - 1);
    program(truth, &places(calls), &each)
}

fn at_random(random: &mut Rng, calls: usize) -> Made {
    let (percent, size) = (magnitude(random, 20, 90), magnitude(random, 100, 100_000));
    let leaves = numbers(calls, || usize::from(random.usize(..100) < percent));
    let truth = Truth::OnAverage((BYTES + size as f64) * percent as f64 / 100.0);
    let once = format!("{}\nLEAVES = {leaves}", places(calls));
    program(
        truth,
        &once,
        &format!("if LEAVES[i]:\n    KEPT[i] = bytes({size})"),
    )
}

fn random_sizes(random: &mut Rng, calls: usize) -> Made {
    let most = magnitude(random, 10, 100_000);
    let sizes = numbers(calls, || random.usize(2..=most));
    let truth = Truth::OnAverage(BYTES + (2.0 + most as f64) / 2.0);
    program(
        truth,
        &format!("{}\nSIZES = {sizes}", places(calls)),
        "KEPT[i] = bytes(SIZES[i])",
    )
}

/// A list has room for at most an eighth more, and a few.
fn list(_random: &mut Rng, calls: usize) -> Made {
    let most = 9.0 + 64.0 / calls as f64;
    program(Truth::Leaves(8.0, most), "KEPT = []", "KEPT.append(None)")
}

/// Keys that were made before the first call, so that a container alone takes something.
fn keys(calls: usize) -> String {
    format!("KEYS = list(range(1_000_000, 1_000_000 + {calls}))")
}

/// 16 bytes for each place of a table that is from 15 % to 60 % full.
fn set(_random: &mut Rng, calls: usize) -> Made {
    let once = format!("{}\nKEPT = set()", keys(calls));
    program(Truth::Leaves(26.0, 107.0), &once, "KEPT.add(KEYS[i])")
}

/// 24 bytes for each entry that there is room for, and from 1 to 4 for each place of a table that
/// is from a third to two thirds full.
fn dict(random: &mut Rng, calls: usize) -> Made {
    let size = magnitude(random, 2, 2_000);
    let kept = BYTES + size as f64;
    let once = format!("{}\nKEPT = {{}}", keys(calls));
    let each = format!("KEPT[KEYS[i]] = bytes({size})");
    program(Truth::Leaves(kept + 24.0, kept + 62.0), &once, &each)
}

/// Blocks of 64 places, of which 60 calls see none or one.
fn deque(_random: &mut Rng, calls: usize) -> Made {
    let truth = match calls {
        ..256 => Truth::NotShown,
        _ => Truth::Leaves(8.0, 8.5),
    };
    let once = "import collections\n\nKEPT = collections.deque()";
    program(truth, once, "KEPT.append(None)")
}

fn text(random: &mut Rng, _calls: usize) -> Made {
    let more = magnitude(random, 1, 1_000);
    let each = format!("KEPT[0] += 'x' * {more}");
    program(exactly(more as f64), "KEPT = ['']", &each)
}

/// It has room for at most an eighth more, and a few.
fn bytearray(random: &mut Rng, calls: usize) -> Made {
    let more = magnitude(random, 1, 1_000);
    let most = more as f64 * 1.13 + 16.0 / calls as f64;
    let each = format!("KEPT.extend(b'x' * {more})");
    program(Truth::Leaves(more as f64, most), "KEPT = bytearray()", &each)
}

/// It has room for at most a sixteenth more, and a few.
fn array(_random: &mut Rng, calls: usize) -> Made {
    let truth = Truth::Leaves(8.0, 8.5 + 56.0 / calls as f64);
    program(truth, "import array\n\nKEPT = array.array('q')", "KEPT.append(i)")
}

fn dict_of_lists(random: &mut Rng, calls: usize) -> Made {
    let (lists, size) = (random.usize(1..6), magnitude(random, 20, 5_000));
    let kept = BYTES + size as f64;
    let truth = Truth::Leaves(kept + 8.0, kept + 9.0 + 64.0 * lists as f64 / calls as f64);
    let each = format!("KEPT[i % {lists}].append(bytes({size}))");
    program(truth, &format!("KEPT = {{k: [] for k in range({lists})}}"), &each)
}

/// Its entries take from 100 to 250 bytes beside the value: the number, and what `functools` keeps.
fn unbounded_cache(random: &mut Rng, _calls: usize) -> Made {
    let size = magnitude(random, 2, 50_000);
    let once = format!(
        "import functools\n\n\n@functools.lru_cache(maxsize=None)\ndef page(number):\n    return bytes({size})"
    );
    let kept = BYTES + size as f64;
    program(
        Truth::Leaves(kept + 24.0, kept + 250.0),
        &once,
        "page(i + 10_000)",
    )
}

fn beside_a_cache(random: &mut Rng, calls: usize) -> Made {
    let (room, size) = (magnitude(random, 2, calls * 3 / 5), magnitude(random, 2, 5_000));
    let pages = magnitude(random, 100, 100_000);
    let once = format!("CACHE = []\n{}", places(calls));
    let each = format!("KEPT[i] = bytes({size})\nif i < {room}:\n    CACHE.append(bytes({pages}))");
    program(exactly(BYTES + size as f64), &once, &each)
}

fn gave_back(random: &mut Rng, calls: usize) -> Made {
    let (back, size) = (magnitude(random, 1_000, 5_000_000), magnitude(random, 2, 5_000));
    let once = format!("START_UP = [bytes({back})]\n{}", places(calls));
    program(
        exactly(BYTES + size as f64),
        &once,
        &format!("START_UP.clear()\nKEPT[i] = bytes({size})"),
    )
}

/// At least three of its teeth are seen.
fn under_a_sawtooth(random: &mut Rng, calls: usize) -> Made {
    let (teeth, size) = (magnitude(random, 2, calls / 4), magnitude(random, 2, 50_000));
    let tooth = magnitude(random, 2, 5_000);
    let once = format!("TEETH = []\n{}", places(calls));
    let each = format!(
        "KEPT[i] = bytes({size})\nTEETH.append(bytes({tooth}))\nif len(TEETH) >= {teeth}:\n    TEETH.clear()"
    );
    program(exactly(BYTES + size as f64), &once, &each)
}

fn beside_a_ring(random: &mut Rng, calls: usize) -> Made {
    let (room, most) = (magnitude(random, 1, calls / 3), magnitude(random, 3, 10_000));
    let size = magnitude(random, 2, 10_000);
    let sizes = numbers(calls, || random.usize(2..=most));
    let once = format!("RING = [None] * {room}\nSIZES = {sizes}\n{}", places(calls));
    let each = format!("KEPT[i] = bytes({size})\nRING[i % {room}] = bytes(SIZES[i])");
    program(Truth::OnAverage(BYTES + size as f64), &once, &each)
}

fn begins_late(random: &mut Rng, calls: usize) -> Made {
    let begins = random.usize(calls / 5..calls * 4 / 5);
    let size = magnitude(random, 2, 50_000);
    let each = format!("if i >= {begins}:\n    KEPT[i] = bytes({size})");
    program(exactly(BYTES + size as f64), &places(calls), &each)
}

/// What counts is what a call leaves now.
fn slows_down(random: &mut Rng, calls: usize) -> Made {
    let from = random.usize(calls / 5..calls * 4 / 5);
    let size = magnitude(random, 2, 5_000);
    let times = magnitude(random, 2, 50);
    let each = format!(
        "KEPT[i] = bytes({size}) if i >= {from} else bytes({})",
        size * times
    );
    program(exactly(BYTES + size as f64), &places(calls), &each)
}

fn one_back(random: &mut Rng, calls: usize) -> Made {
    let size = magnitude(random, 2, 50_000);
    let truth = exactly((BYTES + size as f64) * 2.0 / 3.0);
    let each = format!("KEPT[i] = bytes({size})\nif i % 3 == 2:\n    KEPT[i - 1] = None");
    program(truth, &places(calls), &each)
}

fn under_a_byte(random: &mut Rng, calls: usize) -> Made {
    let every = magnitude(random, 2, 100);
    let truth = match calls / every {
        0 => Truth::NotShown,
        _ => Truth::OnAverage(1.0 / every as f64),
    };
    let each = format!(
        "if i % {every} == {}:\n    KEPT[0] = bytes(len(KEPT[0]) + 1)",
        every - 1
    );
    program(truth, "KEPT = [bytes(2)]", &each)
}

/// Room that was made before the first call takes all that the calls append.
fn room_to_spare(_random: &mut Rng, calls: usize) -> Made {
    let once = format!("KEPT = [None] * {}\nKEPT.append(None)", calls * 16);
    program(Truth::NotShown, &once, "KEPT.append(None)")
}
