//! `secret/reference-missing`: a Secret or ConfigMap is named that is not there, but one with almost this name is.

use super::external_secret::unmade;

use crate::{
    diagnostic::{Fix, Label, Safety, Severity},
    graph::{DataKind, Produced, references},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/reference-missing",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a Secret or ConfigMap is named that is not there, but one with almost this name is",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A reference leads to an object that nothing in this repository makes, while another one is so near that it was probably meant: it has almost the same name, stands in another namespace, or is a ConfigMap where a Secret is asked for. `secret/nobody-makes` reports all other references as well, on demand.

## Bad

```yaml apps/hub.yaml
apiVersion: v1
kind: Pod
metadata:
  name: hub
  namespace: default
spec:
  containers:
    - name: hub
      image: registry.example.org/hub:1.0.0
      envFrom:
        - secretRef:
            name: hub-secret
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub-secrets
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  dataFrom:
    - extract:
        key: hub
```

## Good

```yaml apps/hub.yaml
apiVersion: v1
kind: Pod
metadata:
  name: hub
  namespace: default
spec:
  containers:
    - name: hub
      image: registry.example.org/hub:1.0.0
      envFrom:
        - secretRef:
            name: hub-secrets
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub-secrets
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  dataFrom:
    - extract:
        key: hub
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    for reference in references(&object.id, &object.value) {
        let Some(kind) = unmade(project, object, &reference) else { continue };
        let namespace = reference.to.namespace.as_deref();
        let Some(label) = project.label_at(reference.origin, format!("{} reads it", object.id)) else { continue };
        let (name, word) = (&reference.to.name, &reference.to.kind);
        let near = nearest(name, project.producers().names(kind, namespace))
            .filter(|near| !is_other(near, name) && is_misspelt(near, name));
        if let Some(near) = near {
            let changes =
                project.edit(reference.origin, |document, route| document.replace(route, &Value::string(near)));
            let title = format!("name `{near}`");
            report
                .at(label, format!("nothing in this repository makes {word} `{name}`"))
                .and(project.producers().find(kind, near, namespace).first().and_then(|one| maker(project, one)))
                .help(format!("did you mean `{near}`?"))
                .fix(changes.map(|changes| Fix { title, safety: Safety::Unsafe, changes }));
            continue;
        }
        let other = if kind == DataKind::Secret { DataKind::ConfigMap } else { DataKind::Secret };
        let (found, said) = match project.producers().find(other, name, namespace).first() {
            Some(one) => (maker(project, one), "this is of the other kind"),
            None => continue,
        };
        report
            .at(label, format!("nothing in this repository makes {word} `{name}`"))
            .and(found)
            .help(format!("{said}: read it as such, or correct the name"));
    }
}

/// Whether a name differs only in a number, as those of siblings do.
fn is_other(near: &str, name: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    letters(near) == letters(name)
}

/// Whether one name may be the other with a slip of the pen: the same letters, or one word of several that differs in a letter or two of many. Names that
/// differ in a whole word, as `rook-ceph-mon` and `rook-ceph-cert` do, are those of different things.
fn is_misspelt(near: &str, name: &str) -> bool {
    let letters = |text: &str| text.to_lowercase().replace(['-', '_', '.'], "");
    let (near_letters, name_letters) = (letters(near), letters(name));
    if near_letters == name_letters
        || near_letters.strip_suffix('s') == Some(&*name_letters)
        || name_letters.strip_suffix('s') == Some(&*near_letters)
    {
        return true;
    }
    let separators = ['-', '_', '.'];
    let (near_words, name_words): (Vec<&str>, Vec<&str>) =
        (near.split(separators).collect(), name.split(separators).collect());
    let different: Vec<(&str, &str)> =
        near_words.iter().copied().zip(name_words.iter().copied()).filter(|(one, other)| one != other).collect();
    match different.as_slice() {
        [(one, other)] => near_words.len() == name_words.len() && one.len() >= 4 && nearest(one, [*other]).is_some(),
        _ => false,
    }
}

fn maker(project: &Project, made: &Produced) -> Option<Label> {
    let maker = project.objects().iter().find(|object| object.origin() == made.origin && object.id == made.by)?;
    project.object_label(&maker.value, format!("this makes `{}`", made.name))
}
