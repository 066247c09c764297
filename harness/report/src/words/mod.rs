//! The words of one directive: positional ones and `key=value` options, and what each may be.

mod names;

use std::collections::VecDeque;
use std::fmt;

pub(crate) use names::{listed, scenario, unknown};

/// Why a directive cannot be expanded, or a plot not be drawn, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Mistake(pub(crate) String);

/// How a directive is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// The word after `#`.
    pub(crate) name: &'static str,
    /// An example of each positional word; `..` at the end if any number of them may follow.
    pub(crate) words: &'static str,
    /// An example of each option.
    pub(crate) options: &'static [&'static str],
}

impl fmt::Display for Usage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{{{{#{} {}", self.name, self.words)?;
        for option in self.options {
            write!(formatter, " [{option}]")?;
        }
        formatter.write_str("}}")
    }
}

/// The words of a directive, taken one by one.
#[derive(Debug)]
pub(crate) struct Words<'t> {
    usage: Usage,
    positional: VecDeque<&'t str>,
    options: Vec<(&'t str, &'t str)>,
}

impl<'t> Words<'t> {
    /// Splits what stands between a directive's name and its end.
    ///
    /// # Errors
    /// At an option that the directive does not have, that is given twice or without a value, and
    /// at a word more than it takes.
    pub(crate) fn parse(text: &'t str, usage: Usage) -> Result<Self, Mistake> {
        let mut words = Words {
            usage,
            positional: VecDeque::new(),
            options: Vec::new(),
        };
        let known = || usage.options.iter().filter_map(|option| option.split_once('='));
        let is_known = |key| known().any(|(known, _)| known == key);
        for word in text.split_whitespace() {
            match word.split_once('=') {
                None => words.positional.push_back(word),
                Some((key, _)) if !is_known(key) => {
                    return Err(words.mistake(format!("unknown option `{key}=`")));
                }
                Some((key, _)) if words.has_option(key) => {
                    return Err(words.mistake(format!("`{key}=` is given twice")));
                }
                Some((key, "")) => return Err(words.mistake(format!("`{key}=` has no value"))),
                Some(option) => words.options.push(option),
            }
        }
        match words.positional.get(usage.words.split_whitespace().count()) {
            Some(word) if !usage.words.ends_with("..") => {
                Err(words.mistake(format!("unexpected word `{word}`")))
            }
            _ => Ok(words),
        }
    }

    /// The next positional word; `what` names it where it is missing.
    pub(crate) fn next(&mut self, what: &str) -> Result<&'t str, Mistake> {
        let word = self.positional.pop_front();
        word.ok_or_else(|| self.mistake(format!("{what} is missing")))
    }

    /// All positional words that are left.
    pub(crate) fn rest(&mut self) -> Vec<&'t str> {
        self.positional.drain(..).collect()
    }

    /// The value of an option, where it is given.
    pub(crate) fn option(&mut self, key: &str) -> Option<&'t str> {
        let place = self.options.iter().position(|(known, _)| *known == key)?;
        Some(self.options.remove(place).1)
    }

    /// Whether an option is given.
    pub(crate) fn has_option(&self, key: &str) -> bool {
        self.options.iter().any(|(known, _)| *known == key)
    }

    /// Whether all words were taken.
    pub(crate) fn is_empty(&self) -> bool {
        self.positional.is_empty() && self.options.is_empty()
    }

    fn mistake(&self, reason: String) -> Mistake {
        Mistake(format!("{reason}; write {}", self.usage))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USAGE: Usage = Usage {
        name: "value",
        words: "slug python.a peak",
        options: &["n=1000"],
    };

    #[test]
    fn words_and_options_are_told_apart() {
        let mut words = Words::parse(" generators  python.build_list\n peak n=1000 ", USAGE).unwrap();
        assert_eq!(words.option("n"), Some("1000"));
        assert_eq!(words.option("n"), None);
        assert_eq!(words.next("the slug").unwrap(), "generators");
        assert!(!words.is_empty());
        assert_eq!(words.rest(), ["python.build_list", "peak"]);
        assert!(words.is_empty());
    }

    #[test]
    fn what_a_directive_does_not_take_is_refused_with_its_usage() {
        let refused = |text| Words::parse(text, USAGE).unwrap_err().0;
        let usage = "write {{#value slug python.a peak [n=1000]}}";
        for (text, reason) in [
            ("a b c more", "unexpected word `more`"),
            ("m=1", "unknown option `m=`"),
            ("n=1 n=2", "`n=` is given twice"),
            ("n=", "`n=` has no value"),
        ] {
            assert_eq!(refused(text), format!("{reason}; {usage}"));
        }
        let any = Usage {
            words: "512 ..",
            ..USAGE
        };
        assert!(Words::parse("a b c d e", any).is_ok());
    }

    #[test]
    fn a_missing_word_is_named() {
        let mut words = Words::parse("", USAGE).unwrap();
        let missing = words.next("the slug").unwrap_err().0;
        assert!(
            missing.starts_with("the slug is missing; write {{#value"),
            "{missing}"
        );
    }
}
