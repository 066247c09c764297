pub type Data = (usize, Vec<u8>);

/// The bytes of a table, and the versions of it that are to be loaded one after another.
pub fn data(n: usize) -> Data {
    (n, (1..6).collect())
}
