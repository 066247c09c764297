//! A table of text: aligned columns for the terminal, or Markdown.

use std::fmt::{self, Display};
use std::iter;

use anstyle::{Effects, Style};
use heapbook_report::visible;

use crate::output::paint;

/// On which side of its column a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// For words.
    Left,
    /// For numbers.
    Right,
}

/// A text and its style; bold is kept in Markdown, colours are not.
#[derive(Debug, Clone, Default)]
pub(crate) struct Field {
    pub(crate) text: String,
    pub(crate) style: Style,
}

impl<T: Into<String>> From<T> for Field {
    fn from(text: T) -> Self {
        Field {
            text: text.into(),
            style: Style::new(),
        }
    }
}

/// Rows below a line of heads; the line is left out if all heads are empty.
#[derive(Debug)]
pub(crate) struct Table<const N: usize> {
    heads: [Field; N],
    aligns: [Align; N],
    rows: Vec<[Field; N]>,
}

impl<const N: usize> Table<N> {
    /// A table without rows.
    pub(crate) fn new(columns: [(&str, Align); N]) -> Self {
        Table {
            heads: columns.map(|(head, _)| head.into()),
            aligns: columns.map(|(_, align)| align),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: [impl Into<Field>; N]) {
        self.rows.push(row.map(Into::into));
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table in Markdown, where no text can be taken for markup.
    pub(crate) fn markdown(&self) -> String {
        let rules = self.aligns.map(|align| match align {
            Align::Left => "---",
            Align::Right => "---:",
        });
        let line = |row: &[Field; N]| {
            let fields: Vec<String> = row.iter().map(Field::markdown).collect();
            format!("| {} |\n", fields.join(" | "))
        };
        let rows: String = self.rows.iter().map(line).collect();
        format!("{}| {} |\n{rows}", line(&self.heads), rules.join(" | "))
    }
}

impl<const N: usize> Display for Table<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_heads = self.heads.iter().any(|head| !head.text.is_empty());
        let lines = || iter::once(&self.heads).filter(|_| has_heads).chain(&self.rows);
        let widths: [usize; N] =
            std::array::from_fn(|column| lines().map(|line| line[column].width()).max().unwrap_or(0));
        for line in lines() {
            // Blanks are written once a text follows them, so that no line ends in any.
            let mut blanks = 0;
            for ((field, width), align) in line.iter().zip(widths).zip(self.aligns) {
                let free = width - field.width();
                let (before, after) = match align {
                    Align::Left => (0, free),
                    Align::Right => (free, 0),
                };
                if field.text.is_empty() {
                    blanks += width + 2;
                    continue;
                }
                let text = paint(field.style, &visible(&field.text));
                write!(formatter, "{:1$}{text}", "", blanks + before)?;
                blanks = after + 2;
            }
            writeln!(formatter)?;
        }
        Ok(())
    }
}

impl Field {
    fn width(&self) -> usize {
        visible(&self.text).chars().count()
    }

    fn markdown(&self) -> String {
        let text = markdown(&self.text);
        match self.style.get_effects().contains(Effects::BOLD) && !text.is_empty() {
            true => format!("**{text}**"),
            false => text,
        }
    }
}

/// A text in which Markdown and HTML find no markup, on one line.
pub(crate) fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if "\\`*_{}[]<>#|~&!@".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(if letter == '\n' { ' ' } else { letter });
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table<3> {
        let mut table = Table::new([("name", Align::Left), ("n", Align::Right), ("", Align::Left)]);
        table.push(["a", "1,000", "x"]);
        table.push(["longer", "1", ""]);
        table
    }

    #[test]
    fn columns_are_aligned_and_no_line_ends_in_blanks() {
        assert_eq!(
            table().to_string(),
            "name        n\na       1,000  x\nlonger      1\n"
        );
        let mut headless = Table::new([("", Align::Right)]);
        headless.push(["1"]);
        assert_eq!(headless.to_string(), "1\n");
    }

    #[test]
    fn bold_is_kept_in_markdown() {
        let mut table = table();
        table.rows[1][2] = Field {
            text: "y".to_owned(),
            style: Style::new().bold(),
        };
        assert_eq!(
            table.markdown(),
            "| name | n |  |\n| --- | ---: | --- |\n| a | 1,000 | x |\n| longer | 1 | **y** |\n"
        );
    }

    #[test]
    fn no_text_is_taken_for_markdown() {
        assert_eq!(markdown("a|b_c <img> [x](y)"), "a\\|b\\_c \\<img\\> \\[x\\](y)");
    }
}
