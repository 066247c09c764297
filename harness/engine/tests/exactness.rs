//! The memory pass through the whole engine, against the truth and against tracemalloc.

mod common;

use std::process::Command;
use std::time::Duration;

use common::{corpus, interpreter, measure, project, scenario_toml};
use heapbook_engine::figures::Metric;
use heapbook_engine::record::Cell;
use heapbook_model::Measured;

/// Measures the functions of a workload, each with a digest of 0, and gives the cells of the larger
/// size.
fn measured(functions: &[(&str, &str)]) -> Vec<Cell> {
    let code: Vec<String> = functions
        .iter()
        .map(|(name, body)| format!("def {name}(n):\n{body}\n"))
        .collect();
    let workload = format!(
        "from array import array\n\ndef zero(result):\n    return 0\n\n{}",
        code.join("\n")
    );
    let names: Vec<&str> = functions.iter().map(|(name, _)| *name).collect();
    let toml = scenario_toml(&names).replace(
        "sizes = [10, 20]\nheadline = 20",
        "sizes = [10, 50_000_000]\nheadline = 50_000_000\ndigest = \"zero\"",
    );
    let root = project(&toml, &workload);
    let cells = measure(&corpus(root.path()), Duration::from_secs(60));
    assert!(cells.iter().all(|cell| cell.errors.is_empty()), "{cells:?}");
    cells.into_iter().filter(|cell| cell.key.n > 10).collect()
}

#[test]
fn the_peak_is_the_size_requested() {
    let cells = measured(&[
        ("nothing", "    return None"),
        ("made_and_dropped", "    b' ' * n"),
        ("kept", "    return b' ' * n"),
    ]);
    let figures: Vec<_> = cells
        .iter()
        .map(|cell| {
            (
                Metric::Peak.of(cell),
                Metric::Result.of(cell),
                Metric::Retained.of(cell),
            )
        })
        .collect();
    let exactly = |peak, result| {
        (
            Some(Measured::Exact(peak)),
            Some(Measured::Exact(result)),
            Some(Measured::Exact(0)),
        )
    };
    // A bytes object is 33 bytes larger than what it holds.
    assert_eq!(
        figures,
        [
            exactly(0, 0),
            exactly(50_000_033, 0),
            exactly(50_000_033, 50_000_033)
        ]
    );
}

/// Small programs of several kinds, with the size that they are run at.
const PROGRAMS: [(&str, &str); 6] = [
    ("squares", "    return sum([i * i for i in range(2_000)])"),
    (
        "rows",
        "    return len([{'id': i, 'name': str(i)} for i in range(500)])",
    ),
    ("text", "    return len(','.join(str(i) for i in range(3_000)))"),
    ("nested", "    return len([[None] * 7 for _ in range(400)])"),
    (
        "array_by_append",
        "    a = array('d')\n    for i in range(1_000):\n        a.append(i)\n    return len(a)",
    ),
    (
        "grouped",
        "    d = {}\n    for i in range(900):\n        d.setdefault(i % 30, []).append(i)\n    return len(d)",
    ),
];

/// What tracemalloc says of the same calls, made the same way: warmed up, collected, then one call.
const TRACEMALLOC: &str = "
import gc, sys, tracemalloc
from array import array
scope = {'array': array}
exec(sys.stdin.read(), scope)
for name in sys.argv[1:]:
    call = scope[name]
    for _ in range(3):
        call(10)
    tracemalloc.start()
    gc.collect()
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    call(10)
    print(tracemalloc.get_traced_memory()[1] - before)
    tracemalloc.stop()
";

#[test]
fn what_depends_on_addresses_is_the_same_in_each_run() {
    let result = || {
        let body = "    place = id(type('Class', (), {}))\n    return bytes((place >> 4) % 1_000_000)";
        Metric::Result.of(&measured(&[("as_large_as_its_place", body)])[0])
    };
    let first = result();
    assert!(first.is_some());
    assert_eq!(first, result());
}

#[test]
fn tracemalloc_agrees_within_a_kibibyte() {
    let cells = measured(&PROGRAMS);
    let code: Vec<String> = PROGRAMS
        .iter()
        .map(|(name, body)| format!("def {name}(n):\n{body}\n"))
        .collect();
    let peaks = tracemalloc_peaks(&code.join("\n"));
    assert_eq!(peaks.len(), PROGRAMS.len());
    for (cell, expected) in cells.iter().zip(peaks) {
        let Some(Measured::Exact(peak)) = Metric::Peak.of(cell) else {
            panic!("not exact: {cell:?}")
        };
        assert!(
            (peak - expected).abs() <= 1024,
            "{}: {peak}, tracemalloc says {expected}",
            cell.key.variant
        );
        assert!(
            peak > 2_000,
            "{}: the program is large enough to tell",
            cell.key.variant
        );
    }
}

fn tracemalloc_peaks(code: &str) -> Vec<i64> {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("code.py");
    std::fs::write(&file, code).unwrap();
    let output = Command::new(interpreter().executable)
        .args(["-c", TRACEMALLOC])
        .args(PROGRAMS.iter().map(|(name, _)| *name))
        .stdin(std::fs::File::open(file).unwrap())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| line.parse().unwrap())
        .collect()
}
