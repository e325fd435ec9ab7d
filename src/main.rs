//! The `treewright` binary: hands the process over to [`treewright::cli`].

fn main() -> std::process::ExitCode {
    treewright::cli::main()
}
