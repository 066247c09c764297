//! The build script on corpora made for the purpose: what it builds, what it leaves out, and what
//! it says then.

#[path = "../build/directories.rs"]
mod directories;

use std::fs;
use std::path::Path;

use directories::{Generated, generate};

/// Generates from one scenario directory with these files.
fn generated(slug: &str, files: &[(&str, &str)]) -> Generated {
    let corpus = tempfile::tempdir().expect("a temporary directory can be made");
    write(corpus.path(), slug, files);
    generate(corpus.path()).expect("the corpus can be read")
}

fn write(corpus: &Path, slug: &str, files: &[(&str, &str)]) {
    let directory = corpus.join(slug);
    fs::create_dir_all(&directory).expect("the directory can be made");
    for (name, text) in files {
        fs::write(directory.join(name), text).expect("the file can be written");
    }
}

/// The visitor's calls in the generated code.
fn calls(generated: &Generated) -> Vec<&str> {
    generated
        .code
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("$visitor."))
        .collect()
}

#[test]
fn each_kind_of_variant_gets_its_call() {
    let toml = r#"
        digest = "checksum"
        [rust.plain]
        [rust.borrows]
        setup = "make"
        [rust.sized]
        setup = "make"
        digest = "size"
    "#;
    let code = "pub fn plain() {} pub fn borrows() {} pub fn sized() {} pub fn make() {} pub fn size() {} pub fn checksum() {}";
    let generated = generated("big-loop", &[("scenario.toml", toml), ("workload.rs", code)]);
    assert_eq!(generated.warnings, [""; 0]);
    assert_eq!(
        calls(&generated),
        [
            r#"$visitor.variant("big-loop", "borrows", |n| $crate::big_loop::make(n), |input, sink| sink.accept($crate::big_loop::borrows(input), |result| $crate::big_loop::checksum(result)));"#,
            r#"$visitor.variant("big-loop", "plain", |n| n, |input, sink| sink.accept($crate::big_loop::plain(*input), |result| $crate::big_loop::checksum(result)));"#,
            r#"$visitor.variant("big-loop", "sized", |n| $crate::big_loop::make(n), |input, sink| sink.accept($crate::big_loop::sized(input), |result| $crate::big_loop::size(result)));"#,
        ]
    );
}

#[test]
fn directories_without_a_scenario_and_python_alone_are_passed_over_in_silence() {
    let corpus = tempfile::tempdir().expect("a temporary directory can be made");
    write(corpus.path(), "src", &[("workload.rs", "pub fn stray() {}")]);
    write(
        corpus.path(),
        "python-alone",
        &[("scenario.toml", "[python.run]"), ("workload.py", "")],
    );
    let generated = generate(corpus.path()).expect("the corpus can be read");
    assert_eq!(generated.warnings, [""; 0]);
    assert!(!generated.code.contains("pub mod"), "{}", generated.code);
}

/// Asserts that a scenario is left out whole, with a warning that names it and says this.
fn assert_left_out(slug: &str, files: &[(&str, &str)], reason: &str) {
    let generated = generated(slug, files);
    let [warning] = generated.warnings.as_slice() else {
        panic!("one warning, not {:?}", generated.warnings)
    };
    assert!(
        warning.starts_with(&format!("scenarios/{slug}/scenario.toml: left out of the build")),
        "{warning}"
    );
    assert!(warning.contains(reason), "{warning}");
    assert!(warning.contains("cargo heapbook check"), "{warning}");
    assert!(!warning.contains('\n'), "cargo prints one line: {warning}");
    assert!(!generated.code.contains("pub mod"), "{}", generated.code);
    assert!(!generated.code.contains("include_str!"), "{}", generated.code);
}

#[test]
fn what_cannot_be_built_is_left_out_with_a_warning() {
    let code = ("workload.rs", "pub fn run() {}");
    assert_left_out(
        "torn",
        &[("scenario.toml", "[rust.run\nsays ="), code],
        "cannot be read",
    );
    assert_left_out(
        "mistyped",
        &[("scenario.toml", "[rust.run]\nsetup = 3"), code],
        "expected a string",
    );
    assert_left_out(
        "codeless",
        &[("scenario.toml", "[rust.run]")],
        "workload.rs cannot be read",
    );
    for slug in ["Shouted", "self", "loop", "v2"] {
        assert_left_out(
            slug,
            &[("scenario.toml", "[rust.run]"), code],
            "cannot name a module",
        );
    }
}

#[test]
fn a_variant_without_its_functions_is_left_out_alone() {
    let toml = r#"
        [rust.absent]
        [rust.private]
        [rust.undigested]
        digest = "nowhere"
        [rust.present]
    "#;
    let code = "fn private() {} pub fn undigested() {} pub fn present() {}";
    let generated = generated("gaps", &[("scenario.toml", toml), ("workload.rs", code)]);
    assert_eq!(calls(&generated).len(), 1);
    assert!(calls(&generated)[0].contains("\"present\""));
    let expected = [
        ("absent", "absent"),
        ("private", "private"),
        ("undigested", "nowhere"),
    ];
    assert_eq!(
        generated.warnings.len(),
        expected.len(),
        "{:?}",
        generated.warnings
    );
    for (warning, (variant, function)) in generated.warnings.iter().zip(expected) {
        assert!(
            warning.contains(&format!("`rust.{variant}` left out")),
            "{warning}"
        );
        assert!(warning.contains(&format!("no `pub fn {function}`")), "{warning}");
    }
}

#[test]
fn code_that_does_not_parse_is_left_to_the_compiler() {
    let generated = generated(
        "broken",
        &[("scenario.toml", "[rust.run]"), ("workload.rs", "pub fn run( {")],
    );
    assert!(generated.code.contains("pub mod broken;"), "{}", generated.code);
    assert_eq!(calls(&generated), [""; 0]);
}
