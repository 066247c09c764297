pub struct Point {
    pub x: u64,
    pub y: u64,
}

pub fn structs(n: usize) -> Vec<Point> {
    (0..n as u64).map(|i| Point { x: i, y: i }).collect()
}

pub fn count(points: &[Point]) -> u64 {
    points.iter().filter(|point| point.x == point.y).count() as u64
}
