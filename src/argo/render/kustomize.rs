//! `kustomize`: the edits that Argo CD makes to a kustomization before it builds it, in its order.
//!
//! From `Build` in Argo CD's util/kustomize, which calls `kustomize edit` for all but patches. Must not know how a kustomization is built.

use smol_str::SmolStr;

use super::{Fault, Renderer, Source, ToolBlock, image, labels};
use crate::{
    argo::{
        environment::{Environment, Expanded},
        read::{flag, items, text, texts},
    },
    diagnostic::{Diagnostic, Severity},
    kustomize::{BuildError, INFLATED_BY_HELM, UnknownFields, is_remote},
    manifest::Rendered,
    path::RepoPath,
    yaml::{Mapping, Origin, Value},
};

impl Renderer<'_> {
    /// The objects of a kustomization with the options of its source. A chart in it stops Argo CD unless its builds are told to take charts.
    pub(super) fn kustomization(
        &self,
        source: &Source,
        directory: &RepoPath,
        rendered: &mut Rendered,
    ) -> Result<Rendered, Fault> {
        let built = self.edited(source, directory, rendered)?;
        let takes_charts = self.options.build_options.is_none_or(|options| options.enables_helm);
        match built.not_rendered.iter().find(|one| !takes_charts && one.reason == INFLATED_BY_HELM) {
            Some(chart) => {
                let message = format!("{}: `kustomize.buildOptions` of `argocd-cm` has no `--enable-helm`", chart.what);
                Err(Box::new(Diagnostic::new("argo/helm-not-enabled", Severity::Error, message, chart.place.clone())))
            }
            None => Ok(built),
        }
    }

    fn edited(&self, source: &Source, directory: &RepoPath, rendered: &mut Rendered) -> Result<Rendered, Fault> {
        let fault = |error: BuildError| Self::build_fault(&error);
        let options = source.tools.iter().find_map(|tool| match tool {
            ToolBlock::Kustomize(options) => Some(options),
            _ => None,
        });
        let options = options.filter(|options| options.as_mapping().is_some_and(|options| !options.is_empty()));
        let Some(options) = options else {
            return Ok(self.session.rendered(&self.session.build(directory).map_err(fault)?));
        };
        let Some(mut kustomization) = self.session.kustomization_value(directory).map_err(fault)? else {
            let message = format!("there is no kustomization in `{directory}`");
            return Err(self.fault("argo/missing-kustomization", source.origin, message));
        };
        if kustomization.as_mapping().is_none() {
            return Ok(self.session.rendered(&self.session.build(directory).map_err(fault)?));
        }
        let environment = self.environment(source);
        let mut edit = Edit { renderer: self, environment, directory, rendered };
        edit.all(&mut kustomization, options)?;
        let build =
            self.session.build_as(directory, &kustomization, self.application.origin.file, UnknownFields::Refuse);
        Ok(self.session.rendered(&build.map_err(fault)?))
    }
}

/// Edits a kustomization.
pub(super) struct Edit<'r> {
    renderer: &'r Renderer<'r>,
    environment: Environment,
    directory: &'r RepoPath,
    rendered: &'r mut Rendered,
}

impl Edit<'_> {
    fn all(&mut self, kustomization: &mut Value, options: &Value) -> Result<(), Fault> {
        let Some(target) = kustomization.as_mapping_mut() else { return Ok(()) };
        set_text(target, options, "namePrefix");
        set_text(target, options, "nameSuffix");
        self.images(target, options)?;
        self.replicas(target, options)?;
        labels::add_labels(self, target, options)?;
        labels::add_annotations(self, target, options)?;
        set_text(target, options, "namespace");
        for patch in items(options, "patches") {
            push(target, "patches", patch.clone());
        }
        self.components(target, options)
    }

    fn images(&mut self, target: &mut Mapping, options: &Value) -> Result<(), Fault> {
        let mut given = Vec::new();
        for (written, origin) in texts(options, "images") {
            let text = self.expand(&written, origin);
            let image = image::Image::parse(&text).ok_or_else(|| {
                let message = format!("`{text}` says neither a new name nor a tag nor a digest for the image");
                self.fault(origin, message)
            })?;
            given.push((image, origin));
        }
        if !given.is_empty() {
            image::set_images(target, given);
        }
        Ok(())
    }

    fn replicas(&mut self, target: &mut Mapping, options: &Value) -> Result<(), Fault> {
        let mut named: Vec<(SmolStr, Value)> = Vec::new();
        let mut set = |entry: Value| {
            let name = text(&entry, "name").map(|(name, _)| name).unwrap_or_default();
            match named.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => *known = entry,
                None => named.push((name, entry)),
            }
        };
        let present = target.get("replicas").and_then(Value::as_sequence).unwrap_or_default();
        let given = items(options, "replicas");
        if given.is_empty() {
            return Ok(());
        }
        present.iter().cloned().for_each(&mut set);
        for replica in given {
            let count =
                text(replica, "count").and_then(|(count, origin)| Some(Value::int(count.parse().ok()?).at(origin)));
            let (Some(name), Some(count)) = (replica.get("name").cloned(), count) else {
                return Err(
                    self.fault(replica.origin, "replicas need a `name` and a `count` that is an integer".to_owned())
                );
            };
            let entry: Value = [("name".into(), name), ("count".into(), count)].into_iter().collect();
            set(entry.at(replica.origin));
        }
        named.sort_by(|(a, _), (b, _)| a.cmp(b));
        let entries = named.into_iter().map(|(_, entry)| entry).collect();
        target.insert("replicas".into(), Value::sequence(entries));
        Ok(())
    }

    fn components(&mut self, target: &mut Mapping, options: &Value) -> Result<(), Fault> {
        let ignores_missing = flag(options, "ignoreMissingComponents");
        for (component, origin) in texts(options, "components") {
            let path = self.directory.join(&component).ok();
            let exists = path.is_some_and(|path| self.renderer.view.resolve(&path).is_ok_and(|found| found.is_some()));
            if !exists && !is_remote(&component) {
                if ignores_missing {
                    continue;
                }
                return Err(self.fault(origin, format!("the component `{component}` does not exist")));
            }
            let present = target.get("components").and_then(Value::as_sequence).unwrap_or_default();
            if !present.iter().any(|one| one.as_str() == Some(&component)) {
                push(target, "components", Value::string(component).at(origin));
            }
        }
        Ok(())
    }

    /// Replaces the variables of a text, and says which of them nobody knows.
    pub(super) fn expand(&mut self, text: &str, origin: Origin) -> String {
        let Expanded { text, unknown } = self.environment.expand(text);
        if let Some(name) = unknown {
            let place = self.renderer.label(origin);
            let reason = "only Argo CD knows the commit that it deploys".into();
            let entry = crate::manifest::NotRendered { place, what: format!("the value of `${name}`"), reason };
            self.rendered.not_rendered.push(entry);
        }
        text
    }

    pub(super) fn fault(&self, origin: Origin, message: String) -> Fault {
        self.renderer.fault("argo/invalid-source", origin, message)
    }
}

/// Sets a field of the kustomization to that of the options, if they have it.
fn set_text(target: &mut Mapping, options: &Value, key: &str) {
    if let Some((text, origin)) = text(options, key) {
        target.insert(key.into(), Value::string(text).at(origin));
    }
}

/// Adds an item to a list of the kustomization.
pub(super) fn push(target: &mut Mapping, key: &str, item: Value) {
    let list = target.entry(key.into()).or_insert_with(|| Value::sequence(Vec::new()).at(item.origin));
    if list.is_null() {
        *list = Value::sequence(Vec::new()).at(item.origin);
    }
    if let Some(items) = list.as_sequence_mut() {
        items.push(item);
    }
}
