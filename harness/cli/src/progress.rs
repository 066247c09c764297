//! How a run shows what it is doing: a bar on a terminal, plain lines elsewhere.

use std::time::{Duration, Instant};

use crate::output::{is_quiet, remark};
use heapbook_engine::measure::Event;
use heapbook_engine::plan::PlannedCell;
use heapbook_engine::record::{Cell, Pass};
use heapbook_report::visible_line;
use indicatif::{HumanDuration, ProgressBar, ProgressFinish, ProgressStyle};

/// How often what is shown is drawn anew.
const TICK: Duration = Duration::from_millis(250);

/// The progress of one run.
pub(crate) struct Progress {
    /// Hidden if standard error is not a terminal.
    bar: ProgressBar,
    /// Whether failures are told as they come, and a scenario's end.
    speaks: bool,
    began: Instant,
    total: usize,
    finished: usize,
    failed: usize,
}

impl Progress {
    /// Progress over so many cells.
    pub(crate) fn new(total: usize) -> Self {
        Progress {
            bar: match total {
                0 => ProgressBar::hidden(),
                _ => drawn(
                    ProgressBar::new(total as u64),
                    "{bar:24} {pos}/{len} cells, {eta} left  {wide_msg}",
                ),
            },
            speaks: true,
            began: Instant::now(),
            total,
            finished: 0,
            failed: 0,
        }
    }

    /// The same for a command that tells by itself what came out: a bar on a terminal, and nothing
    /// elsewhere.
    pub(crate) fn of_bar_alone(total: usize) -> Self {
        Progress {
            speaks: false,
            ..Progress::new(total)
        }
    }

    /// Shows one step of the run.
    pub(crate) fn show(&mut self, event: &Event<'_>) {
        match event {
            Event::Began(cell, pass) => self.began(cell, *pass),
            Event::Finished(cell) => self.finished(cell),
            Event::LeftOut(..) => {}
            Event::ScenarioEnded(slug) => {
                let left = self.left();
                self.say(&format!(
                    "[{}/{}] {slug} measured{left}",
                    self.finished, self.total
                ))
            }
        }
    }

    /// Whether cells are still to be measured.
    pub(crate) fn goes_on(&self) -> bool {
        self.finished < self.total
    }

    /// About how long the other cells will take, if they take as long as those before.
    fn left(&self) -> String {
        let waiting = self.total.saturating_sub(self.finished);
        let took = self.began.elapsed().as_secs_f64() / self.finished.max(1) as f64;
        match (took * waiting as f64).ceil() as u64 {
            0 => String::new(),
            seconds => format!(", about {} left", HumanDuration(Duration::from_secs(seconds))),
        }
    }

    /// Writes something else meanwhile: where it goes to the same terminal, the bar makes way.
    pub(crate) fn beside(&self, write: impl FnOnce()) {
        self.bar.suspend(write);
    }

    fn began(&self, cell: &PlannedCell<'_>, pass: Pass) {
        let what = format!("{} n={} ({pass})", cell.subject, cell.n);
        self.bar.set_message(visible_line(&what));
    }

    fn finished(&mut self, cell: &Cell) {
        self.finished += 1;
        self.bar.inc(1);
        if let Some(error) = cell.errors.first() {
            self.failed += 1;
            let reason = error.message.lines().last().unwrap_or_default();
            self.say(&format!("failed: {}: {reason}", cell.key));
        }
    }

    /// The run is over, for which so many workers were started.
    pub(crate) fn end(self, workers: u64) {
        self.bar.finish_and_clear();
        remark!(
            "{} of {} cells measured, {} failed. Workers started: {workers}.",
            self.finished - self.failed,
            self.total,
            self.failed
        );
    }

    /// A line of its own above the bar.
    pub(crate) fn say(&self, line: &str) {
        if !self.speaks {
            return;
        }
        match self.bar.is_hidden() {
            true => remark!("{line}"),
            false => self.bar.println(visible_line(line)),
        }
    }
}

/// A line on a terminal that says what is waited for, and for how long; it goes when this is
/// dropped.
pub(crate) fn waiting_for(what: &str) -> ProgressBar {
    let spinner = drawn(ProgressBar::new_spinner(), "{spinner} measuring {msg}, {elapsed}");
    spinner.with_message(visible_line(what))
}

/// The same bar in a style, drawn by itself until it is dropped; hidden where remarks are not
/// wanted, or standard error is not a terminal.
fn drawn(bar: ProgressBar, template: &str) -> ProgressBar {
    if is_quiet() || bar.is_hidden() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(template).expect("the template is fixed and valid");
    let bar = bar.with_style(style).with_finish(ProgressFinish::AndClear);
    bar.enable_steady_tick(TICK);
    bar
}
