//! The time of day.

use std::time::SystemTime;

/// The time in UTC, to the second, as RFC 3339 writes it.
pub fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}
