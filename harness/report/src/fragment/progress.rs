//! `{{#progress}}`: the lessons in the book's order, with what a reader has done of each.

use heapbook_engine::scenario::Scenario;

use super::Page;
use super::predict::asked_in;
use super::question::is_asked;
use crate::escape;
use crate::library::Lesson;
use crate::words::{Mistake, Words};

/// The lessons. What was read and answered is known to the reader's browser alone, and its script
/// adds it; what was solved is known here.
pub(crate) fn progress<'a>(page: &mut Page<'a>, _words: &mut Words<'a>) -> Result<String, Mistake> {
    let library = page.library;
    if library.lessons.is_empty() {
        let message = "the book has no lesson yet: a scenario's page has its name, and stands in SUMMARY.md";
        return Err(Mistake(message.to_owned()));
    }
    let lessons = library.lessons.iter();
    let items: String = lessons
        .filter_map(|lesson| Some(item(page, lesson, library.scenario(&lesson.slug)?)))
        .collect();
    Ok(format!("<ol class=\"hb-progress\">{items}</ol>"))
}

fn item<'a>(page: &Page<'a>, lesson: &Lesson, scenario: &'a Scenario) -> String {
    let keys: Vec<String> = asked_in(page, scenario)
        .filter(|(of, prediction)| is_asked(page, of, prediction))
        .map(|(_, prediction)| escape::html(&prediction.key))
        .collect();
    let (exercise, said) = match state(page, scenario) {
        Some(state) => (state.attributes(), state.said()),
        None => (String::new(), ""),
    };
    format!(
        "<li data-lesson=\"{}\" data-keys=\"{}\"{exercise}>{} <span class=\"hb-states\">{said}</span></li>",
        escape::html(&lesson.page),
        keys.join(" "),
        page.link_to(lesson, &escape::prose(&lesson.title)),
    )
}

/// How far a reader is with a lesson's exercises.
#[derive(Clone, Copy)]
enum State {
    Open,
    Begun,
    Solved,
}

impl State {
    /// For the script, which says it beside what the browser knows.
    fn attributes(self) -> String {
        let state = match self {
            State::Open => "",
            State::Begun => " data-state=\"begun\"",
            State::Solved => " data-state=\"solved\"",
        };
        format!(" data-exercise{state}")
    }

    /// The same in words, as the script says it.
    fn said(self) -> &'static str {
        match self {
            State::Open => "<span class=\"hb-state\">exercise open</span>",
            State::Begun => "<span class=\"hb-state\">exercise begun</span>",
            State::Solved => "<span class=\"hb-state hb-state-done\">✓ exercise solved</span>",
        }
    }
}

/// The state of a scenario's exercise; where it has one in each language, one that is solved
/// suffices. Nothing where it has none.
fn state(page: &Page<'_>, scenario: &Scenario) -> Option<State> {
    let achieved = page.library.achieved;
    let names = scenario.exercises.iter().map(|exercise| exercise.name());
    let states =
        names.map(
            |name| match (achieved.passed.contains(&name), achieved.started.contains(&name)) {
                (true, _) => State::Solved,
                (false, true) => State::Begun,
                (false, false) => State::Open,
            },
        );
    states.max_by_key(|state| *state as u8)
}
