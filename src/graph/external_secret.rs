//! What an ExternalSecret reads and which keys it writes.
//!
//! Facts from external-secrets: `data` and `dataFrom` give values by name; a template with `data` or `templateFrom` takes their place, or joins them with `mergePolicy: Merge`.
//! Must not know stores.

use smol_str::SmolStr;

use crate::yaml::{Origin, Value};

/// A store or generator as a reference names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NamedKind {
    pub kind: SmolStr,
    pub name: SmolStr,
    pub origin: Origin,
}

/// What one entry of `data` or `dataFrom` reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// One entry of the store, maybe one property of it.
    Entry { key: SmolStr, property: Option<SmolStr>, metadata: bool, origin: Origin },
    /// All entries of the store whose path begins so and that fit a pattern.
    Find { path: SmolStr },
    /// A value that a generator makes up.
    Generator(NamedKind),
}

/// One entry of `data` or `dataFrom`.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// The name it gives to the value, with its place; `None` if it gives many.
    pub name: Option<(SmolStr, Origin)>,
    pub read: Read,
    /// The store, if it is not that of the whole object.
    pub store: Option<NamedKind>,
    /// Which names a generator gives; `None` if nobody can tell.
    pub names: Option<&'static [&'static str]>,
    pub origin: Origin,
    /// The way to the entry, as `data[2]`.
    pub field: String,
}

/// A key that a template writes, with the text that makes it where that stands in the object.
#[derive(Clone, Debug)]
pub(super) struct TemplateKey {
    pub key: SmolStr,
    pub origin: Origin,
    pub text: Option<SmolStr>,
}

/// An ExternalSecret, or the one in a ClusterExternalSecret.
#[derive(Clone, Debug, Default)]
pub(super) struct ExternalSecret {
    pub items: Vec<Item>,
    pub store: Option<NamedKind>,
    /// The keys of the template; `None` if there is none that writes data.
    pub template: Option<Vec<TemplateKey>>,
    /// Whether what is read becomes keys itself.
    pub passes_on: bool,
    /// Whether there may be keys beside those that are known.
    pub open: bool,
    /// Whether it writes a Secret at all.
    pub writes: bool,
}

fn items<'v>(spec: &'v Value, keys: &[&str]) -> &'v [Value] {
    spec.pointer(keys).and_then(Value::as_sequence).unwrap_or_default()
}

fn text(value: Option<&Value>) -> Option<SmolStr> {
    value?.as_scalar().map(|scalar| scalar.text.clone()).filter(|text| !text.is_empty())
}

fn named_kind(value: Option<&Value>, default: &str) -> Option<NamedKind> {
    let name = value?.get("name")?;
    let kind = text(value?.get("kind")).or_else(|| (!default.is_empty()).then(|| default.into()))?;
    Some(NamedKind { kind, name: text(Some(name))?, origin: name.origin })
}

impl ExternalSecret {
    /// Reads the specification.
    pub fn of(spec: &Value) -> Self {
        let policy = spec.pointer(&["target", "creationPolicy"]).and_then(Value::as_str);
        let mut found: Vec<Item> =
            items(spec, &["data"]).iter().enumerate().filter_map(|(index, item)| data_item(item, index)).collect();
        found.extend(
            items(spec, &["dataFrom"]).iter().enumerate().filter_map(|(index, item)| data_from_item(item, index)),
        );
        let template = spec.pointer(&["target", "template"]);
        let (template, open_template) = template.map_or((None, false), template_keys);
        let merges = spec.pointer(&["target", "template", "mergePolicy"]).and_then(Value::as_str) == Some("Merge");
        let passes_on = template.is_none() || merges;
        let open_data = found.iter().any(|item| item.name.is_none() && item.names.is_none());
        let merges_into = matches!(policy, Some("Merge" | "CreateOrMerge"));
        Self {
            items: found,
            store: named_kind(spec.get("secretStoreRef"), "SecretStore"),
            template,
            passes_on,
            open: merges_into || open_template || (passes_on && open_data),
            writes: policy != Some("None"),
        }
    }

    /// The keys that are known, with the places that write them.
    pub fn keys(&self) -> Vec<(SmolStr, Origin)> {
        let mut keys: Vec<(SmolStr, Origin)> =
            self.template.iter().flatten().map(|key| (key.key.clone(), key.origin)).collect();
        for item in self.items.iter().filter(|_| self.passes_on) {
            keys.extend(item.name.clone());
            keys.extend(item.names.into_iter().flatten().map(|&name| (SmolStr::from(name), item.origin)));
        }
        keys
    }
}

fn data_item(item: &Value, index: usize) -> Option<Item> {
    let key = item.get("secretKey")?;
    let read = match item.pointer(&["sourceRef", "generatorRef"]) {
        Some(generator) => Read::Generator(named_kind(Some(generator), "Password")?),
        None => entry(item.get("remoteRef")?)?,
    };
    Some(Item {
        name: Some((text(Some(key))?, key.origin)),
        read,
        store: named_kind(item.pointer(&["sourceRef", "storeRef"]), "SecretStore"),
        names: None,
        origin: item.origin,
        field: format!("data[{index}]"),
    })
}

fn entry(remote: &Value) -> Option<Read> {
    let key = remote.get("key")?;
    Some(Read::Entry {
        key: text(Some(key))?,
        property: text(remote.get("property")),
        metadata: remote.get("metadataPolicy").and_then(Value::as_str) == Some("Fetch"),
        origin: key.origin,
    })
}

fn data_from_item(item: &Value, index: usize) -> Option<Item> {
    let read = if let Some(extract) = item.get("extract") {
        entry(extract)?
    } else if let Some(find) = item.get("find") {
        Read::Find { path: text(find.get("path")).unwrap_or_default() }
    } else {
        Read::Generator(named_kind(item.pointer(&["sourceRef", "generatorRef"]), "Password")?)
    };
    let names = match &read {
        Read::Generator(generator) if item.get("rewrite").is_none() => generator_keys(&generator.kind),
        _ => None,
    };
    Some(Item {
        name: None,
        read,
        store: named_kind(item.pointer(&["sourceRef", "storeRef"]), "SecretStore"),
        names,
        origin: item.origin,
        field: format!("dataFrom[{index}]"),
    })
}

/// The names under which a generator gives its values.
fn generator_keys(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "Password" => &["password"],
        "UUID" => &["uuid"],
        "ECRAuthorizationToken" => &["username", "password", "proxy_endpoint", "expires_at"],
        "GCRAccessToken" => &["username", "password", "expiry"],
        "ACRAccessToken" => &["username", "password"],
        "QuayAccessToken" => &["registry", "auth", "expiry"],
        "GithubAccessToken" => &["token"],
        "SSHKey" => &["privateKey", "publicKey"],
        "STSSessionToken" => &["access_key_id", "secret_access_key", "session_token", "expiration"],
        "Grafana" => &["login", "token"],
        _ => return None,
    })
}

/// The keys that a template writes, if it writes any, and whether there may be others.
fn template_keys(template: &Value) -> (Option<Vec<TemplateKey>>, bool) {
    let mut keys = Vec::new();
    for (key, value) in template.get("data").and_then(Value::as_mapping).into_iter().flatten() {
        keys.push(TemplateKey { key: key.clone(), origin: value.origin, text: text(Some(value)) });
    }
    let mut open = false;
    let mut writes = !keys.is_empty();
    for from in items(template, &["templateFrom"]) {
        if text(from.get("target")).is_some_and(|target| target != "Data") {
            continue;
        }
        writes = true;
        open |= from.get("literal").is_some();
        for source in ["configMap", "secret"].iter().filter_map(|kind| from.get(kind)) {
            for item in items(source, &["items"]) {
                let is_whole = item.get("templateAs").and_then(Value::as_str) == Some("KeysAndValues");
                match item.get("key").filter(|_| !is_whole) {
                    Some(key) => {
                        let origin = key.origin;
                        keys.extend(text(Some(key)).map(|key| TemplateKey { key, origin, text: None }));
                    }
                    None => open = true,
                }
            }
        }
    }
    (writes.then_some(keys), open)
}
