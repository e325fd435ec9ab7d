//! Reading the sections of a manifest that describe objects: namespaces, stores, secrets, releases.
//!
//! Must not resolve references; [`super::super::link`] does.

use super::{
    Auth, Consumer, Fragment, FragmentSource, Make, Namespace, Release, Repository, Secret, SecretSet, Store,
    StoreKind, Text,
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
    let kind = fields.require(reader, "kind").and_then(|node| store_kind(reader, node));
    let is_made = !matches!(kind, Some(StoreKind::Existing | StoreKind::ExistingCluster));
    let name = fields.need(reader, "name");
    let namespace =
        if kind == Some(StoreKind::ExistingCluster) { None } else { Some(fields.need(reader, "namespace")?) };
    let server = if is_made { Some(fields.need(reader, "server")?) } else { fields.text(reader, "server") };
    let mount = fields.need(reader, "mount");
    let version = fields.text(reader, "version");
    let when = fields.text(reader, "when");
    let auth = match kind {
        _ if !is_made => None,
        Some(StoreKind::VaultAppRole) => Some(app_role(reader, fields)?),
        _ => Some(kubernetes(reader, fields)?),
    };
    Some(Store { kind: kind?, name: name?, namespace, server, mount: mount?, version, auth, when })
}

fn store_kind(reader: &mut Reader, node: Node<'_>) -> Option<StoreKind> {
    let word = node.text().unwrap_or_default().to_owned();
    let kind = StoreKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    if kind.is_none() {
        let known = StoreKind::ALL.map(StoreKind::as_str).join(", ");
        reader.fault(node.span(), format!("unknown kind of store `{word}`")).help =
            Some(format!("known kinds: {known}"));
    }
    kind
}

fn kubernetes(reader: &mut Reader, fields: Fields<'_>) -> Option<Auth> {
    let auth = fields.require(reader, "auth")?;
    let auth = reader.fields(auth, "auth", &["mount", "role", "service-account", "audiences"])?;
    let audiences = reader.items(auth.get("audiences"), "audiences");
    let audiences = audiences.into_iter().filter_map(|item| reader.text(item, "audiences")).collect();
    let mount = auth.text(reader, "mount");
    let role = auth.need(reader, "role");
    let service_account = auth.need(reader, "service-account");
    Some(Auth::Kubernetes { mount, role: role?, service_account: service_account?, audiences })
}

fn app_role(reader: &mut Reader, fields: Fields<'_>) -> Option<Auth> {
    let auth = fields.require(reader, "auth")?;
    let auth = reader.fields(auth, "auth", &["mount", "role", "role-id", "secret", "key"])?;
    let role = auth.need(reader, "role");
    let role_id = auth.need(reader, "role-id");
    let secret = auth.need(reader, "secret");
    let (mount, key) = (auth.text(reader, "mount"), auth.text(reader, "key"));
    Some(Auth::AppRole { mount, role_id: role_id?, role: role?, secret: secret?, key })
}

pub(super) fn secret_set(reader: &mut Reader, node: Node<'_>) -> Option<SecretSet> {
    let known = ["store", "generated", "name", "namespace", "external-secret", "refresh", "type", "template", "when"];
    let fields = reader.fields(node, "secret-sets", &known)?;
    let is_generated = fields.get("generated").and_then(Node::as_bool).unwrap_or_default();
    let store = match (is_generated, fields.get("store")) {
        (true, Some(store)) => {
            reader.fault(store.span(), "a set whose values are generated has no store");
            None
        }
        (true, None) => None,
        (false, _) => Some(fields.require(reader, "store").and_then(|node| reader.id(node, "store"))?),
    };
    let name = fields.need(reader, "name");
    let namespace =
        if is_generated { Some(fields.need(reader, "namespace")?) } else { fields.text(reader, "namespace") };
    let template = reader.entries(fields.get("template"), "template");
    let template =
        template.into_iter().filter_map(|(id, node)| Some((id.name, reader.text(node, "template")?))).collect();
    Some(SecretSet {
        namespace,
        external_secret: fields.text(reader, "external-secret"),
        refresh: fields.text(reader, "refresh"),
        kind: fields.text(reader, "type"),
        template,
        when: fields.text(reader, "when"),
        store,
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
    // Whether it may be left out depends on the set, which may be a component's.
    let from = match fields.get("from") {
        None if make == Make::Nobody => {
            fields.require(reader, "from")?;
            None
        }
        None => None,
        Some(from) => {
            let from = reader.fields(from, "from", &["path", "property"])?;
            let path = from.need(reader, "path");
            let property = from.need(reader, "property");
            Some((path?, property?))
        }
    };
    Some(Secret { title, set, from, key, make, to, when })
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
    let release = fields.require(reader, "release").and_then(|node| reader.id(node, "release"))?;
    Some(match fields.text(reader, "value") {
        Some(value) => Consumer::Value { release, value },
        None => Consumer::Release(release),
    })
}

pub(super) fn release(reader: &mut Reader, node: Node<'_>) -> Option<Release> {
    let known =
        ["name", "namespace", "chart", "interval", "timeout", "retries", "drift", "values-object", "values", "when"];
    let fields = reader.fields(node, "releases", &known)?;
    let name = fields.need(reader, "name");
    let namespace = fields.need(reader, "namespace");
    let values = fields.get("values").and_then(|node| fragments(reader, node)).unwrap_or_default();
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

/// Reads a list of fragments.
#[expect(clippy::unnecessary_wraps, reason = "the signature is that of every section")]
pub(super) fn fragments(reader: &mut Reader, node: Node<'_>) -> Option<Vec<Fragment>> {
    let items = reader.items(Some(node), "values");
    Some(items.into_iter().filter_map(|item| fragment(reader, item)).collect())
}

fn fragment(reader: &mut Reader, node: Node<'_>) -> Option<Fragment> {
    if !node.is_mapping() {
        return Some(Fragment {
            source: FragmentSource::File(file(reader, node)?, node.span()),
            when: None,
            appends: false,
        });
    }
    let fields = reader.fields(node, "values", &["file", "inline", "when", "append"])?;
    let when = fields.text(reader, "when");
    let appends = fields.get("append").and_then(Node::as_bool).unwrap_or_default();
    let source = match (fields.get("file"), fields.get("inline")) {
        (None, Some(inline)) if inline.is_mapping() => FragmentSource::Inline(inline.span()),
        (Some(named), None) => FragmentSource::File(file(reader, named)?, named.span()),
        _ => {
            reader.fault(node.span(), "a fragment has either `file`, or `inline` with a mapping");
            return None;
        }
    };
    Some(Fragment { source, when, appends })
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
