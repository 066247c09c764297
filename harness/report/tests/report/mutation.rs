//! Every fragment shows what the records hold: where a figure changes, so does each fragment that
//! shows it.

use heapbook_engine::record::Cell;
use heapbook_model::{Bytes, Nanos};

use crate::fixture::Fixture;

const FRAGMENTS: [&str; 10] = [
    "table sums with=time",
    "plot sums peak",
    "plot sums peak style=bars",
    "plot sums time",
    "plot sums time style=bars",
    "timeline sums",
    "value sums python.build_list peak",
    "value sums python.build_list time",
    "ratio sums peak python.build_list python.generate",
    "claim sums generator-saves-memory",
];

/// Fragments that stand in sentences say themselves, on demand, where they come from; the others
/// leave that to the line below the page's title.
const IN_SENTENCES: [&str; 3] = [
    "value sums python.build_list peak",
    "value sums python.build_list time",
    "ratio sums peak python.build_list python.generate",
];

/// Which fragments change when the cell of the list at the headline size is changed.
fn changed(change: impl Fn(&mut Cell)) -> Vec<&'static str> {
    let before = Fixture::complete();
    let mut after = Fixture::complete();
    change(after.cell("python.build_list", 100_000));
    let differs = |fragment: &&str| {
        let directive = format!("{{{{#{fragment}}}}}");
        before.expand(&directive) != after.expand(&directive)
    };
    FRAGMENTS.into_iter().filter(differs).collect()
}

#[test]
fn a_changed_peak_changes_what_shows_peaks() {
    let change = |cell: &mut Cell| {
        for process in &mut cell.memory.as_mut().unwrap().processes {
            process.account.peak_bytes = Bytes(3_000_000);
        }
    };
    assert_eq!(
        changed(change),
        [
            "table sums with=time",
            "plot sums peak",
            "plot sums peak style=bars",
            "value sums python.build_list peak",
            "ratio sums peak python.build_list python.generate",
            "claim sums generator-saves-memory",
        ]
    );
}

#[test]
fn one_byte_in_one_process_is_enough_for_text() {
    let change = |cell: &mut Cell| cell.memory.as_mut().unwrap().processes[0].account.peak_bytes.0 += 1;
    for fragment in [
        "table sums with=time",
        "value sums python.build_list peak",
        "claim sums generator-saves-memory",
    ] {
        assert!(changed(change).contains(&fragment), "{fragment}");
    }
}

#[test]
fn a_changed_time_changes_what_shows_times() {
    let change = |cell: &mut Cell| {
        for process in &mut cell.time.as_mut().unwrap().processes {
            process.total_ns.fill(Nanos(9_000_000));
        }
    };
    assert_eq!(
        changed(change),
        [
            "table sums with=time",
            "plot sums time",
            "plot sums time style=bars",
            "value sums python.build_list time",
        ]
    );
}

#[test]
fn other_figures_change_the_table_alone() {
    for change in [
        (|cell: &mut Cell| cell.memory.as_mut().unwrap().processes[0].account.allocations += 1)
            as fn(&mut Cell),
        |cell| cell.memory.as_mut().unwrap().processes[0].account.result_bytes.0 += 1,
        |cell| {
            cell.memory.as_mut().unwrap().processes[0]
                .account
                .retained_bytes
                .0 += 1
        },
    ] {
        assert_eq!(changed(change), ["table sums with=time"]);
    }
}

#[test]
fn a_changed_timeline_changes_the_timeline() {
    let change = |cell: &mut Cell| {
        let timeline = cell.memory.as_mut().unwrap().timeline.as_mut().unwrap();
        timeline.points[3].end = Bytes(0);
    };
    assert_eq!(changed(change), ["timeline sums"]);
}

#[test]
fn another_day_shows_where_a_figure_says_where_it_comes_from() {
    let change = |cell: &mut Cell| cell.measured_at = "2027-01-01T00:00:00Z".to_owned();
    assert_eq!(changed(change), IN_SENTENCES);
}
