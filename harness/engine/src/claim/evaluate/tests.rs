//! Claims of every kind on records made by hand.

use super::*;
use crate::record::Records;
use crate::sample::{self, cell, machine};
use crate::scenario::Claim;
use crate::statistics::Confidence;
use heapbook_model::Bytes;

const SIZES: [u64; 4] = [100, 1_000, 10_000, 100_000];

/// A scenario with the variants `python.one` and `python.two` and a claim.
fn scenario(claim: &str) -> Scenario {
    let python = "def one(n):\n    pass\n\n\ndef two(n):\n    pass\n";
    let variants = "[python.one]\n[python.two]";
    sample::scenario(
        &SIZES,
        &format!("{variants}\n[[claim]]\nid = \"it\"\nsays = \"S.\"\n{claim}\n"),
        python,
        "",
    )
}

/// Records in which `one` needs `40 n + 100` of everything, and `two` 100 at every size.
fn records() -> Records {
    let mut records = Records::default();
    for n in SIZES {
        for (variant, figure) in [("python.one", 40 * n as i64 + 100), ("python.two", 100)] {
            records.insert(&machine("one"), cell(variant, n, figure));
        }
    }
    records
}

fn decide(claim: &str, records: &Records) -> Decision {
    let scenario = scenario(claim);
    let claim: &Claim = &scenario.claims[0];
    evaluate(claim, &scenario, &View::new(records, None))
}

fn verdict(claim: &str) -> Verdict {
    decide(claim, &records()).verdict
}

#[test]
fn every_metric_can_be_claimed() {
    for metric in [
        "peak",
        "allocations",
        "allocated",
        "result",
        "retained",
        "retained_after_collection",
        "leaked_per_call",
        "time",
        "resident",
        "resident_after",
        "collections",
    ] {
        let claim = |test: &str| format!("metric = \"{metric}\"\nof = \"python.two\"\n{test}");
        assert_eq!(verdict(&claim("at_most = 110")), Verdict::Holds, "{metric}");
        assert_eq!(verdict(&claim("at_least = 110")), Verdict::Fails, "{metric}");
        assert_eq!(
            verdict(&claim("less_than = { of = \"python.one\" }")),
            Verdict::Holds,
            "{metric}"
        );
    }
}

#[test]
fn every_relation_is_absolute_or_relative() {
    let exact = |test: &str| verdict(&format!("metric = \"peak\"\nof = \"python.one\"\n{test}"));
    for (test, expected) in [
        ("at_most = 4_000_100", Verdict::Holds),
        ("at_most = 4_000_099", Verdict::Fails),
        ("less_than = 4_000_100", Verdict::Fails),
        ("at_least = 4_000_100", Verdict::Holds),
        ("equals = 4_000_100", Verdict::Holds),
        ("equals = 4_000_101", Verdict::Fails),
        ("equals = { times = 40_001, of = \"python.two\" }", Verdict::Holds),
        (
            "equals = { plus = 4_000_000, of = \"python.two\" }",
            Verdict::Holds,
        ),
        (
            "equals = { times = 2, plus = 3_999_900, of = \"python.two\" }",
            Verdict::Holds,
        ),
        (
            "at_most = { times = 40_000, of = \"python.two\" }",
            Verdict::Fails,
        ),
        (
            "less_than = { plus = 4_000_000, of = \"python.two\" }",
            Verdict::Fails,
        ),
        ("at_least = { plus = -50, of = \"python.two\" }", Verdict::Holds),
    ] {
        assert_eq!(exact(test), expected, "{test}");
    }
}

#[test]
fn a_claim_about_all_sizes_fails_where_one_size_does() {
    let claim = "metric = \"peak\"\nof = \"python.one\"\nat = \"all\"\n";
    let holds = decide(
        &format!("{claim}at_least = {{ times = 10, of = \"python.two\" }}"),
        &records(),
    );
    assert_eq!((holds.verdict, holds.evidence.len()), (Verdict::Holds, 8));
    let fails = decide(&format!("{claim}at_most = 400_100"), &records());
    let at: Vec<u64> = fails.evidence.iter().map(|figure| figure.n).collect();
    assert_eq!(
        (fails.verdict, at),
        (Verdict::Fails, vec![100_000]),
        "the size that decided is named"
    );
    let mut gap = records();
    gap.retain(|cell| cell.key.n != 1_000);
    assert_eq!(
        decide(&format!("{claim}at_least = 100"), &gap).verdict,
        Verdict::NotMeasured
    );
    assert_eq!(
        decide(&format!("{claim}at_most = 400_100"), &gap).verdict,
        Verdict::Fails
    );
}

#[test]
fn growth_comes_with_how_each_class_fits() {
    let of = |variant: &str, growth: &str| {
        format!("metric = \"peak\"\nof = \"python.{variant}\"\ngrowth = \"{growth}\"")
    };
    for growth in Growth::ALL.map(Growth::word) {
        let expected = |class| match growth == class {
            true => Verdict::Holds,
            false => Verdict::Fails,
        };
        assert_eq!(verdict(&of("one", growth)), expected("linear"), "{growth}");
        assert_eq!(verdict(&of("two", growth)), expected("constant"), "{growth}");
    }
    let decision = decide(&of("one", "linear"), &records());
    let growth = decision.growth.unwrap();
    assert_eq!((growth.class, decision.evidence.len()), (Some(Growth::Linear), 4));
    assert!(growth.candidate(Growth::Constant).miss > 0.9);
}

#[test]
fn growth_of_noise_cannot_be_told_and_of_gaps_was_not_measured() {
    let claim = "metric = \"peak\"\nof = \"python.two\"\ngrowth = \"linear\"";
    let mut noise = records();
    for cell in noise
        .cells_mut()
        .filter(|cell| cell.key.variant.function == "two")
    {
        let figure = if cell.key.n == 1_000 { 19_000 } else { 10_000 };
        cell.memory
            .as_mut()
            .unwrap()
            .processes
            .iter_mut()
            .for_each(|process| {
                process.account.peak_bytes = Bytes(figure);
            });
    }
    assert_eq!(decide(claim, &noise).verdict, Verdict::CannotTell);
    noise.retain(|cell| cell.key.n != 1_000);
    assert_eq!(decide(claim, &noise).verdict, Verdict::NotMeasured);
}

#[test]
fn a_claim_of_other_versions_is_not_measured() {
    let claim =
        |python: &str| format!("metric = \"peak\"\nof = \"python.two\"\nequals = 100\npython = \"{python}\"");
    for (python, expected) in [
        (">=3.12", Verdict::Holds),
        (">=3.12, <3.14", Verdict::Holds),
        ("==3.12.*", Verdict::Holds),
        ("<3.12", Verdict::NotMeasured),
        ("!=3.12.4", Verdict::NotMeasured),
    ] {
        assert_eq!(verdict(&claim(python)), expected, "{python}");
    }
    let mut development = records();
    for cell in development.cells_mut() {
        cell.key.runtime.version = "3.12.4+".to_owned();
    }
    assert_eq!(decide(&claim(">=3.12"), &development).verdict, Verdict::Holds);
}

#[test]
fn times_are_decided_by_their_ratio_at_the_confidence_asked_for() {
    let claim = "metric = \"time\"\nof = \"python.one\"\nat_least = { times = 39_000, of = \"python.two\" }";
    let decision = decide(claim, &records());
    assert_eq!((decision.verdict, decision.ratios.len()), (Verdict::Holds, 1));
    assert!((decision.ratios[0].interval.median - 40_001.0).abs() < 10.0);
    // Processes that differ by a tenth: what is sure for one claim need not be for a thousand.
    let mut spread = records();
    for cell in spread.cells_mut().filter(|cell| cell.key.n == 100_000) {
        let is_one = cell.key.variant.function == "one";
        let processes = &mut cell.time.as_mut().unwrap().processes;
        *processes = vec![processes[0].clone(); 9];
        for (index, process) in processes.iter_mut().enumerate() {
            for sample in process.total_ns.iter_mut().filter(|_| is_one) {
                sample.0 = sample.0 * (96 + index as u64) / 100;
            }
        }
    }
    let scenario = scenario(claim);
    let width = |claims| {
        let confidence = Confidence::VERDICT.shared_by(claims);
        let decision = evaluate_at(
            &scenario.claims[0],
            &scenario,
            &View::new(&spread, None),
            confidence,
        );
        decision.ratios[0].interval.high - decision.ratios[0].interval.low
    };
    assert!(width(1_000) > width(1), "{} {}", width(1_000), width(1));
}

#[test]
fn times_of_two_machines_are_not_compared() {
    let other = machine("other");
    let mut records = records();
    records.machines.insert(other.id(), other.clone());
    for cell in records
        .cells_mut()
        .filter(|cell| cell.key.variant.function == "one")
    {
        cell.key.machine = other.id();
    }
    let claim = |metric: &str| {
        format!("metric = \"{metric}\"\nof = \"python.two\"\nless_than = {{ of = \"python.one\" }}")
    };
    assert_eq!(decide(&claim("time"), &records).verdict, Verdict::CannotTell);
    assert_eq!(decide(&claim("resident"), &records).verdict, Verdict::CannotTell);
    assert_eq!(decide(&claim("peak"), &records).verdict, Verdict::Holds);
}

#[test]
fn a_scenarios_claims_on_times_share_the_risk() {
    let confidence = |claims: &[&str]| {
        let tables = claims.join("\n[[claim]]\nid = \"another\"\nsays = \"S.\"\n");
        time_confidence(&scenario(&tables))
    };
    let at_one_size = "metric = \"time\"\nof = \"python.one\"\nat_most = 5";
    let at_all_sizes = "metric = \"time\"\nof = \"python.one\"\nat_most = 5\nat = \"all\"";
    let exact = "metric = \"peak\"\nof = \"python.one\"\nat_most = 5";
    assert_eq!(confidence(&[at_one_size, exact]), Confidence::VERDICT);
    assert_eq!(
        confidence(&[at_one_size, at_all_sizes]),
        Confidence::VERDICT.shared_by(5),
        "one size and four"
    );
}
