//! The `proofmark` program; everything it does is in [`proofmark::cli`].

fn main() -> std::process::ExitCode {
    proofmark::cli::main()
}
