//! Gives the probe its build id, and on macOS leaves Python's symbols to the interpreter that loads it.

use std::env;
use std::path::Path;

mod source_digest {
    include!("../source_digest.rs");
}

fn main() {
    let here = env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the package's folder");
    let harness = Path::new(&here)
        .parent()
        .expect("the probe lies in the harness folder");
    println!("cargo:rerun-if-changed=build.rs");
    println!(
        "cargo:rerun-if-changed={}",
        harness.join("source_digest.rs").display()
    );
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "macos") {
        println!("cargo:rustc-cdylib-link-arg=-undefined");
        println!("cargo:rustc-cdylib-link-arg=dynamic_lookup");
    }
    source_digest::emit_build_id(harness);
}
