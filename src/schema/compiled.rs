//! A schema, ready to check values.
//!
//! Owns how documents that claim a kind differ from other values: nulls are pruned, encrypted and substituted texts are left alone. Must not know where
//! schemas come from.

use std::{borrow::Cow, sync::OnceLock};

use jsonschema::Validator;
use serde_json::Value;

use super::{fault::Fault, format, rules::Rules, translate};
use crate::yaml::Route;

/// Why a JSON document is no usable schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// It refers to a schema elsewhere, which is never fetched.
    #[error("the schema refers to `{0}`, which is not fetched")]
    Remote(String),
    /// It breaks the rules of JSON Schema.
    #[error("not a JSON schema, at `{place}`: {reason}")]
    Invalid {
        /// The place in the schema, as a JSON Pointer.
        place: String,
        /// What is wrong.
        reason: String,
    },
}

/// A JSON schema, draft 2020-12 unless its `$schema` says otherwise. Formats are checked; references to other documents are refused.
#[derive(Debug)]
pub struct Schema {
    root: Value,
    validator: Validator,
    kind: Option<String>,
    source: Option<String>,
    /// Whether texts that are encrypted, or substituted later, pass.
    leaves_open: bool,
    is_dated: bool,
    /// The rules of a kind; read when the first object fits the rest of the schema.
    rules: OnceLock<Option<Rules>>,
}

impl Schema {
    /// Compiles a schema for any values: parameters, Helm values, configuration.
    pub fn from_json(schema: &Value) -> Result<Self, SchemaError> {
        Self::compile(schema.clone(), true)
    }

    /// Compiles the schema of a Helm chart's values, as Helm does: formats are only checked up to draft 7. What `sops` has encrypted, and texts that Flux will
    /// substitute, pass any check.
    pub fn of_values(schema: &Value) -> Result<Self, SchemaError> {
        // Helm's own drafts decide on formats, from the year 2019 on they are notes for people.
        let checks_formats = schema["$schema"].as_str().is_some_and(|draft| draft.contains("json-schema.org/draft-0"));
        Ok(Self { leaves_open: true, ..Self::compile(schema.clone(), checks_formats)? })
    }

    /// Compiles the schema of a Kubernetes kind. Its messages name the kind, and it treats documents as the API server and the tools before it do: see
    /// [`Schema::check`]. `source` says where the schema comes from, with its version or date. Two keywords at the root tell how the documents are read:
    /// `x-case-insensitive` (keys), `x-old-booleans` (`yes` is true).
    pub fn of_kind(schema: Value, kind: &str, source: &str) -> Result<Self, SchemaError> {
        let (kind, source) = (Some(kind.to_owned()), Some(source.to_owned()));
        Ok(Self { kind, source, leaves_open: true, ..Self::compile(schema, true)? })
    }

    fn compile(root: Value, checks_formats: bool) -> Result<Self, SchemaError> {
        let options = jsonschema::options().offline().should_validate_formats(checks_formats);
        let validator = format::register(options).build(&root).map_err(|error| match error.kind() {
            jsonschema::error::ValidationErrorKind::Referencing(_) => {
                SchemaError::Remote(remote_reference(&root).unwrap_or_else(|| error.to_string()))
            }
            _ => SchemaError::Invalid { place: error.instance_path().to_string(), reason: error.to_string() },
        })?;
        Ok(Self {
            root,
            validator,
            kind: None,
            source: None,
            leaves_open: false,
            is_dated: false,
            rules: OnceLock::new(),
        })
    }

    /// The kind whose documents the schema describes; `None` for a schema of other values.
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_deref()
    }

    /// Where the schema of a kind comes from: "Flux 2.9.5". A finding about an unknown field should say it, because clusters may be newer.
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// The same schema, of which it is known that a cluster may run something newer.
    pub(super) fn dated(self) -> Self {
        Self { is_dated: true, ..self }
    }

    /// Whether a cluster may run something newer, so that what the schema does not know need not be wrong: embedded schemas of custom resources.
    pub fn is_dated(&self) -> bool {
        self.is_dated
    }

    /// Whether values that are not known yet pass any check.
    pub(super) fn leaves_open(&self) -> bool {
        self.leaves_open
    }

    /// The schema as JSON.
    pub fn as_json(&self) -> &Value {
        &self.root
    }

    /// Whether the reader of the documents takes `yes` for a boolean.
    pub(super) fn has_old_booleans(&self) -> bool {
        self.root["x-old-booleans"] == true
    }

    /// Whether the reader of the documents takes keys without regard to case.
    pub(super) fn folds_case(&self) -> bool {
        self.root["x-case-insensitive"] == true
    }

    /// Checks a value that stands in no text; [`super::validate`] checks nodes. The faults stand in order of their route.
    ///
    /// For a kind, keys whose value is null count as absent, as the API server prunes them. What `sops` has encrypted, and texts that Flux will substitute
    /// (`${…}`), pass any check, because their values are not known yet.
    pub fn check(&self, value: &Value) -> Vec<Fault> {
        self.check_below(&Route::root(), value)
    }

    /// Checks a value that is part of a larger one: routes and messages start at the root of that.
    pub fn check_below(&self, place: &Route, value: &Value) -> Vec<Fault> {
        let seen = if self.kind.is_some() { self.as_the_server_sees(value) } else { Cow::Borrowed(value) };
        // The common case, a valid document, is decided without building errors.
        if self.validator.is_valid(&seen) {
            // As the API server does: rules may count on the form.
            let rules = self.kind.as_ref().and_then(|_| self.rules.get_or_init(|| Rules::of(&self.root)).as_ref());
            return rules.map_or_else(Vec::new, |rules| rules.check(&seen, self.kind()));
        }
        let mut faults: Vec<Fault> =
            self.validator.iter_errors(&seen).flat_map(|error| translate::faults(&error, self, place, value)).collect();
        faults.sort_by(|a, b| (&a.route, &a.kind, &a.message).cmp(&(&b.route, &b.kind, &b.message)));
        faults.dedup();
        faults
    }

    /// The value without what never reaches the API server's validation: null entries, and the notes of `sops` at the top. Operators that decrypt in the
    /// cluster have kinds with a field of that name.
    fn as_the_server_sees<'v>(&self, value: &'v Value) -> Cow<'v, Value> {
        let is_sealed = value.get("sops").is_some() && self.root["properties"]["sops"].is_null();
        if !is_sealed && !has_null_entry(value) {
            return Cow::Borrowed(value);
        }
        let mut seen = value.clone();
        prune_nulls(&mut seen);
        if is_sealed && let Value::Object(object) = &mut seen {
            object.shift_remove("sops");
        }
        Cow::Owned(seen)
    }
}

fn has_null_entry(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.values().any(|value| value.is_null() || has_null_entry(value)),
        Value::Array(items) => items.iter().any(has_null_entry),
        _ => false,
    }
}

/// Removes the entries of mappings whose value is null. Items of lists stay: the API server refuses null there.
fn prune_nulls(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|_, value| !value.is_null());
            object.values_mut().for_each(prune_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(prune_nulls),
        _ => {}
    }
}

/// The first reference, in order of the text, that leads out of the schema.
fn remote_reference(schema: &Value) -> Option<String> {
    match schema {
        Value::Object(object) => {
            let own = object.get("$ref").and_then(Value::as_str).filter(|reference| !reference.starts_with('#'));
            own.map(str::to_owned).or_else(|| object.values().find_map(remote_reference))
        }
        Value::Array(items) => items.iter().find_map(remote_reference),
        _ => None,
    }
}
