//! Directives: `{{#name words}}` in a chapter, each replaced by a fragment.

use crate::fragment::choice;
use crate::fragment::{self, Page};
use crate::library::{Choice, Library};
use crate::markdown::{self, Found};
use crate::words::{Mistake, Usage, Words};

/// A directive that cannot be expanded, with its place in the chapter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct DirectiveError {
    /// The chapter, as the caller named it.
    pub file: String,
    /// The line of the directive's beginning, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

/// What a directive gives, from its words.
type Render = for<'a> fn(&mut Page<'a>, &mut Words<'a>) -> Result<String, Mistake>;

/// One kind of directive.
struct Directive {
    usage: Usage,
    /// Whether it gives a block of its own, not a part of a sentence.
    is_block: bool,
    /// Whether its figures follow what the reader chooses. Prose speaks of the book's, and so does
    /// what is a part of a sentence.
    follows: bool,
    render: Render,
}

impl Directive {
    /// A block of its own.
    const fn new(
        name: &'static str,
        words: &'static str,
        options: &'static [&'static str],
        render: Render,
    ) -> Self {
        Directive {
            usage: Usage { name, words, options },
            is_block: true,
            follows: false,
            render,
        }
    }

    /// The same with figures that follow the reader's choice.
    const fn following(self) -> Self {
        Directive {
            follows: true,
            ..self
        }
    }

    /// The same as a part of a sentence.
    const fn inline(self) -> Self {
        Directive {
            is_block: false,
            ..self
        }
    }
}

const VARIANTS: &str = "variants=python.a,rust.b";
const N: &str = "n=1000";
const PYTHON: &str = "python=3.13";

const DIRECTIVES: [Directive; 29] = [
    Directive::new("listing", "slug python.function", &[], fragment::listing::listing),
    Directive::new(
        "compare",
        "slug [python.a,rust.b] ..",
        &[],
        fragment::compare::compare,
    ),
    Directive::new(
        "table",
        "slug",
        &[VARIANTS, "with=time", N, PYTHON],
        fragment::table::table,
    )
    .following(),
    Directive::new(
        "plot",
        "slug metric",
        &[VARIANTS, "style=bars", N, PYTHON],
        fragment::plot::plot,
    )
    .following(),
    Directive::new(
        "timeline",
        "slug",
        &[VARIANTS, PYTHON],
        fragment::timeline::timeline,
    )
    .following(),
    Directive::new("lines", "slug python.a", &[PYTHON], fragment::lines::lines).following(),
    Directive::new("watch", "slug python.a", &[PYTHON], fragment::watch::watch).following(),
    Directive::new("layers", "slug", &[VARIANTS, N, PYTHON], fragment::layers::layers).following(),
    Directive::new("sizes", "slug python.a", &[PYTHON], fragment::sizes::sizes).following(),
    Directive::new(
        "domains",
        "slug",
        &[VARIANTS, N, PYTHON],
        fragment::domains::domains,
    )
    .following(),
    Directive::new(
        "collections",
        "slug",
        &[VARIANTS, PYTHON],
        fragment::collections::collections,
    )
    .following(),
    Directive::new("leaks", "slug", &[VARIANTS, PYTHON], fragment::leaks::leaks).following(),
    Directive::new("claim", "slug id", &[PYTHON], fragment::claim::claim),
    Directive::new("claims", "slug", &[], fragment::claims::claims),
    Directive::new("versions", "slug", &[], fragment::versions::versions),
    Directive::new(
        "value",
        "slug python.a metric",
        &[N, "per=element", "format=exact", PYTHON],
        fragment::value::value,
    )
    .inline(),
    Directive::new(
        "ratio",
        "slug metric python.a python.b",
        &[N, PYTHON],
        fragment::value::ratio,
    )
    .inline(),
    Directive::new("fit", "slug python.a metric", &[PYTHON], fragment::fit::fit).inline(),
    Directive::new("bench", "name", &[], fragment::bench::bench),
    Directive::new("courses", "slug/python.a ..", &[], fragment::courses::courses),
    Directive::new("predict", "slug first|rest", &[], fragment::predict::predict),
    Directive::new("questions", "", &[], fragment::review::questions),
    Directive::new(
        "exercise",
        "slug",
        &["language=rust"],
        fragment::exercise::exercise,
    ),
    Directive::new("rule", "slug", &[], fragment::rule::rule),
    Directive::new("cheat-sheet", "", &[], fragment::rule::cheat_sheet),
    Directive::new("progress", "", &[], fragment::progress::progress),
    Directive::new("differences", "", &[], fragment::differences::differences),
    Directive::new("stated", "512 bytes ..", &[], fragment::stated::stated).inline(),
    Directive::new("machine", "", &[], fragment::machine::machine).inline(),
];

/// Words after `{{#` that mdBook, or an earlier version of it, expands itself.
const OF_MDBOOK: [&str; 6] = [
    "include",
    "rustdoc_include",
    "playground",
    "playpen",
    "title",
    "template",
];

/// The expansion of a book's chapters: what is the same for all of them is found once.
#[derive(Debug)]
pub struct Expansion<'a> {
    library: &'a Library<'a>,
    choices: Vec<Choice<'a>>,
}

impl<'a> Expansion<'a> {
    /// Of directives that name what is in the library.
    pub fn of(library: &'a Library<'a>) -> Self {
        Expansion {
            library,
            choices: library.choices(),
        }
    }

    /// Expands every directive of a chapter. `chapter` is the path that errors name.
    ///
    /// A directive behind a backslash is left as it is, the backslash included, which mdBook's own
    /// `links` preprocessor takes away; so this expansion must run before that one. Nothing is
    /// expanded within code or comments.
    ///
    /// # Errors
    /// At the first directive that is unknown, or names a scenario, variant, metric, claim, size or
    /// option that is not.
    pub fn expand(&self, chapter: &str, text: &str) -> Result<String, DirectiveError> {
        let page = Page::new(chapter, self.library, &self.choices);
        expand(page, chapter, text)
    }
}

fn expand<'a>(mut page: Page<'a>, chapter: &str, text: &'a str) -> Result<String, DirectiveError> {
    let all = markdown::directives(text);
    page.claims = all.iter().filter_map(named_claim).collect();
    let mut expanded = String::with_capacity(text.len());
    let mut done = 0;
    for found in all {
        if OF_MDBOOK.contains(&found.name) {
            continue;
        }
        let fragment = chosen(&mut page, &found).map_err(|mistake| DirectiveError {
            file: chapter.to_owned(),
            line: 1 + text[..found.range.start].matches('\n').count(),
            message: mistake.0,
        })?;
        expanded.push_str(&text[done..found.range.start]);
        expanded.push_str(&fragment);
        done = found.range.end;
    }
    expanded.push_str(&text[done..]);
    if !page.followed.is_empty() {
        let below = title_ends(&expanded);
        let sources = choice::sources(page.library, page.choices, &page.followed);
        expanded.insert_str(below, &format!("\n{sources}\n"));
    }
    Ok(expanded)
}

/// The scenario and the id that a `{{#claim}}` names.
fn named_claim<'t>(found: &Found<'t>) -> Option<(&'t str, &'t str)> {
    let mut words = found.words.split_whitespace();
    (found.name == "claim").then_some(())?;
    Some((words.next()?, words.next()?))
}

/// The place behind the line of a chapter's title; its beginning where it has none.
fn title_ends(text: &str) -> usize {
    match text.starts_with("# ") {
        true => text.find('\n').map_or(text.len(), |end| end + 1),
        false => 0,
    }
}

/// What a directive gives: for each choice where it follows them.
fn chosen<'a>(page: &mut Page<'a>, found: &Found<'a>) -> Result<String, Mistake> {
    let follows = DIRECTIVES
        .iter()
        .any(|directive| directive.usage.name == found.name && directive.follows);
    if !follows {
        return render(page, found);
    }
    let slug = found.words.split_whitespace().next().unwrap_or_default();
    let scenario = page.library.scenario(slug);
    scenario.into_iter().for_each(|scenario| page.follow(scenario));
    choice::of_each(page, scenario, |page| render(page, found))
}

fn render<'a>(page: &mut Page<'a>, found: &Found<'a>) -> Result<String, Mistake> {
    let Some(directive) = DIRECTIVES
        .iter()
        .find(|directive| directive.usage.name == found.name)
    else {
        let known = DIRECTIVES.map(|directive| directive.usage.name).join(", ");
        return Err(Mistake(format!(
            "unknown directive `{{{{#{}`: expected one of {known}, or a backslash before it to print it as it stands",
            found.name
        )));
    };
    if !found.is_closed {
        return Err(Mistake(format!(
            "`{{{{#{}` is not closed: write `}}}}` after it",
            found.name
        )));
    }
    if directive.is_block && !found.stands_alone {
        return Err(Mistake(format!(
            "`{{{{#{}` gives a block: put it on a line of its own, with an empty line before and after it",
            found.name
        )));
    }
    let mut words = Words::parse(found.words, directive.usage)?;
    let fragment = (directive.render)(page, &mut words)?;
    debug_assert!(
        words.is_empty(),
        "{} has words that nothing reads",
        directive.usage
    );
    Ok(fragment)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The manual's table has a row for each directive, and writes none that would be refused.
    #[test]
    fn contributing_lists_every_directive_as_it_is_written() {
        let manual = include_str!("../../../CONTRIBUTING.md");
        let rows: String = manual.lines().filter(|line| line.starts_with("| `{{#")).collect();
        let mut listed: Vec<&str> = Vec::new();
        for example in rows.split("`{{#").skip(1) {
            let (example, _) = example.split_once("}}`").expect("a closed directive");
            let (name, words) = example.split_once(' ').unwrap_or((example, ""));
            let directive = DIRECTIVES.iter().find(|directive| directive.usage.name == name);
            let directive = directive.unwrap_or_else(|| panic!("unknown directive `{name}`"));
            Words::parse(words, directive.usage).unwrap_or_else(|Mistake(reason)| panic!("{reason}"));
            listed.push(name);
        }
        for directive in &DIRECTIVES {
            assert!(
                listed.contains(&directive.usage.name),
                "CONTRIBUTING.md lacks {}",
                directive.usage
            );
        }
    }
}
