//! What the exit status tells, and how an error is shown.

use std::process::ExitCode;

use crate::output::{complain_in_styles, complain_of, finish, write};

/// How a command ended, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Nothing to report.
    Fine,
    /// A finding: a failed cell, a stale record.
    Finding,
    /// Usage or environment: nothing could be done.
    Unusable,
    /// The user stopped it.
    Interrupted,
}

impl Status {
    /// A finding, or nothing to report.
    pub(crate) fn finding_if(is_finding: bool) -> Self {
        if is_finding { Status::Finding } else { Status::Fine }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        ExitCode::from(match status {
            Status::Fine => 0,
            Status::Finding => 1,
            Status::Unusable => 2,
            // What a shell reports of a command that SIGINT ended.
            Status::Interrupted => 130,
        })
    }
}

/// Shows why the command line was refused, or the help that it asked for.
pub(crate) fn show_refusal(refusal: &clap::Error) -> ExitCode {
    let text = refusal.render().ansi().to_string();
    match refusal.use_stderr() {
        true => complain_in_styles(&text),
        false => write(&text),
    }
    // Standard output may be closed: then nobody reads the help.
    let _ = finish();
    u8::try_from(refusal.exit_code()).unwrap_or(2).into()
}

/// Shows an error with its causes.
pub(crate) fn show_error(error: &anyhow::Error) {
    complain_of("heapbook:", format!("{error:#}"));
}
