//! Schemas: the embedded catalogue, findings about documents at their place and in their words, schemas given by others.

mod add;
mod catalogue;
mod corpus;
mod kinds;
mod lint;
#[cfg(feature = "cel")]
mod rules;
mod values;

use treewright::{
    schema::{Catalogue, Schema, Violation, validate},
    text::SourceText,
    yaml::{Node, Stream},
};

/// The schema of a document's own `apiVersion` and `kind`.
fn schema_of(root: Node<'_>) -> Option<&'static Schema> {
    Catalogue::embedded().lookup_api_version(root.get("apiVersion")?.as_str()?, root.get("kind")?.as_str()?)
}

fn show(text: &SourceText, violations: &[Violation]) -> String {
    let line = |violation: &Violation| {
        let place = text.position(violation.span.start);
        format!("{}:{} [{}] {}\n", place.line, place.column, text.slice(violation.span), violation.message)
    };
    violations.iter().map(line).collect()
}

/// The findings about each document of a text, as `line:column [bytes blamed] message`.
fn findings(text: &str) -> String {
    let stream = Stream::parse(SourceText::new(text)).expect("the example is YAML");
    let of_document = |root: Node<'_>| {
        let schema = schema_of(root).expect("the kind has a schema");
        show(stream.text(), &validate(schema, root))
    };
    stream.documents().map(|document| of_document(document.root())).collect()
}

/// The findings about a text under a schema for any values.
fn findings_under(schema: &serde_json::Value, text: &str) -> String {
    let schema = Schema::from_json(schema).expect("the schema is good");
    let stream = Stream::parse(SourceText::new(text)).expect("the example is YAML");
    let root = stream.documents().next().expect("a document").root();
    show(stream.text(), &validate(&schema, root))
}
