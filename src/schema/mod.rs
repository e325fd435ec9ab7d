//! JSON schemas: the embedded catalogue of Kubernetes kinds, schemas given by others, and findings about documents, worded for people.
//!
//! Owns the validator crate and the wording of its errors. Must not know files, rules or blueprints: it is given a schema and a node, and says what is
//! wrong where.

mod bundle;
mod catalogue;
mod compiled;
mod custom;
mod fault;
mod field;
mod format;
mod json;
mod place;
mod translate;
mod words;

pub use catalogue::{Catalogue, Entry, KindRow, Read};
pub use compiled::{Schema, SchemaError};
pub use custom::{CustomKind, NotASchema, entries_of_definition, kinds_in};
pub use fault::{Fault, FaultKind, Violation};
pub use field::{Field, FieldNote};
pub use format::{is_dns_label, is_dns_subdomain, is_label_value};
pub use json::{to_json, value_to_json};

use crate::{text::Span, yaml::Node};

/// Checks a node against a schema. The violations stand in order of their text; an empty list means that the node is valid.
///
/// Places inside of an alias, or brought in by a merge key, are reported where the alias stands.
pub fn validate(schema: &Schema, node: Node<'_>) -> Vec<Violation> {
    let read = if schema.has_old_booleans() { json::to_json_with_old_booleans } else { to_json };
    let value = match read(node) {
        Ok(value) => value,
        Err(error) => {
            let fault = Fault::new(crate::yaml::Route::root(), FaultKind::Other, error.to_string());
            return vec![fault.at(error.span())];
        }
    };
    let mut violations: Vec<Violation> =
        schema.check(&value).into_iter().map(|fault| place::span_of(node, &fault, schema)).collect();
    violations.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    violations.dedup();
    violations
}

impl Fault {
    /// The fault with its place in a text.
    pub fn at(self, span: Span) -> Violation {
        Violation { route: self.route, span, kind: self.kind, message: self.message }
    }
}
