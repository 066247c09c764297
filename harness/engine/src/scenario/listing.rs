//! Finding a function's text in a workload file, so that the book shows the code that ran.

use std::ops::Range;

use heapbook_model::Language;

/// The text of a top-level function in a source, and the line that it begins on, from 1.
pub fn listing_of<'a>(source: &'a str, language: Language, function: &str) -> Option<(usize, &'a str)> {
    let lines = match language {
        Language::Python => python_lines(source, function)?,
        Language::Rust => rust_lines(source, function)?,
    };
    Some((lines.start + 1, joined(source, lines)))
}

/// The text of a top-level Python function, class or assignment, with the decorators and comments directly above it.
///
/// The text is read line by line: it ends where the next line at the left margin begins that is
/// no part of a string in triple quotes and closes no bracket.
pub(super) fn python_function<'a>(source: &'a str, name: &str) -> Option<&'a str> {
    Some(joined(source, python_lines(source, name)?))
}

/// The lines of such a function, counted from 0.
pub(super) fn python_lines(source: &str, name: &str) -> Option<Range<usize>> {
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let inside_string = string_state(&lines);
    let opening = [
        format!("def {name}("),
        format!("async def {name}("),
        format!("class {name}:"),
        format!("class {name}("),
        format!("{name} = "),
    ];
    let definition = (0..lines.len())
        .find(|&index| !inside_string[index] && opening.iter().any(|text| lines[index].starts_with(text)))?;
    let belongs_above = |line: &str| line.starts_with('@') || line.starts_with('#');
    let mut first = definition;
    while first > 0 && belongs_above(lines[first - 1]) && !inside_string[first - 1] {
        first -= 1;
    }
    let goes_on = |index: usize| {
        inside_string[index]
            || lines[index].trim().is_empty()
            || lines[index].starts_with([' ', '\t', ')', ']', '}'])
    };
    let mut last = definition + 1;
    while last < lines.len() && goes_on(last) {
        last += 1;
    }
    Some(first..last)
}

/// The text of a top-level Rust function, struct or enum, with its attributes and the comments directly above it.
pub(super) fn rust_function<'a>(source: &'a str, name: &str) -> Option<&'a str> {
    Some(joined(source, rust_lines(source, name)?))
}

/// The lines of such a function, counted from 0.
pub(super) fn rust_lines(source: &str, name: &str) -> Option<Range<usize>> {
    let file = syn::parse_file(source).ok()?;
    let item = file.items.iter().find(|item| match item {
        syn::Item::Fn(function) => function.sig.ident == name,
        syn::Item::Struct(structure) => structure.ident == name,
        syn::Item::Enum(choice) => choice.ident == name,
        _ => false,
    })?;
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let span = syn::spanned::Spanned::span(item);
    let (start, end) = (span.start().line - 1, span.end().line);
    let mut first = start;
    while first > 0 && lines[first - 1].starts_with("//") && !lines[first - 1].starts_with("//!") {
        first -= 1;
    }
    Some(first..end)
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

/// Some lines of the source as one text, without blank lines at its end.
fn joined(source: &str, lines: Range<usize>) -> &str {
    let offset = |line: usize| {
        source
            .split_inclusive('\n')
            .take(line)
            .map(str::len)
            .sum::<usize>()
    };
    source[offset(lines.start)..offset(lines.end)].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let text = python_function(PYTHON, "build").unwrap();
        assert!(text.starts_with("# Above, and part of it.\n@decorated\ndef build("));
        assert!(text.ends_with("\n\n    return n"), "{text}");
        assert_eq!(
            python_function(PYTHON, "other").unwrap(),
            "# About the next one.\ndef other(n):\n    return n"
        );
    }

    #[test]
    fn a_function_begins_at_what_stands_above_it() {
        assert_eq!(python_lines(PYTHON, "build").unwrap().start, 6);
        assert_eq!(python_lines(PYTHON, "other").unwrap().start, 18);
        assert_eq!(rust_lines("\n// Why.\nfn one() {}\n", "one"), Some(1..3));
    }

    #[test]
    fn a_name_that_only_begins_alike_is_not_found() {
        assert_eq!(python_function(PYTHON, "oth"), None);
        assert_eq!(python_function(PYTHON, "missing"), None);
    }

    #[test]
    fn a_rust_function_is_found_whole() {
        let source = "use std::rc::Rc;\n\n// Why.\n/// What.\n#[inline(never)]\npub fn one(n: usize) -> usize {\n    n\n}\n\npub fn two() {}\n";
        let text = rust_function(source, "one").unwrap();
        assert_eq!(
            text,
            "// Why.\n/// What.\n#[inline(never)]\npub fn one(n: usize) -> usize {\n    n\n}"
        );
        assert_eq!(rust_function(source, "two").unwrap(), "pub fn two() {}");
        assert_eq!(rust_function(source, "three"), None);
    }
}
