//! All templates of a manifest in one list, for checking them without answers.
//!
//! Must not run them.

use super::{Auth, Consumer, Manifest, Release, Secret, Store, Text};

/// The templates (false) and expressions (true) that run when all parameters and names are known.
pub(super) fn collect(manifest: &Manifest) -> Vec<(&Text, bool)> {
    let mut texts: Vec<(&Text, bool)> = Vec::new();
    for (_, namespace) in &manifest.namespaces {
        texts.push((&namespace.name, false));
        let pairs = namespace.labels.iter().chain(&namespace.annotations);
        texts.extend(pairs.map(|(_, text)| (text, false)));
        texts.extend(namespace.when.iter().map(|when| (when, true)));
    }
    manifest.stores.iter().for_each(|(_, item)| store(item, &mut texts));
    for (_, set) in &manifest.secret_sets {
        let optional = [&set.namespace, &set.external_secret, &set.refresh, &set.kind];
        texts.extend(set.template.iter().map(|(_, text)| (text, false)));
        texts.push((&set.name, false));
        texts.extend(optional.into_iter().flatten().map(|text| (text, false)));
        texts.extend(set.when.iter().map(|when| (when, true)));
    }
    manifest.secrets.iter().for_each(|(_, item)| secret(item, &mut texts));
    manifest.releases.iter().for_each(|(_, item)| release(item, &mut texts));
    for file in &manifest.manifests {
        texts.extend(file.to.iter().map(|to| (to, false)));
        texts.extend(file.when.iter().map(|when| (when, true)));
    }
    for check in &manifest.checks {
        texts.extend(check.when.iter().chain(&check.unless).map(|text| (text, true)));
        texts.push((&check.message, false));
    }
    let contributed = manifest.values.iter().flat_map(|(_, fragments)| fragments);
    texts.extend(contributed.filter_map(|fragment| Some((fragment.when.as_ref()?, true))));
    texts.extend(manifest.runbook.iter().filter_map(|step| Some((step.when.as_ref()?, true))));
    texts
}

fn store<'m>(store: &'m Store, texts: &mut Vec<(&'m Text, bool)>) {
    texts.extend([&store.name, &store.mount].map(|text| (text, false)));
    let optional = [&store.namespace, &store.server, &store.version];
    texts.extend(optional.into_iter().flatten().map(|text| (text, false)));
    match &store.auth {
        None => {}
        Some(Auth::Kubernetes { mount, role, service_account, audiences }) => {
            let all = mount.iter().chain([role, service_account]).chain(audiences);
            texts.extend(all.map(|text| (text, false)));
        }
        Some(Auth::AppRole { mount, role_id, role, secret, key }) => {
            let all = mount.iter().chain([role_id, role, secret]).chain(key);
            texts.extend(all.map(|text| (text, false)));
        }
    }
    texts.extend(store.when.iter().map(|when| (when, true)));
}

fn secret<'m>(secret: &'m Secret, texts: &mut Vec<(&'m Text, bool)>) {
    texts.extend(secret.from.iter().flat_map(|(path, property)| [(path, false), (property, false)]));
    texts.extend(secret.key.iter().map(|text| (text, false)));
    texts.extend(secret.when.iter().map(|when| (when, true)));
    for consumer in &secret.to {
        if let Consumer::Value { value, .. } = consumer {
            texts.push((value, false));
        }
    }
}

fn release<'m>(release: &'m Release, texts: &mut Vec<(&'m Text, bool)>) {
    let repository = &release.repository;
    let needed = [&release.name, &release.namespace, &release.chart, &release.version];
    texts.extend(needed.map(|text| (text, false)));
    texts.extend([&repository.name, &repository.namespace, &repository.url].map(|text| (text, false)));
    let optional = [
        &repository.interval,
        &release.interval,
        &release.timeout,
        &release.retries,
        &release.drift,
        &release.values_object,
    ];
    texts.extend(optional.into_iter().flatten().map(|text| (text, false)));
    texts.extend(release.values.iter().filter_map(|fragment| Some((fragment.when.as_ref()?, true))));
    texts.extend(release.when.iter().map(|when| (when, true)));
}
