//! `{{#predict}}`: questions to answer before looking, each with its answer folded beneath it.

use heapbook_engine::scenario::{About, Prediction, Scenario};

use super::Page;
use super::question::{question, question_by_answer};
use crate::escape;
use crate::words::{Mistake, Words, unknown};

/// The first of a scenario's questions; or the rest of them, with those of earlier lessons that
/// come back in it.
pub(crate) fn predict<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let all = asked_in(page, scenario);
    let asked: Vec<(&Scenario, &Prediction)> = match words.next("`first` or `rest`")? {
        "first" => all.filter(|(of, _)| of.slug == scenario.slug).take(1).collect(),
        "rest" => {
            let has_own = scenario.predictions.iter().any(|one| one.asked_in.is_none());
            all.skip(usize::from(has_own)).collect()
        }
        other => return Err(unknown("part", other, "", ["first", "rest"])),
    };
    if asked.is_empty() {
        return Err(Mistake(format!(
            "`{}` has no question to ask here: add a table `[[predict]]` to its scenario.toml, or take the directive away",
            scenario.slug
        )));
    }
    let questions = asked.into_iter().map(|(of, prediction)| {
        if prediction.asked_in.is_none() {
            return question(page, of, prediction);
        }
        let lead = format!(
            "<small>From an earlier lesson, {}:</small> ",
            escape::prose(page.library.title(of))
        );
        question_by_answer(page, of, prediction, &lead)
    });
    let questions: Vec<String> = questions.collect::<Result<_, _>>()?;
    let (first, others) = questions.split_at(1);
    Ok(first.concat() + &folded(others))
}

/// Questions that a reader opens when the one before is answered.
fn folded(questions: &[String]) -> String {
    let summary = match questions.len() {
        0 => return String::new(),
        1 => "One more question".to_owned(),
        several => format!("{several} more questions"),
    };
    format!(
        "<details class=\"hb-more\"><summary>{summary}</summary>{}</details>",
        questions.concat()
    )
}

/// Whether a question is asked beside those about other programs, by `{{#courses}}`.
fn is_course(prediction: &Prediction) -> bool {
    matches!(prediction.about, About::Course(_))
}

/// The questions that a scenario's lesson asks: its own, and those of others that come back there.
pub(super) fn asked_in<'a>(
    page: &Page<'a>,
    scenario: &'a Scenario,
) -> impl Iterator<Item = (&'a Scenario, &'a Prediction)> {
    let own = scenario.predictions.iter();
    own.filter(|prediction| prediction.asked_in.is_none() && !is_course(prediction))
        .map(move |prediction| (scenario, prediction))
        .chain(returning(page, scenario))
}

/// The questions of other scenarios that this one's lesson asks.
fn returning<'a>(
    page: &Page<'a>,
    scenario: &'a Scenario,
) -> impl Iterator<Item = (&'a Scenario, &'a Prediction)> {
    let everywhere = page.library.scenarios.iter();
    everywhere
        .flat_map(|of| of.predictions.iter().map(move |prediction| (of, prediction)))
        .filter(move |(_, prediction)| prediction.asked_in.as_ref() == Some(&scenario.slug))
}
