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

/// The rows below their titles, which are left out if all are empty or there are no rows.
fn table(table: &Table) -> String {
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
    let (mut text, indent) = match &*table.caption {
        "" => (String::new(), 0),
        caption => (format!("{}\n", visible_line(caption)), GAP),
    };
    let mut lines: Vec<Vec<(String, Tone)>> = rows.collect();
    if lines.is_empty() {
        return text;
    }
    if heads.iter().any(|(head, _)| !head.is_empty()) {
        lines.insert(0, heads);
    }
    let width = |column: usize| lines.iter().map(|line| line[column].0.width()).max();
    let widths: Vec<usize> = (0..lines[0].len()).filter_map(width).collect();
    for line in &lines {
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
