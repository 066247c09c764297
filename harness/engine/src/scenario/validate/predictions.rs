//! The questions of a scenario's file.

use toml::Spanned;

use super::Check;
use crate::scenario::Expectation;
use crate::scenario::file::{BeliefTable, PredictTable};
use crate::scenario::prediction::{About, Asked, Belief, Prediction, key};
use heapbook_model::VariantName;

impl Check<'_> {
    /// All questions. Readers' answers are kept under their keys, so no two may be alike.
    pub(super) fn predictions(&mut self, slug: &str) -> Vec<Prediction> {
        let mut keys: Vec<String> = Vec::new();
        let mut predictions = Vec::new();
        for table in &self.file.predictions {
            let key = key(slug, table.ask.get_ref());
            let message = format!("bad question: another one has its key, `{key}`");
            let help = "a key is made of the first words: begin one of the two with others";
            self.require(!keys.contains(&key), &table.ask, &message, help);
            keys.push(key.clone());
            predictions.extend(self.prediction(table, key));
        }
        predictions
    }

    fn prediction(&mut self, table: &PredictTable, key: String) -> Option<Prediction> {
        let has_words = table.ask.get_ref().contains(char::is_alphanumeric);
        let message = "bad question: there is no word in `ask`";
        self.require(has_words, &table.ask, message, "write the question");
        self.asked_in(table);
        let about = self.about(table)?;
        self.because(table, &about);
        let because = table.because.iter();
        let because = because.map(|(word, why)| (word.get_ref().clone(), why.clone()));
        Some(Prediction {
            key,
            ask: table.ask.get_ref().trim().to_owned(),
            asked_in: table.asked_in.as_ref().map(|slug| slug.get_ref().clone()),
            about,
            because: because.collect(),
            line: self.text[..table.ask.span().start].matches('\n').count() + 1,
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

    /// Reports a `because` of what nobody can choose.
    fn because(&mut self, table: &PredictTable, about: &About) {
        let options = about.options();
        let is_option = |word: &String| match options.is_empty() {
            true => Prediction::factor(word).is_some(),
            false => options.contains(word),
        };
        for word in table.because.keys().filter(|word| !is_option(word.get_ref())) {
            let message = format!("bad question: unknown option `{}`", word.get_ref());
            let help = match options.is_empty() {
                true => "write a factor that a reader may say, as in \"10\"".to_owned(),
                false => format!("use one of: {}", options.join(", ")),
            };
            self.mistake(word.span(), message, help);
        }
    }

    /// What the question asks. None or several are a mistake.
    fn about(&mut self, table: &PredictTable) -> Option<About> {
        let kinds = [
            table.least.is_some(),
            table.most.is_some(),
            table.grows.is_some(),
            table.times.is_some(),
            table.order.is_some(),
            table.why.is_some(),
            table.course.is_some(),
        ];
        if kinds.into_iter().filter(|is_given| *is_given).count() != 1 {
            let message = "bad question: it needs exactly one of `least`, `most`, `grows`, `times`, `order`, `why` and `course`";
            let help = "`least`, `most` and `order` take a list of variants, `grows` and `course` one variant, `times` two, `why` a list of { says, claim }";
            self.mistake(table.ask.span(), message, help);
            return None;
        }
        if let Some(listed) = &table.why {
            return self.why(table, listed);
        }
        if let Some(of) = &table.course {
            self.no_figures(table, "course", "it is about calls at the headline size");
            return self.known_variant(of.get_ref(), of.span()).map(About::Course);
        }
        let asked = self.asked(table);
        let n = table.n.as_ref().unwrap_or(&self.file.headline);
        let message = "bad question: `n` is not one of the sizes";
        let is_size = table.n.is_none() || self.file.sizes.get_ref().contains(n.get_ref());
        self.require(is_size, n, message, "name one of `sizes`, or leave it out");
        let Some(word) = &table.metric else {
            let message = "bad question: it names no metric";
            let help = "name the metric whose figures answer it, as in metric = \"peak\"";
            self.mistake(table.ask.span(), message, help);
            return None;
        };
        let metric = self.metric(word, |_| true);
        Some(About::Figures {
            metric: metric?,
            n: *n.get_ref(),
            asked: asked?,
        })
    }

    /// What is asked of figures.
    fn asked(&mut self, table: &PredictTable) -> Option<Asked> {
        if let Some(of) = &table.grows {
            return self.known_variant(of.get_ref(), of.span()).map(Asked::Grows);
        }
        let lists = [&table.least, &table.most, &table.order];
        let makers: [fn(Vec<VariantName>) -> Asked; 3] = [Asked::Least, Asked::Most, Asked::Order];
        for (listed, make) in lists.into_iter().zip(makers) {
            if let Some(listed) = listed {
                return self.choice(listed).map(make);
            }
        }
        let listed = table.times.as_ref()?;
        if let [one, other] = self.choice(listed)?.as_slice() {
            return Some(Asked::Times(one.clone(), other.clone()));
        }
        let help = "write times = [\"python.a\", \"python.b\"]";
        self.mistake(listed.span(), "bad question: `times` names two variants", help);
        None
    }

    fn choice(&mut self, listed: &Spanned<Vec<String>>) -> Option<Vec<VariantName>> {
        let (names, span) = (listed.get_ref(), listed.span());
        if names.len() < 2 {
            let message = "bad question: a choice needs at least two variants";
            self.mistake(span, message, "name two variants or more");
            return None;
        }
        let is_again = |(place, name): &(usize, &String)| names[..*place].contains(name);
        if let Some((_, again)) = names.iter().enumerate().find(is_again) {
            let message = format!("bad question: `{again}` is named twice");
            self.mistake(span, message, "name each variant once");
            return None;
        }
        let known = names.iter().map(|name| self.known_variant(name, span.clone()));
        known.collect()
    }

    /// Reports a metric or a size in a question that is about none.
    fn no_figures(&mut self, table: &PredictTable, kind: &str, why: &str) {
        let metric = table.metric.as_ref().map(|metric| ("metric", metric.span()));
        let n = table.n.as_ref().map(|n| ("n", n.span()));
        for (word, span) in metric.into_iter().chain(n) {
            let message = format!("bad question: `{word}` has no effect beside `{kind}`");
            self.mistake(span, message, format!("leave it out: {why}"));
        }
    }

    /// Reasons to choose from. Each rests on a claim of its own; a question of which more than one
    /// claim is expected to hold, or none, could never be asked.
    fn why(&mut self, table: &PredictTable, listed: &Spanned<Vec<BeliefTable>>) -> Option<About> {
        self.no_figures(table, "why", "each claim has its own");
        let beliefs = listed.get_ref();
        if beliefs.len() < 2 {
            let message = "bad question: a choice needs at least two options";
            self.mistake(
                listed.span(),
                message,
                "give one that is right, and one that is not",
            );
            return None;
        }
        // All of them, so that every mistake is shown at once.
        let expected: Vec<Option<Expectation>> = beliefs
            .iter()
            .enumerate()
            .map(|(place, belief)| self.expected(belief, &beliefs[..place]))
            .collect();
        let expected: Vec<Expectation> = expected.into_iter().collect::<Option<_>>()?;
        let right = expected.iter().filter(|one| **one == Expectation::Holds).count();
        if right != 1 {
            let message = format!("bad question: {right} of its claims are expected to hold");
            let help = "let exactly one be expected to hold; the wrong options rest on claims with expect = \"fails\"";
            self.mistake(listed.span(), message, help);
        }
        let belief = |table: &BeliefTable| Belief {
            says: table.says.get_ref().trim().to_owned(),
            claim: table.claim.get_ref().clone(),
        };
        Some(About::Why(beliefs.iter().map(belief).collect()))
    }

    /// What is expected of the claim that an option rests on; `None` after a mistake.
    fn expected(&mut self, belief: &BeliefTable, before: &[BeliefTable]) -> Option<Expectation> {
        let help = "write the reason as a reader would give it";
        self.require_words("says", &belief.says, help);
        let id = belief.claim.get_ref();
        let mut others = before.iter();
        if others.any(|other| other.claim.get_ref() == id) {
            let message = "bad question: another option rests on this claim";
            self.mistake(
                belief.claim.span(),
                message,
                "name a claim of its own for each option",
            );
            return None;
        }
        let claims = &self.file.claims;
        let found = claims.iter().find(|claim| claim.id.get_ref() == id);
        if found.is_none() {
            let known: Vec<&str> = claims.iter().map(|claim| claim.id.get_ref().as_str()).collect();
            let message = format!("bad question: the scenario has no claim `{id}`");
            self.mistake(
                belief.claim.span(),
                message,
                format!("use one of: {}", known.join(", ")),
            );
        }
        found.map(|claim| claim.expect)
    }
}
