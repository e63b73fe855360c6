//! The fuzz targets without a fuzzer: over their seeds, and over small changes of these.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use proofmark::seed::Seed;
use proptest::prelude::RngExt as _;
use proptest::test_runner::TestRng;

use crate::support::file;

#[path = "../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "it is the root of a crate, too")]
mod targets;

/// How many changed inputs each target gets.
const CHANGED: usize = 200;

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = file(&format!("fuzz/seeds/{target}"));
    let entries = fs::read_dir(folder).expect("a folder of seeds");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let read = |file: &PathBuf| fs::read(file).expect("a seed");
    files.iter().map(read).collect()
}

/// A seed with a few bytes flipped, taken out or put in, cut short, or joined to another one.
fn changed(seeds: &[Vec<u8>], random: &mut TestRng) -> Vec<u8> {
    let mut below = |limit: usize| random.random_range(0..limit.max(1));
    let mut data = seeds[below(seeds.len())].clone();
    for _ in 0..=below(4) {
        let (at, length) = (below(data.len()), below(12));
        let to = data.len().min(at + length);
        match below(6) {
            0 if !data.is_empty() => data[at] ^= 1 << below(8),
            1 => drop(data.drain(at..to)),
            2 => data.truncate(at),
            3 => {
                let part = data[at..to].to_vec();
                let to = below(data.len());
                data.splice(to..to, part);
            }
            4 => {
                let other = &seeds[below(seeds.len())];
                let from = below(other.len());
                data.splice(at.., other[from..].iter().copied());
            }
            _ => data.insert(at, b"{}[]\"'/:,;=%&\n\0\xff0-"[below(18)]),
        }
    }
    data
}

/// An input at work; it is shown when the target panics.
struct Shown<'a>(&'a [u8]);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = writeln!(std::io::stderr(), "input: {}", self.0.escape_ascii());
        }
    }
}

fn run(name: &str) {
    let (_, target) = targets::TARGETS
        .into_iter()
        .find(|(known, _)| *known == name)
        .expect("a target");
    let seeds = seeds(name);
    assert!(!seeds.is_empty());
    let put = |data: &[u8]| {
        let shown = Shown(data);
        target(shown.0);
    };
    for seed in &seeds {
        put(seed);
    }
    let mut random = Seed::new(0).derive(name, 0).rng();
    for _ in 0..CHANGED {
        put(&changed(&seeds, &mut random));
    }
}

#[test]
fn documents_are_read_or_refused() {
    run("document");
}

#[test]
fn descriptions_are_loaded_or_refused() {
    run("spec");
}

#[test]
fn instances_are_what_they_are_called() {
    run("generate");
}

#[test]
fn rungs_take_only_what_is_valid() {
    run("judge");
}

#[test]
fn wire_forms_are_read_back() {
    run("wire");
}

#[test]
fn a_sandbox_answers_whatever_is_asked() {
    run("mock");
}

#[test]
fn answers_are_judged_alike_twice() {
    run("check");
}

#[test]
fn behaviour_files_make_sandboxes_that_work() {
    run("behaviour");
}

#[test]
fn scenario_files_are_read_or_refused() {
    run("arazzo");
}

#[test]
fn expressions_and_conditions_are_read_or_refused() {
    run("expression");
}

#[test]
fn answers_are_read_alike_however_they_are_cut() {
    run("answer");
}

#[test]
fn frames_are_read_alike_however_they_are_cut() {
    run("frames");
}

#[test]
fn every_target_has_seeds_and_every_seed_a_target() {
    let entries = fs::read_dir(file("fuzz/seeds")).expect("a folder of seeds");
    let mut folders: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    folders.sort();
    let mut names = targets::TARGETS.map(|(name, _)| name);
    names.sort_unstable();
    assert_eq!(folders, names);
}
