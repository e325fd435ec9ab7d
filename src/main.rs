//! The `treewright` binary: hands the process over to [`treewright::cli`].

/// Trees of small values are made and dropped in all threads: this takes about a fifth of the time off, against the allocator of the C library.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    treewright::cli::main()
}
