//! The pages: every directive expands, every link leads somewhere, no figure is typed in, and every scenario has its page.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use heapbook_engine::project::Project;
use heapbook_engine::scenario::{Corpus, Language, Scenario};
use heapbook_report::prose;
use mdbook_driver::MDBook;
use mdbook_preprocessor::book::{Book, BookItem};

use super::{Finding, Severity};
use crate::book::Expander;

/// Looks at every page.
pub(super) fn check(
    project: &Project,
    corpus: &Corpus,
    expander: &Expander,
    book: &MDBook,
    complete: bool,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<()> {
    let mut expanded = book.book.clone();
    for mistake in expander.expand(&mut expanded) {
        findings.push(Finding {
            severity: Severity::Error,
            file: mistake.file,
            line: Some(mistake.line),
            message: mistake.message,
            help: "mend the directive".to_owned(),
        });
    }
    let source = project.root.join("book").join(&book.config.book.src);
    let pages = Pages::of(&book.book, &expanded);
    for (path, page) in &pages.0 {
        typed_figures(path, &page.text, findings);
        links(path, &page.text, &pages, &source, findings);
    }
    orphans(&source, &pages, findings)?;
    // While a scenario is being written, its page may be still to come.
    for scenario in corpus.scenarios.iter().filter(|_| complete) {
        lesson(scenario, &pages, findings);
    }
    Ok(())
}

/// The pages that `SUMMARY.md` lists, by their paths below the book's sources.
struct Pages(BTreeMap<PathBuf, Page>);

struct Page {
    text: String,
    anchors: BTreeSet<String>,
}

impl Pages {
    fn of(book: &Book, expanded: &Book) -> Self {
        let chapters = |book: &Book| -> BTreeMap<PathBuf, String> {
            let chapters = book.iter().filter_map(|item| match item {
                BookItem::Chapter(chapter) => Some((chapter.path.clone()?, chapter.content.clone())),
                _ => None,
            });
            chapters.collect()
        };
        let after = chapters(expanded);
        let page = |(path, text): (PathBuf, String)| {
            let anchors = prose::anchors(after.get(&path).unwrap_or(&text));
            (path, Page { text, anchors })
        };
        Pages(chapters(book).into_iter().map(page).collect())
    }
}

fn typed_figures(path: &Path, text: &str, findings: &mut Vec<Finding>) {
    for figure in prose::typed_figures(text) {
        findings.push(Finding {
            severity: Severity::Error,
            file: shown(path),
            line: Some(figure.line),
            message: format!("`{}` is typed in", figure.text),
            help: format!(
                "ask for it, as in {{{{#value slug python.variant peak}}}}; a fact with a source that was never measured is {{{{#stated {}}}}}",
                figure.text
            ),
        });
    }
}

fn links(path: &Path, text: &str, pages: &Pages, source: &Path, findings: &mut Vec<Finding>) {
    for link in prose::links(text) {
        let is_elsewhere = link.text.contains("://") || link.text.starts_with("mailto:");
        if is_elsewhere {
            continue;
        }
        if let Some(reason) = broken(path, &link.text, pages, source) {
            findings.push(Finding {
                severity: Severity::Error,
                file: shown(path),
                line: Some(link.line),
                message: format!("the link `{}` leads nowhere: {reason}", link.text),
                help: "mend the link, or bring back what it names".to_owned(),
            });
        }
    }
}

/// Why a link to a place of this book leads nowhere; nothing where it does not.
fn broken(from: &Path, link: &str, pages: &Pages, source: &Path) -> Option<String> {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match file {
        "" => from.to_owned(),
        _ => normal(&from.with_file_name(file)),
    };
    let Some(page) = pages.0.get(&target) else {
        let is_there =
            source.join(&target).is_file() && target.extension().is_none_or(|ending| ending != "md");
        return (!is_there).then(|| format!("{} is no page of SUMMARY.md", target.display()));
    };
    (!anchor.is_empty() && !page.anchors.contains(anchor))
        .then(|| format!("{} has no heading `#{anchor}`", target.display()))
}

/// A path without `..` in it.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}

/// Pages that no reader finds.
fn orphans(source: &Path, pages: &Pages, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    let mut folders = vec![source.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(source).unwrap_or(&path);
            let is_page =
                below.extension().is_some_and(|ending| ending == "md") && below != Path::new("SUMMARY.md");
            if is_page && !pages.0.contains_key(below) {
                findings.push(Finding {
                    severity: Severity::Error,
                    file: shown(below),
                    line: None,
                    message: "no reader finds this page".to_owned(),
                    help: format!("add it to SUMMARY.md: - [Title]({})", below.display()),
                });
            }
        }
    }
    Ok(())
}

/// A scenario has a page of its name, and programs in both languages.
fn lesson(scenario: &Scenario, pages: &Pages, findings: &mut Vec<Finding>) {
    let file = format!("scenarios/{}/scenario.toml", scenario.slug);
    let has_page = pages.0.keys().any(|path| {
        path.file_stem()
            .is_some_and(|stem| stem == scenario.slug.as_str())
    });
    if !has_page {
        findings.push(Finding {
            severity: Severity::Error,
            file: file.clone(),
            line: None,
            message: format!("no page of SUMMARY.md is named {}.md", scenario.slug),
            help: "write the lesson, and add it to book/src/SUMMARY.md".to_owned(),
        });
    }
    for language in [Language::Python, Language::Rust] {
        if !scenario
            .variants
            .iter()
            .any(|variant| variant.name.language == language)
        {
            findings.push(Finding {
                severity: Severity::Error,
                file: file.clone(),
                line: None,
                message: format!("it has no variant in {}", language.title()),
                help: format!(
                    "add its counterpart: a function in {}, and its table here",
                    language.file()
                ),
            });
        }
    }
}

fn shown(path: &Path) -> String {
    format!("book/src/{}", path.display())
}
