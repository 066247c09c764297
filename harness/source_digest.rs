// The build id of the worker's Python side: a digest of the sources that make it up.
//
// Included by the build scripts of `probe` and `engine`, so that an engine notices a probe left over from another
// build. FNV-1a, since a build script with a dependency for it would slow every cold build; this tells builds apart, it
// does not resist an attacker.

use std::path::{Path, PathBuf};

/// Digests the sources of the ledger, the preload library and the probe below `harness` and hands the crate being built `HEAPBOOK_BUILD`:
/// 16 hexadecimal digits.
///
/// Files are named to cargo one by one: of a folder it would see the date only, and a new file needs a `mod` line in a
/// file that is named anyway.
///
/// # Panics
/// When a folder or file cannot be read.
pub(crate) fn emit_build_id(harness: &Path) {
    let mut files = Vec::new();
    for folder in ["ledger/src", "preload/src", "probe/src"] {
        collect_sources(&harness.join(folder), &mut files);
    }
    files.sort();
    let mut digest = 0xcbf2_9ce4_8422_2325;
    for file in &files {
        println!("cargo:rerun-if-changed={}", file.display());
        let contents =
            std::fs::read(file).unwrap_or_else(|error| panic!("cannot read {}: {error}", file.display()));
        // The length keeps a line moved from one file's end to the next one's start from going unnoticed.
        fnv_1a(&mut digest, &(contents.len() as u64).to_le_bytes());
        fnv_1a(&mut digest, &contents);
    }
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
