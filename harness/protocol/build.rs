//! The build id of workers: a digest of the sources that make them up.
//!
//! A probe left over from another build carries another one, and the engine notices. FNV-1a, since
//! a build script with a dependency for it would slow every cold build; this tells builds apart, it
//! does not resist an attacker.

use std::path::{Path, PathBuf};

/// The crates that a worker is made of.
const FOLDERS: [&str; 5] = ["ledger", "preload", "probe", "protocol", "worker"];

/// Hands the crate `HEAPBOOK_BUILD`: 16 hexadecimal digits.
///
/// Files are named to cargo one by one: of a folder it would see the date only, and a new file
/// needs a `mod` line in a file that is named anyway.
fn main() {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").expect("cargo names the package's folder");
    let harness = Path::new(&manifest).parent().expect("the crate lies in harness/");
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect_sources(&harness.join(folder).join("src"), &mut files);
    }
    files.sort();
    let mut digest = 0xcbf2_9ce4_8422_2325;
    for file in &files {
        println!("cargo:rerun-if-changed={}", file.display());
        let contents =
            std::fs::read(file).unwrap_or_else(|error| panic!("cannot read {}: {error}", file.display()));
        // The length keeps a line moved from one file's end to the next one's start from going
        // unnoticed.
        fnv_1a(&mut digest, &(contents.len() as u64).to_le_bytes());
        fnv_1a(&mut digest, &contents);
    }
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=HEAPBOOK_BUILD={digest:016x}");
}

fn collect_sources(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries =
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("an entry of a readable folder").path();
        if path.is_dir() {
            collect_sources(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs" || end == "py") {
            files.push(path);
        }
    }
}

fn fnv_1a(digest: &mut u64, bytes: &[u8]) {
    for &byte in bytes {
        *digest = (*digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
}
