//! The book: directives expanded from records, then mdBook.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use heapbook_engine::project::Project;
use heapbook_engine::record::{BenchTable, Benches, Records};
use heapbook_engine::scenario::Corpus;
use heapbook_report::{DirectiveError, Library};
use mdbook_driver::MDBook;
use mdbook_preprocessor::book::{Book, Chapter};
use mdbook_preprocessor::config::Config;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use rayon::prelude::*;

use crate::project;

/// The preprocessor's name: its table in `book.toml`.
const NAME: &str = "heapbook";

/// The key of `book.toml` that names the Python which the prose speaks of.
const HEADLINE: &str = "preprocessor.heapbook.headline-python";

/// Expands the directives of a book's chapters. Holds all that they are expanded from.
pub(crate) struct Expander {
    corpus: Corpus,
    /// The records that the prose speaks of.
    pub(crate) reference: Records,
    /// The reader's own records, where there are any.
    pub(crate) local: Option<Records>,
    benches: Benches,
    /// The Python that the prose speaks of.
    pub(crate) headline_python: Option<String>,
}

impl Expander {
    /// Reads the project's scenarios and records.
    pub(crate) fn new(project: &Project, config: &Config) -> anyhow::Result<Self> {
        Ok(Expander {
            corpus: project::corpus(project)?,
            reference: Records::read_if_present(&project.reference())?.unwrap_or_default(),
            local: Records::read_if_present(&project.local())?,
            benches: BenchTable::read_all(&project.benches())?,
            headline_python: config
                .get(HEADLINE)
                .with_context(|| format!("book.toml: `{HEADLINE}` must be a text like \"3.13\""))?,
        })
    }

    fn library(&self) -> Library<'_> {
        Library {
            scenarios: &self.corpus.scenarios,
            reference: &self.reference,
            local: self.local.as_ref(),
            benches: &self.benches,
            headline_python: self.headline_python.as_deref(),
        }
    }

    /// Expands every chapter, and gives all mistakes that the book's pages hold.
    pub(crate) fn expand(&self, book: &mut Book) -> Vec<DirectiveError> {
        let mut pages = Vec::new();
        book.for_each_chapter_mut(|chapter| {
            pages.extend(path_of(chapter).map(|path| (path, chapter.content.clone())));
        });
        let library = self.library();
        // One page knows nothing of another.
        let expanded = pages
            .par_iter()
            .map(|(path, text)| heapbook_report::expand(path, text, &library));
        let mut expanded = expanded.collect::<Vec<_>>().into_iter();
        let mut mistakes = Vec::new();
        book.for_each_chapter_mut(|chapter| {
            if path_of(chapter).is_none() {
                return;
            }
            match expanded.next() {
                Some(Ok(text)) => chapter.content = text,
                Some(Err(mistake)) => mistakes.push(mistake),
                None => {}
            }
        });
        mistakes
    }
}

/// The path of a chapter's file; `None` for a draft.
fn path_of(chapter: &Chapter) -> Option<String> {
    let path = chapter.source_path.as_deref()?;
    Some(format!("book/src/{}", path.display()))
}

impl Preprocessor for Expander {
    fn name(&self) -> &str {
        NAME
    }

    fn run(&self, _context: &PreprocessorContext, mut book: Book) -> anyhow::Result<Book> {
        project::warn_of_refused(&self.reference);
        self.local.iter().for_each(project::warn_of_refused);
        let mistakes = self.expand(&mut book);
        if mistakes.is_empty() {
            return Ok(book);
        }
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        Err(anyhow!("{}", lines.join("\n")))
    }
}

/// Loads the book as mdBook would.
pub(crate) fn load(project: &Project) -> anyhow::Result<MDBook> {
    let folder = project.root.join("book");
    load_in(&folder).with_context(|| format!("cannot load the book in {}", folder.display()))
}

/// The same as mdBook's own loading, which would write a file for each page that is missing, outside
/// of the book too, and would panic at a variable of the environment that is no text.
fn load_in(folder: &Path) -> anyhow::Result<MDBook> {
    let settings = folder.join("book.toml");
    let mut config = match settings.exists() {
        true => Config::from_disk(&settings)?,
        false => Config::default(),
    };
    if std::env::vars_os().all(|(name, value)| name.to_str().is_some() && value.to_str().is_some()) {
        config.update_from_env()?;
    }
    config.build.create_missing = false;
    MDBook::load_with_config(folder, config)
}

/// Builds the book in this process and gives the path of its first page.
pub(crate) fn build(project: &Project) -> anyhow::Result<PathBuf> {
    let mut book = load(project)?;
    let expander = Expander::new(project, &book.config)?;
    // Takes the place of the command of the same name, which would start this program a second and
    // a third time.
    book.with_preprocessor(expander);
    book.build().context("cannot build the book")?;
    let folder = book.build_dir_for("html");
    let index = folder.join("index.html");
    Ok(std::fs::canonicalize(&index).unwrap_or(index))
}
