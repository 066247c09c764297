pub fn solve(buffer: &Data) -> u64 {
    let mut rest = buffer.clone();
    let mut total = 0;
    while !rest.is_empty() {
        let length = usize::from(rest[0]);
        let message = rest[1..1 + length].to_vec();
        total += checksum(message);
        rest = rest[1 + length..].to_vec();
    }
    total
}

fn checksum(message: Vec<u8>) -> u64 {
    message.iter().map(|&byte| u64::from(byte)).sum::<u64>() % 255
}
