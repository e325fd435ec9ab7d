//! The YAML floor through its public surface.

mod corpus;
mod edits;
mod laws;
mod parsing;
mod typed;
mod writer;

use treewright::{
    text::SourceText,
    yaml::{FileId, Stream, Value},
};

pub fn parse(text: &str) -> Stream {
    Stream::parse(SourceText::new(text)).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The value of a text's first document, aliases expanded.
pub fn value(text: &str) -> Value {
    let stream = parse(text);
    let root = stream.documents().next().expect("a document").root();
    root.to_value(FileId(0)).expect("a value")
}
