//! Objects without their secrets: all that is compared and shown is made of them.
//!
//! A secret becomes `(secret k3f9a2)` with a short keyed hash. Hidden is the data of Secrets, what stands under the key of a secret, what is encrypted, settings
//! of secrets inside of texts, and every other occurrence of a secret that stands in clear in a Secret of either side. In doubt it hides. Must not know what
//! is compared.

use std::collections::BTreeSet;

use crate::{
    cluster::ComposedRelease,
    helm::SetStep,
    manifest::{
        HashKey, ObjectId, redact,
        sensitive::{decoded, is_hidden, is_placeholder, is_public_key, is_secret_key},
    },
    project::Project,
    yaml::{Content, Mapping, Scalar, Type, Value},
};

/// How a hidden text begins.
const HIDDEN: &str = "(secret ";

/// Secrets shorter than this are only hidden where they stand: their text may well stand for something else elsewhere.
const SHORTEST: usize = 8;

/// Takes secrets out of objects.
pub(super) struct Redactor {
    key: HashKey,
    /// Secrets that stand in clear in Secrets, the longest first.
    known: Vec<String>,
}

impl Redactor {
    /// Knows the secrets of both sides.
    pub(super) fn new(key: HashKey, sides: [&Project; 2]) -> Self {
        let objects = sides.into_iter().flat_map(Project::objects).filter(|object| object.id.is("", "Secret"));
        let mut known = BTreeSet::new();
        for object in objects {
            for field in ["data", "stringData"] {
                for (key, value) in object.value.get(field).and_then(Value::as_mapping).into_iter().flatten() {
                    let Some(scalar) = value.as_scalar() else { continue };
                    let text = scalar.text.to_string();
                    known
                        .extend((field == "data").then(|| decoded(&text)).flatten().filter(|text| is_known(key, text)));
                    known.extend(is_known(key, &text).then_some(text));
                }
            }
        }
        let mut known: Vec<String> = known.into_iter().map(|text| text.trim().to_owned()).collect();
        known.sort_by_key(|text| std::cmp::Reverse(text.len()));
        known.dedup();
        Self { key, known }
    }

    /// An object without its secrets.
    pub(super) fn object(&self, id: &ObjectId, value: &Value) -> Value {
        let Some(mapping) = value.as_mapping() else { return value.clone() };
        let is_secret = id.is("", "Secret");
        let entries = mapping.iter().map(|(key, value)| {
            let redacted = match key.as_str() {
                "data" | "stringData" if is_secret => self.all(value),
                "sops" => self.hidden_tree(value),
                "encryptedData" => self.all(value),
                _ => self.value(Some(key), value),
            };
            (key.clone(), redacted)
        });
        Value::new(Content::Mapping(entries.collect())).at(value.origin)
    }

    /// The composed values of a release without its secrets.
    pub(super) fn release(&self, release: &ComposedRelease) -> Value {
        let mut values = release.release.values.clone();
        for path in &release.release.sensitive {
            let mut at = Some(&mut values);
            for step in path.steps() {
                at = at.and_then(|value| match step {
                    SetStep::Key(key) => value.get_mut(key),
                    SetStep::Index(index) => value.as_sequence_mut()?.get_mut(*index),
                });
            }
            if let Some(value) = at {
                *value = self.all(value);
            }
        }
        self.value(None, &values)
    }

    /// A text without the secrets that are known, and without settings of secrets in it.
    pub(super) fn text(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for span in redact::secrets(text) {
            let range = done.max(span.start as usize)..span.end as usize;
            let (Some(before), Some(secret)) = (text.get(done..range.start), text.get(range.clone())) else { continue };
            if !secret.starts_with(HIDDEN) {
                out.push_str(before);
                out.push_str(&self.hash(secret.trim_matches(['"', '\''])));
                done = range.end;
            }
        }
        out.push_str(text.get(done..).unwrap_or_default());
        for secret in &self.known {
            if out.contains(secret.as_str()) {
                out = out.replace(secret.as_str(), &self.hash(secret));
            }
        }
        out
    }

    fn hash(&self, secret: &str) -> String {
        format!("{HIDDEN}{})", self.key.short(secret))
    }

    /// A value under a key.
    fn value(&self, key: Option<&str>, value: &Value) -> Value {
        let content = match &value.content {
            Content::Scalar(scalar) => Content::Scalar(self.scalar(key, scalar)),
            // The items of a list under the key of a secret are secrets; a mapping says by its own keys what it holds.
            Content::Sequence(items) => {
                Content::Sequence(items.iter().map(|item| self.value(key.filter(|_| is_leaf(item)), item)).collect())
            }
            Content::Mapping(mapping) => Content::Mapping(self.mapping(mapping)),
        };
        Value::new(content).at(value.origin)
    }

    fn mapping(&self, mapping: &Mapping) -> Mapping {
        // An entry such as `{name: DB_PASSWORD, value: …}`.
        let name = ["name", "key", "envVar"].iter().find_map(|key| mapping.get(*key)?.as_str());
        let names_secret = name.is_some_and(|name| is_secret_key(name.rsplit(['.', '/']).next().unwrap_or(name)));
        let entries = mapping.iter().map(|(key, value)| {
            let is_value = key == "value" && names_secret;
            let redacted = match key.as_str() {
                _ if is_value => self.all(value),
                "kubectl.kubernetes.io/last-applied-configuration" => self.all(value),
                key if is_docker_auth(key, mapping) => self.all(value),
                key => self.value(Some(key), value),
            };
            (key.clone(), redacted)
        });
        entries.collect()
    }

    fn scalar(&self, key: Option<&str>, scalar: &Scalar) -> Scalar {
        let text = scalar.text.as_str();
        let is_encrypted =
            text.trim_start().starts_with("ENC[") || text.contains("\nsops:") || text.contains("\"sops\"");
        let is_secret = key.is_some_and(|key| is_hidden(key.rsplit(['.', '/']).next().unwrap_or(key), text));
        if (is_encrypted || is_secret) && !matches!(scalar.kind, Type::Null | Type::Bool) {
            return hidden(self.hash(text));
        }
        if scalar.kind != Type::String {
            return scalar.clone();
        }
        let shown = self.text(text);
        if shown == text { scalar.clone() } else { Scalar { text: shown.into(), ..scalar.clone() } }
    }

    /// Every scalar of a value hidden.
    fn all(&self, value: &Value) -> Value {
        let content = match &value.content {
            Content::Scalar(scalar) => Content::Scalar(hidden(self.hash(&scalar.text))),
            Content::Sequence(items) => Content::Sequence(items.iter().map(|item| self.all(item)).collect()),
            Content::Mapping(mapping) => {
                Content::Mapping(mapping.iter().map(|(key, value)| (key.clone(), self.all(value))).collect())
            }
        };
        Value::new(content).at(value.origin)
    }

    /// A whole tree as one hidden text.
    fn hidden_tree(&self, value: &Value) -> Value {
        Value::string(self.hash(&crate::yaml::print::readable::flow(value))).at(value.origin)
    }
}

/// Whether a text holds something hidden.
pub(super) fn is_redacted(text: &str) -> bool {
    text.contains(HIDDEN)
}

fn hidden(text: String) -> Scalar {
    Scalar { text: text.into(), kind: Type::String, quoted: false }
}

fn is_leaf(value: &Value) -> bool {
    value.as_scalar().is_some()
}

/// The credentials of a registry, as Docker's configuration has them: `auth` beside others of its kind.
fn is_docker_auth(key: &str, mapping: &Mapping) -> bool {
    key == "auth" && mapping.get("auth").is_some_and(is_leaf)
}

/// Whether a text of a Secret is worth looking for elsewhere.
fn is_known(key: &str, text: &str) -> bool {
    let text = text.trim();
    let is_telling = text.contains(|c: char| c.is_ascii_digit()) || is_secret_key(key);
    text.len() >= SHORTEST && is_telling && !is_public_key(key) && !is_placeholder(text)
}
