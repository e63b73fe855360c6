//! How fast instances are made: for all component schemas of the demo document, set-up included.
#![expect(clippy::expect_used, reason = "a bench that cannot go on says why")]

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use proofmark::generate::Generator;
use proofmark::schema::{Direction, Schema};
use proofmark::seed::Seed;
use proofmark::spec::Spec;

/// How many instances of each schema are made.
const COUNT: usize = 100;

/// The component schemas of the demo document, none of them compiled yet.
/// Makes instances of all schemas and counts them.
type Mode = fn(&[Schema]) -> usize;

fn components() -> Vec<Schema> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/users-api.yaml");
    let spec = Spec::open(&path).expect("the demo document");
    let is_component = |pointer: &str| {
        let name = pointer.strip_prefix("/components/schemas/");
        name.is_some_and(|name| !name.contains('/'))
    };
    spec.schemas
        .places()
        .filter(|(document, pointer)| *document == 0 && is_component(pointer.as_str()))
        .map(|(document, pointer)| spec.schemas.schema(*document, pointer, Direction::Request))
        .collect()
}

fn generators(schemas: &[Schema]) -> Vec<Generator> {
    let made = schemas
        .iter()
        .filter_map(|schema| Generator::new(schema).ok());
    made.collect()
}

fn valid(schemas: &[Schema]) -> usize {
    let made = generators(schemas);
    let drawn = made.iter().map(|generator| {
        let series = generator.series(Seed::new(1)).take(COUNT);
        series.map(black_box).count()
    });
    drawn.sum()
}

fn invalid(schemas: &[Schema]) -> usize {
    let made = generators(schemas);
    let drawn = made.iter();
    let drawn = drawn.map(|generator| black_box(generator.invalid(Seed::new(1), COUNT)).len());
    drawn.sum()
}

fn boundary(schemas: &[Schema]) -> usize {
    let made = generators(schemas);
    let drawn = made.iter();
    let drawn = drawn.map(|generator| black_box(generator.boundary(COUNT)).len());
    drawn.sum()
}

fn all(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("components");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(10));
    let modes: [(&str, Mode); 4] = [
        ("first", |schemas| generators(schemas).len()),
        ("valid", valid),
        ("invalid", invalid),
        ("boundary", boundary),
    ];
    for (name, make) in modes {
        let count = make(&components());
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(name, |bencher| {
            bencher.iter_batched_ref(components, |schemas| make(schemas), BatchSize::PerIteration);
        });
    }
    group.finish();
}

criterion_group!(benches, all);
criterion_main!(benches);
