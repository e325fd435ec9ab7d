//! Looks for secrets in clear in one document.
//!
//! Owns the places where they are looked for. Must not know how they are reported.

use crate::{
    diagnostic::Label,
    manifest::{
        ObjectId,
        sensitive::{
            decoded, holds_private_key, is_placeholder, is_public, is_public_key, is_secret, is_secret_in_secret,
            is_secret_key,
        },
    },
    path::RepoPath,
    project::Embedded,
    text::Span,
    yaml::{Node, Type},
};

/// A secret in clear.
pub(super) struct Found {
    /// Where it stands; always to be hidden.
    pub label: Label,
    /// The key that it stands under.
    pub key: String,
    /// The name of the Secret that holds it, if one does.
    pub of_secret: Option<String>,
    /// Whether it is a private key.
    pub private_key: bool,
}

/// The search through one document, or through a text in one.
pub(super) struct Search<'s> {
    path: &'s RepoPath,
    /// The text in the file that is searched; `None` for the file itself.
    text: Option<&'s Embedded>,
    /// What was found.
    pub found: Vec<Found>,
}

impl<'s> Search<'s> {
    /// A search in a file.
    pub fn in_file(path: &'s RepoPath) -> Self {
        Self { path, text: None, found: Vec::new() }
    }

    /// Searches an object, in the places where its kind may hold secrets.
    pub fn object(&mut self, id: &ObjectId, root: Node<'_>) {
        match (id.group.as_str(), id.kind.as_str()) {
            ("", kind) if kind.ends_with("List") => {
                for item in root.get("items").into_iter().flat_map(Node::items) {
                    if let Some(id) = ObjectId::of_node(item) {
                        self.object(&id, item);
                    }
                }
            }
            ("", "Secret") => self.secret(id, root),
            ("", "ConfigMap") => self.values_at(root, &["data"]),
            ("helm.toolkit.fluxcd.io", "HelmRelease") => self.values_at(root, &["spec", "values"]),
            ("kustomize.toolkit.fluxcd.io", "Kustomization") => {
                self.values_at(root, &["spec", "postBuild", "substitute"]);
                self.patches(root.at(&["spec", "patches"]));
            }
            ("argoproj.io", "Application" | "ApplicationSet") => self.helm_sources(root),
            // Descriptions of fields, rights, references to stores, and what is encrypted.
            ("apiextensions.k8s.io" | "rbac.authorization.k8s.io" | "external-secrets.io" | "bitnami.com", _) => {}
            _ => self.environment(root),
        }
    }

    /// Searches inline patches.
    pub fn patches(&mut self, patches: Option<Node<'_>>) {
        for patch in patches.into_iter().flat_map(Node::items).filter_map(|item| item.get("patch")) {
            self.inside(patch, |search, root| {
                if let Some(id) = ObjectId::of_node(root) {
                    search.object(&id, root);
                }
            });
        }
    }

    /// Searches all values below a node.
    pub fn values(&mut self, node: Node<'_>) {
        // Behind an alias stands what was searched at its anchor.
        if node.is_alias() {
            return;
        }
        self.pair(node);
        for entry in node.entries() {
            let key = entry.key.text().unwrap_or_default();
            match entry.value.text() {
                // The name of a key that an ExternalSecret writes, in values that are handed to a chart.
                Some(_) if key == "secretKey" && node.get("remoteRef").is_some() => {}
                Some(_) => self.value(key, entry.value),
                None if names_keys(key) => {}
                None if is_secret_key(key) && key.ends_with('s') && entry.value.is_sequence() => {
                    for item in entry.value.items() {
                        if item.text().is_some() { self.value(key, item) } else { self.values(item) }
                    }
                }
                None => self.values(entry.value),
            }
        }
        for item in node.items() {
            if item.text().is_some() { self.value("", item) } else { self.values(item) }
        }
    }

    /// Searches one scalar under its key.
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method alone is not general enough in its lifetimes"
    )]
    pub fn value(&mut self, key: &str, node: Node<'_>) {
        // A tag of its own, such as `!env_var`, makes the text a reference.
        let Some(text) = node.as_str().filter(|_| !node.is_alias() && node.tag().is_none_or(is_core)) else { return };
        if holds_private_key(text) {
            self.add(key, node, None, true);
        } else if text.contains('\n') {
            if !self.inside(node, |search, root| search.values(root)) && is_secret(key, text) {
                self.add(key, node, None, false);
            }
        } else if is_secret(key, text) {
            self.add(key, node, None, false);
        }
    }

    fn values_at(&mut self, root: Node<'_>, keys: &[&str]) {
        if let Some(values) = root.at(keys) {
            self.values(values);
        }
    }

    /// A mapping of a name and a value, as environment variables and parameters are written.
    fn pair(&mut self, node: Node<'_>) {
        let (Some(name), Some(value)) = (node.get("name").and_then(Node::text), node.get("value")) else { return };
        if value.text().is_some() {
            self.value(name, value);
        }
    }

    /// Environment variables and private keys anywhere in an object.
    fn environment(&mut self, root: Node<'_>) {
        for entry in root.entries().filter(|entry| entry.key.text() != Some("metadata")) {
            match entry.value.text() {
                Some(_) => self.value("", entry.value),
                None if entry.key.text() == Some("env") => self.values(entry.value),
                None => self.environment(entry.value),
            }
        }
        for item in root.items().filter(|item| item.text().is_none()) {
            self.environment(item);
        }
    }

    /// Everything below a key `helm` or `plugin`, wherever it stands.
    fn helm_sources(&mut self, root: Node<'_>) {
        for entry in root.entries() {
            match entry.key.text() {
                Some("helm" | "plugin") => self.values(entry.value),
                _ => self.helm_sources(entry.value),
            }
        }
        root.items().for_each(|item| self.helm_sources(item));
    }

    /// Searches the mapping that the text of a scalar makes up; says whether it is one.
    fn inside(&mut self, node: Node<'_>, search: impl FnOnce(&mut Search<'_>, Node<'_>)) -> bool {
        // One text in another is enough: places in the third could not be told.
        if self.text.is_some() {
            return false;
        }
        let Some(text) = Embedded::in_node(self.path, node) else { return false };
        let Some(root) = text.root().filter(|root| root.is_mapping()) else { return false };
        let mut inner = Search { path: self.path, text: Some(&text), found: Vec::new() };
        search(&mut inner, root);
        self.found.extend(inner.found);
        true
    }

    /// Searches a Secret: all that it holds is secret, unless it is public or a placeholder by its own shape.
    fn secret(&mut self, id: &ObjectId, root: Node<'_>) {
        let fields = ["data", "stringData"].into_iter().filter_map(|field| Some((field, root.get(field)?)));
        let entries: Vec<_> = fields
            .flat_map(|(field, node)| node.entries().map(move |entry| (field, entry)))
            .filter_map(|(field, entry)| {
                let written = entry.value.text()?;
                let text = if field == "data" { decoded(written) } else { None };
                Some((entry.key.text()?, text.unwrap_or_else(|| written.to_owned()), entry.value))
            })
            .collect();
        // What stands beside a placeholder or in a repository's registration is often no secret: an address, a name.
        let labels = root.at(&["metadata", "labels"]);
        let is_registration = labels.is_some_and(|labels| labels.get("argocd.argoproj.io/secret-type").is_some());
        let is_mixed = is_registration || entries.iter().any(|(_, text, _)| !text.is_empty() && is_placeholder(text));
        let mut clear: Vec<_> = entries.into_iter().filter(|(key, text, node)| is_clear(key, text, *node)).collect();
        clear.sort_by_key(|(key, _, node)| (!is_secret_key(key), node.span().start));
        let first = clear.into_iter().find(|(key, text, _)| !is_mixed || is_secret_key(key) || holds_private_key(text));
        if let Some((key, _, node)) = first {
            self.add(key, node, Some(id.name.to_string()), false);
        }
    }

    /// Adds what was found.
    fn add(&mut self, key: &str, node: Node<'_>, of_secret: Option<String>, private_key: bool) {
        let span = first_line(node);
        let label = self.text.map_or_else(|| Label::new(self.path, span, ""), |text| text.label(span, ""));
        self.found.push(Found { label: label.redacted(), key: key.to_owned(), of_secret, private_key });
    }

    /// Adds a secret that stands in a place of its own.
    pub fn add_found(&mut self, found: Found) {
        self.found.push(found);
    }
}

/// Whether a value of a Secret is in clear.
fn is_clear(key: &str, text: &str, node: Node<'_>) -> bool {
    let trivial = matches!(node.scalar_type(), Some(Type::Null | Type::Bool)) || matches!(text, "true" | "false");
    let harmless = is_public_key(key) || is_placeholder(text) || is_public(text);
    !(trivial || harmless) && is_secret_in_secret(key, text)
}

/// Whether what stands below a key says under which keys a Secret holds what, as below `existingSecret` or `secretKeys`.
fn names_keys(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.starts_with("existing") || key.ends_with("secretkeys") || key.ends_with("secret_keys")
}

fn is_core(tag: &str) -> bool {
    tag.starts_with("tag:yaml.org,2002:")
}

/// The span of a scalar; of a block only its first line.
fn first_line(node: Node<'_>) -> Span {
    let span = node.span();
    let length = node.source().find('\n').unwrap_or(span.len());
    Span::new(span.start as usize, span.start as usize + length)
}
