//! The statistics agree with Python's `statistics` module, and with sums of exact fractions:
//! `python3` is started on the same vectors.

use std::io::Write;
use std::process::{Command, Stdio};

use heapbook_engine::statistics::{
    fit_line, median, median_absolute_deviation, quantile, weighted_least_squares,
};
use heapbook_model::Measured;

/// Reads vectors as JSON lists and answers each with what Python makes of it.
/// Its line, and the same reckoned in fractions, must agree.
const SCRIPT: &str = r#"
import json, statistics, sys
from fractions import Fraction

def line(points):
    total = sum(w for _, _, w in points)
    mean_x = sum(w * x for x, _, w in points) / total
    mean_y = sum(w * y for _, y, w in points) / total
    spread = sum(w * (x - mean_x) ** 2 for x, _, w in points)
    slope = sum(w * (x - mean_x) * (y - mean_y) for x, y, w in points) / spread
    return [float(slope), float(mean_y - slope * mean_x)]

answers = []
for vector in json.load(sys.stdin):
    middle = statistics.median(vector["y"])
    plain = [(Fraction(x), Fraction(y), Fraction(1)) for x, y in zip(vector["x"], vector["y"])]
    relative = [(x, y, 1 / max(abs(y), 1) ** 2) for x, y, _ in plain]
    answer = {
        "median": middle,
        "deviation": statistics.median([abs(y - middle) for y in vector["y"]]),
        "deciles": statistics.quantiles(vector["y"], n=10, method="inclusive"),
        "line": line(plain),
        "relative": line(relative),
    }
    answer["line"] = list(statistics.linear_regression(vector["x"], vector["y"]))
    fractions = line(plain)
    assert all(abs(a - b) <= 1e-6 * (1 + abs(b)) for a, b in zip(answer["line"], fractions)), vector
    answers.append(answer)
json.dump(answers, sys.stdout)
"#;

/// What Python makes of the vectors.
fn asked_of_python(vectors: &serde_json::Value) -> serde_json::Value {
    let mut python = Command::new("python3")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 on the path");
    let mut input = python.stdin.take().unwrap();
    input.write_all(vectors.to_string().as_bytes()).unwrap();
    drop(input);
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "the script failed");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Vectors of 2 to 40 whole numbers, at sizes that rise: figures of several magnitudes, ties and
/// zeros among them.
fn vectors() -> Vec<(Vec<u64>, Vec<i64>)> {
    let mut random = fastrand::Rng::with_seed(1993);
    (0..200)
        .map(|_| {
            let count = random.usize(2..=40);
            let reach = [3, 1_000, 50_000_000][random.usize(..3)];
            let sizes = (1..=count as u64).map(|place| place * 10 + random.u64(..10));
            (
                sizes.collect(),
                (0..count).map(|_| random.i64(0..reach)).collect(),
            )
        })
        .collect()
}

fn assert_close(ours: f64, theirs: &serde_json::Value, reach: f64, what: &str) {
    let theirs = theirs.as_f64().unwrap();
    assert!(
        (ours - theirs).abs() <= 1e-9 * reach,
        "{what}: {ours} and {theirs}"
    );
}

#[test]
fn python_finds_the_same_figures() {
    let vectors = vectors();
    let asked = vectors
        .iter()
        .map(|(sizes, figures)| serde_json::json!({"x": sizes, "y": figures}));
    let answers = asked_of_python(&asked.collect());
    for ((sizes, figures), answer) in vectors.iter().zip(answers.as_array().unwrap()) {
        let values: Vec<f64> = figures.iter().map(|&figure| figure as f64).collect();
        let reach = 1.0 + values.iter().copied().fold(0.0, f64::max);
        assert_close(median(&values).unwrap(), &answer["median"], reach, "median");
        let deviation = median_absolute_deviation(&values).unwrap();
        assert_close(deviation, &answer["deviation"], reach, "deviation");
        for (place, decile) in answer["deciles"].as_array().unwrap().iter().enumerate() {
            let ours = quantile(&values, (place + 1) as f64 / 10.0).unwrap();
            assert_close(ours, decile, reach, "decile");
        }
        let unweighted: Vec<(f64, f64, f64)> = sizes
            .iter()
            .zip(&values)
            .map(|(&n, &value)| (n as f64, value, 1.0))
            .collect();
        let (slope, intercept) = weighted_least_squares(&unweighted).unwrap();
        assert_close(slope, &answer["line"][0], reach, "slope");
        assert_close(intercept, &answer["line"][1], reach, "intercept");
        let exact = sizes.iter().zip(figures);
        let exact: Vec<(u64, Measured)> = exact.map(|(&n, &figure)| (n, Measured::Exact(figure))).collect();
        let line = fit_line(&exact).unwrap();
        // Where all figures lie on one line, every weighting finds that line.
        assert_close(line.per_element, &answer["relative"][0], reach, "relative slope");
        assert_close(line.constant, &answer["relative"][1], reach, "relative intercept");
    }
}
