use std::hint::black_box;

pub struct Point {
    x: i64,
    y: i64,
}

fn point(i: usize) -> Point {
    Point {
        x: (i % 100) as i64,
        y: (i % 50) as i64,
    }
}

pub fn in_a_row(n: usize) -> Vec<Point> {
    black_box((0..n).map(point).collect())
}

// Each point in a block of its own, as Python has it: what clippy would advise against.
#[allow(clippy::vec_box)]
pub fn boxed(n: usize) -> Vec<Box<Point>> {
    (0..n).map(|i| black_box(Box::new(point(i)))).collect()
}

pub fn sum(points: &[Point]) -> u64 {
    points.iter().map(|point| (point.x * 3 + point.y) as u64).sum()
}

#[allow(clippy::vec_box)]
pub fn sum_of_boxes(points: &[Box<Point>]) -> u64 {
    points.iter().map(|point| (point.x * 3 + point.y) as u64).sum()
}
