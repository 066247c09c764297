//! `{{#exercise}}`: what a reader is asked to mend, its budget, and how to begin.

use heapbook_engine::scenario::Exercise;
use heapbook_model::Language;

use super::Page;
use super::parts::{code, code_block};
use crate::display;
use crate::escape;
use crate::words::{Mistake, Words, unknown};

/// An exercise of a scenario: Python's, or the one in the language that is asked for.
pub(crate) fn exercise<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let language = match words.option("language") {
        None | Some("python") => Language::Python,
        Some("rust") => Language::Rust,
        Some(other) => return Err(unknown("language", other, "", ["python", "rust"])),
    };
    let found = scenario
        .exercises
        .iter()
        .find(|exercise| exercise.language == language);
    let Some(exercise) = found else {
        return Err(Mistake(format!(
            "`{}` has no exercise in {}: add a table `[exercise.{language}]` to its scenario.toml",
            scenario.slug,
            language.title()
        )));
    };
    let section = format!(
        "<section class=\"hb-exercise\"><p>{}</p><details><summary>The program to begin with</summary>{}</details><p><strong>Budget:</strong> {}, with the same results, on input that you have not seen.</p>\
         <p>{}</p>{}</section>",
        escape::prose(&exercise.task),
        code_block(language, exercise.starter_text()),
        escape::html(&budget(exercise)),
        begin(exercise),
        hints(exercise)
    );
    // Python's comes first, and is the one that every reader can do.
    Ok(match language {
        Language::Python => section,
        Language::Rust => format!("<details><summary>The same in Rust</summary>{section}</details>"),
    })
}

fn budget(exercise: &Exercise) -> String {
    let figure = display::quantity(exercise.metric.unit(), exercise.at_most as f64);
    let what = exercise.metric.row().budget.unwrap_or(exercise.metric.word());
    format!("at most {figure} {what}, at n = {}", display::size(exercise.n))
}

fn begin(exercise: &Exercise) -> String {
    let command = |what: &str| code(&format!("cargo heapbook exercise {what}"));
    format!(
        "{} puts it into {}; edit it there, and {} measures your answer.",
        command("start"),
        code(&format!("workbook/{}/{}", exercise.scenario(), exercise.file())),
        command(&format!("check {}", exercise.name()))
    )
}

/// Each within the one before, so that a reader opens them one by one.
fn hints(exercise: &Exercise) -> String {
    exercise
        .hints
        .iter()
        .enumerate()
        .rev()
        .fold(String::new(), |inner, (index, hint)| {
            let summary = if index == 0 { "A hint" } else { "Another hint" };
            format!(
                "<details><summary>{summary}</summary><p>{}</p>{inner}</details>",
                escape::prose(hint)
            )
        })
}
