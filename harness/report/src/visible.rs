//! Characters that a reader does not see and a terminal or a browser obeys: control characters,
//! and marks that turn the direction of text or take no room.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with each such character written as an escape, as in Python: `\x1b`, `\u202e`. Line
/// breaks and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, |character, into| {
        // A String takes everything.
        let _ = match u32::from(character) {
            code @ ..=0xff => write!(into, "\\x{code:02x}"),
            code @ ..=0xffff => write!(into, "\\u{code:04x}"),
            code => write!(into, "\\U{code:08x}"),
        };
    })
}

/// The same on one line: line breaks are shown, too.
pub fn visible_line(text: &str) -> String {
    visible(text).replace('\n', "\\n")
}

/// A text that a renderer or a library has styled, in which nothing but colours and weights acts.
/// What it was made from must hold none: see [`visible()`].
pub fn visible_but_styles(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut parts = text.split("\x1b[");
    shown.push_str(&visible(parts.next().unwrap_or_default()));
    for part in parts {
        let rest = part.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ';');
        let style = &part[..part.len() - rest.len()];
        match rest.strip_prefix('m') {
            Some(rest) => shown.push_str(&format!("\x1b[{style}m{}", visible(rest))),
            None => shown.push_str(&visible(&format!("\x1b[{part}"))),
        }
    }
    shown
}

/// The text of a JSON document with each such character written as JSON writes it, so that its
/// meaning is the same.
pub fn visible_json(text: &str) -> Cow<'_, str> {
    escaped(text, |character, into| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            // As above.
            let _ = write!(into, "\\u{unit:04x}");
        }
    })
}

fn escaped(text: &str, write: impl Fn(char, &mut String)) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match is_hidden(character) {
            true => write(character, &mut shown),
            false => shown.push(character),
        }
    }
    Cow::Owned(shown)
}

/// Whether a character acts, or reverses text, and is not seen. A line break and a tab are none of
/// them, nor are the joiners that some scripts are written with.
fn is_hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' => true,
        // Tags, which once named a language.
        '\u{e0000}'..='\u{e007f}' => true,
        _ => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown_and_what_is_read_stays() {
        let wild = "\x1b]52;c;eA==\x07\r\u{9b}31m\u{7f}\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}\0";
        let tame = r"\x1b]52;c;eA==\x07\x0d\x9b31m\x7f\u202e\u2066\u200b\ufeff\U000e0041\x00";
        assert_eq!(visible(wild), tame);
        let plain = "two\tlines\nä 日本 👩\u{200d}💻 \\x1b";
        assert!(matches!(visible(plain), Cow::Borrowed(text) if text == plain));
    }

    #[test]
    fn of_what_a_library_styled_only_colours_pass() {
        let text = "\x1b[1m\x1b[31merror\x1b[0m: \x1b]52;c;eA==\x07 \x1b[2J \x1b[";
        assert_eq!(
            visible_but_styles(text),
            "\x1b[1m\x1b[31merror\x1b[0m: \\x1b]52;c;eA==\\x07 \\x1b[2J \\x1b["
        );
        assert_eq!(visible_line("a\nb\x1b[1m"), "a\\nb\\x1b[1m");
    }

    #[test]
    fn json_means_the_same_afterwards() {
        let wild = "\x1b\u{9b}\u{7f}\u{202e}\u{e0041}\n";
        let text = serde_json::to_string_pretty(&[wild]).unwrap();
        let shown = visible_json(&text);
        assert!(!shown.contains(is_hidden), "{shown}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&shown).unwrap(), [wild]);
    }
}
