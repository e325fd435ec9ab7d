//! What follows from secrets, stores and releases: policies, commands, and the tables that runbooks print.
//!
//! The ExternalSecret entries and the values that read them are in the model already; here is what people need. Must not know engines.

use serde_json::{Map, Value as Json, json};

use super::{
    manifest::{Kind, Make},
    model::{Auth, Model, Secret, Store, word},
    parameters::Scope,
    reference::{self, Found},
    render::shell,
};

/// The value `wiring` of a blueprint's runbook: the objects that the blueprint can refer to, by every name it has for them.
pub(super) fn wiring(model: &Model, scope: &Scope<'_>) -> Json {
    let named = |kind: Kind, find: &dyn Fn(&str) -> Option<usize>| {
        let names = reference::known(scope.blueprint, kind).into_iter();
        let numbers = names.filter_map(|(name, found)| {
            let target = match found {
                Found::Object(target) => target.below(&scope.path),
                Found::Need(need) => scope.bound.get(&need)?.clone(),
            };
            Some((name, find(&target.dotted())?))
        });
        numbers.collect::<Vec<(String, usize)>>()
    };
    let stores = named(Kind::Store, &|id| model.stores.iter().position(|store| store.id == id));
    let sets = named(Kind::SecretSet, &|id| model.sets.iter().position(|set| set.id == id));
    let releases = named(Kind::Release, &|id| model.releases.iter().position(|release| release.id == id));
    let is_seen = |secret: &&Secret| {
        let set = &model.sets[secret.set];
        sets.iter().any(|(_, number)| *number == secret.set)
            || stores.iter().any(|(_, number)| Some(*number) == set.store)
    };
    let secrets = model.secrets.iter().filter(is_seen).map(|secret| described(model, secret));
    let secrets: Vec<Json> = secrets.collect();
    json!({
        "stores": stores.into_iter().map(|(name, number)| (name, of_store(model, number))).collect::<Map<_, _>>(),
        "sets": sets.into_iter().map(|(name, number)| (name, of_set(model, number))).collect::<Map<_, _>>(),
        "releases": releases.into_iter().map(|(name, number)| (name, of_release(model, number))).collect::<Map<_, _>>(),
        "secrets": secrets,
    })
}

fn of_store(model: &Model, number: usize) -> Json {
    let store = &model.stores[number];
    let entries = entries(model, number);
    let listed: Vec<Json> = entries
        .iter()
        .map(|entry| {
            let properties: Vec<&String> = entry.secrets.iter().map(|secret| &secret.property).collect();
            json!({"path": entry.path, "properties": properties})
        })
        .collect();
    json!({
        "name": store.name, "namespace": store.namespace, "kind": store.kind, "server": store.server,
        "mount": store.mount, "version": store.version, "auth": store.auth,
        "policy": policy(store, &entries), "fill": fill(store, &entries), "role": role(store), "entries": listed,
    })
}

fn of_set(model: &Model, number: usize) -> Json {
    let set = &model.sets[number];
    let keys: Vec<&str> = set.data.iter().map(|entry| entry.key.as_str()).collect();
    json!({"name": set.name, "namespace": set.namespace, "external_secret": set.external_secret, "keys": keys})
}

fn of_release(model: &Model, number: usize) -> Json {
    let release = &model.releases[number];
    json!({"name": release.name, "namespace": release.namespace, "values_object": release.values_object,
        "chart": {"name": release.chart.name, "version": release.chart.version}})
}

fn described(model: &Model, secret: &Secret) -> Json {
    let set = &model.sets[secret.set];
    let to: Vec<Json> = secret
        .to
        .iter()
        .map(|(release, value)| json!({"release": model.releases[*release].id, "value": value}))
        .collect();
    json!({"id": secret.id, "title": secret.title, "store": set.store.map(|store| &model.stores[store].id),
        "path": secret.path, "property": secret.property, "set": set.id, "key": secret.key, "make": word(secret.make),
        "to": to})
}

/// One entry of a store with the secrets in it, each property once.
struct StoreEntry<'m> {
    path: &'m str,
    secrets: Vec<&'m Secret>,
}

fn entries(model: &Model, store: usize) -> Vec<StoreEntry<'_>> {
    let mut entries: Vec<StoreEntry<'_>> = Vec::new();
    for secret in model.secrets.iter().filter(|secret| model.sets[secret.set].store == Some(store)) {
        match entries.iter_mut().find(|entry| entry.path == secret.path) {
            None => entries.push(StoreEntry { path: &secret.path, secrets: vec![secret] }),
            Some(entry) if entry.secrets.iter().any(|other| other.property == secret.property) => {}
            Some(entry) => entry.secrets.push(secret),
        }
    }
    entries
}

/// The least policy that reads the entries. In policies, unlike in commands, the paths of KV version 2 have `data/`.
fn policy(store: &Store, entries: &[StoreEntry<'_>]) -> String {
    let data = if store.version == "v1" { "" } else { "data/" };
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let blocks = entries.iter().map(|entry| {
        let path = quoted(&format!("{}/{data}{}", store.mount, entry.path));
        format!("path \"{path}\" {{\n  capabilities = [\"read\"]\n}}")
    });
    blocks.collect::<Vec<_>>().join("\n\n")
}

/// Commands that write every entry at once: `kv put` replaces the whole entry. Values go through files that only the caller can read, and never through the
/// arguments of a program; `printf` and `read` are part of the shell.
fn fill(store: &Store, entries: &[StoreEntry<'_>]) -> String {
    let mut lines = vec!["umask 077".to_owned(), "dir=$(mktemp -d)".to_owned()];
    for (number, entry) in entries.iter().enumerate() {
        let prefix = if entries.len() == 1 { String::new() } else { format!("{}-", number + 1) };
        let file = |secret: &Secret| format!("\"$dir\"/{}", shell(&format!("{prefix}{}", secret.property)));
        for secret in &entry.secrets {
            lines.extend(value_lines(secret, &file(secret)));
        }
        if entry.secrets.iter().any(|secret| secret.make == Make::Nobody) {
            lines.push("unset value".to_owned());
        }
        let arguments: Vec<String> =
            entry.secrets.iter().map(|secret| format!("  {}=@{}", shell(&secret.property), file(secret))).collect();
        let put = format!("vault kv put -mount={} {}", shell(&store.mount), shell(entry.path));
        lines.push(format!("{put} \\\n{}", arguments.join(" \\\n")));
    }
    lines.push("rm -rf \"$dir\"".to_owned());
    lines.join("\n")
}

/// Commands that put one value into a file.
fn value_lines(secret: &Secret, file: &str) -> Vec<String> {
    match secret.make {
        Make::Hex32 => vec![format!("openssl rand -hex 32 | tr -d '\\n' > {file}")],
        Make::Base64 => vec![format!("openssl rand -base64 32 | tr -d '\\n' > {file}")],
        Make::Nobody => vec![
            format!("printf '%s: ' {}", shell(&secret.title)),
            "stty -echo".to_owned(),
            "IFS= read -r value".to_owned(),
            "stty echo".to_owned(),
            "printf '\\n'".to_owned(),
            format!("printf '%s' \"$value\" > {file}"),
        ],
    }
}

/// The command that lets whoever logs in read what the policy opens; none for a store that somebody else makes.
fn role(store: &Store) -> String {
    let Some(auth) = &store.auth else { return String::new() };
    let mut arguments = Vec::new();
    let mount = match auth {
        Auth::Kubernetes { mount, service_account, .. } => {
            let namespace = store.namespace.as_deref().unwrap_or_default();
            arguments.push(format!("bound_service_account_names={}", shell(service_account)));
            arguments.push(format!("bound_service_account_namespaces={}", shell(namespace)));
            mount
        }
        Auth::AppRole { mount, .. } => mount,
    };
    arguments.push(format!("token_policies={}", shell(auth.role())));
    arguments.push("token_ttl=1h".to_owned());
    if let Auth::Kubernetes { audiences, .. } = auth
        && let Some(audience) = audiences.first()
    {
        arguments.push(format!("audience={}", shell(audience)));
    }
    let path = shell(&format!("auth/{mount}/role/{}", auth.role()));
    format!("vault write {path} \\\n  {}", arguments.join(" \\\n  "))
}
