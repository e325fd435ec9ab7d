//! Reading the sections of a manifest that describe objects: namespaces, stores, secrets, releases.
//!
//! Must not resolve references; [`super::read`] does.

use super::{
    Consumer, Fragment, FragmentSource, Make, Namespace, Release, Repository, Secret, SecretSet, Store, Text,
    fields::{Fields, Reader},
};
use crate::{path::RepoPath, yaml::Node};

pub(super) fn namespace(reader: &mut Reader, node: Node<'_>) -> Option<Namespace> {
    let fields = reader.fields(node, "namespaces", &["name", "labels", "annotations", "when"])?;
    let texts = |reader: &mut Reader, key| -> Vec<(String, Text)> {
        let entries = reader.entries(fields.get(key), key);
        entries.into_iter().filter_map(|(id, node)| Some((id.name, reader.text(node, key)?))).collect()
    };
    let labels = texts(reader, "labels");
    let annotations = texts(reader, "annotations");
    let when = fields.text(reader, "when");
    Some(Namespace { name: fields.need(reader, "name")?, labels, annotations, when })
}

pub(super) fn store(reader: &mut Reader, node: Node<'_>) -> Option<Store> {
    let known = ["kind", "name", "namespace", "server", "mount", "version", "auth", "when"];
    let fields = reader.fields(node, "stores", &known)?;
    if let Some(kind) = fields.require(reader, "kind").filter(|kind| kind.text() != Some("vault-kubernetes")) {
        let text = kind.text().unwrap_or_default().to_owned();
        reader.fault(kind.span(), format!("unknown kind of store `{text}`")).help =
            Some("known kinds: vault-kubernetes".to_owned());
    }
    let name = fields.need(reader, "name");
    let namespace = fields.need(reader, "namespace");
    let server = fields.need(reader, "server");
    let mount = fields.need(reader, "mount");
    let version = fields.text(reader, "version");
    let when = fields.text(reader, "when");
    let auth = fields.require(reader, "auth")?;
    let auth = reader.fields(auth, "auth", &["mount", "role", "service-account", "audiences"])?;
    let audiences = reader.items(auth.get("audiences"), "audiences");
    let audiences = audiences.into_iter().filter_map(|item| reader.text(item, "audiences")).collect();
    let auth_mount = auth.text(reader, "mount");
    let role = auth.need(reader, "role");
    let service_account = auth.need(reader, "service-account");
    Some(Store {
        name: name?,
        namespace: namespace?,
        server: server?,
        mount: mount?,
        version,
        auth_mount,
        role: role?,
        service_account: service_account?,
        audiences,
        when,
    })
}

pub(super) fn secret_set(reader: &mut Reader, node: Node<'_>) -> Option<SecretSet> {
    let known = ["store", "name", "namespace", "external-secret", "refresh", "when"];
    let fields = reader.fields(node, "secret-sets", &known)?;
    let store = fields.require(reader, "store").and_then(|node| reader.id(node, "store"));
    let name = fields.need(reader, "name");
    Some(SecretSet {
        namespace: fields.text(reader, "namespace"),
        external_secret: fields.text(reader, "external-secret"),
        refresh: fields.text(reader, "refresh"),
        when: fields.text(reader, "when"),
        store: store?,
        name: name?,
    })
}

pub(super) fn secret(reader: &mut Reader, node: Node<'_>) -> Option<Secret> {
    let fields = reader.fields(node, "secrets", &["title", "set", "from", "key", "make", "to", "when"])?;
    let title = fields.get("title").and_then(|title| reader.string(title, "title"));
    let set = fields.id(reader, "set");
    let key = fields.text(reader, "key");
    let when = fields.text(reader, "when");
    let make = make(reader, fields);
    let to = fields.require(reader, "to");
    let to = reader.items(to, "to").into_iter().filter_map(|item| consumer(reader, item)).collect();
    let from = fields.require(reader, "from")?;
    let from = reader.fields(from, "from", &["path", "property"])?;
    let path = from.need(reader, "path");
    Some(Secret { title, set, property: from.need(reader, "property")?, path: path?, key, make, to, when })
}

fn make(reader: &mut Reader, fields: Fields<'_>) -> Make {
    let Some(node) = fields.get("make") else { return Make::Nobody };
    match node.text() {
        Some("none") => Make::Nobody,
        Some("hex32") => Make::Hex32,
        Some("base64-32") => Make::Base64,
        other => {
            let message = format!("unknown way to make a secret: `{}`", other.unwrap_or_default());
            reader.fault(node.span(), message).help = Some("known ways: none, hex32, base64-32".to_owned());
            Make::Nobody
        }
    }
}

fn consumer(reader: &mut Reader, node: Node<'_>) -> Option<Consumer> {
    let fields = reader.fields(node, "to", &["release", "value", "manifest"])?;
    if let Some(manifest) = fields.id(reader, "manifest") {
        return Some(Consumer::Manifest(manifest));
    }
    let release = fields.require(reader, "release").and_then(|node| reader.id(node, "release"));
    let value = fields.need(reader, "value");
    Some(Consumer::Value { release: release?, value: value? })
}

pub(super) fn release(reader: &mut Reader, node: Node<'_>) -> Option<Release> {
    let known =
        ["name", "namespace", "chart", "interval", "timeout", "retries", "drift", "values-object", "values", "when"];
    let fields = reader.fields(node, "releases", &known)?;
    let name = fields.need(reader, "name");
    let namespace = fields.need(reader, "namespace");
    let values = reader.items(fields.get("values"), "values");
    let values = values.into_iter().filter_map(|item| fragment(reader, item)).collect();
    let chart = fields.require(reader, "chart")?;
    let chart = reader.fields(chart, "chart", &["name", "version", "repository"])?;
    let chart_name = chart.need(reader, "name");
    let version = chart.need(reader, "version");
    let repository = chart.require(reader, "repository")?;
    let repository = reader.fields(repository, "repository", &["name", "namespace", "url", "interval"])?;
    let repository_name = repository.need(reader, "name");
    let repository_namespace = repository.need(reader, "namespace");
    let url = repository.need(reader, "url");
    Some(Release {
        name: name?,
        namespace: namespace?,
        chart: chart_name?,
        version: version?,
        repository: Repository {
            name: repository_name?,
            namespace: repository_namespace?,
            url: url?,
            interval: repository.text(reader, "interval"),
        },
        interval: fields.text(reader, "interval"),
        timeout: fields.text(reader, "timeout"),
        retries: fields.text(reader, "retries"),
        drift: fields.text(reader, "drift"),
        values_object: fields.text(reader, "values-object"),
        values,
        when: fields.text(reader, "when"),
    })
}

fn fragment(reader: &mut Reader, node: Node<'_>) -> Option<Fragment> {
    if !node.is_mapping() {
        return Some(Fragment { source: FragmentSource::File(file(reader, node)?, node.span()), when: None });
    }
    let fields = reader.fields(node, "values", &["file", "inline", "when"])?;
    let when = fields.text(reader, "when");
    let source = match (fields.get("file"), fields.get("inline")) {
        (None, Some(inline)) if inline.is_mapping() => FragmentSource::Inline(inline.span()),
        (Some(named), None) => FragmentSource::File(file(reader, named)?, named.span()),
        _ => {
            reader.fault(node.span(), "a fragment has either `file`, or `inline` with a mapping");
            return None;
        }
    };
    Some(Fragment { source, when })
}

/// A path inside of the blueprint.
pub(super) fn file(reader: &mut Reader, node: Node<'_>) -> Option<RepoPath> {
    let text = reader.string(node, "file")?;
    let path = RepoPath::new(&text).ok();
    if path.is_none() {
        reader.fault(node.span(), format!("`{text}` is not a path inside of the blueprint"));
    }
    path
}
