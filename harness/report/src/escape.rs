//! Making untrusted text inert: no character of a title, a message or a processor name may act as
//! markup.

use crate::visible::visible;

/// The text as character references wherever HTML, Markdown or mdBook's own directives could see
/// markup. Characters that act and are not seen are shown as escapes.
///
/// The result holds no newline, so that it can stand within a fragment of one line, and is safe
/// both as an element's content and within an attribute in double quotes.
pub(crate) fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' | '<' | '>' | '"' | '\'' | '{' | '}' | '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '~'
            | '$' | '\n' => {
                escaped.push_str(&format!("&#{};", u32::from(character)));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// The sentence of a scenario's author, in which words between backticks are code. All else is
/// escaped.
pub(crate) fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        // A backtick without its partner marks nothing.
        return html(text);
    }
    let marked = parts.iter().enumerate().map(|(index, part)| match index % 2 {
        0 => html(part),
        _ => format!("<code>{}</code>", html(part)),
    });
    marked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_every_kind_becomes_inert() {
        let wild = "<script>alert('x')</script> {{#include x}} | `code` *bold* _it_ [a](b) \\ \"q\"\n\nnext";
        let tame = html(wild);
        for mark in [
            '<', '>', '"', '\'', '{', '}', '|', '`', '*', '_', '[', ']', '\\', '\n',
        ] {
            assert!(!tame.contains(mark), "{mark:?} in {tame}");
        }
        assert!(tame.starts_with("&#60;script&#62;"));
    }

    #[test]
    fn what_acts_and_is_not_seen_is_shown() {
        assert_eq!(html("a\u{202e}b\x1b"), "a&#92;u202eb&#92;x1b");
    }

    #[test]
    fn an_ampersand_is_not_taken_for_a_reference() {
        assert_eq!(html("&lt;"), "&#38;lt;");
    }

    #[test]
    fn plain_words_stay_as_they_are() {
        assert_eq!(
            html("CPython 3.13.0, 64-core, 5–7 µs"),
            "CPython 3.13.0, 64-core, 5–7 µs"
        );
    }

    #[test]
    fn words_between_backticks_are_code() {
        assert_eq!(
            prose("With `del <x>` in time."),
            "With <code>del &#60;x&#62;</code> in time."
        );
        assert_eq!(prose("One ` alone"), "One &#96; alone");
        assert_eq!(prose("<b>"), "&#60;b&#62;");
    }
}
