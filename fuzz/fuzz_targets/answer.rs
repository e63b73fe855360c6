//! Feeds arbitrary bytes to [`proofmark_fuzz::answer`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| proofmark_fuzz::answer(data));
