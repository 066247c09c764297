//! Tells the engine what it is built with and from.

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    let variable = |name: &str| env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"));
    println!(
        "cargo:rustc-env=HEAPBOOK_RUSTC_VERSION={}",
        compiler_version(&variable("RUSTC"))
    );
    println!(
        "cargo:rustc-env=HEAPBOOK_RUSTC_FLAGS={}",
        compiler_flags(&variable("RUSTC"))
    );
    println!("cargo:rustc-env=HEAPBOOK_TARGET={}", variable("TARGET"));
    println!("cargo:rustc-env=HEAPBOOK_OPT_LEVEL={}", variable("OPT_LEVEL"));
    let (prefix, suffix) = library_affixes(&variable("CARGO_CFG_TARGET_OS"));
    println!("cargo:rustc-env=HEAPBOOK_LIBRARY_PREFIX={prefix}");
    println!("cargo:rustc-env=HEAPBOOK_LIBRARY_SUFFIX={suffix}");
    println!(
        "cargo:rustc-env=HEAPBOOK_DEPS={}",
        profile_directory(&variable("OUT_DIR")).join("deps").display()
    );
    println!("cargo:rerun-if-changed=build.rs");
}

/// `1.95.0`, from `rustc 1.95.0 (…)`.
fn compiler_version(rustc: &str) -> String {
    let output = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("cargo's own compiler starts");
    let text = String::from_utf8_lossy(&output.stdout);
    text.split(' ').nth(1).unwrap_or("unknown").trim().to_owned()
}

/// `commit 59807616e1fa, LLVM 22.1.2, target features fxsr,sse,sse2`: what decides the code of a
/// version besides the level of optimisation. Flags of the environment come as the features that
/// they switch on, since a flag may name a folder.
fn compiler_flags(rustc: &str) -> String {
    let output = Command::new(rustc)
        .arg("-vV")
        .output()
        .expect("cargo's own compiler starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let value = |key: &str| {
        let found = text.lines().find_map(|line| line.strip_prefix(key));
        found.unwrap_or("unknown").trim().to_owned()
    };
    let commit: String = value("commit-hash:").chars().take(12).collect();
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    format!(
        "commit {commit}, LLVM {}, target features {features}",
        value("LLVM version:")
    )
}

fn library_affixes(os: &str) -> (&'static str, &'static str) {
    if os == "macos" {
        ("lib", ".dylib")
    } else {
        ("lib", ".so")
    }
}

/// `target/<profile>`, from `target/<profile>/build/<package>/out`.
fn profile_directory(out: &str) -> &Path {
    Path::new(out)
        .ancestors()
        .nth(3)
        .expect("cargo's folders are nested so")
}
