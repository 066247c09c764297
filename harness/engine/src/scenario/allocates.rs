//! Whether a Rust function's text asks for memory, so that an allocation count of zero can be doubted.

use proc_macro2::{TokenStream, TokenTree};

use super::listing;

/// Types whose `new` or `from` puts something on the heap. `Vec::new` and `String::new` do not.
const OWNERS: [&str; 6] = ["Box", "Rc", "Arc", "String", "Vec", "PathBuf"];

/// Methods that make an owner out of something borrowed or iterated.
const METHODS: [&str; 7] = [
    "to_vec",
    "to_owned",
    "to_string",
    "collect",
    "into_boxed_slice",
    "repeat",
    "concat",
];

/// Macros that make an owner.
const MACROS: [&str; 2] = ["vec", "format"];

/// Whether the top-level function of that name, or one of the same file that it calls, contains an expression that
/// usually allocates. A reading of words, not of types: it may take an expression for one that allocates which does not,
/// or miss one. Only a question rests on it.
pub(super) fn rust_function_allocates(source: &str, name: &str) -> bool {
    let mut seen = vec![name.to_owned()];
    let mut next = 0;
    while let Some(function) = seen.get(next).cloned() {
        next += 1;
        let text = listing::rust_function(source, &function).unwrap_or_default();
        let Ok(stream) = text.parse::<TokenStream>() else {
            continue;
        };
        let mut words = Vec::new();
        flatten(stream, &mut words);
        if allocates(&words) {
            return true;
        }
        for called in calls(&words) {
            if !seen.iter().any(|known| known == called) {
                seen.push(called.to_owned());
            }
        }
    }
    false
}

/// The tokens in order, as text, brackets included; literals leave an empty word, so that no string is read as code.
fn flatten(stream: TokenStream, words: &mut Vec<String>) {
    for token in stream {
        match token {
            TokenTree::Group(group) => {
                words.push("(".to_owned());
                flatten(group.stream(), words);
                words.push(")".to_owned());
            }
            TokenTree::Literal(_) => words.push(String::new()),
            other => words.push(other.to_string()),
        }
    }
}

fn allocates(words: &[String]) -> bool {
    let is_one_of = |word: &String, known: &[&str]| known.contains(&word.as_str());
    let at = |index: usize| words.get(index).map(String::as_str);
    (0..words.len()).any(|index| {
        let word = &words[index];
        let follows_dot = index > 0 && at(index - 1) == Some(".");
        let makes_owner = || {
            // After the type may stand its parameters: `Vec::<u8>::with_capacity`.
            let rest = words[index + 1..].iter().take_while(|word| *word != "(");
            let function = rest.last().map(String::as_str);
            at(index + 1) == Some(":")
                && match word.as_str() {
                    "Vec" | "String" | "PathBuf" => matches!(function, Some("from" | "with_capacity")),
                    _ => matches!(function, Some("new" | "from" | "pin")),
                }
        };
        (is_one_of(word, &MACROS) && at(index + 1) == Some("!"))
            || (is_one_of(word, &METHODS) && follows_dot)
            || (is_one_of(word, &OWNERS) && makes_owner())
    })
}

/// Words that stand before an opening bracket: functions that are called, among others.
fn calls(words: &[String]) -> impl Iterator<Item = &str> {
    let pairs = words.windows(2).filter(|pair| pair[1] == "(");
    pairs.map(|pair| pair[0].as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> bool {
        rust_function_allocates(&format!("pub fn one(n: usize) -> u64 {{ {body} }}"), "one")
    }

    #[test]
    fn expressions_that_make_an_owner_are_found() {
        for body in [
            "let v = vec![0u8; n]; 0",
            "(0..n).map(|i| i * i).collect::<Vec<_>>().len() as u64",
            "*Box::new(n as u64)",
            "Rc::new(n).len()",
            "Vec::<u8>::with_capacity(n).capacity() as u64",
            "std::vec::Vec::from([1, 2]).len() as u64",
            "format!(\"{n}\").len() as u64",
            "\"text\".to_owned().len() as u64",
        ] {
            assert!(of(body), "{body}");
        }
    }

    #[test]
    fn words_that_allocate_nothing_are_passed_over() {
        for body in [
            "(0..n as u64).map(|i| i * i).sum()",
            "let mut v: Vec<u8> = Vec::new(); v.len() as u64",
            "String::new().len() as u64",
            "// vec![0; n]\n n as u64",
            "\"vec![0; n].collect()\".len() as u64",
            "let collect = n; collect as u64",
        ] {
            assert!(!of(body), "{body}");
        }
    }

    #[test]
    fn what_a_called_function_allocates_counts() {
        let source = "fn make(n: usize) -> Vec<u8> { deeper(n) }\nfn deeper(n: usize) -> Vec<u8> { vec![1; n] }\n\
                      pub fn calls(n: usize) -> usize { make(n).len() }\npub fn alone(n: usize) -> usize { alone(n) }\n";
        assert!(rust_function_allocates(source, "calls"));
        assert!(!rust_function_allocates(source, "alone"));
        assert!(!rust_function_allocates(source, "missing"));
    }
}
