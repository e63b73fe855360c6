//! Feeds arbitrary bytes to [`proofmark_fuzz::frames`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| proofmark_fuzz::frames(data));
