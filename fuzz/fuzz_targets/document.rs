//! Feeds arbitrary bytes to [`proofmark_fuzz::document`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| proofmark_fuzz::document(data));
