//! A mistake in a scenario's file, with its place and the way to mend it.

use std::ops::Range;
use std::path::Path;

/// One mistake and the way to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// The file, relative to the project's root.
    pub file: String,
    /// The place in the file; `None` if the whole file is meant.
    pub place: Option<Place>,
}

/// A range of a file's text, for the excerpt with the caret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The text of the whole file.
    pub text: String,
    /// The bytes of it that are at fault.
    pub span: Range<usize>,
}

impl Diagnostic {
    /// A mistake at a place in a file's text.
    pub(super) fn at(
        file: &Path,
        text: &str,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Diagnostic {
            place: Some(Place {
                text: text.to_owned(),
                span,
            }),
            ..Diagnostic::whole(file, message, help)
        }
    }

    /// A mistake about a whole file or directory.
    pub(super) fn whole(file: &Path, message: impl Into<String>, help: impl Into<String>) -> Self {
        Diagnostic {
            message: message.into(),
            help: help.into(),
            file: file.display().to_string(),
            place: None,
        }
    }

    /// The line, from 1; `None` if the whole file is meant.
    pub fn line(&self) -> Option<usize> {
        let place = self.place.as_ref()?;
        let before = place.text.get(..place.span.start).unwrap_or(&place.text);
        Some(before.matches('\n').count() + 1)
    }
}
