//! Directives: `{{#name words}}` in a chapter, each replaced by a fragment.

pub(crate) mod options;
mod scan;
mod words;

use crate::fragment::{self, Page};
use crate::library::Library;

pub(crate) use scan::{masked, options};
pub(crate) use words::{Mistake, Words};

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
type Render = for<'a> fn(&mut Page<'a>, Words<'a>) -> Result<String, Mistake>;

/// One kind of directive.
struct Directive {
    name: &'static str,
    usage: &'static str,
    /// Whether it gives a block of its own, not a part of a sentence.
    is_block: bool,
    render: Render,
}

const DIRECTIVES: [Directive; 20] = [
    Directive {
        name: "listing",
        usage: "{{#listing slug python.function}}",
        is_block: true,
        render: fragment::listing,
    },
    Directive {
        name: "compare",
        usage: "{{#compare slug [python.a,python.b rust.c]}}",
        is_block: true,
        render: fragment::compare,
    },
    Directive {
        name: "table",
        usage: "{{#table slug [variants=python.a,rust.b] [n=1000] [python=3.13]}}",
        is_block: true,
        render: fragment::table,
    },
    Directive {
        name: "plot",
        usage: "{{#plot slug metric [variants=python.a,rust.b] [style=growth|bars] [n=1000] [python=3.13]}}",
        is_block: true,
        render: fragment::plot,
    },
    Directive {
        name: "timeline",
        usage: "{{#timeline slug [variants=python.a,rust.b] [python=3.13]}}",
        is_block: true,
        render: fragment::timeline,
    },
    Directive {
        name: "lines",
        usage: "{{#lines slug python.a [python=3.13]}}",
        is_block: true,
        render: fragment::lines,
    },
    Directive {
        name: "layers",
        usage: "{{#layers slug [variants=python.a,rust.b] [n=1000] [python=3.13]}}",
        is_block: true,
        render: fragment::layers,
    },
    Directive {
        name: "sizes",
        usage: "{{#sizes slug python.a [python=3.13]}}",
        is_block: true,
        render: fragment::sizes,
    },
    Directive {
        name: "domains",
        usage: "{{#domains slug [variants=python.a,python.b] [n=1000] [python=3.13]}}",
        is_block: true,
        render: fragment::domains,
    },
    Directive {
        name: "collections",
        usage: "{{#collections slug [variants=python.a,python.b] [python=3.13]}}",
        is_block: true,
        render: fragment::collections,
    },
    Directive {
        name: "leaks",
        usage: "{{#leaks slug [variants=python.a,rust.b] [python=3.13]}}",
        is_block: true,
        render: fragment::leaks,
    },
    Directive {
        name: "claim",
        usage: "{{#claim slug id [python=3.13]}}",
        is_block: true,
        render: fragment::claim,
    },
    Directive {
        name: "value",
        usage: "{{#value slug python.a metric [n=1000] [per=element|format=exact] [python=3.13]}}",
        is_block: false,
        render: fragment::value,
    },
    Directive {
        name: "ratio",
        usage: "{{#ratio slug metric python.a python.b [n=1000] [python=3.13]}}",
        is_block: false,
        render: fragment::ratio,
    },
    Directive {
        name: "fit",
        usage: "{{#fit slug python.a metric [python=3.13]}}",
        is_block: false,
        render: fragment::fit,
    },
    Directive {
        name: "bench",
        usage: "{{#bench name}}",
        is_block: true,
        render: fragment::bench,
    },
    Directive {
        name: "predict",
        usage: "{{#predict slug}}",
        is_block: true,
        render: fragment::predict,
    },
    Directive {
        name: "exercise",
        usage: "{{#exercise slug [language=rust]}}",
        is_block: true,
        render: fragment::exercise,
    },
    Directive {
        name: "stated",
        usage: "{{#stated 512 bytes}}",
        is_block: false,
        render: fragment::stated,
    },
    Directive {
        name: "machine",
        usage: "{{#machine}}",
        is_block: false,
        render: fragment::machine,
    },
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

/// Expands every directive of a chapter. `chapter` is the path that errors name.
///
/// A directive behind a backslash is left as it is, the backslash included, which mdBook's own `links` preprocessor
/// takes away; so this expansion must run before that one. Nothing is expanded within code or comments.
///
/// # Errors
/// At the first directive that is unknown, or names a scenario, variant, metric, claim, size or option that is not.
pub fn expand(chapter: &str, text: &str, library: &Library<'_>) -> Result<String, DirectiveError> {
    let mut page = Page::new(chapter, library);
    let mut expanded = String::with_capacity(text.len());
    let mut done = 0;
    for found in scan::directives(text) {
        if OF_MDBOOK.contains(&found.name) {
            continue;
        }
        let fragment = render(&mut page, &found).map_err(|mistake| DirectiveError {
            file: chapter.to_owned(),
            line: 1 + text[..found.range.start].matches('\n').count(),
            message: mistake.0,
        })?;
        expanded.push_str(&text[done..found.range.start]);
        expanded.push_str(&fragment);
        done = found.range.end;
    }
    expanded.push_str(&text[done..]);
    Ok(expanded)
}

fn render<'a>(page: &mut Page<'a>, found: &scan::Found<'a>) -> Result<String, Mistake> {
    let Some(directive) = DIRECTIVES.iter().find(|directive| directive.name == found.name) else {
        let known = DIRECTIVES.map(|directive| directive.name).join(", ");
        return Err(Mistake(format!(
            "`{{{{#{}` is no directive; known are {known}; put a backslash before it to print it as it stands",
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
    (directive.render)(page, Words::parse(found.words, directive.usage)?)
}
