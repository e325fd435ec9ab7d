//! What Argo CD makes of its objects: whole inputs, whole outputs.

mod oracle;
mod set_values;

use treewright::{
    text::SourceText,
    yaml::{FileId, Stream, Value},
};

/// A YAML document as a value.
fn yaml(text: &str) -> Value {
    let stream = Stream::parse(SourceText::new(text)).expect("YAML");
    stream.documents().next().expect("a document").root().to_value(FileId(0)).expect("a value")
}

/// The text of a fixture below `fixtures/argo`.
fn fixture(path: &str) -> String {
    let path = format!("{}/fixtures/argo/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
