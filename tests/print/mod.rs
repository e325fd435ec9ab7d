//! The printers of YAML: goldens, laws, and kubectl as the oracle.

mod goldens;
mod oracle;
mod readable;
mod tree;
