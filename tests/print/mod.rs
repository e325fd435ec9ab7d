//! The printers of YAML: goldens, laws, and kubectl as the oracle.
#![allow(clippy::expect_used, reason = "a fixture that cannot be read ends the test")]

mod goldens;
mod oracle;
mod readable;
mod tree;
