//! Programs that leave nothing in the long run.

use fastrand::Rng;

use super::{Family, Made, Truth, magnitude, numbers, program};

/// A cache is drawn that has room for at most this share of the calls, and is then full.
const MOST_FILLED: f64 = 0.9;

pub(super) fn families() -> Vec<Family> {
    let family = |name, make| Family {
        name,
        is_leak: false,
        make,
    };
    vec![
        family("keeps nothing", keeps_nothing),
        family("lru_cache", lru_cache),
        family("dict that evicts the oldest", evicting_dict),
        family("OrderedDict that evicts", ordered_dict),
        family("cache of few keys, drawn at random", drawn_keys),
        family("ring: deque with maxlen", deque_ring),
        family("ring: list", list_ring),
        family("ring of names that grow by a digit", ring_of_names),
        family("sawtooth: list that is cleared", sawtooth),
        family("queue whose entries expire", expiring),
        family("buffer as large as the largest so far", high_water),
        family("value of another size each call", uneven_value),
        family("jump, once", jump),
        family("first calls only", first_calls),
        family("cycles for the collector", cycles),
        family("cache that is not full yet", unfilled),
        family("cleanup that is still to come", cleanup_to_come),
    ]
}

fn room(random: &mut Rng, calls: usize) -> usize {
    magnitude(random, 1, (calls as f64 * MOST_FILLED) as usize)
}

fn keeps_nothing(random: &mut Rng, _calls: usize) -> Made {
    let size = magnitude(random, 1, 20_000);
    let each = [
        format!("return sum(list(range({size})))"),
        format!("return len(bytearray({size}))"),
        format!("return {{str(i + k): k for k in range({})}}", size % 300),
        format!(
            "return ''.join(chr(97 + k % 26) for k in range({}))",
            size % 3_000
        ),
        format!("return [object() for _ in range({})]", size % 1_000),
    ];
    program(Truth::Nothing, "", random.choice(&each).map_or("", |each| each))
}

fn lru_cache(random: &mut Rng, calls: usize) -> Made {
    let (room, size) = (room(random, calls), magnitude(random, 1, 50_000));
    let once = format!(
        "import functools\n\n\n@functools.lru_cache(maxsize={room})\ndef page(number):\n    return bytes({size})"
    );
    program(Truth::Nothing, &once, "page(i + 10_000)")
}

fn evicting_dict(random: &mut Rng, calls: usize) -> Made {
    let (room, size) = (room(random, calls), magnitude(random, 2, 50_000));
    let each = format!(
        "if len(CACHE) >= {room}:\n    del CACHE[next(iter(CACHE))]\nCACHE[i + 10_000] = bytes({size})"
    );
    program(Truth::Nothing, "CACHE = {}", &each)
}

fn ordered_dict(random: &mut Rng, calls: usize) -> Made {
    let (room, size) = (room(random, calls), magnitude(random, 2, 50_000));
    let each =
        format!("CACHE[i + 10_000] = bytes({size})\nif len(CACHE) > {room}:\n    CACHE.popitem(last=False)");
    program(
        Truth::Nothing,
        "import collections\n\nCACHE = collections.OrderedDict()",
        &each,
    )
}

/// Few enough that all were drawn long before the last call.
fn drawn_keys(random: &mut Rng, calls: usize) -> Made {
    let keys = magnitude(random, 1, calls / 12);
    let size = magnitude(random, 2, 50_000);
    let drawn = numbers(calls, || random.usize(..keys));
    let once = format!("CACHE = {{}}\nKEYS = {drawn}");
    let each = format!("key = KEYS[i % {calls}]\nif key not in CACHE:\n    CACHE[key] = bytes({size} + key)");
    program(Truth::Nothing, &once, &each)
}

fn deque_ring(random: &mut Rng, calls: usize) -> Made {
    let (room, most) = (room(random, calls), magnitude(random, 2, 50_000));
    let sizes = numbers(calls, || random.usize(2..=most));
    let once = format!("import collections\n\nRING = collections.deque(maxlen={room})\nSIZES = {sizes}");
    program(
        Truth::Nothing,
        &once,
        &format!("RING.append(bytes(SIZES[i % {calls}]))"),
    )
}

fn list_ring(random: &mut Rng, calls: usize) -> Made {
    let (room, most) = (room(random, calls), magnitude(random, 2, 50_000));
    let sizes = numbers(calls, || random.usize(2..=most));
    let once = format!("RING = [None] * {room}\nSIZES = {sizes}");
    program(
        Truth::Nothing,
        &once,
        &format!("RING[i % {room}] = bytes(SIZES[i % {calls}])"),
    )
}

/// The digit is added at a call that is passed long before the last.
fn ring_of_names(random: &mut Rng, calls: usize) -> Made {
    let room = magnitude(random, 2, calls / 4);
    let before = random.usize(..=calls / 4);
    let size = magnitude(random, 2, 2_000);
    let each = format!(
        "RING.append((f'name{{i + {}}}', bytes({size})))",
        1_000 - before.min(999)
    );
    let once = format!("import collections\n\nRING = collections.deque(maxlen={room})");
    program(Truth::Nothing, &once, &each)
}

fn sawtooth(random: &mut Rng, calls: usize) -> Made {
    let (teeth, size) = (room(random, calls), magnitude(random, 2, 50_000));
    let each = format!("KEPT.append(bytes({size}))\nif len(KEPT) > {teeth}:\n    KEPT.clear()");
    program(Truth::Nothing, "KEPT = []", &each)
}

/// Entries arrive at random, some calls have several, and live for so many calls.
fn expiring(random: &mut Rng, calls: usize) -> Made {
    let life = magnitude(random, 1, calls / 3);
    let most = magnitude(random, 2, 20_000);
    let arrivals = numbers(calls, || random.usize(..4));
    let once = format!("import collections\n\nQUEUE = collections.deque()\nARRIVALS = {arrivals}");
    let each = format!(
        "for k in range(ARRIVALS[i % {calls}]):\n    QUEUE.append((i + 10_000, bytes({most} * (k + 1))))\nwhile QUEUE and QUEUE[0][0] <= i + 10_000 - {life}:\n    QUEUE.popleft()"
    );
    program(Truth::Nothing, &once, &each)
}

/// It grows ever more rarely, and never beyond the largest.
fn high_water(random: &mut Rng, calls: usize) -> Made {
    let most = magnitude(random, 10, 100_000);
    let needed = numbers(calls, || random.usize(1..=most));
    let once = format!("BUFFER = [b'']\nNEEDED = {needed}");
    program(
        Truth::Nothing,
        &once,
        &format!("needed = NEEDED[i % {calls}]\nif len(BUFFER[0]) < needed:\n    BUFFER[0] = bytes(needed)"),
    )
}

fn uneven_value(random: &mut Rng, calls: usize) -> Made {
    let most = magnitude(random, 3, 100_000);
    let sizes = numbers(calls, || random.usize(2..=most));
    program(
        Truth::Nothing,
        &format!("LAST = [None]\nSIZES = {sizes}"),
        &format!("LAST[0] = bytes(SIZES[i % {calls}])"),
    )
}

fn jump(random: &mut Rng, calls: usize) -> Made {
    let (at, size) = (random.usize(..calls), magnitude(random, 2, 1_000_000));
    let each = format!("if i == {at}:\n    KEPT[0] = bytes({size})");
    program(Truth::Nothing, "KEPT = [None]", &each)
}

fn first_calls(random: &mut Rng, calls: usize) -> Made {
    let (first, most) = (magnitude(random, 1, calls / 4), magnitude(random, 2, 100_000));
    let sizes = numbers(first, || random.usize(2..=most));
    let once = format!("KEPT = []\nSIZES = {sizes}");
    program(
        Truth::Nothing,
        &once,
        &format!("if i < {first}:\n    KEPT.append(bytes(SIZES[i]))"),
    )
}

fn cycles(random: &mut Rng, _calls: usize) -> Made {
    let (count, size) = (magnitude(random, 1, 30), magnitude(random, 2, 5_000));
    let each = format!(
        "for k in range({count}):\n    one = [bytes({size})]\n    one.append({{'one': one, 'number': i + k}})"
    );
    program(Truth::Nothing, "", &each)
}

fn unfilled(random: &mut Rng, calls: usize) -> Made {
    let (room, size) = (calls * random.usize(2..20), magnitude(random, 2, 50_000));
    let once = format!(
        "import functools\n\n\n@functools.lru_cache(maxsize={room})\ndef page(number):\n    return bytes({size})"
    );
    program(Truth::NotShown, &once, "page(i + 10_000)")
}

fn cleanup_to_come(random: &mut Rng, calls: usize) -> Made {
    let (teeth, size) = (calls * random.usize(2..20), magnitude(random, 2, 50_000));
    let each = format!("KEPT.append(bytes({size}))\nif len(KEPT) > {teeth}:\n    KEPT.clear()");
    program(Truth::NotShown, "KEPT = []", &each)
}
