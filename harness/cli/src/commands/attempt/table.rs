//! The answer as a table on the terminal, and as Markdown.

use anstyle::{AnsiColor, Style};
use heapbook_engine::figures::{Metric, Outcome};
use heapbook_model::Measured;
use heapbook_report::display;

use super::answer::{Answer, Row};

/// The columns' heads. The first two hold no figure of a program, the last two stand to the left.
pub(super) const HEADS: [&str; 10] = [
    "",
    "n",
    "peak",
    "an element",
    "allocations",
    "retained",
    "time",
    "95 % interval",
    "peak",
    "time",
];

/// What stands above the last two columns.
const AGAINST: &str = "against [1]:";

/// The first column that stands to the left.
pub(super) const WORDS_FROM: usize = 8;

/// The programs by number, one table with each program's rows and how its peak grows, then what is to be said beside it.
pub(super) fn text(answer: &Answer) -> String {
    let mut text = String::new();
    for (place, program) in answer.programs.iter().enumerate() {
        text.push_str(&format!(
            "[{}] {}\n",
            place + 1,
            program.says.replace('\n', "\n    ")
        ));
    }
    text.push('\n');
    let rows: Vec<(usize, [String; 10])> = answer
        .rows()
        .map(|(place, _, row)| (place, columns(place, row)))
        .collect();
    if !rows.is_empty() {
        text.push_str(&aligned(answer, &rows));
        text.push('\n');
    }
    for (place, program) in answer.programs.iter().enumerate() {
        if let Some(failure) = &program.failure {
            text.push_str(&format!("[{}] failed:\n{failure}\n", place + 1));
        }
    }
    for remark in &answer.remarks {
        text.push_str(&format!("{remark}\n"));
    }
    text
}

/// A row's texts, column by column.
pub(super) fn columns(place: usize, row: &Row) -> [String; 10] {
    let figure = |metric: Metric, figure: Option<Measured>| {
        figure.map_or_else(String::new, |figure| display::measured(metric.unit(), figure))
    };
    let interval = row
        .time
        .and_then(|time| display::interval(Metric::Time.unit(), time));
    let [peak, time] = row
        .against_first
        .map(|against| against.map_or_else(String::new, |against| against.words()));
    [
        format!("[{place}]"),
        display::size(row.n),
        figure(Metric::Peak, row.peak),
        row.peak_an_element().unwrap_or_default(),
        figure(Metric::Allocations, row.allocations),
        figure(Metric::Retained, row.retained),
        figure(Metric::Time, row.time),
        interval.unwrap_or_default(),
        peak,
        time,
    ]
}

fn aligned(answer: &Answer, rows: &[(usize, [String; 10])]) -> String {
    let mut heads = HEADS.map(str::to_owned);
    if !answer.compares() {
        heads[WORDS_FROM..].fill(String::new());
    }
    let width = |column: usize| {
        let texts = rows.iter().map(|(_, row)| &row[column]).chain([&heads[column]]);
        texts.map(|text| text.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..HEADS.len()).map(width).collect();
    let before: usize = widths[..WORDS_FROM].iter().map(|width| width + 2).sum();
    let mut text = String::new();
    if answer.compares() {
        text.push_str(&format!("{:before$}{AGAINST}\n", ""));
    }
    text.push_str(&line(&heads, &widths, |_| None));
    for (index, ((place, row), (_, program, figures))) in rows.iter().zip(answer.rows()).enumerate() {
        text.push_str(&line(row, &widths, |column| {
            Some(
                figures
                    .against_first
                    .get(column.checked_sub(WORDS_FROM)?)?
                    .as_ref()?
                    .outcome,
            )
        }));
        let is_last = rows.get(index + 1).is_none_or(|(next, _)| next != place);
        if let Some(growth) = program.growth.as_ref().filter(|_| is_last) {
            text.push_str(&format!(
                "{:>width$}  peak: {growth}\n",
                format!("[{place}]"),
                width = widths[0]
            ));
        }
    }
    text
}

/// A line of the table; a column with an outcome has its colour.
fn line(texts: &[String; 10], widths: &[usize], outcome: impl Fn(usize) -> Option<Outcome>) -> String {
    let set = texts
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(column, (text, &width))| {
            let padding = " ".repeat(width - text.chars().count());
            match column {
                WORDS_FROM.. => {
                    let style = outcome(column).map_or(Style::new(), style);
                    format!("{style}{text}{style:#}{padding}")
                }
                _ => format!("{padding}{text}"),
            }
        });
    format!("{}\n", set.collect::<Vec<_>>().join("  ").trim_end())
}

/// Less is what one looks for.
fn style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Less => AnsiColor::Green.on_default(),
        Outcome::More => AnsiColor::Yellow.on_default(),
        Outcome::Equal => Style::new(),
        Outcome::CannotTell => Style::new().dimmed(),
    }
}

/// The same table in Markdown, for a comment on a change.
pub(super) fn markdown(answer: &Answer) -> String {
    let mut text = String::new();
    for (place, program) in answer.programs.iter().enumerate() {
        let says = program.says.replace('`', "'").replace('\n', "; ");
        text.push_str(&format!("{}. `{says}` ({})", place + 1, program.runtime));
        if let Some(growth) = &program.growth {
            text.push_str(&format!(": peak {growth}"));
        }
        text.push('\n');
    }
    let heads = HEADS.iter().enumerate().map(|(column, head)| match column {
        0 => "program".to_owned(),
        WORDS_FROM.. => format!("{head} against [1]"),
        _ => (*head).to_owned(),
    });
    text.push_str(&format!("\n| {} |\n", heads.collect::<Vec<_>>().join(" | ")));
    let rules = (0..HEADS.len()).map(|column| {
        if (1..WORDS_FROM).contains(&column) {
            "--:"
        } else {
            "---"
        }
    });
    text.push_str(&format!("|{}|\n", rules.collect::<Vec<_>>().join("|")));
    for (place, _, row) in answer.rows() {
        text.push_str(&format!("| {} |\n", columns(place, row).join(" | ")));
    }
    for (place, program) in answer.programs.iter().enumerate() {
        if let Some(failure) = &program.failure {
            text.push_str(&format!("\n[{}] failed:\n\n```text\n{failure}\n```\n", place + 1));
        }
    }
    for remark in &answer.remarks {
        text.push_str(&format!("\n{remark}\n"));
    }
    text
}
