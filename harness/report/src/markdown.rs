//! Finding directives in a chapter's Markdown, and telling them from code that only looks like
//! them.

use std::ops::Range;

use mdbook_markdown::pulldown_cmark::{Event, Parser, Tag};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

/// The parser that mdBook renders with, so that both see the same code.
pub(crate) fn parser(text: &str) -> Parser<'_> {
    new_cmark_parser(text, &MarkdownOptions::default())
}

/// A directive as it stands in the text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found<'t> {
    /// Its place in the text, from `{{` to the end of `}}`.
    pub(crate) range: Range<usize>,
    /// The word after `#`.
    pub(crate) name: &'t str,
    /// What follows the name.
    pub(crate) words: &'t str,
    /// Whether `}}` was found.
    pub(crate) is_closed: bool,
    /// Whether it may become a block of HTML without swallowing what stands beside it.
    pub(crate) stands_alone: bool,
}

/// All directives outside of code and comments that no backslash escapes, in order.
pub(crate) fn directives(text: &str) -> Vec<Found<'_>> {
    let layout = Layout::of(text);
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("{{").map(|offset| from + offset) {
        from = start + 2;
        let is_escaped = text[..start].ends_with('\\');
        if is_escaped || layout.is_quiet(start) {
            continue;
        }
        if let Some(directive) = directive_at(text, start) {
            from = directive.range.end;
            found.push(directive);
        }
    }
    let ranges: Vec<Range<usize>> = found.iter().map(|directive| directive.range.clone()).collect();
    for directive in &mut found {
        directive.stands_alone = layout.stands_alone(text, directive.range.start, &ranges);
    }
    found
}

/// The text with blanks in the place of its directives, so that every other place stays where it
/// is.
pub(crate) fn masked(text: &str) -> String {
    let mut masked = text.as_bytes().to_vec();
    for directive in directives(text) {
        let bytes = masked[directive.range].iter_mut();
        bytes.filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }
    String::from_utf8_lossy(&masked).into_owned()
}

/// The directive that begins at `start`, where `{{` stands; `None` unless `#` and a word follow.
fn directive_at(text: &str, start: usize) -> Option<Found<'_>> {
    let inside = text[start + 2..].trim_start().strip_prefix('#')?;
    let is_part_of_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    let name_ends = inside
        .find(|character| !is_part_of_name(character))
        .unwrap_or(inside.len());
    let (name, rest) = inside.split_at(name_ends);
    let words_start = text.len() - rest.len();
    let closed = rest.find("}}");
    // An open directive must not take the rest of the chapter with it.
    let length = closed.or_else(|| rest.find('\n')).unwrap_or(rest.len());
    let words_end = words_start + length;
    Some(Found {
        range: start..words_end + if closed.is_some() { 2 } else { 0 },
        name,
        words: &text[words_start..words_end],
        is_closed: closed.is_some(),
        stands_alone: false,
    })
}

/// Where code and comments are, and which block holds what.
struct Layout {
    quiet: Vec<Range<usize>>,
    blocks: Vec<(Range<usize>, Block)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Paragraph,
    Item,
    Html,
    Other,
}

impl Layout {
    fn of(text: &str) -> Self {
        let mut layout = Layout {
            quiet: Vec::new(),
            blocks: Vec::new(),
        };
        for (event, range) in parser(text).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(_)) | Event::Code(_) => layout.quiet.push(range),
                Event::InlineHtml(html) if html.starts_with("<!--") => layout.quiet.push(range),
                Event::Start(Tag::HtmlBlock) if text[range.clone()].trim_start().starts_with("<!--") => {
                    layout.quiet.push(range);
                }
                Event::Start(tag) => {
                    if let Some(block) = block(&tag) {
                        layout.blocks.push((range, block));
                    }
                }
                _ => {}
            }
        }
        layout
    }

    fn is_quiet(&self, place: usize) -> bool {
        self.quiet.iter().any(|range| range.contains(&place))
    }

    /// Whether the innermost block around `place` holds nothing but directives. The fragment of a
    /// block directive is one line of HTML: text beside it, or below it without an empty line
    /// between, would be taken for HTML too.
    fn stands_alone(&self, text: &str, place: usize, directives: &[Range<usize>]) -> bool {
        let around = self.blocks.iter().filter(|(range, _)| range.contains(&place));
        let Some((range, block)) = around.min_by_key(|(range, _)| range.len()) else {
            return false;
        };
        let left = without(text, range, directives);
        match block {
            Block::Html => true,
            Block::Other => false,
            Block::Item => is_only_marker(left.trim()),
            Block::Paragraph => {
                // The range of a paragraph holds its last line's end, or not where it is the last
                // thing in a list.
                let below = match text[range.clone()].ends_with('\n') {
                    true => &text[range.end..],
                    false => text[range.end..].strip_prefix('\n').unwrap_or_default(),
                };
                is_empty(&left) && is_empty(below.lines().next().unwrap_or_default())
            }
        }
    }
}

fn block(tag: &Tag<'_>) -> Option<Block> {
    match tag {
        Tag::Paragraph => Some(Block::Paragraph),
        Tag::Item => Some(Block::Item),
        Tag::HtmlBlock => Some(Block::Html),
        Tag::Heading { .. }
        | Tag::TableCell
        | Tag::TableHead
        | Tag::TableRow
        | Tag::DefinitionListTitle
        | Tag::DefinitionListDefinition => Some(Block::Other),
        _ => None,
    }
}

/// The text of a range without the directives in it.
fn without(text: &str, range: &Range<usize>, directives: &[Range<usize>]) -> String {
    let mut left = text[range.clone()].to_owned();
    for directive in directives.iter().rev() {
        if directive.start >= range.start && directive.end <= range.end {
            left.replace_range(directive.start - range.start..directive.end - range.start, "");
        }
    }
    left
}

/// Whether a text holds nothing but white space and the marks of a block quote.
fn is_empty(text: &str) -> bool {
    text.chars()
        .all(|character| character.is_whitespace() || character == '>')
}

/// Whether a text is only the mark of a list's item.
fn is_only_marker(text: &str) -> bool {
    let digits = text.trim_end_matches(['.', ')']);
    matches!(text, "-" | "*" | "+")
        || (!digits.is_empty()
            && digits.len() + 1 == text.len()
            && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        directives(text).into_iter().map(|found| found.name).collect()
    }

    #[test]
    fn code_comments_and_escapes_are_left_alone() {
        for text in [
            "```\n{{#table a}}\n```\n",
            "~~~~text\n```\n{{#table a}}\n```\n~~~~\n",
            "- item\n\n  ```\n  {{#table a}}\n  ```\n",
            "> ```\n> {{#table a}}\n> ```\n",
            "Text.\n\n    {{#table a}}\n",
            "Say `{{#table a}}` or ``{{#table `a`}}``.",
            "Say `code that\ngoes on {{#table a}}` here.",
            "<!-- {{#table a}} -->\n",
            "Text <!-- {{#table a}} --> text.",
            "\\{{#table a}}",
            "{{ plain }} and {#table a}",
        ] {
            assert_eq!(names(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn directives_in_prose_are_found() {
        assert_eq!(
            names("It took {{#value a b\n c}} and {{ #ratio d}}."),
            ["value", "ratio"]
        );
        assert_eq!(
            names("# Of {{#value a}}\n\n| a |\n|---|\n| {{#value b}} |\n"),
            ["value", "value"]
        );
        assert_eq!(names("`a` {{#value a}} `b`"), ["value"]);
        assert_eq!(names("    {{#table a}}\n\nafter {{#value b}}"), ["value"]);
    }

    #[test]
    fn words_are_what_stands_between_name_and_end() {
        let text = "x {{#value slug  python.a peak}} y";
        let found = directives(text);
        assert_eq!(found[0].words, " slug  python.a peak");
        assert_eq!(&text[found[0].range.clone()], "{{#value slug  python.a peak}}");
    }

    #[test]
    fn an_open_directive_ends_with_its_line() {
        let found = directives("{{#value a b\nnext");
        assert!(!found[0].is_closed);
        assert_eq!(found[0].words, " a b");
    }

    #[test]
    fn a_block_stands_alone_only_with_empty_lines_around_it() {
        let alone = |text| directives(text).into_iter().all(|found| found.stands_alone);
        for text in [
            "{{#table a}}",
            "Text.\n\n{{#table a}}\n\nText.",
            "{{#table a}}\n{{#plot a\n peak}}\n\nText.",
            "> {{#table a}}\n>\n> Text.",
            "- {{#table a}}\n- Text.",
            "1. Text.\n\n   {{#table a}}\n\n2. Text.",
            "<div>\n{{#table a}}\n</div>\n",
        ] {
            assert!(alone(text), "{text}");
        }
        for text in [
            "See {{#table a}}",
            "{{#table a}} there",
            "Text.\n{{#table a}}",
            "{{#table a}}\nText.",
            "{{#table a}}\n# Heading",
            "# {{#table a}}",
            "- Text {{#table a}}",
            "| a |\n|---|\n| {{#table a}} |\n",
        ] {
            assert!(!alone(text), "{text}");
        }
    }
}
