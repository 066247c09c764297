//! For the terminal.

use super::View;
use super::rows::{self, HEADS, IS_NUMBER, Row};

/// A table with its columns set side by side, what else there is to say, and the summary.
pub(super) fn render(view: &View<'_>) -> String {
    let mut text = String::new();
    let rows = rows::table(view);
    if !rows.is_empty() {
        text.push_str(&table(&rows));
        text.push('\n');
    }
    for section in rows::sections(view) {
        text.push_str(&format!("{}:\n", section.heading));
        for item in section.items {
            text.push_str(&format!("  {item}\n"));
        }
        text.push('\n');
    }
    text.push_str(&rows::summary(view));
    text.push('\n');
    text
}

fn table(rows: &[Row]) -> String {
    let heads = HEADS.map(str::to_owned);
    let lines = || std::iter::once(&heads).chain(rows.iter().map(|row| &row.columns));
    let width = |column: usize| {
        let widths = lines().map(|line| line[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..HEADS.len()).map(width).collect();
    let set = |line: &[String; 6]| {
        let columns = line.iter().zip(&widths).zip(IS_NUMBER);
        let columns: Vec<String> = columns
            .map(|((column, &width), is_number)| match is_number {
                true => format!("{column:>width$}"),
                false => format!("{column:width$}"),
            })
            .collect();
        format!("{}\n", columns.join("  ").trim_end())
    };
    lines().map(set).collect()
}
