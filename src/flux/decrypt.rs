//! Encrypted values: they stay closed, and are told apart by a hash of their ciphertext.
//!
//! Owns what SOPS leaves in an object and what stands for it in a rendered one. There are no keys here, and nothing is ever decrypted. From the decryptor of
//! kustomize-controller. Must not know Kustomizations.

use sha2::{Digest as _, Sha256};
use smol_str::SmolStr;

use crate::{
    manifest::sensitive,
    yaml::{Content, Value},
};

/// Why an encrypted value is not known.
pub(super) const REASON: &str = "it is encrypted, and nothing here has the key";

/// The annotation that keeps an object from being decrypted.
const SWITCH: &str = "kustomize.toolkit.fluxcd.io/decrypt";

/// What an object has to do with encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encryption {
    /// Nothing.
    None,
    /// It was encrypted as a whole: SOPS has left its seal in it.
    Object,
    /// It is a Secret with encrypted files in its data.
    Data,
}

/// Whether a text is an encrypted value, or stands for one.
pub(super) fn is_opaque(text: &str) -> bool {
    text.starts_with("ENC[") || text.starts_with("<encrypted:")
}

/// What an object has to do with encryption.
pub(super) fn encryption(object: &Value) -> Encryption {
    let has_seal = object.pointer(&["sops", "mac"]).and_then(Value::as_scalar).is_some_and(|mac| !mac.text.is_empty());
    if has_seal {
        return Encryption::Object;
    }
    let is_secret = object.get("kind").and_then(Value::as_str) == Some("Secret");
    let data = object.get("data").and_then(Value::as_mapping).filter(|_| is_secret);
    let is_encrypted = |value: &Value| {
        let text = value.as_scalar().and_then(|scalar| sensitive::decoded(&scalar.text));
        text.is_some_and(|text| holds_encryption(&text))
    };
    match data {
        Some(data) if data.values().any(is_encrypted) => Encryption::Data,
        _ => Encryption::None,
    }
}

/// Whether an object asks not to be decrypted.
pub(super) fn is_disabled(object: &Value) -> bool {
    object.pointer(&["metadata", "annotations", SWITCH]).and_then(Value::as_str) == Some("disabled")
}

/// Puts placeholders in the place of everything encrypted, and takes the seal off. Gives how many values that were.
pub(super) fn close(object: &mut Value, encryption: Encryption) -> usize {
    match encryption {
        Encryption::None => 0,
        Encryption::Object => {
            if let Some(mapping) = object.as_mapping_mut() {
                mapping.shift_remove("sops");
            }
            close_values(object)
        }
        Encryption::Data => object.get_mut("data").map_or(0, close_data),
    }
}

fn close_values(value: &mut Value) -> usize {
    match &mut value.content {
        Content::Scalar(scalar) if scalar.text.starts_with("ENC[") => {
            *value = Value::string(placeholder(&scalar.text)).at(value.origin);
            1
        }
        Content::Scalar(_) => 0,
        Content::Sequence(items) => items.iter_mut().map(close_values).sum(),
        Content::Mapping(mapping) => mapping.values_mut().map(close_values).sum(),
    }
}

/// The data of a Secret that a generator made of encrypted files: the lines of an env file that belong to SOPS are no keys of it.
fn close_data(data: &mut Value) -> usize {
    let Some(mapping) = data.as_mapping_mut() else { return 0 };
    mapping.retain(|key, _| !key.starts_with("sops_"));
    let mut closed = 0;
    for value in mapping.values_mut() {
        let text = value.as_scalar().and_then(|scalar| sensitive::decoded(&scalar.text));
        if let Some(text) = text.filter(|text| holds_encryption(text)) {
            *value = Value::string(placeholder(&text)).at(value.origin);
            closed += 1;
        }
    }
    closed
}

fn holds_encryption(text: &str) -> bool {
    text.starts_with("ENC[") || (text.contains("ENC[AES256_GCM,") && text.contains("sops"))
}

/// What stands for an encrypted value: the same ciphertext always gives the same text.
fn placeholder(ciphertext: &str) -> SmolStr {
    format!("<encrypted:{}>", short_hash(ciphertext)).into()
}

fn short_hash(text: &str) -> String {
    let digest = Sha256::new().chain_update(b"treewright encrypted value\0").chain_update(text.as_bytes()).finalize();
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
