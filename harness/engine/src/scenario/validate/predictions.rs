//! The questions of a scenario's file.

use toml::Spanned;

use super::Check;
use crate::scenario::file::PredictTable;
use crate::scenario::prediction::{About, Prediction};
use heapbook_model::VariantName;

impl Check<'_> {
    pub(super) fn prediction(&mut self, table: &PredictTable) -> Option<Prediction> {
        let file = self.file;
        self.require_words("ask", &table.ask, "write the question");
        let metric = self.metric(&table.metric, |_| true);
        let n = table.n.as_ref().unwrap_or(&file.headline);
        let message = "bad question: `n` is not one of the sizes";
        let is_size = table.n.is_none() || file.sizes.get_ref().contains(n.get_ref());
        self.require(is_size, n, message, "name one of `sizes`, or leave it out");
        self.asked_in(table);
        let about = self.about(table)?;
        let options = about.options();
        let is_unknown = |word: &&Spanned<String>| !options.contains(word.get_ref());
        for word in table.because.keys().filter(is_unknown) {
            let message = format!("bad question: unknown option `{}`", word.get_ref());
            let help = format!("use one of: {}", options.join(", "));
            self.mistake(word.span(), message, help);
        }
        let because = table.because.iter();
        let because = because.map(|(word, why)| (word.get_ref().clone(), why.clone()));
        Some(Prediction {
            ask: table.ask.get_ref().trim().to_owned(),
            metric: metric?,
            n: *n.get_ref(),
            asked_in: table.asked_in.as_ref().map(|slug| slug.get_ref().clone()),
            about,
            because: because.collect(),
        })
    }

    /// Reports a question whose `asked_in` is not the directory of another scenario.
    fn asked_in(&mut self, table: &PredictTable) {
        let Some(asked_in) = &table.asked_in else { return };
        let other = self.directory.with_file_name(asked_in.get_ref());
        if other == self.directory || !other.join("scenario.toml").is_file() {
            let name = asked_in.get_ref();
            let message = format!("bad question: there is no other scenario `{name}`");
            let help = "name the directory of a later lesson, or leave `asked_in` out";
            self.mistake(asked_in.span(), message, help);
        }
    }

    /// What the question asks. None or several are a mistake.
    fn about(&mut self, table: &PredictTable) -> Option<About> {
        let (span, message, help) = match (&table.least, &table.most, &table.grows, &table.times) {
            (Some(listed), None, None, None) => return self.choice(listed).map(About::Least),
            (None, Some(listed), None, None) => return self.choice(listed).map(About::Most),
            (None, None, Some(of), None) => {
                return self.known_variant(of.get_ref(), of.span()).map(About::Grows);
            }
            (None, None, None, Some(listed)) => match self.choice(listed)?.as_slice() {
                [one, other] => return Some(About::Times(one.clone(), other.clone())),
                _ => (
                    listed.span(),
                    "bad question: `times` names two variants",
                    "write times = [\"python.a\", \"python.b\"]",
                ),
            },
            _ => (
                table.ask.span(),
                "bad question: it needs exactly one of `least`, `most`, `grows` and `times`",
                "`least` and `most` take a list of variants, `grows` one variant, `times` two",
            ),
        };
        self.mistake(span, message, help);
        None
    }

    fn choice(&mut self, listed: &Spanned<Vec<String>>) -> Option<Vec<VariantName>> {
        let (names, span) = (listed.get_ref(), listed.span());
        if names.len() < 2 {
            let message = "bad question: a choice needs at least two variants";
            self.mistake(span, message, "name two variants or more");
            return None;
        }
        let known = names.iter().map(|name| self.known_variant(name, span.clone()));
        known.collect()
    }
}
