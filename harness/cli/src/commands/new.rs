//! `heapbook new`: a scenario to begin with, and its page.

use std::fs;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use heapbook_engine::project::Project;
use heapbook_engine::scenario::not_a_slug;

use crate::output::say;
use crate::project::{Root, write};
use crate::status::Status;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  heapbook new string-building\n  heapbook new object-pools --part memory")]
pub(crate) struct NewOptions {
    /// The scenario's name: lower-case words with hyphens
    #[arg(value_name = "NAME")]
    slug: String,
    /// The part of the book that the page goes into
    #[arg(long, value_enum, default_value = "techniques")]
    part: Part,
}

/// A part of the book: the name of its folder, and its heading in SUMMARY.md.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Part {
    /// What things cost
    Costs,
    /// How Python manages memory
    Memory,
    /// Techniques
    Techniques,
    /// Finding leaks
    Leaks,
}

/// What is written: a file's name, and its text with `SLUG` and `TITLE` in it.
const SCENARIO: [(&str, &str); 3] = [
    ("scenario.toml", include_str!("new/scenario.toml")),
    ("workload.py", include_str!("new/workload.py")),
    ("workload.rs", include_str!("new/workload.rs")),
];
const PAGE: &str = include_str!("new/page.md");

/// Writes the files, and says what to do next.
pub(crate) fn run(root: &Root, options: &NewOptions) -> anyhow::Result<Status> {
    let project = &root.project()?;
    let slug = &options.slug;
    if let Some(why) = not_a_slug(slug) {
        bail!("`{slug}` cannot be a scenario's name: {why}; write words such as string-building");
    }
    let directory = project.root.join("scenarios").join(slug);
    let part = options.part.to_possible_value().unwrap_or_default();
    let page = format!("{}/{slug}.md", part.get_name());
    let page_file = project.root.join("book/src").join(&page);
    for taken in [&directory, &page_file] {
        if taken.exists() {
            bail!("{} is there already: choose another name", taken.display());
        }
    }
    let title = title(slug);
    let filled = |text: &str| text.replace("SLUG", slug).replace("TITLE", &title);
    let heading = format!("# {}", part.get_help().unwrap_or_default());
    let summary = summary_with(project, &heading, &format!("- [{title}]({page})"))?;
    for (name, text) in SCENARIO {
        write(&directory.join(name), &filled(text))?;
    }
    write(&page_file, &filled(PAGE))?;
    write(&project.root.join("book/src/SUMMARY.md"), &summary)?;
    say!("scenarios/{slug}/ has two variants in Python and two in Rust that do the same; make them yours.");
    say!("Its page is book/src/{page}.");
    say!(
        "Next: cargo heapbook run {slug} --quick, then cargo heapbook book --open, until it says what you want; then \
         cargo heapbook run {slug}, cargo heapbook publish {slug}, cargo heapbook check."
    );
    Ok(Status::Fine)
}

/// `string-building` as `String building`.
fn title(slug: &str) -> String {
    let words = slug.replace('-', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The book's table of contents with one more entry, the last of its part.
fn summary_with(project: &Project, heading: &str, entry: &str) -> anyhow::Result<String> {
    let file = project.root.join("book/src/SUMMARY.md");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut lines: Vec<&str> = text.lines().collect();
    let heading = lines.iter().position(|line| line.trim() == heading);
    let place = heading.map_or(lines.len(), |heading| {
        let part = lines[heading + 1..]
            .iter()
            .take_while(|line| !line.starts_with('#'));
        let entries = part
            .enumerate()
            .filter(|(_, line)| line.trim_start().starts_with('-'));
        heading + 2 + entries.last().map_or(0, |(last, _)| last)
    });
    lines.insert(place.min(lines.len()), entry);
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_goes_to_the_end_of_its_part() {
        let folder = tempfile::tempdir().unwrap();
        let project = Project {
            root: folder.path().to_owned(),
        };
        fs::create_dir_all(folder.path().join("book/src")).unwrap();
        let with = |text: &str| {
            fs::write(folder.path().join("book/src/SUMMARY.md"), text).unwrap();
            summary_with(&project, "# Techniques", "- [New](new.md)").unwrap()
        };
        assert_eq!(
            with("# Techniques\n\n- [A](a.md)\n  - [B](b.md)\n\n# About\n\n- [C](c.md)\n"),
            "# Techniques\n\n- [A](a.md)\n  - [B](b.md)\n- [New](new.md)\n\n# About\n\n- [C](c.md)\n"
        );
        assert_eq!(with("- [A](a.md)\n"), "- [A](a.md)\n- [New](new.md)\n");
        assert_eq!(title("string-building"), "String building");
    }
}
