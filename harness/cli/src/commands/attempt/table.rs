//! The answer as a table on the terminal.

use heapbook_engine::measure::Attempt;
use heapbook_engine::record::{Cell, Measured, Metric};
use heapbook_engine::scenario::{Scenario, Variant};
use heapbook_engine::statistics::{Outcome, compare, fit_line, judge_growth};
use heapbook_report::display;

/// The columns' heads; the first two columns hold what is no figure of a program.
const HEADS: [&str; 9] = [
    "n",
    "program",
    "peak",
    "allocations",
    "retained",
    "time",
    "95 % interval",
    "peak",
    "time",
];

/// What stands above the last two columns.
const AGAINST: &str = "against [1]:";

/// Prints a row for each program and size, how each program's peak grows, and what went otherwise than asked.
pub(crate) fn show(scenario: &Scenario, attempt: &Attempt) {
    for (place, variant) in scenario.variants.iter().enumerate() {
        println!("[{}] {}", place + 1, variant.says);
    }
    println!();
    let rows: Vec<[String; 9]> = attempt
        .cells
        .iter()
        .filter_map(|cell| row(scenario, attempt, cell))
        .collect();
    if !rows.is_empty() {
        show_rows(&rows);
        println!();
    }
    for (place, variant) in scenario.variants.iter().enumerate() {
        if let Some(growth) = growth(attempt, variant) {
            println!("[{}] peak: {growth}", place + 1);
        }
    }
    show_exceptions(scenario, attempt);
}

/// What is to be said beside the figures: results that differ, programs that failed, sizes that were left out.
fn show_exceptions(scenario: &Scenario, attempt: &Attempt) {
    for &n in &scenario.sizes {
        let mut digests = attempt.cells.iter().filter(|cell| cell.n == n);
        let first = digests.next().and_then(|cell| cell.digest.as_ref());
        if digests.any(|cell| cell.digest.is_some() && first.is_some() && cell.digest.as_ref() != first) {
            println!(
                "The results differ at n = {}: the programs do not do the same.",
                display::size(n)
            );
            break;
        }
    }
    for (place, variant) in scenario.variants.iter().enumerate() {
        // A program fails at each size alike: once is enough.
        let failed = cells_of(attempt, variant).find(|cell| !cell.errors.is_empty());
        if let Some(error) = failed.and_then(|cell| cell.errors.first()) {
            println!("[{}] failed:\n{}", place + 1, error.message.trim_end());
        }
    }
    for (n, reason) in &attempt.left_out {
        println!("n = {} is left out: {reason}", display::size(*n));
    }
}

fn cells_of<'a>(attempt: &'a Attempt, variant: &'a Variant) -> impl Iterator<Item = &'a Cell> {
    attempt
        .cells
        .iter()
        .filter(move |cell| cell.variant == variant.name)
}

/// A program's row at a size; nothing where it failed.
fn row(scenario: &Scenario, attempt: &Attempt, cell: &Cell) -> Option<[String; 9]> {
    let place = scenario
        .variants
        .iter()
        .position(|variant| variant.name == cell.variant)?;
    if !cell.errors.is_empty() {
        return None;
    }
    let first = attempt
        .cells
        .iter()
        .find(|other| other.n == cell.n && other.variant == scenario.variants[0].name);
    let outcome = |metric: Metric| match first {
        Some(first) if place > 0 => compare(metric, cell, first).map_or("", word).to_owned(),
        _ => String::new(),
    };
    let figure = |metric: Metric| {
        let figure = metric.of(cell);
        figure.map_or_else(String::new, |figure| display::measured(metric.unit(), figure))
    };
    let interval = Metric::Time
        .of(cell)
        .and_then(|time| display::interval(Metric::Time.unit(), time));
    Some([
        display::size(cell.n),
        format!("[{}]", place + 1),
        figure(Metric::Peak),
        figure(Metric::Allocations),
        figure(Metric::Retained),
        figure(Metric::Time),
        interval.unwrap_or_default(),
        outcome(Metric::Peak),
        outcome(Metric::Time),
    ])
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Less => "less",
        Outcome::More => "more",
        Outcome::Equal => "equal",
        Outcome::CannotTell => "cannot tell",
    }
}

fn show_rows(rows: &[[String; 9]]) {
    let heads = HEADS.map(str::to_owned);
    let lines = || std::iter::once(&heads).chain(rows);
    let width = |column: usize| {
        lines()
            .map(|line| line[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..HEADS.len()).map(width).collect();
    let before: usize = widths[..7].iter().map(|width| width + 2).sum();
    println!("{:before$}{AGAINST}", "");
    for line in lines() {
        let columns = line.iter().zip(&widths).enumerate();
        let set: Vec<String> = columns
            .map(|(place, (text, &width))| match place {
                // Words stand to the left, figures to the right.
                1 | 7 | 8 => format!("{text:width$}"),
                _ => format!("{text:>width$}"),
            })
            .collect();
        println!("{}", set.join("  ").trim_end());
    }
}

/// How a program's peak grows, and what an element adds to it; nothing where fewer than two sizes tell.
fn growth(attempt: &Attempt, variant: &Variant) -> Option<String> {
    let figures: Vec<(u64, Measured)> = cells_of(attempt, variant)
        .filter(|cell| cell.errors.is_empty())
        .filter_map(|cell| Some((cell.n, Metric::Peak.of(cell)?)))
        .collect();
    let (line, judgement) = (fit_line(&figures)?, judge_growth(&figures)?);
    let class = judgement
        .class
        .map_or("cannot tell how it grows", |class| class.word());
    Some(format!(
        "{class}, {} an element",
        display::quantity(Metric::Peak.unit(), line.per_element)
    ))
}
