//! `{{#predict}}`: questions to answer before looking, each with its answer folded beneath it. The
//! answer, and what is wrong with the others, comes from the records; a question that they cannot
//! decide withdraws itself.

use heapbook_engine::figures::{Metric, Outcome, compare, factor};
use heapbook_engine::record::{Cell, View};
use heapbook_engine::scenario::{About, Prediction, Scenario};
use heapbook_engine::statistics::{GrowthJudgement, judge_growth};
use heapbook_model::{Growth, Measured, VariantName};

use super::Page;
use super::parts::{code, missing};
use crate::display;
use crate::escape;
use crate::words::{Mistake, Words};

/// The questions of a scenario, and those of earlier lessons that come back in it.
pub(crate) fn predict<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let own = scenario
        .predictions
        .iter()
        .filter(|prediction| prediction.asked_in.is_none());
    let everywhere = page.library.scenarios.iter();
    let returning = everywhere
        .flat_map(|of| of.predictions.iter().map(move |prediction| (of, prediction)))
        .filter(|(_, prediction)| prediction.asked_in.as_ref() == Some(&scenario.slug));
    let own = own.map(|prediction| (scenario, prediction));
    let asked: Vec<(&Scenario, &Prediction)> = own.chain(returning).collect();
    if asked.is_empty() {
        return Err(Mistake(format!(
            "`{}` asks nothing: add a table `[[predict]]` to its scenario.toml",
            scenario.slug
        )));
    }
    let side = page.library.reference_side(None);
    let questions = asked.into_iter().map(|(of, prediction)| {
        let lead = match prediction.asked_in {
            Some(_) => format!(
                "<small>From an earlier lesson, {}:</small> ",
                escape::prose(&of.title)
            ),
            None => String::new(),
        };
        question(of, &side, prediction, &lead)
    });
    Ok(format!(
        "<section class=\"hb-predict\">{}</section>",
        questions.collect::<String>()
    ))
}

/// An option as it is shown, and what is said of it once the answer is unfolded.
struct Judged {
    shown: String,
    is_right: bool,
    says: String,
}

fn question(scenario: &Scenario, side: &View<'_>, prediction: &Prediction, lead: &str) -> String {
    let asked = format!("<p class=\"hb-ask\">{lead}{}</p>", escape::prose(&prediction.ask));
    let Some(judged) = judged(scenario, side, prediction) else {
        let why = match measured_any(scenario, side, prediction) {
            true => "<p>The records cannot tell: the question is withdrawn.</p>".to_owned(),
            false => format!("<p>{}</p>", missing(scenario)),
        };
        return asked + &why;
    };
    let options = judged.iter().map(|option| format!("<li>{}</li>", option.shown));
    let options: String = options.collect();
    let answers = judged
        .iter()
        .zip(prediction.about.options())
        .map(|(option, word)| {
            let because = prediction.because.get(&word).filter(|_| !option.is_right);
            let because = because.map_or_else(String::new, |because| format!(" {}", escape::prose(because)));
            let (class, lead) = match option.is_right {
                true => ("hb-right", "Yes:"),
                false => ("hb-wrong", "No:"),
            };
            format!(
                "<li class=\"{class}\">{}. {lead} {}.{because}</li>",
                option.shown,
                escape::html(&option.says)
            )
        });
    format!(
        "{asked}<ol type=\"A\">{options}</ol><details><summary>The answer, from the records</summary><ol type=\"A\">{}</ol></details>",
        answers.collect::<String>()
    )
}

/// Every option judged; `None` if the records do not decide.
fn judged(scenario: &Scenario, side: &View<'_>, prediction: &Prediction) -> Option<Vec<Judged>> {
    match &prediction.about {
        About::Least(variants) => extreme(scenario, side, prediction, variants, Outcome::Less),
        About::Most(variants) => extreme(scenario, side, prediction, variants, Outcome::More),
        About::Grows(name) => growths(scenario, side, prediction.metric, name),
        About::Times(one, other) => {
            let [one, other] = [one, other].map(|name| cell(scenario, side, name, prediction.n));
            factors(ratio(prediction.metric, one?, other?)?)
        }
    }
}

/// The classes of growth, of which the figures must leave one.
fn growths(scenario: &Scenario, side: &View<'_>, metric: Metric, name: &VariantName) -> Option<Vec<Judged>> {
    let figures: Vec<(u64, Measured)> = scenario
        .sizes
        .iter()
        .filter_map(|&n| Some((n, metric.of(cell(scenario, side, name, n)?)?)))
        .collect();
    let class = offered(&judge_growth(&figures)?)?;
    let (first, last) = (figures.first()?, figures.last()?);
    let shown = |(n, figure): &(u64, Measured)| {
        let figure = display::measured(metric.unit(), *figure);
        format!("{figure} at n = {}", display::size(*n))
    };
    let says = format!("from {} to {}", shown(first), shown(last));
    let options = About::GROWTHS.map(|growth| Judged {
        shown: in_words(growth).to_owned(),
        is_right: growth == class,
        says: says.clone(),
    });
    Some(options.into())
}

/// The factors on offer, of which the one nearest to the ratio is right.
fn factors(ratio: f64) -> Option<Vec<Judged>> {
    let by_distance = |a: &u32, b: &u32| distance(*a, ratio).total_cmp(&distance(*b, ratio));
    let nearest = About::FACTORS.into_iter().min_by(by_distance)?;
    let says = display::comparison(ratio)?;
    let options = About::FACTORS.map(|factor| Judged {
        shown: format!("about ×{}", display::size(factor.into())),
        is_right: factor == nearest,
        says: says.clone(),
    });
    Some(options.into())
}

/// The one growth that the figures do not rule out.
fn offered(judgement: &GrowthJudgement) -> Option<Growth> {
    let mut possible = About::GROWTHS
        .into_iter()
        .filter(|growth| !judgement.speaks_against(*growth));
    let first = possible.next()?;
    possible.next().is_none().then_some(first)
}

/// How far a ratio lies from a factor, on a log scale.
fn distance(factor: u32, ratio: f64) -> f64 {
    (ratio.max(f64::MIN_POSITIVE) / f64::from(factor)).ln().abs()
}

/// How many times one figure is another, where neither is 0: on a log scale 0 has no place.
fn ratio(metric: Metric, one: &Cell, other: &Cell) -> Option<f64> {
    factor(metric, one, other).filter(|factor| *factor > 0.0)
}

fn in_words(growth: Growth) -> &'static str {
    match growth {
        Growth::Constant => "it stays as it is",
        Growth::Logarithmic => "it grows a little each time",
        Growth::Linear => "it grows as n does",
        Growth::Quadratic => "it grows as the square of n",
    }
}

/// The variants, one of which compares with each other one as `outcome` says; `None` if none surely
/// does.
fn extreme(
    scenario: &Scenario,
    side: &View<'_>,
    prediction: &Prediction,
    variants: &[VariantName],
    outcome: Outcome,
) -> Option<Vec<Judged>> {
    let metric = prediction.metric;
    let cells = variants
        .iter()
        .map(|name| cell(scenario, side, name, prediction.n))
        .collect::<Option<Vec<&Cell>>>()?;
    let beats = |one: &Cell, other: &Cell| compare(metric, one, other) == Some(outcome);
    let best = (0..cells.len())
        .find(|&one| (0..cells.len()).all(|other| one == other || beats(cells[one], cells[other])))?;
    let best_name = &variants[best];
    let options = cells.iter().zip(variants).map(|(cell, name)| {
        let is_right = name == best_name;
        // As a clause about the variant.
        let figure = metric.of(cell).map_or_else(String::new, |figure| {
            let shown = display::measured(metric.unit(), figure);
            metric.row().clause.replace("{}", &shown)
        });
        let says = match ratio(metric, cell, cells[best]).filter(|_| !is_right) {
            Some(factor) if factor >= 1.0 => {
                format!("{figure}, {} that of {best_name}", display::times(factor))
            }
            Some(factor) => {
                let times = display::times(1.0 / factor);
                format!("{figure}; {best_name} has {times} as much")
            }
            None => figure,
        };
        Judged {
            shown: label(scenario, name),
            is_right,
            says,
        }
    });
    Some(options.collect())
}

/// A variant's name and what it does.
fn label(scenario: &Scenario, name: &VariantName) -> String {
    let says = scenario.variant(name).map_or("", |variant| variant.says.trim());
    format!("{} {}", code(&name.to_string()), escape::prose(says))
        .trim_end()
        .to_owned()
}

fn cell<'a>(scenario: &Scenario, side: &View<'a>, name: &VariantName, n: u64) -> Option<&'a Cell> {
    side.cell(&scenario.slug, name, n)
        .filter(|cell| cell.errors.is_empty())
}

fn measured_any(scenario: &Scenario, side: &View<'_>, prediction: &Prediction) -> bool {
    let names: Vec<&VariantName> = match &prediction.about {
        About::Least(names) | About::Most(names) => names.iter().collect(),
        About::Grows(name) => vec![name],
        About::Times(one, other) => vec![one, other],
    };
    names
        .into_iter()
        .any(|name| cell(scenario, side, name, prediction.n).is_some())
}
