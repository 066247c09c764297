//! The answer to a question, from the records in view. There is none where they do not decide.

use std::cmp::Ordering;

use heapbook_engine::claim::{Decision, Verdict, evaluate};
use heapbook_engine::figures::{Metric, Outcome, compare, factor};
use heapbook_engine::record::{Cell, View};
use heapbook_engine::scenario::{About, Asked, Belief, Claim, Prediction, Scenario};
use heapbook_engine::statistics::{GrowthJudgement, judge_growth};
use heapbook_model::{Growth, Measured, VariantName};

use super::super::claim;
use super::super::parts::{code, data, variant_label};
use super::course;
use super::curve::curve;
use super::judged::Judged;
use crate::display;
use crate::escape;

/// What the records answer, as HTML.
pub(super) enum Answer {
    /// One of these is right.
    Options(Vec<Judged>),
    /// They stand in this order.
    Order { placed: Vec<Placed>, told: String },
    /// It is this many times.
    Factor { times: f64, told: String },
}

/// What is to be put in order, with its place from 1; equal figures have the same.
pub(super) struct Placed {
    pub(super) shown: String,
    pub(super) place: usize,
}

/// The answer to a question; `None` if the records do not decide.
pub(super) fn answer<'a>(scenario: &'a Scenario, view: View<'a>, prediction: &Prediction) -> Option<Answer> {
    match &prediction.about {
        About::Why(beliefs) => why(scenario, &view, beliefs).map(Answer::Options),
        About::Course(name) => {
            let cell = cell(scenario, &view, name, scenario.headline)?;
            course::judged(cell).map(Answer::Options)
        }
        About::Figures { metric, n, asked } => {
            let figures = Figures {
                scenario,
                view,
                metric: *metric,
                n: *n,
            };
            match asked {
                Asked::Least(names) => figures.extreme(names, Outcome::Less).map(Answer::Options),
                Asked::Most(names) => figures.extreme(names, Outcome::More).map(Answer::Options),
                Asked::Grows(name) => figures.growths(name).map(Answer::Options),
                Asked::Times(one, other) => figures.times(one, other),
                Asked::Order(names) => figures.order(names),
            }
        }
    }
}

/// Whether there is a record of all that the question is about.
pub(super) fn is_measured(scenario: &Scenario, view: View<'_>, prediction: &Prediction) -> bool {
    let is_measured = |name: &VariantName, n| cell(scenario, &view, name, n).is_some();
    match &prediction.about {
        About::Why(beliefs) => beliefs
            .iter()
            .filter_map(|belief| scenario.claim(&belief.claim))
            .all(|claim| is_measured(&claim.of, scenario.headline)),
        About::Course(name) => is_measured(name, scenario.headline),
        About::Figures { n, asked, .. } => match asked {
            Asked::Least(names) | Asked::Most(names) | Asked::Order(names) => {
                names.iter().all(|name| is_measured(name, *n))
            }
            Asked::Grows(name) => is_measured(name, *n),
            Asked::Times(one, other) => is_measured(one, *n) && is_measured(other, *n),
        },
    }
}

/// The reasons, if the claim of one holds and those of all others fail.
fn why(scenario: &Scenario, view: &View<'_>, beliefs: &[Belief]) -> Option<Vec<Judged>> {
    let decide = |belief: &Belief| {
        let claim = scenario.claim(&belief.claim)?;
        Some((claim, evaluate(claim, scenario, view)))
    };
    let decided: Vec<(&Claim, Decision)> = beliefs.iter().map(decide).collect::<Option<_>>()?;
    let with = |verdict| {
        let found = decided.iter().filter(|(_, decision)| decision.verdict == verdict);
        found.count()
    };
    if with(Verdict::Holds) != 1 || with(Verdict::Fails) + 1 != decided.len() {
        return None;
    }
    let judged = beliefs
        .iter()
        .zip(&decided)
        .map(|(belief, (claim, decision))| Judged {
            shown: escape::prose(&belief.says),
            is_right: decision.verdict == Verdict::Holds,
            says: format!(
                "Put to the test, <q>{}</q> <strong>{}</strong>: {}.",
                escape::prose(claim.says.trim_end_matches('.')),
                decision.verdict.words(),
                claim::evidence_of(claim, scenario, decision, view)
            ),
        });
    Some(judged.collect())
}

/// The figures that a question is about.
struct Figures<'a> {
    scenario: &'a Scenario,
    view: View<'a>,
    metric: Metric,
    n: u64,
}

impl<'a> Figures<'a> {
    /// The variants, one of which compares with each other one as `outcome` says; `None` if none
    /// surely does.
    fn extreme(&self, names: &[VariantName], outcome: Outcome) -> Option<Vec<Judged>> {
        let cells = self.cells(names)?;
        let beats = |one: &Cell, other: &Cell| compare(self.metric, one, other) == Some(outcome);
        let best = (0..cells.len())
            .find(|&one| (0..cells.len()).all(|other| one == other || beats(cells[one], cells[other])))?;
        let named = code(&names[best].to_string());
        let first = match outcome {
            Outcome::Less => "the lowest",
            _ => "the highest",
        };
        let options = cells.iter().enumerate().map(|(place, cell)| {
            let beside = match ratio(self.metric, cell, cells[best]) {
                _ if place == best => format!(", {first}"),
                Some(factor) if factor >= 1.0 => {
                    format!(", {} that of {named}", display::times(factor))
                }
                Some(factor) => {
                    format!("; {named} has {} as much", display::times(1.0 / factor))
                }
                None => String::new(),
            };
            Judged {
                shown: self.label(&names[place]),
                is_right: place == best,
                says: format!("{}{beside}.", capitalised(&self.clause(cell))),
            }
        });
        Some(options.collect())
    }

    /// The classes of growth, of which the figures must leave one.
    fn growths(&self, name: &VariantName) -> Option<Vec<Judged>> {
        let sizes = self.scenario.sizes.iter();
        let figures: Vec<(u64, Measured)> = sizes
            .filter_map(|&n| {
                let cell = cell(self.scenario, &self.view, name, n)?;
                Some((n, self.metric.of(cell)?))
            })
            .collect();
        let class = left_over(&judge_growth(&figures)?)?;
        let (first, last) = (figures.first()?, figures.last()?);
        let at =
            |(n, figure): &(u64, Measured)| format!("{} at n = {}", self.shown(*figure), display::size(*n));
        let options = About::GROWTHS.map(|growth| {
            let is_right = growth == class;
            let how = if is_right { "like this" } else { "not like this" };
            Judged {
                shown: format!("{} {}", curve(growth), in_words(growth)),
                is_right,
                says: format!("It goes from {} to {}: {how}.", at(first), at(last)),
            }
        });
        Some(options.into())
    }

    /// How many times the second variant's figure the first one's is.
    fn times(&self, one: &VariantName, other: &VariantName) -> Option<Answer> {
        let [above, below] = [self.cell(one)?, self.cell(other)?];
        let times = ratio(self.metric, above, below)?;
        let of =
            |name: &VariantName, cell: &Cell| format!("{}: {}.", code(&name.to_string()), self.clause(cell));
        let told = format!(
            "At n = {}: <strong>{}</strong>. {} {}",
            display::size(self.n),
            display::comparison(times)?,
            of(one, above),
            of(other, below)
        );
        Some(Answer::Factor { times, told })
    }

    /// The variants with their places; `None` if two of them cannot be told apart, or all figures
    /// are equal.
    fn order(&self, names: &[VariantName]) -> Option<Answer> {
        let places = places(self.metric, &self.cells(names)?)?;
        if places.iter().all(|place| *place == 1) {
            return None;
        }
        let mut sorted: Vec<(usize, &VariantName)> = places.iter().copied().zip(names).collect();
        sorted.sort_by_key(|(place, _)| *place);
        let with_figure = |(_, name): &(usize, &VariantName)| {
            let figure = self.cell(name).and_then(|cell| self.metric.of(cell));
            let shown = figure.map_or_else(String::new, |figure| self.shown(figure));
            format!("{} ({shown})", code(&name.to_string()))
        };
        let told: Vec<String> = sorted.iter().map(with_figure).collect();
        let placed = names.iter().zip(&places).map(|(name, place)| Placed {
            shown: self.label(name),
            place: *place,
        });
        Some(Answer::Order {
            placed: placed.collect(),
            told: format!(
                "Lowest first, at n = {}: {}.",
                display::size(self.n),
                told.join(", ")
            ),
        })
    }

    fn cell(&self, name: &VariantName) -> Option<&'a Cell> {
        cell(self.scenario, &self.view, name, self.n)
    }

    fn cells(&self, names: &[VariantName]) -> Option<Vec<&'a Cell>> {
        names.iter().map(|name| self.cell(name)).collect()
    }

    /// A variant's figure as a clause about it: "its peak is 4.00 KiB".
    fn clause(&self, cell: &Cell) -> String {
        let figure = self.metric.of(cell);
        let clause = self.metric.row().clause;
        figure.map_or_else(String::new, |figure| clause.replace("{}", &self.shown(figure)))
    }

    fn shown(&self, figure: Measured) -> String {
        let unit = self.metric.unit();
        data(unit, figure, &display::measured(unit, figure))
    }

    /// A variant's name and what it does.
    fn label(&self, name: &VariantName) -> String {
        let says = self
            .scenario
            .variant(name)
            .map_or("", |variant| variant.says.trim());
        let label = format!("{} {}", variant_label(self.scenario, name), escape::prose(says));
        label.trim_end().to_owned()
    }
}

/// The places of cells by their figures, the lowest first; `None` if a pair cannot be told, or does
/// not fit the others: with times, two may equal a third and not each other.
fn places(metric: Metric, cells: &[&Cell]) -> Option<Vec<usize>> {
    let stands = |one: usize, other: usize| match one == other {
        true => Some(Ordering::Equal),
        false => ordering(compare(metric, cells[one], cells[other])?),
    };
    let mut places = Vec::new();
    for one in 0..cells.len() {
        let mut lower = 0;
        for other in 0..cells.len() {
            lower += usize::from(stands(other, one)? == Ordering::Less);
        }
        places.push(lower + 1);
    }
    let fits = |one: usize, other: usize| stands(one, other) == Some(places[one].cmp(&places[other]));
    (0..cells.len())
        .all(|one| (0..cells.len()).all(|other| fits(one, other)))
        .then_some(places)
}

fn ordering(outcome: Outcome) -> Option<Ordering> {
    match outcome {
        Outcome::Less => Some(Ordering::Less),
        Outcome::Equal => Some(Ordering::Equal),
        Outcome::More => Some(Ordering::Greater),
        Outcome::CannotTell => None,
    }
}

/// A clause as the beginning of a sentence.
fn capitalised(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The one growth that the figures do not rule out.
fn left_over(judgement: &GrowthJudgement) -> Option<Growth> {
    let mut possible = About::GROWTHS
        .into_iter()
        .filter(|growth| !judgement.speaks_against(*growth));
    let first = possible.next()?;
    possible.next().is_none().then_some(first)
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

pub(super) fn cell<'a>(scenario: &Scenario, view: &View<'a>, name: &VariantName, n: u64) -> Option<&'a Cell> {
    view.cell(&scenario.slug, name, n)
        .filter(|cell| cell.errors.is_empty())
}
