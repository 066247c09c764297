//! The questions of a scenario's file.

use toml::Spanned;

use super::Check;
use crate::scenario::Variant;
use crate::scenario::file::{PredictTable, ScenarioFile};
use crate::scenario::prediction::{About, Prediction};
use heapbook_model::VariantName;

impl Check<'_> {
    pub(super) fn predictions(&mut self, file: &ScenarioFile, variants: &[Variant]) -> Vec<Prediction> {
        let predictions = file.predictions.iter();
        predictions
            .filter_map(|table| self.prediction(file, table, variants))
            .collect()
    }

    fn prediction(
        &mut self,
        file: &ScenarioFile,
        table: &PredictTable,
        variants: &[Variant],
    ) -> Option<Prediction> {
        let has_words = !table.ask.get_ref().trim().is_empty();
        self.require(has_words, &table.ask, "`ask` is empty", "write the question");
        let metric = self.metric(&table.metric, |_| true);
        let n = table.n.as_ref().unwrap_or(&file.headline);
        let message = "bad question: `n` is not one of the sizes";
        let is_size = table.n.is_none() || file.sizes.get_ref().contains(n.get_ref());
        self.require(is_size, n, message, "name one of `sizes`, or leave it out");
        self.asked_in(table);
        let about = self.about(table, variants)?;
        let options = about.options();
        for word in table
            .because
            .keys()
            .filter(|word| !options.contains(word.get_ref()))
        {
            let message = format!("bad question: unknown option `{}`", word.get_ref());
            let help = format!("use one of: {}", options.join(", "));
            self.mistake(word.span(), message, help);
        }
        let because = table
            .because
            .iter()
            .map(|(word, why)| (word.get_ref().clone(), why.clone()));
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
            let message = format!(
                "bad question: there is no other scenario `{}`",
                asked_in.get_ref()
            );
            self.mistake(
                asked_in.span(),
                message,
                "name the directory of a later lesson, or leave `asked_in` out",
            );
        }
    }

    /// What the question asks. None or several are a mistake.
    fn about(&mut self, table: &PredictTable, variants: &[Variant]) -> Option<About> {
        let given = [
            table.least.is_some(),
            table.most.is_some(),
            table.grows.is_some(),
            table.times.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() != 1 {
            let help = "`least` and `most` take a list of variants, `grows` one variant, `times` two";
            self.mistake(
                table.ask.span(),
                "bad question: it needs exactly one of `least`, `most`, `grows` and `times`",
                help,
            );
            return None;
        }
        if let Some(listed) = &table.least {
            return self.choice(listed, variants).map(About::Least);
        }
        if let Some(listed) = &table.most {
            return self.choice(listed, variants).map(About::Most);
        }
        if let Some(of) = &table.grows {
            return self
                .known_variant(of.get_ref(), of.span(), variants)
                .map(About::Grows);
        }
        let listed = table.times.as_ref()?;
        match self.choice(listed, variants)?.as_slice() {
            [one, other] => Some(About::Times(one.clone(), other.clone())),
            _ => {
                self.mistake(
                    listed.span(),
                    "bad question: `times` names two variants",
                    "write times = [\"python.a\", \"python.b\"]",
                );
                None
            }
        }
    }

    fn choice(&mut self, listed: &Spanned<Vec<String>>, variants: &[Variant]) -> Option<Vec<VariantName>> {
        if listed.get_ref().len() < 2 {
            self.mistake(
                listed.span(),
                "bad question: a choice needs at least two variants",
                "name two variants or more",
            );
            return None;
        }
        let known = listed
            .get_ref()
            .iter()
            .map(|name| self.known_variant(name, listed.span(), variants));
        known.collect()
    }
}
