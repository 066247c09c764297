//! `layers` and `sizes`.

use heapbook_engine::record::ErrorKind;
use heapbook_model::SourceDigest;

use crate::fixture::{Fixture, error};

/// One shape a line, so that a snapshot shows what changed.
fn by_shape(fragment: &str) -> String {
    fragment.replace("><", ">\n<")
}

#[test]
fn layers_of_all_variants() {
    insta::assert_snapshot!(by_shape(&Fixture::detailed().expand("{{#layers sums}}")));
}

#[test]
fn sizes_of_one_variant() {
    insta::assert_snapshot!(by_shape(
        &Fixture::detailed().expand("{{#sizes sums python.build_list}}")
    ));
}

#[test]
fn what_the_system_saw_is_never_exact() {
    let mut fixture = Fixture::detailed();
    let processes = &mut fixture
        .cell("rust.iterate", 100_000)
        .resident
        .as_mut()
        .unwrap()
        .processes;
    processes.truncate(1);
    let layers = fixture.expand("{{#layers sums variants=rust.iterate}}");
    assert!(layers.contains(">resident peak (never exact)</text>"), "{layers}");
    assert!(layers.contains(">≈ 5.72 MiB</text>"), "{layers}");
    assert!(layers.contains(">≈ 1.91 MiB</text>"), "{layers}");
    assert!(layers.contains(">≈ 1,500</data>."), "{layers}");
}

#[test]
fn rust_has_no_arenas() {
    let fixture = Fixture::detailed();
    let arenas = |variant: &str| {
        let layers = fixture.expand(&format!("{{{{#layers sums variants={variant}}}}}"));
        layers.matches(">arenas ").count()
    };
    assert_eq!([arenas("python.generate"), arenas("rust.iterate")], [2 * 2, 0]);
}

#[test]
fn arenas_of_processes_that_differ_are_a_range() {
    let mut fixture = Fixture::detailed();
    let memory = fixture
        .cell("python.build_list", 100_000)
        .memory
        .as_mut()
        .unwrap();
    memory.processes[1].account.arenas.as_mut().unwrap().taken_bytes.0 = 5 << 20;
    let layers = fixture.expand("{{#layers sums}}");
    assert!(layers.contains(">4.00 to 5.00 MiB</text>"), "{layers}");
}

#[test]
fn older_records_say_what_they_lack() {
    let fixture = Fixture::complete();
    let layers = fixture.expand("{{#layers sums variants=python.generate}}");
    assert!(layers.contains(">456 bytes</text>"), "{layers}");
    assert_eq!(layers.matches(">not measured</text>").count(), 2 * 4, "{layers}");
    let sizes = fixture.expand("{{#sizes sums python.generate}}");
    assert!(
        !sizes.contains("<svg class=\"hb-plot ") && sizes.contains(">not measured</span>"),
        "{sizes}"
    );
    let none = Fixture::without_records().expand("{{#layers sums}}");
    assert!(
        !none.contains("<svg") && none.contains(">not measured</span>"),
        "{none}"
    );
}

#[test]
fn failed_cells_show_no_figure() {
    let mut fixture = Fixture::detailed();
    fixture.cell("python.build_list", 100_000).errors = vec![error(ErrorKind::Crash, "signal 11")];
    let layers = fixture.expand("{{#layers sums variants=python.build_list,rust.iterate}}");
    assert_eq!(layers.matches(">failed</text>").count(), 2 * 5, "{layers}");
    assert!(layers.contains("failed (crash): signal 11"), "{layers}");
    let sizes = fixture.expand("{{#sizes sums python.build_list}}");
    assert!(
        sizes.contains("failed (crash): signal 11") && !sizes.contains("<svg class=\"hb-plot "),
        "{sizes}"
    );
}

#[test]
fn a_call_without_a_block_says_so() {
    let sizes = Fixture::complete().expand("{{#sizes sums rust.iterate}}");
    assert!(sizes.contains("No block was made at all."), "{sizes}");
    assert!(!sizes.contains("ot measured"), "{sizes}");
}

#[test]
fn a_log_scale_is_said_where_it_is_used() {
    let mut fixture = Fixture::detailed();
    let far = fixture.expand("{{#sizes sums python.build_list}}");
    assert!(
        far.contains("(log scale)") && far.contains("The scale is logarithmic"),
        "{far}"
    );
    let memory = fixture
        .cell("python.build_list", 100_000)
        .memory
        .as_mut()
        .unwrap();
    memory.sizes.remove(0);
    let near = fixture.expand("{{#sizes sums python.build_list}}");
    assert!(
        !near.contains("log scale") && !near.contains("logarithmic"),
        "{near}"
    );
}

#[test]
fn figures_of_other_code_are_marked() {
    let mut fixture = Fixture::detailed();
    fixture.cell("python.build_list", 100_000).source = SourceDigest("other".to_owned());
    for directive in ["{{#layers sums}}", "{{#sizes sums python.build_list}}"] {
        let plot = fixture.expand(directive);
        assert!(
            plot.contains(">stale</span>: <code>python.build&#95;list</code>"),
            "{plot}"
        );
    }
}
