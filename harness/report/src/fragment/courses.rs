//! `{{#courses}}`: what becomes of the memory of several programs that are not named.

use heapbook_engine::scenario::{About, Prediction, Scenario};

use super::Page;
use super::question::question;
use crate::words::{Mistake, Words};

/// The questions about these variants, in the order of the words: `slug/python.a`.
pub(crate) fn courses<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let first = words.next("a variant with its scenario")?;
    let named = std::iter::once(first).chain(words.rest());
    let questions = named.map(|word| {
        let (scenario, prediction) = asked(page, word)?;
        page.follow(scenario);
        question(page, scenario, prediction)
    });
    questions.collect()
}

/// The question that asks for the course of a variant.
fn asked<'a>(page: &Page<'a>, word: &str) -> Result<(&'a Scenario, &'a Prediction), Mistake> {
    let found = word.split_once('/').and_then(|(slug, variant)| {
        let scenario = page.library.scenario(slug)?;
        let about = |prediction: &&Prediction| matches!(&prediction.about, About::Course(name) if name.to_string() == variant);
        Some((scenario, scenario.predictions.iter().find(about)?))
    });
    found.ok_or_else(|| {
        Mistake(format!(
            "nothing asks for the course of `{word}`: add a table `[[predict]]` with `course` to its scenario.toml, and name it as slug/python.function"
        ))
    })
}
