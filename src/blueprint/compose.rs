//! From a manifest and resolved values to the model of an instance.
//!
//! Owns running the templates of the manifest and following its references; faults are collected. Must not know engines.

use serde_json::{Map, Value as Json};

use super::{
    Blueprint, Problems,
    manifest::{self, Consumer, FragmentSource, Id, Text},
    model::{Auth, Chart, Model, Namespace, Release, Repository, Secret, SecretEntry, SecretSet, SecretValue, Store},
    parameters::{fault_in_text, jailed},
    render::{Context, Renderer, TemplateError},
    values::{self, FragmentText, Values},
};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    helm::{SetPath, SetStep},
    path::RepoPath,
    text::Span,
};

/// Runs every template of a blueprint and gives the model.
pub(super) fn compose(renderer: &Renderer, blueprint: &Blueprint, context: &Context) -> Result<Model, Problems> {
    let file = blueprint.folder.place(&manifest::Manifest::path());
    let mut composer = Composer { renderer, blueprint, context, file, problems: Problems::new() };
    if let Some(text) = blueprint.folder.text(&manifest::Manifest::path()) {
        composer.problems.add_source(&composer.file, text);
    }
    let model = composer.model();
    composer.problems.into_result(Some(model))
}

struct Composer<'a> {
    renderer: &'a Renderer,
    blueprint: &'a Blueprint,
    context: &'a Context,
    file: RepoPath,
    problems: Problems,
}

/// Ids that are there under the present answers, with the number of their object.
type Numbers = Vec<(String, usize)>;

impl Composer<'_> {
    fn model(&mut self) -> Model {
        let manifest = &self.blueprint.manifest;
        for used in &manifest.uses {
            let message = format!("components are not rendered yet: `{}`", used.component.name);
            self.fault(used.component.span, message);
        }
        let mut model = Model::default();
        for (_, namespace) in &manifest.namespaces {
            if self.holds(namespace.when.as_ref()) {
                let namespace = self.namespace(namespace);
                model.namespaces.push(namespace);
            }
        }
        let mut stores = Numbers::new();
        for (id, store) in &manifest.stores {
            if self.holds(store.when.as_ref()) {
                stores.push((id.name.clone(), model.stores.len()));
                let store = self.store(id, store);
                model.stores.push(store);
            }
        }
        let mut sets = Numbers::new();
        for (id, set) in &manifest.secret_sets {
            if self.holds(set.when.as_ref()) {
                let Some(store) = self.number("store", &set.store, &stores) else { continue };
                sets.push((id.name.clone(), model.sets.len()));
                let set = self.secret_set(id, set, store, &model.stores[store]);
                model.sets.push(set);
            }
        }
        let mut releases = Numbers::new();
        for (id, release) in &manifest.releases {
            if self.holds(release.when.as_ref()) {
                releases.push((id.name.clone(), model.releases.len()));
                let release = self.release(id, release);
                model.releases.push(release);
            }
        }
        for (id, secret) in &manifest.secrets {
            if self.holds(secret.when.as_ref()) {
                self.secret(id, secret, &sets, &releases, &mut model);
            }
        }
        self.unused_sets(&mut model);
        self.manifests(&mut model);
        model
    }

    /// Drops sets without a key: an ExternalSecret needs at least one.
    fn unused_sets(&mut self, model: &mut Model) {
        for (id, set) in &self.blueprint.manifest.secret_sets {
            let is_empty = model.sets.iter().any(|made| made.id == id.name && made.data.is_empty());
            if is_empty {
                self.fault(set.store.span, format!("no secret belongs to the set `{}`", id.name));
            }
        }
    }

    fn namespace(&mut self, namespace: &manifest::Namespace) -> Namespace {
        let name = self.text(&namespace.name);
        let labels = self.pairs(&namespace.labels);
        Namespace { name, labels, annotations: self.pairs(&namespace.annotations) }
    }

    fn pairs(&mut self, pairs: &[(String, Text)]) -> Map<String, Json> {
        pairs.iter().map(|(key, text)| (key.clone(), Json::String(self.text(text)))).collect()
    }

    fn store(&mut self, id: &Id, store: &manifest::Store) -> Store {
        let mount = self.text(&store.mount);
        Store {
            id: id.name.clone(),
            name: self.text(&store.name),
            namespace: self.text(&store.namespace),
            server: self.text(&store.server),
            mount: mount.trim_matches('/').to_owned(),
            version: self.text_or(store.version.as_ref(), "v2"),
            auth: Auth {
                mount: self.text_or(store.auth_mount.as_ref(), "kubernetes"),
                role: self.text(&store.role),
                service_account: self.text(&store.service_account),
                audiences: store.audiences.iter().map(|audience| self.text(audience)).collect(),
            },
        }
    }

    fn secret_set(&mut self, id: &Id, set: &manifest::SecretSet, number: usize, store: &Store) -> SecretSet {
        let name = self.text(&set.name);
        let namespace = self.text_or(set.namespace.as_ref(), &store.namespace);
        if namespace != store.namespace {
            let message = format!("the set is in namespace `{namespace}`, its store in `{}`", store.namespace);
            self.fault(set.namespace.as_ref().map_or(set.store.span, |text| text.span), message);
        }
        SecretSet {
            id: id.name.clone(),
            store: number,
            store_name: store.name.clone(),
            namespace,
            external_secret: self.text_or(set.external_secret.as_ref(), &name),
            refresh: self.text_or(set.refresh.as_ref(), "1h"),
            name,
            data: Vec::new(),
        }
    }

    fn release(&mut self, id: &Id, release: &manifest::Release) -> Release {
        let name = self.text(&release.name);
        let repository = &release.repository;
        let retries = self.text_or(release.retries.as_ref(), "3");
        Release {
            id: id.name.clone(),
            namespace: self.text(&release.namespace),
            chart: Chart {
                name: self.text(&release.chart),
                version: self.text(&release.version),
                repository: Repository {
                    name: self.text(&repository.name),
                    namespace: self.text(&repository.namespace),
                    url: self.text(&repository.url),
                    interval: self.text_or(repository.interval.as_ref(), "1h"),
                },
            },
            interval: self.text_or(release.interval.as_ref(), "10m"),
            timeout: self.text_or(release.timeout.as_ref(), "10m"),
            retries: retries.parse().unwrap_or_else(|_| {
                let span = release.retries.as_ref().map_or(id.span, |text| text.span);
                self.fault(span, format!("`{retries}` is not a number of retries"));
                0
            }),
            drift: self.text_or(release.drift.as_ref(), "disabled"),
            values_object: self.text_or(release.values_object.as_ref(), &format!("{name}-values")),
            values: self.values(release),
            secret_values: Vec::new(),
            name,
        }
    }

    fn values(&mut self, release: &manifest::Release) -> Values {
        let mut texts = Vec::new();
        for fragment in &release.values {
            if !self.holds(fragment.when.as_ref()) {
                continue;
            }
            match &fragment.source {
                FragmentSource::File(path, span) => {
                    let text = self.file(path, *span).unwrap_or_default();
                    texts.push(FragmentText { path: self.blueprint.folder.place(path), text });
                }
                FragmentSource::Inline(span) => {
                    let text = self.blueprint.folder.text(&manifest::Manifest::path());
                    let source = text.map(|text| values::cut_out(text, *span)).unwrap_or_default();
                    match self.renderer.yaml(&source, self.context) {
                        Ok(text) => texts.push(FragmentText { path: self.file.clone(), text }),
                        Err(error) => self.fault(*span, error.message),
                    }
                }
            }
        }
        match values::merge(&texts) {
            Ok(values) => values,
            Err(problems) => {
                self.problems.extend(problems);
                Values::default()
            }
        }
    }

    fn secret(&mut self, id: &Id, secret: &manifest::Secret, sets: &Numbers, releases: &Numbers, model: &mut Model) {
        let set = match &secret.set {
            Some(set) => self.number("secret set", set, sets),
            None => sets.first().map(|(_, number)| *number),
        };
        let Some(set) = set else {
            self.fault(id.span, format!("the set of the secret `{}` is not there under these answers", id.name));
            return;
        };
        let entry = SecretEntry {
            key: self.text_or(secret.key.as_ref(), &id.name),
            path: self.text(&secret.path),
            property: self.text(&secret.property),
        };
        self.check_entry(secret, &entry, &model.stores[model.sets[set].store].mount);
        if model.sets[set].data.iter().any(|other| other.key == entry.key) {
            let span = secret.key.as_ref().map_or(id.span, |text| text.span);
            self.fault(span, format!("two secrets have the key `{}` in one set", entry.key));
        }
        let mut to = Vec::new();
        for consumer in &secret.to {
            let Consumer::Value { release, value } = consumer else { continue };
            let Some(number) = releases.iter().find(|(name, _)| *name == release.name).map(|(_, number)| *number)
            else {
                continue;
            };
            let path = self.text(value);
            self.check_consumer(value, &path, &model.sets[set], &model.releases[number]);
            let secret_value =
                SecretValue { secret: model.sets[set].name.clone(), key: entry.key.clone(), path: path.clone() };
            model.releases[number].secret_values.push(secret_value);
            to.push((number, path));
        }
        model.secrets.push(Secret {
            id: id.name.clone(),
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
        });
        model.sets[set].data.push(entry);
    }

    fn check_entry(&mut self, secret: &manifest::Secret, entry: &SecretEntry, mount: &str) {
        let key = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if !key(&entry.key) {
            let span = secret.key.as_ref().map_or(secret.property.span, |text| text.span);
            self.fault(span, format!("`{}` is not a key of a Secret: letters, digits, `-`, `_`, `.`", entry.key));
        }
        let first = entry.path.split('/').next().unwrap_or_default();
        if entry.path.is_empty() || entry.path.starts_with('/') || first == "data" || first == mount {
            let message =
                format!("`{}` is not an entry of the store: neither mount nor `data/` belong to it", entry.path);
            self.fault(secret.path.span, message);
        }
        if entry.path.contains(['*', '+']) {
            let message = format!("`{}` would open more than one entry in a policy of Vault", entry.path);
            self.fault(secret.path.span, message);
        }
    }

    /// A value is set once: by a fragment or by a secret, and by one secret only.
    fn check_consumer(&mut self, text: &Text, path: &str, set: &SecretSet, release: &Release) {
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
        if release.values.is_set(&keys) {
            self.fault(text.span, format!("a fragment sets `{path}` already"));
        }
        let others = release.secret_values.iter().filter_map(|other| SetPath::parse(&other.path).ok());
        if others.into_iter().any(|other| other.overlaps(&parsed)) {
            self.fault(text.span, format!("another secret sets `{path}` already"));
        }
        if set.namespace != release.namespace {
            let message = format!(
                "the Secret is in namespace `{}`, the release that reads it in `{}`",
                set.namespace, release.namespace
            );
            self.fault(text.span, message);
        }
    }

    fn manifests(&mut self, model: &mut Model) {
        for manifest in &self.blueprint.manifest.manifests {
            if !self.holds(manifest.when.as_ref()) {
                continue;
            }
            let to = match &manifest.to {
                Some(to) => self.text(to),
                None => manifest.file.file_name().to_owned(),
            };
            let span = manifest.to.as_ref().map_or(manifest.span, |to| to.span);
            match (jailed(&to), self.file(&manifest.file, manifest.span)) {
                (Ok(path), Some(text)) => model.files.push((path, text)),
                (Err(message), _) => self.fault(span, message),
                (_, None) => {}
            }
        }
    }

    /// Renders a file of the blueprint as YAML.
    fn file(&mut self, path: &RepoPath, span: Span) -> Option<String> {
        let Some(source) = self.blueprint.folder.text(path).cloned() else {
            self.fault(span, format!("the blueprint has no file `{path}`"));
            return None;
        };
        match self.renderer.yaml(source.as_str(), self.context) {
            Ok(text) => Some(text),
            Err(error) => {
                let place = self.blueprint.folder.place(path);
                self.problems.add_source(&place, &source);
                self.problems.push(template_fault(&place, &error));
                None
            }
        }
    }

    fn number(&mut self, what: &str, id: &Id, numbers: &Numbers) -> Option<usize> {
        let found = numbers.iter().find(|(name, _)| *name == id.name).map(|(_, number)| *number);
        if found.is_none() {
            self.fault(id.span, format!("the {what} `{}` is not there under these answers", id.name));
        }
        found
    }

    fn holds(&mut self, when: Option<&Text>) -> bool {
        let Some(when) = when else { return true };
        self.renderer.condition(&when.source, self.context).unwrap_or_else(|error| {
            self.problems.push(fault_in_text(&self.file, when, &error));
            false
        })
    }

    fn text(&mut self, text: &Text) -> String {
        self.renderer.text(&text.source, self.context).unwrap_or_else(|error| {
            self.problems.push(fault_in_text(&self.file, text, &error));
            String::new()
        })
    }

    fn text_or(&mut self, text: Option<&Text>, default: &str) -> String {
        text.map_or_else(|| default.to_owned(), |text| self.text(text))
    }

    fn rendered(&mut self, source: &str, span: Span) -> String {
        let text = Text { source: source.to_owned(), span, offset: None };
        self.text(&text)
    }

    fn fault(&mut self, span: Span, message: impl Into<String>) {
        let label = Label::new(&self.file, span, "");
        self.problems.push(Diagnostic::new("blueprint/manifest", Severity::Error, message, label));
    }
}

/// The finding for a template file that gives no result.
pub(super) fn template_fault(place: &RepoPath, error: &TemplateError) -> Diagnostic {
    let label = Label::new(place, error.span, "");
    let mut diagnostic = Diagnostic::new("blueprint/template", Severity::Error, error.message.clone(), label);
    diagnostic.help.clone_from(&error.help);
    diagnostic
}
