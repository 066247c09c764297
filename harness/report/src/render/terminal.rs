//! What a terminal shows: aligned columns, and styles of ours.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::document::{Block, Document, Table, Tone};
use crate::visible::{visible, visible_line};

/// What stands between columns.
const GAP: usize = 2;

/// The document for a terminal. Of its texts none acts on it, and none but code has several lines.
pub fn terminal(document: &Document) -> String {
    let mut text = String::new();
    let mut was_wide = false;
    for block in document.blocks.iter().chain(&document.summary) {
        let (is_wide, part) = match block {
            Block::Line(line) => (false, format!("{}\n", visible_line(line))),
            Block::Code { label, text } => (false, code(label, text)),
            Block::Table(of) => (true, table(of)),
            Block::List { heading, items } => {
                let items = items.iter().map(|item| format!("  {}\n", visible_line(item)));
                let items: String = items.collect();
                (true, format!("{}:\n{items}", visible_line(heading)))
            }
        };
        if part.is_empty() {
            continue;
        }
        if !text.is_empty() && (is_wide || was_wide) {
            text.push('\n');
        }
        text.push_str(&part);
        was_wide = is_wide;
    }
    text
}

/// Code beside its label, or below it if it has several lines.
fn code(label: &str, text: &str) -> String {
    let (label, text) = (visible_line(label), visible(text));
    match text.contains('\n') {
        true => format!("{label}\n    {}\n", text.replace('\n', "\n    ")),
        false => format!("{label} {text}\n"),
    }
}

/// The rows of a table while they come.
#[derive(Debug)]
pub struct Rows {
    /// The width of each column so far.
    widths: Vec<usize>,
    /// How many lines were shown.
    shown: usize,
}

impl Rows {
    /// None yet, in columns that are so wide, or as wide as what comes.
    pub fn reserving(widths: &[usize]) -> Self {
        Rows {
            widths: widths.to_vec(),
            shown: 0,
        }
    }

    /// The lines that are new since the table was last shown; titles come with the first row.
    pub fn rest(&mut self, table: &Table) -> String {
        let lines = lines(table);
        for (known, width) in self.widths.iter_mut().zip(widths(&lines)) {
            *known = width.max(*known);
        }
        let new = lines.get(self.shown..).unwrap_or_default();
        self.shown = self.shown.max(lines.len());
        written(new, &self.widths, table, 0)
    }
}

/// The rows below their titles, which are left out if all are empty or there are no rows.
fn table(table: &Table) -> String {
    let (text, indent) = match &*table.caption {
        "" => (String::new(), 0),
        caption => (format!("{}\n", visible_line(caption)), GAP),
    };
    let lines = lines(table);
    text + &written(&lines, &widths(&lines), table, indent)
}

/// A line of a table: the text of each field, and how it is set off.
type Line = Vec<(String, Tone)>;

/// The titles and rows; nothing if there are no rows.
fn lines(table: &Table) -> Vec<Line> {
    let heads: Vec<(String, Tone)> = table
        .heads()
        .map(|(head, _)| (head.to_owned(), Tone::Plain))
        .collect();
    let rows = table.shown().map(|row| {
        let fields = row.iter();
        fields
            .map(|field| (visible_line(&field.shown).replace('\t', "    "), field.tone))
            .collect()
    });
    let mut lines: Vec<Line> = rows.collect();
    if !lines.is_empty() && heads.iter().any(|(head, _)| !head.is_empty()) {
        lines.insert(0, heads);
    }
    lines
}

/// How wide each column must be for all of these.
fn widths(lines: &[Line]) -> Vec<usize> {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |column: usize| lines.iter().map(|line| line[column].0.width()).max();
    (0..columns).filter_map(width).collect()
}

/// Lines in columns of these widths.
fn written(lines: &[Line], widths: &[usize], table: &Table, indent: usize) -> String {
    let mut text = String::new();
    for line in lines {
        // Blanks are written once a text follows them, so that no line ends in any.
        let mut blanks = indent;
        for ((field, tone), (width, (_, is_number))) in line.iter().zip(widths.iter().zip(table.heads())) {
            let free = width - field.width();
            let before = if is_number { free } else { 0 };
            if field.is_empty() {
                blanks += width + GAP;
                continue;
            }
            let style = style(*tone);
            text.push_str(&format!("{:1$}{style}{field}{style:#}", "", blanks + before));
            blanks = free - before + GAP;
        }
        text.push('\n');
    }
    text
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Strong => Style::new().bold(),
        Tone::Good => AnsiColor::Green.on_default(),
        Tone::Bad => AnsiColor::Yellow.on_default(),
        Tone::Faint => Style::new().dimmed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Column, Field};

    #[test]
    fn columns_are_aligned_and_no_line_ends_in_blanks() {
        let mut of = Table::new([
            Column::words("name", ""),
            Column::data("data"),
            Column::numbers("n", ""),
            Column::words("", ""),
        ]);
        let row = |name: &str, n: &str, tone| {
            let data = Field::data("for programs");
            [name.into(), data, n.into(), Field::from("x").toned(tone)]
        };
        of.push(row("日本", "1,000", Tone::Plain));
        of.push(row("a\n\x1b", "", Tone::Strong));
        of.push(["longer".into(), Field::default(), "1".into(), Field::default()]);
        of.push([(); 4].map(|()| Field::data("for programs")));
        let lines = [
            "name         n",
            "日本     1,000  x",
            "a\\n\\x1b         \x1b[1mx\x1b[0m",
            "longer       1",
        ];
        assert_eq!(terminal(&of.into()), lines.join("\n") + "\n");
        let mut headless = Table::new([Column::numbers("", "")]);
        headless.push([Field::from("1")]);
        headless.caption = "About:".to_owned();
        assert_eq!(terminal(&headless.into()), "About:\n  1\n");
    }

    #[test]
    fn rows_that_come_later_stand_below_the_first() {
        let mut of = Table::new([Column::words("name", ""), Column::numbers("n", "")]);
        let mut rows = Rows::reserving(&[5, 2]);
        assert_eq!(rows.rest(&of), "");
        of.push(["a", "1"].map(Field::from));
        assert_eq!(rows.rest(&of), "name    n\na       1\n");
        assert_eq!(rows.rest(&of), "");
        of.push(["b", "1,000"].map(Field::from));
        assert_eq!(rows.rest(&of), "b      1,000\n");
        of.push(["c", "2"].map(Field::from));
        assert_eq!(rows.rest(&of), "c          2\n");
    }

    #[test]
    fn only_code_has_several_lines_and_wide_blocks_stand_apart() {
        let mut document = Document::default();
        document.line("a\nb");
        document.code("[1]", "n");
        document.code("failed:", "one\n  two\x07");
        document.list("Items", vec!["c\nd".to_owned()]);
        document.list("None", Vec::new());
        document.table(Table::new([Column::words("without rows", "")]));
        document.line("e");
        document.summary("All.");
        let shown = "a\\nb\n[1] n\nfailed:\n    one\n      two\\x07\n\nItems (1):\n  c\\nd\n\ne\nAll.\n";
        assert_eq!(terminal(&document), shown);
    }
}
