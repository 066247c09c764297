pub type Data = Vec<String>;

/// n texts, of which a few come again.
pub fn data(n: usize) -> Data {
    (0..n)
        .map(|i| format!("text {} {}", i * 7919 % 9973, ".".repeat(i % 60)))
        .collect()
}
