//! Stores, Secrets and secret values, with everything that makes a secret arrive where it is read.
//!
//! Must not know how values are merged.

use super::Composer;
use crate::{
    blueprint::{
        manifest::{self, Consumer, Id, Kind, Make, Text},
        model::{Auth, Release, Secret, SecretEntry, SecretSet, SecretValue, Store},
        reference,
    },
    helm::{SetPath, SetStep},
};

impl Composer<'_> {
    pub(super) fn stores(&mut self) {
        for (id, store) in &self.manifest.stores {
            if self.holds(store.when.as_ref()) {
                let number = self.made.model.stores.len();
                self.made.numbers.insert((Kind::Store, self.id(id)), number);
                let store = self.store(id, store);
                self.made.model.stores.push(store);
            }
        }
    }

    fn store(&mut self, id: &Id, store: &manifest::Store) -> Store {
        let mount = self.text(&store.mount);
        Store {
            id: self.id(id).dotted(),
            stage: self.scope.stage,
            kind: store.kind.object(),
            name: self.text(&store.name),
            namespace: store.namespace.as_ref().map(|text| self.text(text)),
            server: store.server.as_ref().map(|text| self.text(text)),
            mount: mount.trim_matches('/').to_owned(),
            version: self.text_or(store.version.as_ref(), "v2"),
            auth: store.auth.as_ref().map(|auth| self.auth(auth)),
        }
    }

    fn auth(&mut self, auth: &manifest::Auth) -> Auth {
        match auth {
            manifest::Auth::Kubernetes { mount, role, service_account, audiences } => Auth::Kubernetes {
                mount: self.text_or(mount.as_ref(), "kubernetes"),
                role: self.text(role),
                service_account: self.text(service_account),
                audiences: audiences.iter().map(|audience| self.text(audience)).collect(),
            },
            manifest::Auth::AppRole { mount, role_id, role, secret, key } => Auth::AppRole {
                mount: self.text_or(mount.as_ref(), "approle"),
                role_id: self.text(role_id),
                role: self.text(role),
                secret: self.text(secret),
                key: self.text_or(key.as_ref(), "secret-id"),
            },
        }
    }

    pub(super) fn secret_sets(&mut self) {
        for (id, set) in &self.manifest.secret_sets {
            if !self.holds(set.when.as_ref()) {
                continue;
            }
            let store = match &set.store {
                None => None,
                Some(store) => match self.number(Kind::Store, store) {
                    Some(number) => Some((number, store)),
                    None => continue,
                },
            };
            let number = self.made.model.sets.len();
            self.made.numbers.insert((Kind::SecretSet, self.id(id)), number);
            let set = self.secret_set(id, set, store);
            self.made.model.sets.push(set);
        }
    }

    fn secret_set(&mut self, id: &Id, set: &manifest::SecretSet, store: Option<(usize, &Id)>) -> SecretSet {
        let name = self.text(&set.name);
        let made = store.map(|(number, id)| (self.made.model.stores[number].clone(), id));
        let home = made.as_ref().and_then(|(store, _)| store.namespace.clone());
        let namespace = self.text_or(set.namespace.as_ref(), home.as_deref().unwrap_or_default());
        if let (Some(home), Some((_, id))) = (&home, &made)
            && namespace != *home
        {
            let message = format!("the set is in namespace `{namespace}`, its store in `{home}`");
            self.fault(set.namespace.as_ref().map_or(id.span, |text| text.span), message);
        } else if namespace.is_empty() {
            self.fault(id.span, format!("the set `{}` needs a `namespace`: its store is for all", id.name));
        }
        SecretSet {
            id: self.id(id).dotted(),
            stage: self.scope.stage,
            store: store.map(|(number, _)| number),
            store_name: made.as_ref().map(|(store, _)| store.name.clone()).unwrap_or_default(),
            store_kind: made.as_ref().map_or("SecretStore", |(store, _)| store.kind),
            namespace,
            external_secret: self.text_or(set.external_secret.as_ref(), &name),
            refresh: self.text_or(set.refresh.as_ref(), "1h"),
            kind: set.kind.as_ref().map(|kind| self.text(kind)),
            template: self.pairs(&set.template),
            name,
            data: Vec::new(),
        }
    }

    pub(super) fn secrets(&mut self) {
        for (id, secret) in &self.manifest.secrets {
            if self.holds(secret.when.as_ref()) {
                self.secret(id, secret);
            }
        }
    }

    fn secret(&mut self, id: &Id, secret: &manifest::Secret) {
        let set = match &secret.set {
            Some(set) => self.number(Kind::SecretSet, set),
            None => reference::only_set(self.scope.blueprint).and_then(|set| self.lookup(Kind::SecretSet, &set)),
        };
        let Some(set) = set else {
            self.fault(id.span, format!("the set of the secret `{}` is not there under these answers", id.name));
            return;
        };
        let Some(entry) = self.entry(id, secret, set) else { return };
        if self.made.model.sets[set].data.iter().any(|other| other.key == entry.key) {
            let span = secret.key.as_ref().map_or(id.span, |text| text.span);
            self.fault(span, format!("two secrets have the key `{}` in one set", entry.key));
        }
        let mut to = Vec::new();
        for consumer in &secret.to {
            let Consumer::Value { release, value } = consumer else { continue };
            let Some(number) = self.lookup(Kind::Release, &release.name) else { continue };
            let path = self.text(value);
            self.check_consumer(value, &path, set, number);
            let secret_value = SecretValue {
                secret: self.made.model.sets[set].name.clone(),
                key: entry.key.clone(),
                path: path.clone(),
            };
            self.made.model.releases[number].secret_values.push(secret_value);
            to.push((number, path));
        }
        let secret = Secret {
            id: self.id(id).dotted(),
            title: match &secret.title {
                Some(title) => self.rendered(title, id.span),
                None => id.name.clone(),
            },
            set,
            key: entry.key.clone(),
            path: entry.path.clone(),
            property: entry.property.clone(),
            make: secret.make,
            to,
        };
        self.made.model.secrets.push(secret);
        self.made.model.sets[set].data.push(entry);
    }

    fn entry(&mut self, id: &Id, secret: &manifest::Secret, set: usize) -> Option<SecretEntry> {
        let key = self.text_or(secret.key.as_ref(), &id.name);
        let span = secret.key.as_ref().map_or(id.span, |text| text.span);
        let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if !is_key {
            self.fault(span, format!("`{key}` is not a key of a Secret: letters, digits, `-`, `_`, `.`"));
        }
        let store = self.made.model.sets[set].store;
        let (path, property) = match (&secret.from, store) {
            (Some((path, property)), Some(store)) => {
                let rendered = self.text(path);
                let mount = self.made.model.stores[store].mount.clone();
                self.check_path(path, &rendered, &mount);
                (rendered, self.text(property))
            }
            (None, None) if secret.make != Make::Nobody => (String::new(), String::new()),
            (None, _) => {
                self.fault(id.span, format!("the secret `{}` needs `from`: its set reads a store", id.name));
                return None;
            }
            (Some((path, _)), None) => {
                self.fault(path.span, "the values of this set are generated: they come `from` nowhere");
                return None;
            }
        };
        Some(SecretEntry { key, path, property, make: secret.make })
    }

    fn check_path(&mut self, text: &Text, path: &str, mount: &str) {
        let first = path.split('/').next().unwrap_or_default();
        if path.is_empty() || path.starts_with('/') || first == "data" || first == mount {
            let message = format!("`{path}` is not an entry of the store: neither mount nor `data/` belong to it");
            self.fault(text.span, message);
        }
        if path.contains(['*', '+']) {
            let message = format!("`{path}` would open more than one entry in a policy of Vault");
            self.fault(text.span, message);
        }
    }

    /// A value is set once: by a fragment or by a secret, and by one secret only.
    fn check_consumer(&mut self, text: &Text, path: &str, set: usize, release: usize) {
        let parsed = match SetPath::parse(path) {
            Ok(parsed) => parsed,
            Err(error) => {
                self.fault(text.span, format!("`{path}` is not the path of a value: {error}"));
                return;
            }
        };
        let keys: Vec<&str> = parsed
            .steps()
            .iter()
            .map_while(|step| if let SetStep::Key(key) = step { Some(key.as_str()) } else { None })
            .collect();
        let (set, release) = (&self.made.model.sets[set], &self.made.model.releases[release]);
        let (is_set, is_taken) = (release.values.is_set(&keys), takes(release, &parsed));
        let is_apart = set.namespace != release.namespace;
        let message = format!(
            "the Secret is in namespace `{}`, the release that reads it in `{}`",
            set.namespace, release.namespace
        );
        if is_set {
            self.fault(text.span, format!("a fragment sets `{path}` already"));
        }
        if is_taken {
            self.fault(text.span, format!("another secret sets `{path}` already"));
        }
        if is_apart {
            self.fault(text.span, message);
        }
    }

    /// Reports sets without a key: an ExternalSecret needs at least one.
    pub(super) fn unused_sets(&mut self) {
        for (id, set) in &self.manifest.secret_sets {
            let number = self.made.numbers.get(&(Kind::SecretSet, self.id(id)));
            if number.is_some_and(|number| self.made.model.sets[*number].data.is_empty()) {
                let span = set.store.as_ref().map_or(id.span, |store| store.span);
                self.fault(span, format!("no secret belongs to the set `{}`", id.name));
            }
        }
    }
}

/// Whether a secret sets a value or part of it already.
fn takes(release: &Release, path: &SetPath) -> bool {
    let mut others = release.secret_values.iter().filter_map(|other| SetPath::parse(&other.path).ok());
    others.any(|other| other.overlaps(path))
}
