//! How a run shows what it is doing: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::time::Duration;

use crate::output::{is_quiet, remark};
use heapbook_engine::measure::Event;
use heapbook_engine::plan::PlannedCell;
use heapbook_engine::record::{Cell, Pass};
use indicatif::{ProgressBar, ProgressStyle};

/// How often what is shown is drawn anew.
const TICK: Duration = Duration::from_millis(250);

/// The progress of one run.
pub(crate) struct Progress {
    /// `None` if standard error is not a terminal.
    bar: Option<ProgressBar>,
    /// Whether failures are told as they come, and a scenario's end.
    speaks: bool,
    total: usize,
    finished: usize,
    failed: usize,
}

impl Progress {
    /// Progress over so many cells.
    pub(crate) fn new(total: usize) -> Self {
        let wanted = std::io::stderr().is_terminal() && total > 0 && !is_quiet();
        Progress {
            bar: wanted.then(|| bar(total)),
            speaks: true,
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
                self.say(&format!("[{}/{}] {slug} measured", self.finished, self.total))
            }
        }
    }

    fn began(&self, cell: &PlannedCell<'_>, pass: Pass) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{} n={} ({pass})", cell.subject, cell.n));
        }
    }

    fn finished(&mut self, cell: &Cell) {
        self.finished += 1;
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
        if let Some(error) = cell.errors.first() {
            self.failed += 1;
            let reason = error.message.lines().last().unwrap_or_default();
            self.say(&format!("failed: {}: {reason}", cell.key));
        }
    }

    /// The run is over, for which so many workers were started.
    pub(crate) fn end(self, workers: u64) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        remark!(
            "{} of {} cells measured, {} failed. Workers started: {workers}.",
            self.finished - self.failed,
            self.total,
            self.failed
        );
    }

    /// Takes the bar away.
    pub(crate) fn clear(self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn say(&self, line: &str) {
        if !self.speaks {
            return;
        }
        match &self.bar {
            Some(bar) => bar.println(line),
            None => remark!("{line}"),
        }
    }
}

fn bar(total: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} cells, {eta} left  {wide_msg}")
        .expect("the template is fixed and valid");
    let bar = ProgressBar::new(total as u64).with_style(style);
    bar.enable_steady_tick(TICK);
    bar
}

/// A line on a terminal that says what is waited for, and for how long; it goes when this is
/// dropped.
pub(crate) struct Waiting(Option<ProgressBar>);

impl Waiting {
    /// Says what is measured, where standard error is a terminal.
    pub(crate) fn for_what(what: &str) -> Self {
        let wanted = std::io::stderr().is_terminal() && !is_quiet();
        Waiting(wanted.then(|| {
            let style = ProgressStyle::with_template("{spinner} measuring {msg}, {elapsed}")
                .expect("the template is fixed and valid");
            let spinner = ProgressBar::new_spinner()
                .with_style(style)
                .with_message(what.to_owned());
            spinner.enable_steady_tick(TICK);
            spinner
        }))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(spinner) = &self.0 {
            spinner.finish_and_clear();
        }
    }
}
