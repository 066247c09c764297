//! The pages: every directive expands, every link leads somewhere, no figure is typed in, and every
//! scenario has its page.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use heapbook_engine::project::Project;
use heapbook_engine::scenario::{Corpus, Scenario};
use heapbook_model::Language;
use heapbook_report::prose;
use mdbook_driver::MDBook;
use mdbook_preprocessor::book::{Book, BookItem};

use super::Finding;
use crate::book::{Expander, for_each_below, shown};

/// Looks at every page.
pub(super) fn check(
    project: &Project,
    corpus: &Corpus,
    expander: &Expander,
    book: &MDBook,
    complete: bool,
    findings: &mut Vec<Finding>,
) {
    let mut expanded = book.book.clone();
    // A scenario whose file has mistakes is unknown to its page, too: mending the file mends both.
    let follows = |message: &str| {
        let mut invalid = corpus.invalid.iter();
        invalid.any(|slug| message.starts_with(&format!("unknown scenario `{slug}`")))
    };
    let mistakes = expander.expand(&mut expanded).into_iter();
    let mistakes = mistakes.filter(|mistake| !follows(&mistake.message));
    findings.extend(
        mistakes.map(|mistake| {
            Finding::error(mistake.file, mistake.message, "mend the directive").at(mistake.line)
        }),
    );
    let source = project.root.join("book").join(&book.config.book.src);
    let pages = Pages::of(&book.book, &expanded);
    for (path, page) in &pages.0 {
        findings.extend(of_prose(path, &page.text, &pages, &source));
    }
    orphans(&source, &pages, findings);
    // While a scenario is being written, its page may be still to come.
    for scenario in corpus.scenarios.iter().filter(|_| complete) {
        lesson(scenario, &pages, findings);
    }
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

/// Figures that were typed in, and links that lead nowhere.
fn of_prose(path: &Path, text: &str, pages: &Pages, source: &Path) -> Vec<Finding> {
    let prose = prose::read(text);
    let typed = prose.figures.iter().map(|figure| {
        let message = format!("`{}` is typed in", figure.text);
        let help = format!(
            "ask for it, as in {{{{#value slug python.variant peak}}}}; a fact with a source that was never measured is {{{{#stated {}}}}}",
            figure.text
        );
        Finding::error(shown(path), message, help).at(figure.line)
    });
    let is_here = |link: &&prose::Found| !link.text.contains("://") && !link.text.starts_with("mailto:");
    let broken = prose.links.iter().filter(is_here).filter_map(|link| {
        let reason = broken(path, &link.text, pages, source)?;
        let message = format!("the link `{}` leads nowhere: {reason}", link.text);
        let help = "mend the link, or bring back what it names";
        Some(Finding::error(shown(path), message, help).at(link.line))
    });
    typed.chain(broken).collect()
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
fn orphans(source: &Path, pages: &Pages, findings: &mut Vec<Finding>) {
    for_each_below(source, &mut |below, kind| {
        let is_page = kind.is_file() && below.extension().is_some_and(|ending| ending == "md");
        if is_page && below != Path::new("SUMMARY.md") && !pages.0.contains_key(below) {
            let help = format!("add it to SUMMARY.md: - [Title]({})", below.display());
            findings.push(Finding::error(shown(below), "no reader finds this page", help));
        }
    });
}

/// A scenario has a page of its name, and programs in both languages.
fn lesson(scenario: &Scenario, pages: &Pages, findings: &mut Vec<Finding>) {
    let mut lacks = |message: String, help: String| {
        let file = format!("scenarios/{}/scenario.toml", scenario.slug);
        findings.push(Finding::error(file, message, help));
    };
    let name = Some(scenario.slug.as_ref());
    if !pages.0.keys().any(|path| path.file_stem() == name) {
        lacks(
            format!("no page of SUMMARY.md is named {}.md", scenario.slug),
            "write the lesson, and add it to book/src/SUMMARY.md".to_owned(),
        );
    }
    for language in [Language::Python, Language::Rust] {
        let mut variants = scenario.variants.iter();
        if !variants.any(|variant| variant.name.language == language) {
            lacks(
                format!("it has no variant in {}", language.title()),
                format!(
                    "add its counterpart: a function in {}, and its table here",
                    language.file()
                ),
            );
        }
    }
}
