//! Markdown, for a comment on a change.

use crate::document::{Block, Document, Field, Table, Tone};
use crate::visible::visible;

/// The document in Markdown, where no text can be taken for markup.
pub fn markdown(document: &Document) -> String {
    let blocks = document.summary.iter().chain(&document.blocks);
    blocks.map(block).collect::<Vec<_>>().join("\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Line(text) => format!("{}\n", escaped(text)),
        Block::List { heading, items } => {
            let items = items.iter().map(|item| format!("- {}\n", escaped(item)));
            format!("**{}**\n\n{}", escaped(heading), items.collect::<String>())
        }
        Block::Table(of) => table(of),
        Block::Code { label, text } => code(label, &visible(text)),
    }
}

fn table(table: &Table) -> String {
    let caption = match &*table.caption {
        "" => String::new(),
        caption => format!("**{}**\n\n", escaped(caption)),
    };
    let heads = table.heads().map(|(head, _)| escaped(head)).collect();
    let rule = |is_number| if is_number { "---:" } else { "---" };
    let rules = table.heads().map(|(_, is_number)| rule(is_number).to_owned());
    let rows = table.shown().map(|row| row.into_iter().map(field).collect());
    let lines = [heads, rules.collect()].into_iter().chain(rows);
    let lines = lines.map(|line: Vec<String>| format!("| {} |\n", line.join(" | ")));
    caption + &lines.collect::<String>()
}

fn field(field: &Field) -> String {
    let text = escaped(&field.shown);
    match field.tone == Tone::Strong && !text.is_empty() {
        true => format!("**{text}**"),
        false => text,
    }
}

/// Code between more backticks than it holds, on the label's line if it has only one.
fn code(label: &str, text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max();
    let ticks = longest.unwrap_or(0) + 1;
    let (label, room) = (escaped(label), if ticks > 1 { " " } else { "" });
    match text.contains('\n') {
        true => {
            let fence = "`".repeat(ticks.max(3));
            format!("{label}\n\n{fence}text\n{text}\n{fence}\n")
        }
        false => {
            let fence = "`".repeat(ticks);
            format!("{label} {fence}{room}{text}{room}{fence}\n")
        }
    }
}

/// A text in which Markdown and HTML find no markup, on one line.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in visible(text).chars() {
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
    use crate::document::Column;

    #[test]
    fn bold_is_kept_and_the_summary_comes_first() {
        let mut of = Table::new([Column::words("name", ""), Column::numbers("n", "")]);
        of.push(["a|b".into(), Field::from("1").toned(Tone::Strong)]);
        of.caption = "About".to_owned();
        let mut document = Document::from(of);
        document.list("Items", vec!["c".to_owned()]);
        document.summary("All.");
        assert_eq!(
            markdown(&document),
            "All.\n\n**About**\n\n| name | n |\n| --- | ---: |\n| a\\|b | **1** |\n\n**Items (1)**\n\n- c\n"
        );
    }

    #[test]
    fn no_text_is_taken_for_markdown() {
        assert_eq!(
            escaped("a|b_c <img> [x](y)\n\x1b"),
            "a\\|b\\_c \\<img\\> \\[x\\](y) \\\\x1b"
        );
        assert_eq!(code("[1]", "a `` b"), "\\[1\\] ``` a `` b ```\n");
        assert_eq!(
            code("failed:", "a\n```\nb"),
            "failed:\n\n````text\na\n```\nb\n````\n"
        );
    }
}
