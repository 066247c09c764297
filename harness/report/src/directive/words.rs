//! The words of one directive: positional ones, then `key=value` options.

use std::collections::VecDeque;

/// Why a directive cannot be expanded, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake(pub(crate) String);

/// The words of a directive, taken one by one.
#[derive(Debug)]
pub(crate) struct Words<'t> {
    usage: &'static str,
    positional: VecDeque<&'t str>,
    options: Vec<(&'t str, &'t str)>,
}

impl<'t> Words<'t> {
    /// Splits what stands between a directive's name and its end.
    pub(super) fn parse(text: &'t str, usage: &'static str) -> Result<Self, Mistake> {
        let mut words = Words {
            usage,
            positional: VecDeque::new(),
            options: Vec::new(),
        };
        for word in text.split_whitespace() {
            match word.split_once('=') {
                None => words.positional.push_back(word),
                Some((key, _)) if words.has_option(key) => {
                    return Err(words.mistake(format!("`{key}=` is given twice")));
                }
                Some((key, "")) => return Err(words.mistake(format!("`{key}=` has no value"))),
                Some(option) => words.options.push(option),
            }
        }
        Ok(words)
    }

    /// The next positional word; `what` names it where it is missing.
    pub(crate) fn next(&mut self, what: &str) -> Result<&'t str, Mistake> {
        match self.positional.pop_front() {
            Some(word) => Ok(word),
            None => Err(self.mistake(format!("{what} is missing"))),
        }
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

    /// Refuses words that nothing has asked for.
    pub(crate) fn end(mut self) -> Result<(), Mistake> {
        if let Some(word) = self.positional.pop_front() {
            return Err(self.mistake(format!("`{word}` is a word too many")));
        }
        match self.options.first() {
            Some((key, _)) => Err(self.mistake(format!("`{key}=` is no option of this directive"))),
            None => Ok(()),
        }
    }

    fn mistake(&self, reason: String) -> Mistake {
        Mistake(format!("{reason}; write {}", self.usage))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USAGE: &str = "{{#value slug}}";

    #[test]
    fn words_and_options_are_told_apart() {
        let mut words = Words::parse(" generators  python.build_list\n peak n=1000 ", USAGE).unwrap();
        assert_eq!(words.option("n"), Some("1000"));
        assert_eq!(words.option("n"), None);
        assert_eq!(words.next("the slug").unwrap(), "generators");
        assert_eq!(words.rest(), ["python.build_list", "peak"]);
        words.end().unwrap();
    }

    #[test]
    fn what_nothing_asked_for_is_refused_with_the_usage() {
        let refused = |text| Words::parse(text, USAGE).and_then(Words::end).unwrap_err().0;
        assert_eq!(
            refused("more"),
            "`more` is a word too many; write {{#value slug}}"
        );
        assert_eq!(
            refused("m=1"),
            "`m=` is no option of this directive; write {{#value slug}}"
        );
        assert_eq!(refused("m=1 m=2"), "`m=` is given twice; write {{#value slug}}");
        assert_eq!(refused("m="), "`m=` has no value; write {{#value slug}}");
    }

    #[test]
    fn a_missing_word_is_named() {
        let mut words = Words::parse("", USAGE).unwrap();
        assert_eq!(
            words.next("the slug").unwrap_err().0,
            "the slug is missing; write {{#value slug}}"
        );
    }
}
