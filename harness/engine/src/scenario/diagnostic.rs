//! A mistake in a scenario's file, shown with file, line and a caret.

use std::ops::Range;
use std::path::Path;

use miette::{LabeledSpan, NamedSource, SourceCode};

/// One mistake and the way to mend it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Diagnostic {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// The file, relative to the project's root.
    pub file: String,
    /// The line, from 1; absent where the whole file is meant.
    pub line: Option<usize>,
    place: Option<(NamedSource<String>, Range<usize>)>,
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
        let file = file.display().to_string();
        let before = text.get(..span.start).unwrap_or(text);
        Diagnostic {
            message: message.into(),
            help: help.into(),
            line: Some(before.matches('\n').count() + 1),
            place: Some((NamedSource::new(&file, text.to_owned()), span)),
            file,
        }
    }

    /// A mistake about a whole file or directory.
    pub(super) fn whole(file: &Path, message: impl Into<String>, help: impl Into<String>) -> Self {
        Diagnostic {
            message: message.into(),
            help: help.into(),
            file: file.display().to_string(),
            line: None,
            place: None,
        }
    }
}

impl miette::Diagnostic for Diagnostic {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|(source, _)| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (_, span) = self.place.as_ref()?;
        let label = LabeledSpan::new(Some("here".to_owned()), span.start, span.len());
        Some(Box::new(std::iter::once(label)))
    }
}
