//! Which names are legal, and why the others are not.

use heapbook_model::Language;

/// Names that Python's `builtins` holds in lower case. A function of such a name would shadow the
/// builtin for its neighbours in the same file.
const PYTHON_BUILTINS: &str = "\
    abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod \
    compile complex copyright credits delattr dict dir divmod enumerate eval exec exit filter \
    float format frozenset getattr globals hasattr hash help hex id input int isinstance \
    issubclass iter len license list locals map max memoryview min next object oct open ord pow \
    print property quit range repr reversed round set setattr slice sorted staticmethod str sum \
    super tuple type vars zip";

/// Python's keywords, the soft ones included.
const PYTHON_KEYWORDS: &str = "\
    False None True and as assert async await break case class continue def del elif else except \
    finally for from global if import in is lambda match nonlocal not or pass raise return try \
    while with yield";

/// The keywords of Rust's 2024 edition, the reserved ones included.
const RUST_KEYWORDS: &str = "\
    abstract as async await become box break const continue crate do dyn else enum extern false \
    final fn for gen if impl in let loop macro match mod move mut override priv pub ref return \
    self Self static struct super trait true try type typeof unsafe unsized use virtual where \
    while yield _";

/// Whether a name is a keyword of the language, the ones that mean something in some places only
/// left out.
pub fn is_keyword(language: Language, name: &str) -> bool {
    let keywords = match language {
        Language::Python => PYTHON_KEYWORDS,
        Language::Rust => RUST_KEYWORDS,
    };
    const SOFT: [&str; 2] = ["case", "match"];
    let is_soft = language == Language::Python && SOFT.contains(&name);
    !is_soft && keywords.split(' ').any(|known| known == name)
}

/// Why a text cannot be a scenario's name; `None` if it can. A name is lower-case words joined by
/// hyphens, which also name a module of Rust's.
pub fn not_a_slug(text: &str) -> Option<&'static str> {
    if is_kebab_case(text) {
        forbidden(Language::Rust, &text.replace('-', "_"))
    } else {
        Some("it is not lower-case words of letters, joined by hyphens")
    }
}

/// Whether the text is lower-case words joined by hyphens.
pub(super) fn is_kebab_case(text: &str) -> bool {
    text.split('-')
        .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// Why the name cannot be a variant's function in that language; `None` if it can.
pub(super) fn forbidden(language: Language, name: &str) -> Option<&'static str> {
    let mut bytes = name.bytes();
    let starts_well = bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if !starts_well || !bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
        return Some("it is not in snake_case");
    }
    let is_among = |names: &str| names.split(' ').any(|known| known == name);
    match language {
        Language::Python if is_among(PYTHON_BUILTINS) => {
            Some("it would shadow Python's builtin of that name")
        }
        Language::Python if is_among(PYTHON_KEYWORDS) => Some("it is a keyword of Python"),
        Language::Rust if is_among(RUST_KEYWORDS) => Some("it is a keyword of Rust"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtins_and_keywords_are_refused() {
        assert!(forbidden(Language::Python, "list").is_some());
        assert!(forbidden(Language::Python, "del").is_some());
        assert!(forbidden(Language::Rust, "move").is_some());
        assert!(forbidden(Language::Rust, "Iterate").is_some());
        assert_eq!(forbidden(Language::Rust, "list"), None);
        assert_eq!(forbidden(Language::Python, "build_list2"), None);
    }

    #[test]
    fn slugs_are_words_and_hyphens_that_can_name_a_module() {
        for right in ["context-managers", "del", "match-and-move"] {
            assert_eq!(not_a_slug(right), None, "{right}");
        }
        for wrong in ["", "a--b", "A", "a1", "a_b", "-a", "match", "self", "crate"] {
            assert!(not_a_slug(wrong).is_some(), "{wrong}");
        }
    }
}
