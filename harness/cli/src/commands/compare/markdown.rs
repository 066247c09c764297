//! For a page or a comment on a change.

use super::View;
use super::rows::{self, HEADS, IS_NUMBER, Row};

/// The summary first, then the table, then what else there is to say.
pub(super) fn render(view: &View<'_>) -> String {
    let mut text = format!("{}\n", inert(&rows::summary(view)));
    let rows = rows::table(view);
    if !rows.is_empty() {
        text.push('\n');
        text.push_str(&table(&rows));
    }
    for section in rows::sections(view) {
        text.push_str(&format!("\n**{}**\n\n", inert(&section.heading)));
        for item in section.items {
            text.push_str(&format!("- {}\n", inert(&item)));
        }
    }
    text
}

fn table(rows: &[Row]) -> String {
    let rule = IS_NUMBER.map(|is_number| if is_number { "---:" } else { "---" });
    let mut text = format!("| {} |\n| {} |\n", HEADS.join(" | "), rule.join(" | "));
    for row in rows {
        let mut columns = row.columns.clone().map(|column| inert(&column));
        if row.is_regression {
            let outcome = &mut columns[HEADS.len() - 1];
            *outcome = format!("**{outcome}**");
        }
        text.push_str(&format!("| {} |\n", columns.join(" | ")));
    }
    text
}

/// Text in which Markdown and HTML mean nothing.
fn inert(text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    for letter in text.chars() {
        if "\\`*_{}[]<>#|~&!@".contains(letter) {
            inert.push('\\');
        }
        inert.push(letter);
    }
    inert
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_made_inert() {
        assert_eq!(inert("a|b_c <img> [x](y)"), "a\\|b\\_c \\<img\\> \\[x\\](y)");
    }
}
