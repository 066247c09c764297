//! One question with its options, and the answer folded beneath them. The answer, and what is wrong
//! with the others, comes from the records; a question that they cannot decide withdraws itself.

mod answer;
mod course;
mod curve;
mod judged;

use heapbook_engine::record::View;
use heapbook_engine::scenario::{About, Asked, Prediction, Scenario};

use self::answer::{Answer, Placed, answer, cell, is_measured};
use self::judged::Judged;
use super::parts::{code, missing};
use super::{Page, choice};
use crate::display;
use crate::escape;
use crate::library::{Choice, Owner};
use crate::words::Mistake;

/// A question of a scenario; its answer follows what the reader chooses.
pub(super) fn question<'a>(
    page: &mut Page<'a>,
    of: &'a Scenario,
    prediction: &Prediction,
) -> Result<String, Mistake> {
    choice::of_each(page, Some(of), |page| Ok(section(page, of, prediction, "")))
}

/// A question that comes again, with words before it: once for all choices under which the same is
/// right, with the figures of the first of them.
pub(super) fn question_by_answer<'a>(
    page: &mut Page<'a>,
    of: &'a Scenario,
    prediction: &Prediction,
    lead: &str,
) -> Result<String, Mistake> {
    choice::of_each_sign(page, Some(of), |page| {
        let sign = answer(of, view(page, of, prediction), prediction)
            .map_or_else(String::new, |answer| sign(&answer));
        Ok((section(page, of, prediction, lead), sign))
    })
}

/// What is right, without the figures.
fn sign(answer: &Answer) -> String {
    match answer {
        Answer::Options(judged) => judged
            .iter()
            .map(|option| char::from(b'0' + u8::from(option.is_right)))
            .collect(),
        Answer::Order { placed, .. } => placed
            .iter()
            .map(|one| format!("{} {} ", one.place, one.shown))
            .collect(),
        // To a tenth: no guess is so close that it matters.
        Answer::Factor { times, .. } => format!("{:.0}", times.log10() * 24.0),
    }
}

/// The question and its answer for one choice.
fn section<'a>(page: &mut Page<'a>, of: &'a Scenario, prediction: &Prediction, lead: &str) -> String {
    let view = view(page, of, prediction);
    let (class, factor, body) = match answer(of, view, prediction) {
        Some(mut answer) => {
            reveal(page, of, prediction, &mut answer);
            let factor = match answer {
                Answer::Factor { times, .. } => format!(" data-times=\"{}\"", number(times)),
                Answer::Options(_) | Answer::Order { .. } => String::new(),
            };
            let body = drawing(of, &view, prediction) + &answered(prediction, answer);
            ("hb-question", factor, body)
        }
        None => {
            let why = match is_measured(of, view, prediction) {
                true => "The records cannot tell: the question is withdrawn.".to_owned(),
                false => missing(of),
            };
            let why = format!("<p>{why}</p>");
            ("hb-question hb-withdrawn", String::new(), why)
        }
    };
    let id = page.identifier();
    format!(
        "<section class=\"{class}\" data-key=\"{}\" data-kind=\"{}\"{factor} aria-labelledby=\"{id}\"><p class=\"hb-ask\" id=\"{id}\">{lead}{}</p>{body}</section>",
        escape::html(&prediction.key),
        kind(&prediction.about),
        escape::prose(&prediction.ask)
    )
}

/// The records that answer a question: those of the choice, or the book's where the reader has not
/// measured all that it is about.
fn view<'a>(page: &Page<'a>, of: &'a Scenario, prediction: &Prediction) -> View<'a> {
    let chosen = page.view(of, None);
    let book = Choice {
        owner: Owner::Book,
        ..page.choice
    };
    match is_measured(of, chosen, prediction) {
        true => chosen,
        false => page.library.view(of, book),
    }
}

/// Whether the records of the page's choice decide a question, so that it is asked.
pub(super) fn is_asked<'a>(page: &Page<'a>, of: &'a Scenario, prediction: &Prediction) -> bool {
    answer(of, view(page, of, prediction), prediction).is_some()
}

/// The questions of a scenario that withdraw themselves, though the records hold all that they are
/// about.
pub fn withdrawn<'a>(scenario: &'a Scenario, view: View<'a>) -> Vec<&'a Prediction> {
    let questions = scenario.predictions.iter();
    questions
        .filter(|prediction| {
            is_measured(scenario, view, prediction) && answer(scenario, view, prediction).is_none()
        })
        .collect()
}

/// How the page has the question answered.
fn kind(about: &About) -> &'static str {
    match about {
        About::Why(_) | About::Course(_) => "why",
        About::Figures { asked, .. } => match asked {
            Asked::Least(_) | Asked::Most(_) => "which",
            Asked::Grows(_) => "grows",
            Asked::Times(..) => "times",
            Asked::Order(_) => "order",
        },
    }
}

/// What is to be looked at before the options.
fn drawing(of: &Scenario, view: &View<'_>, prediction: &Prediction) -> String {
    let About::Course(name) = &prediction.about else {
        return String::new();
    };
    let cell = cell(of, view, name, of.headline);
    cell.and_then(course::drawing).unwrap_or_default()
}

/// Says beside the right course which program it was.
fn reveal<'a>(page: &Page<'a>, of: &'a Scenario, prediction: &Prediction, answer: &mut Answer) {
    let (About::Course(name), Answer::Options(judged)) = (&prediction.about, answer) else {
        return;
    };
    for option in judged.iter_mut().filter(|option| option.is_right) {
        option.says += &format!(" It’s {} of {}.", code(&name.to_string()), page.title_of(of));
    }
}

/// The options, and the answer folded beneath them.
fn answered(prediction: &Prediction, answer: Answer) -> String {
    let (options, folded) = match answer {
        Answer::Options(judged) => options(prediction, &judged),
        Answer::Order { placed, told } => {
            let because = prediction.because.iter();
            let because = because.map(|(word, why)| overlooked(&code(word), ":", why));
            (places(placed), told_in_words(&told, because.collect()))
        }
        Answer::Factor { times, told } => (String::new(), told_in_words(&told, refuted(prediction, times))),
    };
    format!(
        "{options}<details class=\"hb-answer\"><summary>The answer, from the records</summary>{folded}</details>"
    )
}

/// The options of which one is right, and what is said of each.
fn options(prediction: &Prediction, judged: &[Judged]) -> (String, String) {
    let words = prediction.about.options();
    let mut both: Vec<(String, String)> = judged
        .iter()
        .zip(&words)
        .map(|(option, word)| (offered(option), reason(prediction, option, word)))
        .collect();
    if let About::Why(_) = prediction.about {
        // Authors tend to write the right reason first. Its place comes from the key: so it says
        // nothing, and is the same whenever the book is built.
        let turn: usize = prediction.key.bytes().map(usize::from).sum();
        let turn = turn % both.len().max(1);
        both.rotate_left(turn);
    }
    let (options, reasons): (Vec<String>, Vec<String>) = both.into_iter().unzip();
    (
        format!("<ol class=\"hb-options\">{}</ol>", options.concat()),
        format!("<ol class=\"hb-reasons\">{}</ol>", reasons.concat()),
    )
}

fn offered(option: &Judged) -> String {
    let right = if option.is_right { " data-right" } else { "" };
    format!("<li{right}>{}</li>", option.shown)
}

/// What is said of an option: the figures, and what one who chose it overlooks.
fn reason(prediction: &Prediction, option: &Judged, word: &str) -> String {
    let because = prediction.because.get(word).filter(|_| !option.is_right);
    let because = because.map_or_else(String::new, |because| format!(" {}", escape::prose(because)));
    let class = if option.is_right { "hb-right" } else { "hb-wrong" };
    format!("<li class=\"{class}\">{}{because}</li>", option.says)
}

/// What is to be put in order. It never stands in the right order already.
fn places(mut placed: Vec<Placed>) -> String {
    if placed.is_sorted_by_key(|one| one.place) {
        placed.rotate_left(1);
    }
    let items = placed
        .iter()
        .map(|one| format!("<li data-place=\"{}\">{}</li>", one.place, one.shown));
    format!("<ol class=\"hb-options\">{}</ol>", items.collect::<String>())
}

fn told_in_words(told: &str, because: String) -> String {
    format!("<p class=\"hb-told\">{told}{because}</p>")
}

/// What is said of the factors that readers may have said, and that the records refute; once, where
/// it is the same of several.
fn refuted(prediction: &Prediction, times: f64) -> String {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for (word, why) in &prediction.because {
        let Some(factor) = Prediction::factor(word).filter(|factor| !is_close(*factor, times)) else {
            continue;
        };
        let shown = match factor.fract() == 0.0 {
            true => display::size(factor as u64),
            false => escape::html(word),
        };
        match groups.iter_mut().find(|(said, _)| said == why) {
            Some((_, factors)) => factors.push(shown),
            None => groups.push((why.as_str(), vec![shown])),
        }
    }
    let said = groups.iter();
    said.map(|(why, factors)| overlooked(&format!("Why not {}", either(factors)), "?", why))
        .collect()
}

/// Whether who says one factor means the other.
fn is_close(one: f64, other: f64) -> bool {
    (1.0 / 1.4..=1.4).contains(&(one / other))
}

/// What a wrong answer overlooks, behind the answer.
fn overlooked(answer: &str, mark: &str, why: &str) -> String {
    format!(
        " <span class=\"hb-because\">{answer}{mark} {}</span>",
        escape::prose(why)
    )
}

/// A choice in a sentence: `1, 2 or 10`.
fn either(words: &[String]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => words.concat(),
    }
}

/// A factor for a program to read, to six significant digits: it shows three of them.
fn number(factor: f64) -> String {
    let decimals = (5 - factor.log10().floor() as i32).max(0) as usize;
    let text = format!("{factor:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_written_for_programs() {
        for (factor, text) in [
            (41.4, "41.4"),
            (1.0, "1"),
            (1.999_999_6, "2"),
            (864_321.4, "864321"),
            (0.5, "0.5"),
            (0.000_012_341, "0.000012341"),
        ] {
            assert_eq!(number(factor), text, "{factor}");
        }
    }

    #[test]
    fn alternatives_read_as_sentences() {
        let of = |words: &[&str]| either(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["1"]), "1");
        assert_eq!(of(&["1", "2"]), "1 or 2");
        assert_eq!(of(&["1", "2", "10"]), "1, 2 or 10");
    }

    #[test]
    fn a_factor_of_two_is_no_guess_at_one() {
        assert!(is_close(2.0, 1.9) && is_close(10.0, 9.0) && is_close(1.0, 1.0));
        assert!(!is_close(1.0, 1.5) && !is_close(1.0, 2.0) && !is_close(10.0, 41.4));
    }
}
