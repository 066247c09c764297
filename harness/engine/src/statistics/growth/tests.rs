//! Synthetic figures of each class, and noise.

use proptest::prelude::*;

use super::*;

const DECADES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

fn exact(figures: impl IntoIterator<Item = (u64, f64)>) -> Vec<(u64, Measured)> {
    figures
        .into_iter()
        .map(|(n, value)| (n, Measured::Exact(value.round() as i64)))
        .collect()
}

/// A time whose interval reaches so far to either side.
fn time(value: f64, share: f64) -> Measured {
    Measured::Estimate {
        median: value,
        low: value * (1.0 - share),
        high: value * (1.0 + share),
    }
}

fn class(figures: &[(u64, Measured)]) -> Option<Growth> {
    judge_growth(figures).unwrap().class
}

fn growing(growth: Growth, n: u64) -> f64 {
    match growth {
        Growth::Constant => 1.0,
        _ => growth.of(n),
    }
}

/// The bytes of a list of pointers that was appended to until it held `n`: CPython's `list_resize`.
fn list_bytes(n: u64) -> u64 {
    let mut allocated = 0;
    let mut size = 1;
    while size <= n {
        allocated = (size + (size >> 3) + 6) & !3;
        size = allocated + 1;
    }
    56 + 8 * allocated
}

#[test]
fn figures_of_the_reference_records_are_classed() {
    let judged = |figures: [i64; 4]| {
        let figures = DECADES.iter().zip(figures).map(|(&n, value)| (n, value as f64));
        class(&exact(figures))
    };
    assert_eq!(judged([464; 4]), Some(Growth::Constant));
    assert_eq!(judged([0; 4]), Some(Growth::Constant));
    assert_eq!(judged([565, 5_065, 50_065, 500_065]), Some(Growth::Linear));
    assert_eq!(
        judged([40_384, 404_704, 4_000_512, 40_448_256]),
        Some(Growth::Linear)
    );
    // A dict that doubles its table may be a third off any line: open, but surely not constant.
    let dict = [36_960, 295_000, 5_242_960, 41_943_136].map(|value| value as f64);
    let judgement = judge_growth(&exact(DECADES.into_iter().zip(dict))).unwrap();
    assert_eq!(judgement.class, None);
    assert!(judgement.speaks_against(Growth::Constant) && judgement.speaks_against(Growth::Quadratic));
    assert!(!judgement.speaks_against(Growth::Linear));
}

#[test]
fn a_few_objects_more_or_fewer_over_decades_are_constant() {
    let judged = |figures: [i64; 4]| {
        let figures = DECADES.iter().zip(figures).map(|(&n, value)| (n, value as f64));
        class(&exact(figures))
    };
    // A generator's peak on 3.14 and 3.15, a slice's, and what may lie on a free list.
    for figures in [
        [504, 528, 560, 600],
        [528, 528, 560, 560],
        [600, 560, 528, 504],
        [552, 584, 616, 616],
        [0, 0, 0, 56],
        [56, 112, 0, 56],
    ] {
        assert_eq!(judged(figures), Some(Growth::Constant), "{figures:?}");
    }
    // A search that halves: 40 bytes for each step, and nothing besides.
    assert_eq!(judged([400, 533, 666, 799]), Some(Growth::Logarithmic));
    // A bit an element, eight bytes an element, an object for every thousand.
    assert_eq!(judged([589, 1_714, 12_964, 125_464]), Some(Growth::Linear));
    assert_eq!(judged([8_464, 80_464, 800_464, 8_000_464]), Some(Growth::Linear));
    assert_ne!(judged([520, 1_024, 6_064, 56_464]), Some(Growth::Constant));
    // Sizes that are too few, or too near, for so little to mean anything.
    let near = exact([(10, 504.0), (20, 528.0), (40, 600.0)]);
    assert_ne!(class(&near), Some(Growth::Constant));
    let few = exact([(1_000, 504.0), (1_100, 528.0), (2_000, 600.0)]);
    assert_ne!(class(&few), Some(Growth::Constant));
    // Times are no bytes.
    let times = DECADES.into_iter().zip([504.0, 528.0, 560.0, 600.0]);
    let times: Vec<_> = times.map(|(n, value)| (n, time(value, 0.001))).collect();
    assert_ne!(class(&times), Some(Growth::Constant));
}

#[test]
fn times_of_the_reference_records_are_classed_or_left_open() {
    let judged = |times: [f64; 4]| {
        let figures: Vec<_> = DECADES
            .into_iter()
            .zip(times.map(|value| time(value, 0.02)))
            .collect();
        class(&figures)
    };
    // A list's slice, CPython 3.13; a memoryview's; Rust's borrow.
    assert_eq!(
        judged([1_020.0, 7_700.0, 75_100.0, 755_000.0]),
        Some(Growth::Linear)
    );
    assert_eq!(judged([359.0, 355.0, 366.0, 354.0]), Some(Growth::Constant));
    assert_eq!(judged([3.8, 3.8, 3.8, 3.8]), Some(Growth::Constant));
    // A list of squares, CPython 3.11: 38 ns an element at a thousand, 68 ns at a million. Caches,
    // or a logarithm.
    assert_eq!(judged([38_300.0, 395_000.0, 6_470_000.0, 68_400_000.0]), None);
}

#[test]
fn a_constant_part_hides_no_class() {
    for growth in &Growth::ALL[1..] {
        let figures = DECADES.map(|n| (n, 1_024.0 + 100.0 * growing(*growth, n)));
        assert_eq!(class(&exact(figures)), Some(*growth));
    }
    let flat = DECADES.map(|n| (n, 10_000_000.0 + n as f64));
    assert_eq!(
        class(&exact(flat)),
        Some(Growth::Linear),
        "one byte an element, exactly"
    );
}

#[test]
fn little_is_said_of_few_sizes() {
    assert_eq!(judge_growth(&[]), None);
    assert_eq!(judge_growth(&exact([(10, 5.0)])), None);
    assert_eq!(class(&exact([(10, 80.0), (100, 830.0)])), None);
    assert_eq!(class(&exact([(10, 80.0), (100, 80.0)])), Some(Growth::Constant));
    assert_eq!(
        class(&exact([(10, 80.0), (100, 800.0), (1_000, 8_000.0)])),
        Some(Growth::Linear)
    );
}

#[test]
fn negative_figures_have_no_class_unless_they_are_all_alike() {
    assert_eq!(judge_growth(&exact([(10, -16.0), (100, -32.0)])), None);
    assert_eq!(class(&exact([(10, -16.0), (100, -16.0)])), Some(Growth::Constant));
}

/// Random factors around 1: pure noise, or noise upon a class.
fn noise(random: &mut fastrand::Rng, spread: f64) -> f64 {
    // The sum of twelve uniform numbers less six is close to normal, with deviation 1.
    let normal: f64 = (0..12).map(|_| random.f64()).sum::<f64>() - 6.0;
    (spread * normal).exp()
}

#[test]
fn noise_is_left_open() {
    let mut random = fastrand::Rng::with_seed(4);
    for spread in [0.05, 0.1, 0.2, 0.3, 1.0] {
        let named = (0..2_000)
            .filter(|_| {
                let figures = DECADES.map(|n| (n, 100_000.0 * noise(&mut random, spread)));
                matches!(class(&exact(figures)), Some(growth) if growth != Growth::Constant)
            })
            .count();
        assert!(named <= 60, "spread {spread}: {named} of 2000 were given a class");
    }
}

fn any_growth() -> impl Strategy<Value = Growth> {
    prop::sample::select(Growth::ALL.to_vec())
}

/// Three to six sizes, at least a factor of 2 apart.
fn sizes() -> impl Strategy<Value = Vec<u64>> {
    (5u64..2_000, prop::collection::vec(2u64..20, 2..6)).prop_map(|(first, steps)| {
        let mut sizes = vec![first];
        for step in steps {
            sizes.push(sizes[sizes.len() - 1] * step);
        }
        sizes
    })
}

/// Whether a class is the right one, or none, or constant of figures that hardly differ.
fn is_not_wrong(found: Option<Growth>, truth: Growth, figures: &[(u64, Measured)]) -> bool {
    let typical = figures.iter().map(|(_, figure)| figure.typical());
    let (low, high) = typical.fold((f64::INFINITY, 0.0_f64), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let hardly_differ = high <= low * 1.1;
    found.is_none() || found == Some(truth) || (found == Some(Growth::Constant) && hardly_differ)
}

proptest! {
    #[test]
    fn exact_figures_of_a_class_are_recognised(
        growth in any_growth(),
        factor in 50.0..5_000.0f64,
        share in 0.0..1.0f64,
    ) {
        // A logarithm upon a large constant stays within 2 % of one value.
        let constant = share * if growth == Growth::Logarithmic { factor } else { 100_000.0 };
        let figures = DECADES.map(|n| (n, constant + factor * growing(growth, n)));
        prop_assert_eq!(class(&exact(figures)), Some(growth));
    }

    #[test]
    fn steps_and_offsets_are_recognised(
        // Constant figures with steps are constant no longer, and left open.
        growth in prop::sample::select(Growth::ALL[1..].to_vec()),
        factor in 1_000.0..100_000.0f64,
        offset in 0.0..1_024.0f64,
        steps in prop::array::uniform4(0.0..0.125f64),
    ) {
        let figures = std::array::from_fn::<_, 4, _>(|index| {
            let n = DECADES[index];
            (n, offset + factor * growing(growth, n) * (1.0 + steps[index]))
        });
        prop_assert_eq!(class(&exact(figures)), Some(growth), "{:?}", judge_growth(&exact(figures)));
    }

    #[test]
    fn figures_within_a_few_objects_are_constant(
        base in 0i64..100_000,
        more in prop::collection::vec(0i64..=96, 4),
        first in 512u64..5_000,
    ) {
        let figures: Vec<_> = more
            .iter()
            .zip(0..)
            .map(|(more, decade)| (first * 10u64.pow(decade), Measured::Exact(base + more)))
            .collect();
        let found = class(&figures);
        // So few bytes may be a logarithm where there is little besides.
        let may_be_logarithm = found == Some(Growth::Logarithmic) && base < 1_024;
        prop_assert!(found == Some(Growth::Constant) || may_be_logarithm, "{found:?} {figures:?}");
    }

    #[test]
    fn what_grows_by_a_bit_an_element_is_not_constant(
        base in 0i64..100_000,
        bits in 1u64..2_000,
        first in 512u64..5_000,
        step in 5u64..20,
        crumbs in prop::array::uniform4(0i64..=96),
    ) {
        let figures = std::array::from_fn::<_, 4, _>(|index| {
            let n = first * step.pow(index as u32);
            (n, Measured::Exact(base + crumbs[index] + (n * bits / 8) as i64))
        });
        let spread = figures[3].1.typical() - figures[0].1.typical();
        // Upon so much else that it is a fiftieth, nobody sees it.
        prop_assume!(spread > 0.05 * figures[0].1.typical());
        prop_assert_ne!(class(&figures), Some(Growth::Constant));
    }

    #[test]
    fn a_list_that_grows_is_linear(first in 100u64..5_000, step in 10u64..13) {
        let sizes = [first, first * step, first * step.pow(2), first * step.pow(3)];
        let figures = sizes.map(|n| (n, list_bytes(n) as f64));
        prop_assert_eq!(class(&exact(figures)), Some(Growth::Linear));
    }

    #[test]
    fn exact_figures_near_a_class_are_given_no_other(
        growth in any_growth(),
        sizes in sizes(),
        factor in 1_000.0..100_000.0f64,
        constant in 0.0..1e9f64,
        errors in prop::array::uniform6(-0.0749..0.0749f64),
    ) {
        let figures = exact(sizes.iter().zip(errors).map(|(&n, error)| {
            (n, (constant + factor * growing(growth, n)) * (1.0 + error))
        }));
        let found = class(&figures);
        prop_assert!(is_not_wrong(found, growth, &figures), "{found:?}");
    }

    #[test]
    fn times_with_noise_are_given_no_other(
        growth in any_growth(),
        sizes in sizes(),
        factor in 1.0..1_000.0f64,
        constant in 0.0..0.1f64,
        errors in prop::array::uniform6(-1.0..1.0f64),
        spread in 0.001..0.5f64,
    ) {
        let times = sizes.iter().zip(errors).map(|(&n, error)| {
            // The interval holds the truth, which its middle misses by up to its half width.
            let truth = factor * (constant * growing(growth, sizes[0]) + growing(growth, n));
            (n, time(truth / (1.0 + error * spread), spread))
        });
        let figures: Vec<_> = times.collect();
        let found = class(&figures);
        prop_assert!(is_not_wrong(found, growth, &figures), "{found:?}");
    }

    #[test]
    fn wide_intervals_leave_the_class_open(growth in any_growth(), factor in 1.0..1_000.0f64) {
        // Each figure may be a ten-thousandth or ten thousand times as much: every class passes
        // through.
        let figures: Vec<_> = DECADES
            .iter()
            .map(|&n| {
                let value = factor * growing(growth, n);
                (n, Measured::Estimate { median: value, low: value / 1e4, high: value * 1e4 })
            })
            .collect();
        prop_assert_eq!(class(&figures), None);
    }

    #[test]
    fn order_and_scale_do_not_matter(
        mut points in prop::collection::vec((1u64..1_000_000, 10_000i64..100_000_000), 2..7),
        scale in 2.0..50.0f64,
        seed: u64,
    ) {
        prop_assume!(points.iter().any(|point| point.0 != points[0].0));
        let figures = |points: &[(u64, i64)]| -> Vec<(u64, Measured)> {
            points.iter().map(|&(n, value)| (n, time(value as f64, 0.01))).collect()
        };
        let before = judge_growth(&figures(&points)).unwrap();
        let scaled: Vec<_> = points
            .iter()
            .map(|&(n, value)| (n, time(value as f64 * scale, 0.01)))
            .collect();
        let scaled = judge_growth(&scaled).unwrap();
        for (one, other) in before.candidates.iter().zip(&scaled.candidates) {
            prop_assert!((one.miss - other.miss).abs() < 1e-6, "{one:?} {other:?}");
            prop_assert!((one.constant * scale - other.constant).abs() <= 1e-3 * (1.0 + other.constant));
        }
        fastrand::Rng::with_seed(seed).shuffle(&mut points);
        prop_assert_eq!(before, judge_growth(&figures(&points)).unwrap());
    }
}

#[test]
fn a_class_is_ruled_out_where_others_fit_though_none_alone() {
    let figures = exact([(10, 100.0), (20, 112.0), (40, 144.0)]);
    let judgement = judge_growth(&figures).unwrap();
    assert_eq!(judgement.class, None);
    let ruled_out = Growth::ALL.map(|growth| judgement.speaks_against(growth));
    assert_eq!(ruled_out, [true, false, false, false]);
    // What a text that grows in place allocates.
    let figures = exact([
        (300, 84_162.0),
        (1_000, 299_762.0),
        (3_000, 917_762.0),
        (10_000, 3_080_762.0),
    ]);
    let judgement = judge_growth(&figures).unwrap();
    let ruled_out = Growth::ALL.map(|growth| judgement.speaks_against(growth));
    assert_eq!(ruled_out, [true, true, false, true]);
}

#[test]
fn lower_bounds_have_no_growth_and_no_line() {
    let figures = [
        (10, Measured::AtLeast(100)),
        (100, Measured::Exact(100)),
        (1_000, Measured::Exact(100)),
    ];
    assert_eq!(judge_growth(&figures), None);
    assert_eq!(crate::statistics::fit_line(&figures), None);
    assert_eq!(
        judge_growth(&figures.map(|(n, _)| (n, Measured::Exact(100))))
            .unwrap()
            .class,
        Some(Growth::Constant)
    );
}

#[test]
fn two_exact_figures_are_a_line_where_each_element_adds_whole_bytes() {
    let two = |low: i64, high: i64| class(&exact([(1_000, low as f64), (100_000, high as f64)]));
    // `[1] * n`, and a list of lists.
    assert_eq!(two(8_056, 800_056), Some(Growth::Linear));
    assert_eq!(two(96_056, 9_600_056), Some(Growth::Linear));
    // Tables that double: 1.5 times a line, which is no square.
    assert_eq!(two(69_232, 10_711_664), None);
    assert_eq!(two(1_000, 10_000_000), Some(Growth::Quadratic));
    assert_eq!(two(464, 464), Some(Growth::Constant));
    assert_eq!(two(1_000, 1_003), Some(Growth::Constant));
    // Sizes that lie too near to each other: any difference would do.
    assert_ne!(class(&exact([(1, 1_000.0), (2, 2_100.0)])), Some(Growth::Linear));
}
