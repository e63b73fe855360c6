//! Feeds arbitrary bytes to [`proofmark_fuzz::mock`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| proofmark_fuzz::mock(data));
