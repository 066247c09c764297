//! The time of day.

/// The time in UTC, to the second, as RFC 3339 writes it.
pub fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second())
        .map_or_else(|_| now.to_string(), |second| second.to_string())
}
