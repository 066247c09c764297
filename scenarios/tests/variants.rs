//! Every Rust variant, visited as the harness visits it: the results are the ones that the scenario
//! asks for.

use std::collections::BTreeMap;

/// Sizes small enough for a test, with the odd and the empty among them.
const SIZES: [usize; 6] = [0, 1, 2, 503, 1_000, 10_000];

/// Takes a result and digests it at once.
#[derive(Default)]
struct Sink {
    digest: Option<u64>,
}

impl Sink {
    fn accept<R>(&mut self, result: R, digest: impl FnOnce(&R) -> u64) {
        self.digest = Some(digest(&result));
    }
}

/// Runs every variant once at one size.
struct Digests {
    n: usize,
    found: BTreeMap<(String, String), u64>,
}

impl Digests {
    fn at(n: usize) -> Self {
        let mut digests = Digests {
            n,
            found: BTreeMap::new(),
        };
        heapbook_scenarios::visit!(digests);
        digests
    }

    fn variant<S>(&mut self, scenario: &str, variant: &str, setup: fn(usize) -> S, run: fn(&S, &mut Sink)) {
        let mut sink = Sink::default();
        run(&setup(self.n), &mut sink);
        let digest = sink.digest.expect("every variant hands its result to the sink");
        let before = self
            .found
            .insert((scenario.to_owned(), variant.to_owned()), digest);
        assert_eq!(before, None, "{scenario} {variant} was visited twice");
    }

    /// The variants of one scenario with their digests.
    fn of(&self, slug: &str) -> Vec<(&str, u64)> {
        let of_scenario = self.found.iter().filter(|((scenario, _), _)| scenario == slug);
        of_scenario
            .map(|((_, variant), &digest)| (variant.as_str(), digest))
            .collect()
    }
}

/// Asserts which variants a scenario has and that each gives the expected digest at every size.
fn assert_digests(slug: &str, variants: &[&str], expected: fn(u64) -> u64) {
    for n in SIZES {
        let expected: Vec<_> = variants
            .iter()
            .map(|&variant| (variant, expected(n as u64)))
            .collect();
        assert_eq!(Digests::at(n).of(slug), expected, "{slug} at n = {n}");
    }
}

#[test]
fn generators_sum_the_squares_below_n() {
    // The closed form, which no variant uses.
    assert_digests("generators", &["collect_vec", "iterate"], |n| {
        if n == 0 { 0 } else { (n - 1) * n * (2 * n - 1) / 6 }
    });
}

#[test]
fn slices_are_the_first_half() {
    assert_digests("slices", &["borrow", "to_vec"], |n| {
        let mut checksum = 0;
        for index in 0..n / 2 {
            checksum += (index + 1) * (index % 251 + 1);
        }
        checksum
    });
}

#[test]
fn del_reads_a_block_of_ones_and_a_block_of_twos() {
    assert_digests(
        "del",
        &["drop_first", "end_of_scope", "rc_alias", "reassign"],
        |n| 3 * n,
    );
}

#[test]
fn checksum_tells_elements_places_and_lengths_apart() {
    let checksum = heapbook_scenarios::slices::checksum;
    let different = [
        &[1, 2, 3][..],
        &[2, 1, 3],
        &[1, 2, 4],
        &[1, 2],
        &[1, 2, 3, 0],
        &[0, 1, 2, 3],
        &[],
    ];
    let distinct: std::collections::BTreeSet<_> = different.map(checksum).into_iter().collect();
    assert_eq!(distinct.len(), different.len());
}

#[test]
fn sources_are_the_files_beside_this_crate() {
    let visited = Digests::at(1).found;
    for (slug, source) in heapbook_scenarios::SOURCES {
        let file = format!("{}/{slug}/workload.rs", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(
            std::fs::read_to_string(&file).expect("the file is there"),
            *source,
            "{file}"
        );
    }
    for (scenario, variant) in visited.keys() {
        let has_source = heapbook_scenarios::SOURCES
            .iter()
            .any(|(slug, _)| slug == scenario);
        assert!(has_source, "{scenario} {variant} has no source");
    }
}
