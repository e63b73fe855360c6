//! What it costs to judge the body of an answer: by `serde_json` and the whole validator, and by each rung
//! of the ladder.
#![expect(clippy::expect_used, reason = "a bench that cannot go on says why")]
#![expect(clippy::print_stdout, reason = "shares are told beside times")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use proofmark::document::Pointer;
use proofmark::generate::Generator;
use proofmark::judge::{Captured, Captures, Judge, Ladder, Rungs, Verdict};
use proofmark::schema::{Direction, Schema};
use proofmark::seed::Seed;
use proofmark::spec::Spec;
use serde_json::Value;

/// How long a body should be, in bytes: that of a whole user.
const LENGTH: usize = 2_812;

/// How many bodies there are to choose from.
const COUNT: usize = 200;

fn schema() -> Schema {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/users-api.yaml");
    let spec = Spec::open(&path).expect("the demo document");
    let pointer: Pointer = "/components/schemas/UserProfile"
        .parse()
        .expect("a pointer");
    spec.schemas.schema(0, &pointer, Direction::Response)
}

fn body(schema: &Schema) -> Vec<u8> {
    let generator = Generator::new(schema).expect("a generator");
    let series = generator.series(Seed::new(3)).take(COUNT);
    let bodies = series.map(|instance| instance.to_string().into_bytes());
    bodies
        .min_by_key(|body| body.len().abs_diff(LENGTH))
        .expect("a body")
}

/// Which of the response schemas of the documents that come along bodies are judged by while they are
/// read, and what keeps them from it elsewhere.
fn tell_share() {
    for document in ["users-api.yaml", "petstore-3.0.yaml"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("specs")
            .join(document);
        let spec = Spec::open(&path).expect("a document");
        let responses = spec
            .operations
            .values()
            .flat_map(|one| one.responses.0.values());
        let contents = responses.flat_map(|response| response.content.values());
        let schemas = contents.filter_map(|media| media.schema.as_ref());
        let ladders = schemas.map(|schema| Ladder::new(schema).expect("a ladder"));
        let mut beyond: BTreeMap<String, usize> = BTreeMap::new();
        let mut count = 0;
        for ladder in ladders {
            count += 1;
            if let Some(what) = ladder.beyond_stream() {
                *beyond.entry(what.to_owned()).or_default() += 1;
            }
        }
        let streamed = count - beyond.values().sum::<usize>();
        println!(
            "{document}: {streamed} of {count} response schemas are streamed; beyond: {beyond:?}"
        );
    }
}

fn all(criterion: &mut Criterion) {
    tell_share();
    let schema = schema();
    let body = body(&schema);
    let validator = schema.validator().expect("a validator");
    let ladder = Arc::new(Ladder::new(&schema).expect("a ladder"));
    let mut group = criterion.benchmark_group("body");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function("serde_json and validator", |bencher| {
        bencher.iter(|| {
            let value: Value = serde_json::from_slice(black_box(&body)).expect("JSON");
            assert!(validator.is_valid(&value));
        });
    });
    let rungs = |shapes, stream, tape| Rungs {
        seen: 0,
        shapes,
        stream,
        tape,
    };
    for (name, rungs) in [
        ("tape", rungs(false, false, true)),
        ("stream", rungs(false, true, false)),
        ("shape", rungs(true, true, false)),
        ("seen", Rungs::default()),
    ] {
        let mut judge = Judge::new(&ladder, rungs);
        group.bench_function(name, |bencher| {
            bencher.iter(|| assert_eq!(judge.judge(black_box(&body)), Verdict::Valid));
        });
        let captures = Captures::new(&["/persona".parse().expect("a pointer")]);
        let mut captured = Captured::default();
        group.bench_function(format!("{name}, one capture"), |bencher| {
            bencher.iter(|| judge.judge_and_capture(black_box(&body), &captures, &mut captured));
        });
    }
    group.finish();
}

criterion_group!(benches, all);
criterion_main!(benches);
