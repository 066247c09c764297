//! The claims of a scenario's file.

use std::ops::Range;

use toml::Spanned;

use super::Check;
use crate::figures::{Metric, Sizes};
use crate::scenario::file::{AtValue, ClaimTable, ReferenceValue};
use crate::scenario::{At, Claim, Reference, Relation, Test, words};
use heapbook_model::{Growth, VariantName};

impl Check<'_> {
    pub(super) fn claims(&mut self) -> Vec<Claim> {
        let mut claims: Vec<Claim> = Vec::new();
        for table in &self.file.claims {
            let is_new = claims.iter().all(|claim| claim.id != *table.id.get_ref());
            let help = "give each claim an id of its own";
            self.require(is_new, &table.id, "another claim has this id", help);
            claims.extend(self.claim(table));
        }
        claims
    }

    fn claim(&mut self, table: &ClaimTable) -> Option<Claim> {
        let is_kebab_case = words::is_kebab_case(table.id.get_ref());
        let message = "bad claim: the id is not in kebab-case";
        let help = "write it as in `peak-is-constant`";
        self.require(is_kebab_case, &table.id, message, help);
        let metric = self.metric(&table.metric, |_| true);
        let of = self.known_variant(table.of.get_ref(), table.of.span());
        let test = self.test(table);
        let at = self.at(table);
        if let Some(metric) = metric {
            self.is_measured_there(table, metric);
        }
        let python = table.python.as_ref().and_then(|text| self.versions(text));
        Some(Claim {
            id: table.id.get_ref().clone(),
            says: table.says.clone(),
            metric: metric?,
            of: of?,
            test: test?,
            at: at?,
            python,
            expect: table.expect,
            line: self.text[..table.id.span().start].matches('\n').count() + 1,
        })
    }

    /// The sizes that a claim is about; the headline size by default.
    fn at(&mut self, table: &ClaimTable) -> Option<At> {
        let file = self.file;
        let Some(at) = &table.at else {
            return Some(At::Size(*file.headline.get_ref()));
        };
        let message = "bad claim: growth is about all sizes, so `at` has no effect";
        self.require(table.growth.is_none(), at, message, "leave `at` out");
        match at.get_ref() {
            AtValue::Word(word) if word == "all" => Some(At::All),
            AtValue::Size(n) if file.sizes.get_ref().contains(n) => Some(At::Size(*n)),
            _ => {
                let help = "name one of `sizes`, or write at = \"all\"";
                self.mistake(at.span(), "bad claim: `at` is not one of the sizes", help);
                None
            }
        }
    }

    /// Reports a claim about sizes at which its metric is not measured.
    fn is_measured_there(&mut self, table: &ClaimTable, metric: Metric) {
        if metric.row().sizes == Sizes::All {
            return;
        }
        let is_headline = |at: &AtValue| matches!(at, AtValue::Size(n) if n == self.file.headline.get_ref());
        let at = table.at.as_ref().filter(|at| !is_headline(at.get_ref()));
        let growth = table.growth.as_ref().map(Spanned::span);
        if let Some(span) = growth.or(at.map(Spanned::span)) {
            let message = format!("bad claim: `{metric}` is measured at the headline size only");
            self.mistake(span, message, "ask for a bound, and leave `at` out");
        }
    }

    /// The condition of a claim. None or several are a mistake.
    fn test(&mut self, table: &ClaimTable) -> Option<Test> {
        let bounds = [
            (Relation::AtMost, &table.at_most),
            (Relation::AtLeast, &table.at_least),
            (Relation::Equals, &table.equals),
            (Relation::LessThan, &table.less_than),
        ];
        let given: Vec<_> = bounds
            .into_iter()
            .filter_map(|(relation, value)| Some((relation, value.as_ref()?)))
            .collect();
        match (&table.growth, given.as_slice()) {
            (Some(growth), []) => {
                if *growth.get_ref() != Growth::Constant && self.file.sizes.get_ref().len() < 3 {
                    let message = "bad claim: with fewer than three sizes any growth fits";
                    self.mistake(growth.span(), message, "add sizes, best four or more");
                }
                Some(Test::Growth(*growth.get_ref()))
            }
            (None, [(relation, value)]) => {
                let reference = self.reference(table, value)?;
                Some(Test::Bound(*relation, reference))
            }
            _ => {
                let help = "write one of growth, at_most, at_least, equals, less_than";
                self.mistake(table.id.span(), "bad claim: it needs exactly one condition", help);
                None
            }
        }
    }

    fn reference(&mut self, table: &ClaimTable, value: &Spanned<ReferenceValue>) -> Option<Reference> {
        let relative = match value.get_ref() {
            ReferenceValue::Absolute(number) => return Some(Reference::Absolute(*number)),
            ReferenceValue::Relative(relative) => relative,
        };
        let is_factor = relative.times.is_finite() && relative.times > 0.0;
        let message = "bad claim: `times` must be above 0";
        let help = "write a factor, as in times = 0.5";
        self.require(is_factor, value, message, help);
        let message = "bad claim: it compares a variant with itself";
        let help = "name another variant in this `of`, or write a number";
        self.require(relative.of != *table.of.get_ref(), value, message, help);
        let of = self.known_variant(&relative.of, value.span())?;
        Some(Reference::Relative {
            times: relative.times,
            plus: relative.plus,
            of,
        })
    }

    pub(super) fn known_variant(&mut self, text: &str, span: Range<usize>) -> Option<VariantName> {
        let names: Vec<String> = self
            .variants
            .iter()
            .map(|variant| variant.name.to_string())
            .collect();
        if let Some(index) = names.iter().position(|name| name == text) {
            return Some(self.variants[index].name.clone());
        }
        let message = format!("bad claim: the scenario has no variant `{text}`");
        self.mistake(span, message, format!("use one of: {}", names.join(", ")));
        None
    }
}
