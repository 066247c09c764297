//! What words name: scenarios, variants, metrics, sizes. Every refusal lists what is known.

use heapbook_engine::figures::Metric;
use heapbook_engine::scenario::{Scenario, Variant};
use heapbook_model::VariantName;

use super::{Mistake, Words};
use crate::library::Library;

impl<'a> Words<'a> {
    /// The next word as a scenario's slug.
    pub(crate) fn scenario(&mut self, library: &Library<'a>) -> Result<&'a Scenario, Mistake> {
        scenario(library, self.next("the scenario's slug")?)
    }

    /// The next word as one of the scenario's variants.
    pub(crate) fn variant(&mut self, scenario: &'a Scenario) -> Result<&'a Variant, Mistake> {
        let word = self.next("the variant")?;
        variant(scenario, word)
    }

    /// The next word as a metric.
    pub(crate) fn metric(&mut self) -> Result<Metric, Mistake> {
        let word = self.next("the metric")?;
        Metric::from_word(word).ok_or_else(|| unknown("metric", word, "", Metric::ALL.map(Metric::word)))
    }

    /// The option `variants=a,b`, or all of the scenario's variants.
    pub(crate) fn variants(&mut self, scenario: &'a Scenario) -> Result<Vec<&'a Variant>, Mistake> {
        listed(scenario, self.option("variants").as_slice())
    }

    /// The option `n=`, or the headline size.
    pub(crate) fn size(&mut self, scenario: &Scenario) -> Result<u64, Mistake> {
        let Some(word) = self.option("n") else {
            return Ok(scenario.headline);
        };
        let digits = word.replace(['_', ','], "");
        let n = digits.parse().ok().filter(|n| scenario.sizes.contains(n));
        n.ok_or_else(|| unknown("size", word, &scenario.slug, &scenario.sizes))
    }

    /// The option `python=3.11`.
    pub(crate) fn python(&mut self) -> Result<Option<&'a str>, Mistake> {
        let Some(version) = self.option("python") else {
            return Ok(None);
        };
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if version.split('.').all(is_number) {
            Ok(Some(version))
        } else {
            Err(Mistake(format!(
                "invalid Python version `{version}`: expected its first numbers, such as 3.13"
            )))
        }
    }
}

/// The scenario of that slug.
pub(crate) fn scenario<'a>(library: &Library<'a>, slug: &str) -> Result<&'a Scenario, Mistake> {
    library.scenario(slug).ok_or_else(|| {
        let known = library.scenarios.iter().map(|scenario| &scenario.slug);
        unknown("scenario", slug, "", known)
    })
}

/// The variants of comma-separated lists; all of the scenario's without a list.
pub(crate) fn listed<'a>(scenario: &'a Scenario, lists: &[&str]) -> Result<Vec<&'a Variant>, Mistake> {
    if lists.is_empty() {
        return Ok(scenario.variants.iter().collect());
    }
    let words = lists.iter().flat_map(|list| list.split(','));
    words
        .filter(|word| !word.is_empty())
        .map(|word| variant(scenario, word))
        .collect()
}

fn variant<'a>(scenario: &'a Scenario, word: &str) -> Result<&'a Variant, Mistake> {
    let name = word.parse::<VariantName>().ok();
    name.and_then(|name| scenario.variant(&name)).ok_or_else(|| {
        let known = scenario.variants.iter().map(|variant| &variant.name);
        unknown("variant", word, &scenario.slug, known)
    })
}

/// A word that names nothing, with what would; `of` is the scenario's slug, or empty.
pub(crate) fn unknown(
    what: &str,
    word: &str,
    of: &str,
    known: impl IntoIterator<Item = impl ToString>,
) -> Mistake {
    let known: Vec<String> = known.into_iter().map(|known| known.to_string()).collect();
    let expected = match known.is_empty() {
        true => "there are none".to_owned(),
        false => format!("expected one of {}", known.join(", ")),
    };
    let of = match of {
        "" => String::new(),
        of => format!(" of `{of}`"),
    };
    Mistake(format!("unknown {what} `{word}`{of}: {expected}"))
}
