//! `{{#questions}}`: every question of the book once, for the page on which they come again.

use heapbook_engine::scenario::Scenario;

use super::Page;
use super::question::question_by_answer;
use crate::escape;
use crate::words::{Mistake, Words};

/// The questions of all scenarios, in the order of the book. What the reader chooses changes the
/// answers, and no article.
pub(crate) fn questions<'a>(page: &mut Page<'a>, _words: &mut Words<'a>) -> Result<String, Mistake> {
    let library = page.library;
    let mut scenarios = library.in_order();
    scenarios.retain(|scenario| !scenario.predictions.is_empty());
    if scenarios.is_empty() {
        let message = "no scenario asks anything: add a table `[[predict]]` to a scenario.toml";
        return Err(Mistake(message.to_owned()));
    }
    let lessons = scenarios.into_iter().map(|scenario| lesson(page, scenario));
    let lessons: String = lessons.collect::<Result<_, _>>()?;
    Ok(format!("<section class=\"hb-review\">{lessons}</section>"))
}

/// The questions of a scenario, each in an article of its own: they come again one by one. The
/// title stands above the first.
fn lesson<'a>(page: &mut Page<'a>, scenario: &'a Scenario) -> Result<String, Mistake> {
    let title = page.library.title(scenario);
    let lesson = page.library.lesson(scenario);
    let address = lesson.map(|lesson| format!(" data-lesson=\"{}\"", escape::html(&lesson.page)));
    let begin = format!(
        "<article{} data-title=\"{}\">",
        address.unwrap_or_default(),
        escape::html(title)
    );
    let articles = scenario
        .predictions
        .iter()
        .enumerate()
        .map(|(place, prediction)| {
            let heading = match place {
                0 => format!("<h2>{}</h2>", page.title_of(scenario)),
                _ => String::new(),
            };
            let question = question_by_answer(page, scenario, prediction, "")?;
            Ok(format!("{begin}{heading}{question}</article>"))
        });
    articles.collect()
}
