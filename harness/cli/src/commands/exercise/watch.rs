//! Judging at each save.

use std::mem;
use std::thread;
use std::time::{Duration, SystemTime};

use heapbook_engine::scenario::Exercise;

use super::{Judge, judge_and_show, tell_next};
use crate::output::{remark, say};
use crate::project::shown;
use crate::status::{Status, show_error};
use crate::workbook::Workbook;

/// How often files are looked at. Editors replace a file when they save, which a watch on the file
/// itself would lose.
const PAUSE: Duration = Duration::from_millis(200);

/// Judges what changes, until the user wants to end.
pub(super) fn watch(
    workbook: &mut Workbook,
    exercises: &[&Exercise],
    judge: &mut Judge,
) -> anyhow::Result<Status> {
    let mut seen: Vec<Option<SystemTime>> = exercises.iter().map(|one| date(workbook, one)).collect();
    say!(
        "Watching {} files in {}; Ctrl-C ends.",
        seen.iter().flatten().count(),
        shown(workbook.folder())
    );
    while !judge.is_interrupted() {
        thread::sleep(PAUSE);
        for (exercise, seen) in exercises.iter().zip(&mut seen) {
            let before = mem::replace(seen, date(workbook, exercise));
            if seen.is_none() || *seen == before {
                continue;
            }
            say!("");
            // A file that was replaced while it was read is judged again at the next look.
            match judge_and_show(workbook, exercise, judge) {
                Ok(Status::Fine) => tell_next(workbook, exercises),
                Ok(_) => {}
                Err(error) => show_error(&error),
            }
        }
    }
    remark!("Your answers are in {}.", shown(workbook.folder()));
    Ok(Status::Fine)
}

/// When an answer was saved; nothing where there is none.
fn date(workbook: &Workbook, exercise: &Exercise) -> Option<SystemTime> {
    std::fs::metadata(workbook.file(exercise)).ok()?.modified().ok()
}
