//! Objects without their secrets: all that is compared and shown is made of them.
//!
//! A secret becomes `(secret k3f9a2)` with a short keyed hash. Hidden is the data of Secrets, what stands under the key of a secret, what is encrypted, settings
//! of secrets inside of texts, and every other occurrence of a secret that stands in clear in a Secret of either side. In doubt it hides. Must not know what
//! is compared.

mod known;

use smol_str::SmolStr;

use known::Known;

use crate::{
    cluster::ComposedRelease,
    helm::SetStep,
    manifest::{
        HashKey, ObjectId, redact,
        sensitive::{decoded, holds_private_key, is_hidden, is_hidden_key},
    },
    project::Project,
    yaml::{Content, Mapping, Scalar, Type, Value},
};

/// How a hidden text begins.
const HIDDEN: &str = "(secret ";

/// Takes secrets out of objects.
pub(super) struct Redactor {
    key: HashKey,
    known: Known,
}

impl Redactor {
    /// Knows the secrets of both sides.
    pub(super) fn new(key: HashKey, sides: [&Project; 2]) -> Self {
        Self { key, known: Known::of(sides) }
    }

    /// An object without its secrets.
    pub(super) fn object(&self, id: &ObjectId, value: &Value) -> Value {
        let Some(mapping) = value.as_mapping() else { return value.clone() };
        let is_secret = id.is("", "Secret");
        let entries = mapping.iter().map(|(key, value)| {
            let redacted = match key.as_str() {
                "data" if is_secret => self.all(value),
                // What is no text may be anything: a store of keys, an archive.
                "stringData" | "binaryData" | "encryptedData" => self.all(value),
                "sops" => self.hidden_tree(value),
                _ => self.value(Some(key), value),
            };
            (key.clone(), redacted)
        });
        Value::of_mapping(entries.collect()).at(value.origin)
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
        let text = self.known.hide(text, |secret| self.hash(secret));
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for span in redact::secrets(&text) {
            let range = done.max(span.start as usize)..span.end as usize;
            let (Some(before), Some(secret)) = (text.get(done..range.start), text.get(range.clone())) else { continue };
            let secret = secret.trim_matches(['"', '\'']);
            // The value of a setting ends at the first blank, and so perhaps inside of what is hidden already.
            if !secret.starts_with(HIDDEN.trim_end()) {
                out.push_str(before);
                out.push_str(&self.hash(secret));
                done = range.end;
            }
        }
        out.push_str(text.get(done..).unwrap_or_default());
        out
    }

    fn hash(&self, secret: &str) -> String {
        format!("{HIDDEN}{})", self.key.short(secret))
    }

    /// A value under a key.
    fn value(&self, key: Option<&str>, value: &Value) -> Value {
        let content = match &value.content {
            Content::Scalar(scalar) => Content::Scalar(self.scalar(key, scalar)),
            Content::Sequence(items) => Content::Sequence(self.items(key, items)),
            Content::Mapping(mapping) => Content::Mapping(Box::new(self.mapping(mapping))),
        };
        Value::new(content).at(value.origin)
    }

    /// The items of a list under a key. Under the key of a secret they are secrets; a mapping says by its own keys what it holds.
    fn items(&self, key: Option<&str>, items: &[Value]) -> Vec<Value> {
        let mut is_after_flag = false;
        let mut redacted = Vec::with_capacity(items.len());
        for item in items {
            let text = item.as_str().unwrap_or_default();
            redacted.push(if is_after_flag && is_leaf(item) && !text.starts_with('-') {
                self.all(item)
            } else {
                self.value(key.filter(|_| is_leaf(item)), item)
            });
            // Arguments such as `--password` and what follows it.
            is_after_flag = text.starts_with('-') && is_hidden_key(text.trim_start_matches('-'));
        }
        redacted
    }

    fn mapping(&self, mapping: &Mapping) -> Mapping {
        let text = |key: &str| mapping.get(key).and_then(Value::as_str);
        // An entry such as `{name: DB_PASSWORD, value: …}`, or an operation of a patch such as `{path: /data/password, value: …}`.
        let name = ["name", "key", "envVar", "path"].into_iter().find_map(text);
        let names_secret = name.is_some_and(|name| {
            name.starts_with("/stringData/") || is_hidden_key(name.rsplit(['.', '/']).next().unwrap_or(name))
        });
        let is_secret = text("kind") == Some("Secret");
        let of_secret = mapping.get("target").and_then(|target| target.get("kind")).and_then(Value::as_str);
        let entries = mapping.iter().map(|(key, value)| {
            let is_whole = match key.as_str() {
                "value" => names_secret,
                // A Secret inside of values or of a list.
                "data" => is_secret,
                "patch" => of_secret == Some("Secret"),
                // Only Secrets have `stringData`, whatever makes them.
                "stringData" | "kubectl.kubernetes.io/last-applied-configuration" => true,
                key => is_docker_auth(key, mapping),
            };
            let redacted = if is_whole { self.all(value) } else { self.value(Some(key), value) };
            (self.key(key), redacted)
        });
        entries.collect()
    }

    /// A key: seldom a secret, but some are addresses with credentials.
    fn key(&self, key: &SmolStr) -> SmolStr {
        if key.contains("://") || self.known.is_in(key) { self.text(key).into() } else { key.clone() }
    }

    fn scalar(&self, key: Option<&str>, scalar: &Scalar) -> Scalar {
        let text = scalar.text.as_str();
        let is_encrypted =
            text.trim_start().starts_with("ENC[") || text.contains("\nsops:") || text.contains("\"sops\"");
        let is_secret = key.is_some_and(|key| is_hidden(key.rsplit(['.', '/']).next().unwrap_or(key), text))
            || is_encoded_key(text);
        if (is_encrypted || is_secret) && !matches!(scalar.kind, Type::Null | Type::Bool) {
            return hidden(self.hash(text));
        }
        if scalar.kind != Type::String && !self.known.is_in(text) {
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
                Content::Mapping(Box::new(mapping.iter().map(|(key, value)| (key.clone(), self.all(value))).collect()))
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

/// Whether a text is a private key behind base64.
fn is_encoded_key(text: &str) -> bool {
    // How `-----BEGIN ` begins.
    text.trim_start().starts_with("LS0tLS1CRUdJTi") && decoded(text).is_some_and(|text| holds_private_key(&text))
}
