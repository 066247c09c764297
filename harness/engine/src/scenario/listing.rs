//! Finding a function's text in a workload file, so that the book shows the code that ran.

use heapbook_model::Language;

/// The top-level function, class, struct or enum of that name in a source; in Python also an
/// assignment. The number of its first line, from 1, and its text, with the comments, attributes
/// and decorators directly above it.
///
/// The source is read line by line, and taken to be formatted: a definition begins at the left
/// margin, and ends before the next line at the margin that neither closes a bracket nor lies
/// within a string in triple quotes.
pub fn listing_of<'a>(source: &'a str, language: Language, name: &str) -> Option<(usize, &'a str)> {
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let inside_string = match language {
        Language::Python => string_state(&lines),
        Language::Rust => vec![false; lines.len()],
    };
    let definition =
        (0..lines.len()).find(|&line| !inside_string[line] && defines(lines[line], language, name))?;
    let belongs_above = |line: &usize| is_above(lines[*line], language) && !inside_string[*line];
    let first = (0..definition)
        .rev()
        .take_while(belongs_above)
        .last()
        .unwrap_or(definition);
    let goes_on = |line: &usize| inside_string[*line] || is_inside(lines[*line], language);
    let end = definition + 1 + (definition + 1..lines.len()).take_while(goes_on).count();
    let offset = |line: usize| lines[..line].iter().map(|line| line.len()).sum::<usize>();
    Some((first + 1, source[offset(first)..offset(end)].trim_end()))
}

/// The text of Python's code whose first and last lines are known, counted from 1, as far as the
/// definition that begins there goes on: a closing bracket, or a comment, may follow the last line
/// that has code. A line with a `def`, at the margin or deeper, begins a definition, and so do
/// decorators above it; of other code just these lines are given. `None` where the source is
/// shorter.
pub fn listing_at(source: &str, first: usize, last: usize) -> Option<&str> {
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let begin = first.checked_sub(1).filter(|begin| *begin < lines.len())?;
    let last = last.clamp(first, lines.len());
    let inside_string = string_state(&lines);
    let margin = indentation(lines[begin]);
    let is_definition = ["def ", "async ", "class ", "@"]
        .iter()
        .any(|word| lines[begin].trim_start().starts_with(word));
    let goes_on = |line: &usize| {
        let text = lines[*line].trim_start();
        inside_string[*line]
            || text.is_empty()
            || indentation(lines[*line]) > margin
            || indentation(lines[*line]) == margin && text.starts_with([')', ']', '}'])
    };
    let more = (last..lines.len())
        .take_while(|line| is_definition && goes_on(line))
        .count();
    let offset = |line: usize| lines[..line].iter().map(|line| line.len()).sum::<usize>();
    Some(source[offset(begin)..offset(last + more)].trim_end())
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Whether a definition of that name begins on the line, at the left margin.
fn defines(line: &str, language: Language, name: &str) -> bool {
    let (qualifiers, keywords): (&[&str], &[&str]) = match language {
        Language::Python if line.starts_with(&format!("{name} = ")) => return true,
        Language::Python => (&["async"], &["def", "class"]),
        Language::Rust => (
            &["pub", "crate", "super", "const", "async", "unsafe", "extern", "C"],
            &["fn", "struct", "enum"],
        ),
    };
    let is_part_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut words = line
        .split(|letter| !is_part_of_word(letter))
        .filter(|word| !word.is_empty())
        .skip_while(|word| qualifiers.contains(word));
    line.starts_with(is_part_of_word)
        && words.next().is_some_and(|word| keywords.contains(&word))
        && words.next() == Some(name)
}

/// Whether a line at the margin belongs to the definition below it.
fn is_above(line: &str, language: Language) -> bool {
    match language {
        Language::Python => line.starts_with(['@', '#']),
        Language::Rust => line.starts_with("#[") || line.starts_with("//") && !line.starts_with("//!"),
    }
}

/// Whether a line belongs to the definition above it.
fn is_inside(line: &str, language: Language) -> bool {
    line.trim().is_empty()
        || line.starts_with([' ', '\t', ')', ']', '}'])
        || language == Language::Rust
            && line.starts_with(['{', 'w'])
            && ["{", "where"].contains(&line.trim_end())
}

/// For each line, whether it begins inside a string in triple quotes.
fn string_state(lines: &[&str]) -> Vec<bool> {
    let mut open: Option<&str> = None;
    lines
        .iter()
        .map(|line| {
            let began_inside = open.is_some();
            open = after_line(line, open);
            began_inside
        })
        .collect()
}

/// The triple quote that is still open at the end of a line.
fn after_line<'q>(line: &str, mut open: Option<&'q str>) -> Option<&'q str> {
    let mut rest = line;
    loop {
        if let Some(quote) = open {
            let Some(end) = rest.find(quote) else { return open };
            rest = &rest[end + quote.len()..];
            open = None;
            continue;
        }
        let next = rest.find(['"', '\'', '#'])?;
        rest = &rest[next..];
        if rest.starts_with('#') {
            return None;
        }
        if let Some(quote) = ["\"\"\"", "'''"]
            .into_iter()
            .find(|quote| rest.starts_with(quote))
        {
            rest = &rest[3..];
            open = Some(quote);
        } else {
            rest = after_plain_string(rest);
        }
    }
}

/// What follows a string in single quotes that begins the text.
fn after_plain_string(text: &str) -> &str {
    let quote = text.as_bytes()[0];
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if byte == quote => return &text[index + 1..],
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python(name: &str) -> Option<&'static str> {
        listing_of(PYTHON, Language::Python, name).map(|(_, text)| text)
    }

    const PYTHON: &str = r#"import array

TEXT = """
def build(n):
"""

# Above, and part of it.
@decorated
def build(
    n,
):
    """A docstring
at the margin."""
    note = '#"""'  # """

    return n


# About the next one.
def other(n):
    return n
"#;

    #[test]
    fn a_python_function_is_found_whole() {
        let text = python("build").unwrap();
        assert!(text.starts_with("# Above, and part of it.\n@decorated\ndef build("));
        assert!(text.ends_with("\n\n    return n"), "{text}");
        assert_eq!(
            python("other").unwrap(),
            "# About the next one.\ndef other(n):\n    return n"
        );
    }

    #[test]
    fn a_function_begins_at_what_stands_above_it() {
        let line = |source, language, name| listing_of(source, language, name).unwrap().0;
        assert_eq!(line(PYTHON, Language::Python, "build"), 7);
        assert_eq!(line(PYTHON, Language::Python, "other"), 19);
        assert_eq!(line("\n// Why.\nfn one() {}\n", Language::Rust, "one"), 2);
    }

    #[test]
    fn a_name_that_only_begins_alike_is_not_found() {
        assert_eq!(python("oth"), None);
        assert_eq!(python("missing"), None);
    }

    #[test]
    fn code_at_a_line_is_listed_to_its_end() {
        const METHOD: &str = "class App:\n    @decorated\n    def handle(self):\n        return [\n            1,\n        ]\n        # The end.\n\n    other = lambda: 2\n\nlast = 3\n";
        let whole = "    @decorated\n    def handle(self):\n        return [\n            1,\n        ]\n        # The end.";
        assert_eq!(listing_at(METHOD, 2, 5), Some(whole));
        assert_eq!(listing_at(METHOD, 9, 9), Some("    other = lambda: 2"));
        assert_eq!(
            listing_at(METHOD, 11, 99),
            Some("last = 3"),
            "the file is shorter by now"
        );
        assert_eq!(listing_at(METHOD, 12, 12), None);
        let decorated = listing_at(PYTHON, 8, 9).unwrap();
        assert!(decorated.starts_with("@decorated\n") && decorated.ends_with("    return n"));
        assert_eq!(decorated.lines().count(), 9, "from line 8 to line 16");
    }

    const RUST: &str = r#"//! About the file.
use std::rc::Rc;

// Why.
/// What.
#[inline(never)]
pub fn one<'a>(
    n: &'a usize,
) -> usize
where
    usize: Copy,
{
    // fn three
    *n
}
struct Pair(u8, u8);
pub(crate) const fn two() {}

/// About nothing here.
mod inner {
    fn three() {}
}
"#;

    #[test]
    fn a_rust_function_is_found_whole() {
        let rust = |name| listing_of(RUST, Language::Rust, name).map(|(_, text)| text);
        let one = rust("one").unwrap();
        assert!(
            one.starts_with("// Why.\n/// What.\n#[inline(never)]\npub fn one"),
            "{one}"
        );
        assert!(one.ends_with("    *n\n}"), "{one}");
        assert_eq!(rust("Pair"), Some("struct Pair(u8, u8);"));
        assert_eq!(rust("two"), Some("pub(crate) const fn two() {}"));
        assert_eq!(rust("three"), None, "it is not at the top level");
    }
}
