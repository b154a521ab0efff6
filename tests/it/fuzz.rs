//! The toolchain over random schemas, as `cargo xtask fuzz` has them, and over very deep ones: it may refuse them, but not
//! fail.

use goodevent_tests::fuzz::{Case, real};

fn on_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    thread.spawn(run).expect("a thread starts").join().expect("the toolchain does not panic");
}

#[test]
fn random_schemas_are_handled_without_faults() {
    on_small_stack(|| {
        let real = real();
        for seed in 0..300 {
            let faults = Case::of(seed, &real).run(seed, &mut |_| ());
            assert_eq!(faults, Vec::<String>::new(), "seed {seed}");
        }
    });
}

#[test]
fn a_seed_is_a_case() {
    let real = real();
    let of = |seed| Case::of(seed, &real);
    assert_eq!(of(7).old, of(7).old);
    assert_ne!(of(7).old, of(8).old);
}

#[test]
fn schemas_of_any_depth_are_read_compared_or_refused() {
    on_small_stack(|| {
        for depth in [10, 60, 120, 300, 10_000] {
            let nested = |leaf: &str| {
                let open = r#"{"type":"object","required":["a"],"properties":{"a":"#.repeat(depth);
                format!("{open}{{\"type\":\"{leaf}\"}}{}", "}}".repeat(depth)).into_bytes()
            };
            let case = Case { old: nested("string"), new: nested("integer") };
            assert_eq!(case.run(0, &mut |_| ()), Vec::<String>::new(), "{depth} levels");
        }
    });
}
