//! The compiler that built this binary, and with it the Rust variants.

use std::collections::BTreeMap;

use heapbook_model::{Language, Runtime};

/// The compiler, with the settings that decide what it may leave out.
pub fn compiler() -> Runtime {
    Runtime {
        language: Language::Rust,
        implementation: "rustc".to_owned(),
        version: env!("HEAPBOOK_RUSTC_VERSION").to_owned(),
        build: format!(
            "{}, opt-level {}{}",
            env!("HEAPBOOK_TARGET"),
            env!("HEAPBOOK_OPT_LEVEL"),
            if cfg!(debug_assertions) {
                ", debug assertions"
            } else {
                ""
            }
        ),
        flags: env!("HEAPBOOK_RUSTC_FLAGS").to_owned(),
        packages: BTreeMap::new(),
    }
}
