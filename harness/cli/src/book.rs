//! The book: directives expanded from records, then mdBook.

use std::fs::FileType;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, anyhow, bail};
use heapbook_engine::files;
use heapbook_engine::project::Project;
use heapbook_engine::record::{BenchTable, Benches, Records};
use heapbook_engine::scenario::Corpus;
use heapbook_report::{Achieved, DirectiveError, Expansion, Lesson, Library};
use mdbook_driver::MDBook;
use mdbook_preprocessor::book::{Book, BookItem, Chapter};
use mdbook_preprocessor::config::Config;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use mdbook_summary::{Summary, SummaryItem};
use rayon::prelude::*;

use crate::output::complain;
use crate::project;
use crate::workbook::Workbook;

/// The preprocessor's name: its table in `book.toml`.
const NAME: &str = "heapbook";

/// The key of `book.toml` that names the Python which the prose speaks of.
const HEADLINE: &str = "preprocessor.heapbook.headline-python";

/// The key that names the Pythons which every scenario is published with.
const REFERENCE: &str = "preprocessor.heapbook.reference-pythons";

/// Expands the directives of a book's chapters. Holds all that they are expanded from.
pub(crate) struct Expander {
    corpus: Corpus,
    /// The records that the prose speaks of.
    pub(crate) reference: Records,
    /// The reader's own records, where there are any.
    pub(crate) local: Option<Records>,
    benches: Benches,
    /// What the reader has done of the exercises.
    achieved: Achieved,
    /// The Python that the prose speaks of.
    pub(crate) headline_python: Option<String>,
    /// The Pythons that every scenario is published with.
    pub(crate) reference_pythons: Vec<String>,
}

impl Expander {
    /// Reads the project's scenarios and records.
    pub(crate) fn new(project: &Project, config: &Config) -> anyhow::Result<Self> {
        let corpus = project::corpus(project)?;
        // A book can do without it.
        let achieved = match Workbook::open(project) {
            Ok(workbook) => workbook.achieved_in(&corpus),
            Err(error) => {
                complain!("warning: {error:#}");
                Achieved::default()
            }
        };
        Ok(Expander {
            corpus,
            achieved,
            reference: Records::read_if_present(&project.reference())?.unwrap_or_default(),
            local: Records::read_if_present(&project.local())?,
            benches: BenchTable::read_all(&project.benches())?,
            headline_python: config
                .get(HEADLINE)
                .with_context(|| format!("book.toml: `{HEADLINE}` must be a text like \"3.14\""))?,
            reference_pythons: config
                .get(REFERENCE)
                .with_context(|| format!("book.toml: `{REFERENCE}` must be texts like [\"3.14\"]"))?
                .unwrap_or_default(),
        })
    }

    fn library<'a>(&'a self, lessons: &'a [Lesson]) -> Library<'a> {
        Library {
            scenarios: &self.corpus.scenarios,
            reference: &self.reference,
            local: self.local.as_ref(),
            benches: &self.benches,
            headline_python: self.headline_python.as_deref(),
            lessons,
            achieved: &self.achieved,
        }
    }

    /// Expands every chapter, and gives all mistakes that the book's pages hold.
    pub(crate) fn expand(&self, book: &mut Book) -> Vec<DirectiveError> {
        let mut pages = Vec::new();
        book.for_each_chapter_mut(|chapter| {
            pages.extend(path_of(chapter).map(|path| (path, chapter.content.clone())));
        });
        let lessons = lessons(&self.corpus, book);
        let library = self.library(&lessons);
        let expansion = Expansion::of(&library);
        // One page knows nothing of another.
        let expanded = pages.par_iter().map(|(path, text)| expansion.expand(path, text));
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

/// The pages of the scenarios, in the book's order: a scenario's page has its name.
fn lessons(corpus: &Corpus, book: &Book) -> Vec<Lesson> {
    let chapters = book.iter().filter_map(|item| match item {
        BookItem::Chapter(chapter) => Some((chapter.path.as_deref()?, &chapter.name)),
        _ => None,
    });
    let lesson = |(path, title): (&Path, &String)| {
        let slug = path.file_stem()?.to_str()?;
        corpus.scenario(slug)?;
        Some(Lesson {
            slug: slug.to_owned(),
            page: path.with_extension("html").to_str()?.to_owned(),
            title: title.clone(),
        })
    };
    chapters.filter_map(lesson).collect()
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

/// A book that is not read yet: its folder and its settings.
pub(crate) struct Unread {
    folder: PathBuf,
    pub(crate) config: Config,
}

/// What keeps a book from being read: the file below the project, what is wrong, what to do.
#[derive(Debug)]
pub(crate) struct Obstacle {
    pub(crate) file: String,
    pub(crate) message: String,
    pub(crate) help: &'static str,
}

impl Unread {
    /// Reads a book's settings as mdBook does, but for two things: mdBook panics at a variable of
    /// the environment that is no text, and writes a file for each page that is missing, outside of
    /// the book too.
    pub(crate) fn of(project: &Project) -> anyhow::Result<Self> {
        let folder = project.root.join("book");
        let settings = folder.join("book.toml");
        let text = match files::read_text(&settings) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            text => text.with_context(|| format!("cannot read {}", settings.display()))?,
        };
        let config = Config::from_str(&text);
        let mut config = config.with_context(|| format!("cannot read {}", settings.display()))?;
        if std::env::vars_os().all(|(name, value)| name.to_str().is_some() && value.to_str().is_some()) {
            config.update_from_env()?;
        }
        config.build.create_missing = false;
        Ok(Unread { folder, config })
    }

    /// Everything that would keep mdBook from reading the book, or have it wait for ever.
    pub(crate) fn obstacles(&self) -> Vec<Obstacle> {
        let source = self.folder.join(&self.config.book.src);
        let summary = match files::read_text(&source.join("SUMMARY.md")).map_err(anyhow::Error::from) {
            Ok(text) => mdbook_summary::parse_summary(&text),
            Err(error) => Err(error),
        };
        let mut obstacles = special_files(&source);
        match summary {
            Ok(summary) => {
                let pages = pages_of(&summary).into_iter();
                obstacles.extend(pages.filter_map(|page| unreadable(page, &source)));
            }
            Err(error) => obstacles.push(Obstacle {
                file: shown(Path::new("SUMMARY.md")),
                message: format!("it cannot be read: {error:#}"),
                help: "make it a list of the book's pages: - [Title](page.md)",
            }),
        }
        obstacles
    }

    /// Reads the book.
    ///
    /// # Errors
    /// When there are obstacles, all of which are named.
    pub(crate) fn read(self) -> anyhow::Result<MDBook> {
        let obstacles = self.obstacles();
        let lines: Vec<String> = obstacles
            .iter()
            .map(|one| format!("\n{}: {}; {}", one.file, one.message, one.help))
            .collect();
        if !lines.is_empty() {
            bail!("the book cannot be read:{}", lines.concat());
        }
        let Unread { folder, config } = self;
        MDBook::load_with_config(&folder, config)
            .with_context(|| format!("cannot load the book in {}", folder.display()))
    }
}

/// Where a scenario's lesson stands in the book, as a number: those without a page come last.
pub(crate) fn order_of_lessons(project: &Project) -> impl Fn(&str) -> usize {
    let summary = files::read_text(&project.root.join("book/src/SUMMARY.md")).ok();
    let summary = summary.and_then(|text| mdbook_summary::parse_summary(&text).ok());
    let pages = summary.iter().flat_map(pages_of).filter_map(Path::file_stem);
    let pages: Vec<String> = pages.map(|page| page.to_string_lossy().into_owned()).collect();
    move |slug| pages.iter().position(|page| page == slug).unwrap_or(usize::MAX)
}

/// The files of a summary's pages, in their order.
fn pages_of(summary: &Summary) -> Vec<&Path> {
    fn add<'s>(items: &'s [SummaryItem], pages: &mut Vec<&'s Path>) {
        for item in items {
            if let SummaryItem::Link(link) = item {
                pages.extend(link.location.as_deref());
                add(&link.nested_items, pages);
            }
        }
    }
    let mut pages = Vec::new();
    add(&summary.prefix_chapters, &mut pages);
    add(&summary.numbered_chapters, &mut pages);
    add(&summary.suffix_chapters, &mut pages);
    pages
}

/// What keeps a page of a summary from being a file within the book.
fn unreadable(page: &Path, source: &Path) -> Option<Obstacle> {
    let within = page
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let message = match files::read_text(&source.join(page)) {
        _ if !within => "SUMMARY.md names it, and it is not below the book's sources".to_owned(),
        Err(error) => format!("SUMMARY.md names it, and it cannot be read: {error}"),
        Ok(_) => return None,
    };
    Some(Obstacle {
        file: shown(page),
        message,
        help: "write the page, or mend its name in SUMMARY.md",
    })
}

/// What mdBook would copy beside the pages, and cannot.
fn special_files(source: &Path) -> Vec<Obstacle> {
    let mut obstacles = Vec::new();
    for_each_below(source, &mut |below, kind| {
        let what = files::not_a_file(kind).filter(|_| !kind.is_dir());
        obstacles.extend(what.map(|what| Obstacle {
            file: shown(below),
            message: what.to_owned(),
            help: "remove it",
        }));
    });
    obstacles
}

/// Visits everything below a folder but what links to a folder: that may lead back.
pub(crate) fn for_each_below(source: &Path, visit: &mut dyn FnMut(&Path, FileType)) {
    let mut folders = vec![source.to_owned()];
    while let Some(folder) = folders.pop() {
        // One that cannot be read holds nothing that a reader could find either.
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                folders.push(path.clone());
            }
            let found = std::fs::metadata(&path).map_or(kind, |found| found.file_type());
            if !kind.is_symlink() || found.is_file() {
                visit(path.strip_prefix(source).unwrap_or(&path), found);
            }
        }
    }
}

/// A path below the book's sources as it is shown.
pub(crate) fn shown(path: &Path) -> String {
    format!("book/src/{}", path.display())
}

/// Builds the book in this process and gives the path of its first page.
pub(crate) fn build(project: &Project) -> anyhow::Result<PathBuf> {
    let mut book = Unread::of(project)?.read()?;
    let expander = Expander::new(project, &book.config)?;
    // Takes the place of the command of the same name, which would start this program a second and
    // a third time.
    book.with_preprocessor(expander);
    book.build().context("cannot build the book")?;
    let folder = book.build_dir_for("html");
    let index = folder.join("index.html");
    Ok(std::fs::canonicalize(&index).unwrap_or(index))
}
