//! Judging at each save.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, SystemTime};

use heapbook_engine::scenario::Exercise;

use super::workbook::Workbook;
use super::{Judge, judge_and_show};
use crate::output::{complain, remark, say};
use crate::project::shown;
use crate::status::Status;

/// How often files are looked at. Editors replace a file when they save, which a watch on the file
/// itself would lose.
const PAUSE: Duration = Duration::from_millis(200);

/// Judges what changes, until the user wants to end.
pub(super) fn watch(
    workbook: &mut Workbook,
    exercises: &[&Exercise],
    judge: &mut Judge,
) -> anyhow::Result<Status> {
    let mut seen = dates(workbook, exercises);
    say!(
        "Watching {} files in {}; Ctrl-C ends.",
        seen.len(),
        shown(workbook.folder())
    );
    while !judge.is_interrupted() {
        thread::sleep(PAUSE);
        let now = dates(workbook, exercises);
        for exercise in exercises {
            let file = workbook.file(exercise);
            let date = now.get(&file);
            if date.is_none() || date == seen.get(&file) {
                continue;
            }
            say!();
            // A file that was replaced while it was read is judged again at the next look.
            if let Err(error) = judge_and_show(workbook, exercise, judge) {
                complain!("heapbook: {error:#}");
            }
        }
        seen = now;
    }
    remark!("Your answers are in {}.", shown(workbook.folder()));
    Ok(Status::Fine)
}

fn dates(workbook: &Workbook, exercises: &[&Exercise]) -> BTreeMap<PathBuf, SystemTime> {
    let date = |file: PathBuf| {
        let modified = std::fs::metadata(&file).and_then(|about| about.modified()).ok()?;
        Some((file, modified))
    };
    exercises
        .iter()
        .filter_map(|exercise| date(workbook.file(exercise)))
        .collect()
}
