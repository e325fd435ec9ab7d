//! `secret/plaintext`: a secret that everybody who can read the repository can read.

mod generators;
mod search;

use self::search::{Found, Search};
use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    manifest::ObjectId,
    project::{File, Project, Role},
    yaml::{Document, Node, Stream},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/plaintext",
    severity: Severity::Error,
    pedantic: false,
    summary: "a secret stands in the repository in clear",
    docs: DOCS,
    fix: None,
    check: Check::File(check),
};

const DOCS: &str = "\
Whoever can read the repository, its mirrors, its backups and the log of its pipelines can read the secret, and it stays in the history after it was removed: it must be
replaced where it is used, too. Base64 is no encryption.

Looked at is, in Secrets and `secretGenerator`, every value that looks like a secret by its key or its shape; in ConfigMaps, Helm values (in HelmReleases, Argo CD Applications and values files), substituted variables and environment
variables what stands under keys such as `password`, `clientSecret` or `apiKey`; and private keys anywhere. Encrypted values, templates, references and words that only hold a place are
not secrets in clear; neither is what a comment for another scanner allows (`# gitleaks:allow`, `# pragma: allowlist secret`, `# nosec`). No output shows the value.

## Bad

```yaml apps/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: database
  namespace: default
stringData:
  password: not-so-secret-any-more
```

## Good

```yaml apps/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: database
  namespace: default
stringData:
  password: ${DATABASE_PASSWORD}
```
";

fn check(project: &Project, file: &File, report: &mut Report<'_>) {
    // The defaults of a chart are made to be replaced, and so is an example.
    let Some(stream) = file.stream().filter(|_| file.role != Role::Chart && !is_example(file)) else { return };
    for root in stream.documents().map(Document::root).filter(|root| !is_encrypted(*root)) {
        let mut search = Search::in_file(&file.path);
        match ObjectId::of_node(root) {
            _ if file.role == Role::Kustomization => generators::search(project, &file.path, root, &mut search),
            Some(id) => search.object(&id, root),
            None if is_values_file(file) => search.values(root),
            None => {}
        }
        for found in search.found.into_iter().filter(|found| !is_allowed(stream, found)) {
            tell(found, report);
        }
    }
}

/// Whether a file says by its name that it is filled in elsewhere: `secret.example.yaml`, `values.tmpl.yaml`; or its folder, that it holds examples.
fn is_example(file: &File) -> bool {
    let name = file.path.file_name().to_ascii_lowercase();
    let folders = file.path.parent();
    ["example", "sample", "template", ".tmpl."].iter().any(|word| name.contains(word))
        || folders.is_some_and(|path| path.as_str().split('/').any(|folder| folder.starts_with("example-")))
}

/// Whether a comment in the line tells another scanner that the text is no secret.
fn is_allowed(stream: &Stream, found: &Found) -> bool {
    const MARKS: &[&str] = &["gitleaks:allow", "allowlist secret", "nosec", "nosonar", "notsecret", "ggignore"];
    let text = stream.text();
    let line = text.line_span(text.position(found.label.span.start).line).map_or("", |span| text.slice(span));
    line.rsplit_once('#').is_some_and(|(_, comment)| {
        let comment = comment.to_ascii_lowercase();
        MARKS.iter().any(|mark| comment.contains(mark))
    })
}

/// Whether SOPS has encrypted the document; what it has left in clear was meant to be.
fn is_encrypted(root: Node<'_>) -> bool {
    root.get("sops").is_some_and(Node::is_mapping)
}

/// Whether a file without objects holds Helm values: by its name, or because a kustomization takes it in.
fn is_values_file(file: &File) -> bool {
    file.role == Role::Input || file.path.file_name().contains("values")
}

fn tell(found: Found, report: &mut Report<'_>) {
    let (message, help) = match &found {
        Found { of_secret: Some(name), key, .. } => (
            format!("Secret `{name}` holds `{key}` in clear"),
            "let a store hold it (ExternalSecret), or encrypt it (SOPS, SealedSecret); and replace the secret, for it stays in the history",
        ),
        Found { private_key: true, .. } => (
            "a private key stands here in clear".to_owned(),
            "take it from a Secret that a store fills (ExternalSecret) or that is encrypted (SOPS, SealedSecret); and replace the key, for it stays in the history",
        ),
        Found { key, .. } => (
            format!("`{key}` looks like a secret and stands here in clear"),
            "take it from a Secret that a store fills (ExternalSecret) or that is encrypted (SOPS, SealedSecret); and replace it, for it stays in the history",
        ),
    };
    report.at(found.label, message).help(help);
}
