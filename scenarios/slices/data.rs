pub type Data = Vec<u8>;

/// n messages in one vector, each a byte with its length and then so many bytes.
pub fn data(n: usize) -> Data {
    (0..n)
        .flat_map(|i| std::iter::once((i % 40) as u8).chain(std::iter::repeat_n((i % 251) as u8, i % 40)))
        .collect()
}
