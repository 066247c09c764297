//! What a page says by itself, beside its directives: figures that somebody typed in, links, and
//! the places that links may name.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use mdbook_markdown::pulldown_cmark::{Event, Tag, TagEnd};

use crate::markdown::{masked, parser};

/// A piece of a page's text, with the line that it begins on, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The line.
    pub line: usize,
    /// The text: a figure, or where a link leads.
    pub text: String,
}

/// What makes a number a figure of memory or time.
const UNITS: &str = "byte bytes B kB KB MB GB KiB MiB GiB ns µs us ms s nanosecond nanoseconds \
    microsecond microseconds millisecond milliseconds second seconds minute minutes hours";

/// What a page says beside its directives.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Prose {
    /// Numbers with a unit of bytes or of time, outside of code.
    pub figures: Vec<Found>,
    /// Where links and pictures lead.
    pub links: Vec<Found>,
}

/// Reads a page as it was written.
pub fn read(text: &str) -> Prose {
    let masked = masked(text);
    let mut prose = Prose::default();
    let mut block = Block::default();
    let mut in_code = false;
    let found = |place: usize, words: &str| Found {
        line: 1 + text[..place].matches('\n').count(),
        text: words.to_owned(),
    };
    for (event, range) in parser(&masked).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(words) if !in_code => block.push(&words, range.start),
            Event::SoftBreak | Event::HardBreak => block.push(" ", range.start),
            // A word stands here, not a number.
            Event::Code(_) | Event::InlineHtml(_) => block.push("\u{fffc}", range.start),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                prose.links.push(found(range.start, &dest_url));
            }
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
            | Event::End(
                TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image,
            ) => {}
            Event::Start(_) | Event::End(_) => {
                let done = std::mem::take(&mut block);
                let figures = figures(&done.text).into_iter();
                prose
                    .figures
                    .extend(figures.map(|(place, figure)| found(done.source_of(place), figure)));
            }
            _ => {}
        }
    }
    prose
}

/// The places of an expanded page that a link may name behind `#`: its headings, as mdBook names
/// them, and every `id` of its HTML.
pub fn anchors(expanded: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut heading: Option<(Option<String>, String)> = None;
    for event in parser(expanded) {
        match event {
            Event::Start(Tag::Heading { id, .. }) => {
                heading = Some((id.map(|id| id.into_string()), String::new()));
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, title)) = &mut heading {
                    title.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let Some((id, title)) = heading.take() else {
                    continue;
                };
                let id = id.unwrap_or_else(|| heading_id(&title));
                let before = times.entry(id.clone()).or_default();
                anchors.insert(match *before {
                    0 => id,
                    again => format!("{id}-{again}"),
                });
                *before += 1;
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                anchors.extend(html.split(" id=\"").skip(1).filter_map(|rest| {
                    let (id, _) = rest.split_once('"')?;
                    Some(id.to_owned())
                }));
            }
            _ => {}
        }
    }
    anchors
}

/// A heading's id, by mdBook's rule: lower case, blanks as hyphens, no other marks.
fn heading_id(title: &str) -> String {
    let kept = title.trim().chars().flat_map(char::to_lowercase);
    kept.filter_map(|letter| match letter {
        _ if letter.is_alphanumeric() || letter == '_' || letter == '-' => Some(letter),
        _ if letter.is_whitespace() => Some('-'),
        _ => None,
    })
    .collect()
}

/// The running text of one block, and where its pieces come from.
#[derive(Default)]
struct Block {
    text: String,
    pieces: Vec<(usize, usize)>,
}

impl Block {
    fn push(&mut self, text: &str, source: usize) {
        self.pieces.push((self.text.len(), source));
        self.text.push_str(text);
    }

    /// Where a place of the text stands in the source.
    fn source_of(&self, place: usize) -> usize {
        let piece = self.pieces.iter().rev().find(|(start, _)| *start <= place);
        piece.map_or(0, |(start, source)| source + (place - start))
    }
}

/// The numbers with a unit in a text, each with its place.
fn figures(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(number) = next_number(text, from) {
        from = number.end;
        let rest = &text[number.end..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\u{a0}', '-']).len();
        let unit = &rest[blanks..];
        let ends = unit
            .find(|letter: char| !letter.is_alphabetic())
            .unwrap_or(unit.len());
        // Not "3s", which is a version or a name, nor "2 s" across a sentence's end.
        if UNITS.split(' ').any(|known| known == &unit[..ends]) && (blanks > 0 || ends > 1) {
            let end = number.end + blanks + ends;
            found.push((number.start, &text[number.start..end]));
        }
    }
    found
}

/// The next number that begins a word: digits, with commas and points between them.
fn next_number(text: &str, from: usize) -> Option<Range<usize>> {
    let mut start = from;
    loop {
        start += text[start..].find(|letter: char| letter.is_ascii_digit())?;
        let length = text[start..]
            .find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, ',' | '.')))
            .unwrap_or(text.len() - start);
        let before = text[..start].chars().next_back();
        let number = text[start..start + length].trim_end_matches([',', '.']);
        if !before.is_some_and(char::is_alphanumeric) {
            return Some(start..start + number.len());
        }
        start += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Vec<(usize, String)> {
        let found = read(text).figures.into_iter();
        found.map(|found| (found.line, found.text)).collect()
    }

    #[test]
    fn numbers_with_units_are_found_where_they_stand() {
        for (text, line, figure) in [
            ("It takes 8 bytes.", 1, "8 bytes"),
            ("# Of 1.5 MiB\n", 1, "1.5 MiB"),
            ("Text.\n\nIt takes\n1,024\nbytes.", 4, "1,024 bytes"),
            ("| a | b |\n|---|---|\n| x | 12 ns |\n", 3, "12 ns"),
            ("- an 8-byte slot", 1, "8-byte"),
            ("It took **2.4** seconds", 1, "2.4 seconds"),
            ("some 40MB", 1, "40MB"),
        ] {
            assert_eq!(typed(text), [(line, figure.to_owned())], "{text}");
        }
    }

    #[test]
    fn other_numbers_code_and_directives_are_not() {
        for text in [
            "CPython 3.13 has 64 bits, in PEP 683, at 95 %.",
            "`sleep 2 s` and\n\n```\n4 bytes\n```\n",
            "It takes {{#value a python.b peak}}, {{#stated 512 bytes}}.",
            "a [link](2-seconds.md) of n = 1,000.",
            "the 1000s of objects",
        ] {
            assert_eq!(typed(text), [], "{text}");
        }
    }

    #[test]
    fn links_and_anchors_are_found() {
        let text = "# Why it is so\n\n# Why it is so\n\n## `del`, and {{#value}} { #mine }\n\n[a](b.md#c)\n\n<p id=\"d\">x</p>\n";
        let found = read(text).links;
        assert_eq!((found[0].line, found[0].text.as_str()), (7, "b.md#c"));
        let anchors = anchors(text);
        assert_eq!(
            anchors.iter().map(String::as_str).collect::<Vec<_>>(),
            ["d", "mine", "why-it-is-so", "why-it-is-so-1"]
        );
        assert_eq!(heading_id("What `del` gives back!"), "what-del-gives-back");
    }
}
