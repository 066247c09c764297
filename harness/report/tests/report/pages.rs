//! The book's own pages: where a record changes, so does everything on them that quotes it.

use std::fs;
use std::path::{Path, PathBuf};

use heapbook_engine::record::{Cell, Records};
use heapbook_engine::scenario::Corpus;
use heapbook_model::{Bytes, Nanos};
use heapbook_report::{Expansion, Library};

/// What shows no record of the reference: code, what readers are to do and to remember, files of
/// other benches, and what comes out otherwise on a reader's machine.
const WITHOUT_RECORDS: [&str; 8] = [
    "listing",
    "compare",
    "exercise",
    "rule",
    "machine",
    "bench",
    "stated",
    "differences",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
}

/// Every directive of a page that quotes records, as it stands there; those that are shown as code
/// are among them, and do not expand.
fn directives(text: &str) -> Vec<&str> {
    let places = text.match_indices("{{#").map(|(place, _)| &text[place..]);
    let whole = places.filter_map(|rest| Some(&rest[..rest.find("}}")? + 2]));
    whole
        .filter(|directive| {
            let name = directive[3..].split([' ', '}']).next().unwrap_or_default();
            // Pictures in Rust are drawn by hand, and held to a run by a test of their own.
            let by_hand = name == "watch" && directive.contains(" rust.");
            !by_hand && !WITHOUT_RECORDS.contains(&name)
        })
        .collect()
}

/// Changes every figure of a cell, by a factor of the variant's own: so that ratios change, too.
fn change(cell: &mut Cell) {
    let name = cell.key.variant.to_string();
    let factor = 3 + name.bytes().map(i64::from).sum::<i64>() % 29;
    let bytes = |bytes: &mut Bytes| bytes.0 = bytes.0 * factor + 8 * factor;
    if let Some(memory) = &mut cell.memory {
        for process in &mut memory.processes {
            process.account.allocations = process.account.allocations * factor as u64 + factor as u64;
            for figure in [
                &mut process.account.allocated_bytes,
                &mut process.account.peak_bytes,
                &mut process.account.result_bytes,
                &mut process.account.retained_bytes,
                &mut process.account.retained_after_collection_bytes,
            ] {
                bytes(figure);
            }
            for figures in process.account.domains.values_mut() {
                figures.allocations += factor as u64;
                bytes(&mut figures.allocated_bytes);
                bytes(&mut figures.live_bytes);
            }
        }
        for point in memory
            .timeline
            .iter_mut()
            .flat_map(|timeline| &mut timeline.points)
        {
            bytes(&mut point.high);
            bytes(&mut point.end);
        }
        for class in &mut memory.sizes {
            class.allocations += factor as u64 * 1_000;
            bytes(&mut class.bytes);
        }
        if let Some(collections) = &mut memory.collections {
            collections.generations[0] = collections.generations[0] * 2 + factor as u64;
        }
        for (place, live) in (1..).zip(&mut memory.live_after_calls) {
            live.0 += place * factor * 1_000;
        }
    }
    for step in cell.picture.iter_mut().flat_map(|picture| &mut picture.steps) {
        bytes(&mut step.made_bytes);
        bytes(&mut step.live_bytes);
    }
    for process in cell.time.iter_mut().flat_map(|time| &mut time.processes) {
        for times in [&mut process.total_ns, &mut process.cpu_ns, &mut process.slice_ns] {
            times
                .iter_mut()
                .for_each(|time| *time = Nanos(time.0 * factor as u64));
        }
    }
    for line in cell.lines.iter_mut().flat_map(|lines| &mut lines.lines) {
        bytes(&mut line.allocated_bytes);
    }
    for process in cell
        .resident
        .iter_mut()
        .flat_map(|resident| &mut resident.processes)
    {
        bytes(&mut process.peak_bytes);
        bytes(&mut process.after_bytes);
    }
}

#[test]
fn every_directive_of_every_page_changes_with_the_records() {
    let corpus = Corpus::read(&root()).unwrap();
    let before = Records::read(&root().join("book/records")).unwrap();
    let mut after = before.clone();
    after.cells_mut().for_each(change);
    let expand = |directive: &str, records: &Records| {
        let library = Library {
            headline_python: Some("3.13"),
            ..Library::new(&corpus.scenarios, records)
        };
        Expansion::of(&library).expand("page.md", directive)
    };
    let mut found = Vec::new();
    pages(&root().join("book/src"), &mut found);
    let (mut same, mut changed) = (Vec::new(), 0);
    for page in found {
        let text = fs::read_to_string(&page).unwrap();
        for directive in directives(&text) {
            let Ok(shown) = expand(directive, &before) else {
                continue;
            };
            match expand(directive, &after) {
                Ok(now) if now != shown => changed += 1,
                _ => same.push(format!("{}: {directive}", page.display())),
            }
        }
    }
    assert!(changed > 150, "{changed}");
    assert!(same.is_empty(), "unchanged:\n{}", same.join("\n"));
}
