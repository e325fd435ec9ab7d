//! Patches, merge keys, field specs and selectors of kustomize.

mod merge_vectors;

use treewright::{
    text::SourceText,
    yaml::{FileId, Stream, Value},
};

/// The value of the first document.
fn parse(text: &str) -> Value {
    let stream = Stream::parse(SourceText::new(text)).expect("valid YAML");
    let root = stream.documents().next().map(|document| document.root().to_value(FileId(0)));
    root.map_or_else(Value::null, |value| value.expect("expandable"))
}
